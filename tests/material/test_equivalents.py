"""Tests of what is marked as equivalent or free."""

from pathlib import Path

import pytest

from grader.errors import AssignmentError
from grader.material.equivalents import Equivalents, is_open, read_equivalents


def test_equivalents_are_read_with_their_reasons(tmp_path: Path):
    """Pieces that are free and digests that are marked come with the reasons."""
    (tmp_path / "equivalents.toml").write_text(
        '[[free]]\npiece = "solve"\nreason = "Open."\n[[equivalent]]\ndigest = "ab"\nreason = "Zero."\ninputs = 10000\n'
    )
    assert read_equivalents(tmp_path) == Equivalents({"solve": "Open."}, {"ab": "Zero."})


def test_marks_need_no_inputs_where_checks_give_none(tmp_path: Path):
    """Where an assignment asks for no names, a mark without inputs is read."""
    (tmp_path / "equivalents.toml").write_text('[[equivalent]]\ndigest = "ab"\nreason = "Zero."\ninputs = 0\n')
    assert read_equivalents(tmp_path, 0) == Equivalents({}, {"ab": "Zero."})


def test_equivalents_may_be_absent(tmp_path: Path):
    """Without the file nothing is marked."""
    assert read_equivalents(tmp_path) == Equivalents()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[equivalent]]\ndigest = "ab"\nreason = "Zero."\ninputs = 90\n',
            ", line 4: 'ab' was tried on 90 inputs, but it must be at least 10000; the audit prints the entry to copy.",
        ),
        (
            '[[equivalent]]\ndigest = "ab"\ninputs = 10000\n',
            ", line 1: 'reason' is missing; write reason = a sentence like \"Both sides are zero there.\".",
        ),
        (
            '[[free]]\npiece = "solve"\n',
            ", line 1: 'reason' is missing; write reason = a sentence like \"How to train is the student's choice.\".",
        ),
    ],
)
def test_equivalents_need_a_reason_and_a_proof(tmp_path: Path, text: str, message: str):
    """A mark without a reason, or without outputs compared on ten thousand inputs, is refused."""
    (tmp_path / "equivalents.toml").write_text(text)
    with pytest.raises(AssignmentError) as caught:
        read_equivalents(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'equivalents.toml'}{message}"


@pytest.mark.parametrize(
    ("rejected_by", "reason", "identical_on", "expected"),
    [
        (["check_a"], None, None, False),
        ([], None, 10_000, True),
        ([], None, None, True),
        ([], "Zero.", 1_000, False),
        ([], "Zero.", None, True),
    ],
)
def test_a_mark_counts_only_while_inputs_bear_it_out(
    rejected_by: list[str], reason: str | None, identical_on: int | None, expected: bool
):
    """A mutant that nothing rejects is open without a mark, and with one whose outputs have come to differ."""
    assert is_open({"rejected_by": rejected_by, "reason": reason, "identical_on": identical_on}) is expected
