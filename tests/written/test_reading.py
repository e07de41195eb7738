"""What a child reports as answers is data of a declared form, whatever it holds."""

import pytest

from grader.wire.agreed import ProtocolError
from grader.wire.messages import ANSWER, READING
from tests.wire.test_shapes import reading

GOOD = {"id": "1a", "place": "s001.ipynb", "text": "Yes.", "truncated": False}


def test_answers_of_an_honest_child_are_kept():
    """Known keys stay, unknown ones go."""
    assert READING(reading() | {"answers": [GOOD | {"points": 100}]})["answers"] == [GOOD]


@pytest.mark.parametrize(
    ("key", "value"), [("text", 1), ("text", None), ("id", ["1a"]), ("place", 3), ("truncated", 1)]
)
def test_answers_of_another_form_are_refused(key, value):
    """A wrong type is never repaired."""
    with pytest.raises(ProtocolError):
        ANSWER(GOOD | {key: value})


def test_answers_are_capped_in_length_and_number():
    """Neither a long answer nor many of them cost more than they may."""
    assert len(ANSWER(GOOD | {"text": "x" * 10**6})["text"]) == 20_000
    assert len(READING(reading() | {"answers": [GOOD] * 5000})["answers"]) == 200
