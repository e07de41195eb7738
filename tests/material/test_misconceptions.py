"""Tests of the catalogue of named mistakes."""

from pathlib import Path

import pytest

from grader.material.misconceptions import Misconception, misconceptions
from grader.material.script import answer_key

ASSIGNMENTS = Path(__file__).parents[2] / "grader" / "assignments"
SHIPPED = sorted(path.parent for path in ASSIGNMENTS.glob("*/assignment.toml"))
# Slips that everybody who has taught the exercise knows.
SLIPS = {
    "linear-bias-copy", "adam-correction-without-step", "adam-epsilon-inside", "momentum-dampened", "mse-one-axis",
    "sigmoid-derivative-at-output", "build-head-of-hidden-units", "sigmoid-damages-upstream", "adam-skips-biases",
    "sigmoid-sign-lost", "linear-added-up", "relu-mask-of-upstream", "build-one-activation-object", "predict-on-logits",
}  # fmt: skip


def named(folder: Path) -> list[Misconception]:
    """Return the mistakes with words of an assignment."""
    return [mistake for mistake in misconceptions(folder) if mistake.diagnosis is not None]


def test_catalogue_has_eighty_entries_and_the_known_slips():
    """There are at least eighty named mistakes over the assignments, sixty of them of the network from scratch."""
    every = {folder.name: named(folder) for folder in SHIPPED}
    assert sum(map(len, every.values())) >= 80
    assert len(every["backprop"]) >= 60
    assert {mistake.id for mistake in every["backprop"]} >= SLIPS


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_catalogue_has_words_for_students(folder: Path):
    """Each entry has an id of its own, whole sentences, and checks that it fails."""
    mistakes = named(folder)
    assert len({mistake.id for mistake in mistakes}) == len(mistakes)
    for mistake in mistakes:
        assert mistake.diagnosis is not None
        words = (mistake.diagnosis.title, mistake.diagnosis.explanation, mistake.diagnosis.hint)
        assert all(text.endswith((".", "?")) for text in words), mistake.id
        assert mistake.checks, mistake.id


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_catalogue_never_gives_the_corrected_line(folder: Path):
    """No hint holds a line of the answer key."""
    lines = {line.strip() for line in (answer_key(folder) or "").splitlines() if len(line.strip()) > 15}
    for mistake in named(folder):
        assert mistake.diagnosis is not None
        assert not any(line in mistake.diagnosis.hint or line in mistake.diagnosis.explanation for line in lines), (
            mistake.id
        )


def test_catalogue_is_empty_without_an_answer_key_as_a_script(tmp_path: Path):
    """An assignment that names no modules of its answer key has no catalogue, and that is no error."""
    (tmp_path / "assignment.toml").write_text(
        '[assignment]\nid = "a"\ntitle = "A"\ntotal = 1\nreference = "reference"\n[[task]]\nnumber = "1"\ntitle = "One"\n'
    )
    assert misconceptions(tmp_path) == ()
