"""What the record keeps of an answer before anybody has graded it."""

import pytest

from grader.material.questions import Criterion, Question, Rubric
from grader.written.answers import State, answer_fields, state_of

IDLE = "Write your answer here."
QUESTION = Question("1a", "1", "Why?", 2.0, "secret", (Criterion("so", 2.0),), ("1a", "1b"))
CELL = {"tags": ["cell:1a"], "source": "plot()", "outputs": [], "error": None}


def fields(text="It overshoots.", cells=(), figures=()):
    """Return the fields of one answer; None means that none was found."""
    found = [] if text is None else [{"id": "1a", "place": "s001.ipynb", "text": text, "truncated": False}]
    (answer,) = answer_fields(Rubric((QUESTION,), IDLE), {"1": False}, found, cells, figures)
    return answer


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", State.EMPTY),
        (" \n\t", State.EMPTY),
        ("<!-- two sentences -->", State.EMPTY),
        ("**  **", State.EMPTY),
        (IDLE, State.UNTOUCHED),
        ("Write  your\nanswer here. ", State.UNTOUCHED),
        (f"*{IDLE}*", State.UNTOUCHED),
        (f"{IDLE}\n\n{IDLE}", State.UNTOUCHED),
        (f"{IDLE}\n\nYes.", State.WAITING),
        ("Yes.", State.WAITING),
        ("0", State.WAITING),
    ],
)
def test_state_of_knows_what_needs_no_person(text, state):
    """White space, comments, emphasis and the placeholder are no answer; anything more is."""
    assert state_of(text, IDLE) is state


def test_state_of_without_a_placeholder_knows_only_empty():
    """Nothing is untouched when no sentence says so."""
    assert state_of(IDLE, "") is State.WAITING


def test_answer_that_waits_has_no_points_yet():
    """Earned is null, the text and its digest are kept, the model answer is not."""
    answer = fields("It overshoots.\r\n")
    assert (answer["state"], answer["earned"], answer["text"]) == ("waiting", None, "It overshoots.")
    assert answer["criteria"] == [{"name": "so", "points": 2.0, "earned": None}]
    assert answer["sha256"] == fields("It overshoots.")["sha256"] != fields("It does.")["sha256"]
    assert "secret" not in str(answer)


@pytest.mark.parametrize(("text", "state", "place"), [(None, "empty", None), (IDLE, "untouched", "s001.ipynb")])
def test_answer_that_needs_nobody_has_zero(text, state, place):
    """Nothing written is nothing earned."""
    answer = fields(text)
    assert (answer["state"], answer["earned"], answer["place"]) == (state, 0.0, place)


def test_answer_shows_the_cells_it_belongs_to():
    """Source, printed text with the value of the last line, and the figures the record has; other cells are left out."""
    outputs = [
        {"output_type": "stream", "text": "loss 0.5\n", "data": None},
        {"output_type": "execute_result", "text": None, "data": {"text/plain": "42"}},
        {"output_type": "display_data", "text": None, "data": {"image/png": b"two"}},
    ]
    cells = [CELL | {"outputs": outputs}, CELL | {"tags": ["cell:9"]}]
    figures = [{"png": b"one"}, {"png": b"two"}]
    assert fields(cells=cells, figures=figures)["belongs_to"] == [
        {"cell": "1a", "source": "plot()", "printed": "loss 0.5\n42\n", "figures": [1]}
    ]


def test_answer_shows_how_its_cell_failed():
    """An exception stands below what was printed."""
    cells = [CELL | {"error": {"type": "NameError", "message": "name 'x' is not defined"}}]
    assert fields(cells=cells)["belongs_to"][0]["printed"] == "NameError: name 'x' is not defined\n"
