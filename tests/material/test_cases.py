"""Tests of reading mutants and variants."""

from pathlib import Path

import pytest

from grader.audit import mutants, variants
from grader.errors import AssignmentError

KEY = "a = 1\nb = 1\n"


def folder(tmp_path: Path, kind: str, text: str) -> Path:
    """Write one file of mutants or variants."""
    (tmp_path / kind).mkdir()
    (tmp_path / kind / "numbers.toml").write_text(text)
    return tmp_path


def test_mutants_replace_pieces_of_the_answer_key(tmp_path: Path):
    """A mutant is the answer key with a piece replaced, and names the checks that must reject it."""
    text = '[[mutant]]\nid = "m"\ntitle = "T."\nreplace = [["a = 1", "a = 2"]]\nrejected_by = ["check_a"]\n'
    (case,) = mutants(folder(tmp_path, "mutants", text), KEY)
    assert (case.id, case.title, case.source, case.rejected_by) == ("m", "T.", "a = 2\nb = 1\n", ("check_a",))
    assert case.points is None


def test_mutants_refuse_a_piece_that_is_not_there_once(tmp_path: Path):
    """A mutant that no longer fits the answer key is an error, so that none is lost quietly."""
    text = '[[mutant]]\nid = "m"\ntitle = "T."\nreplace = [["= 1", "= 2"]]\nrejected_by = ["check_a"]\n'
    with pytest.raises(AssignmentError, match="'m' replaces a piece that occurs 2 times in the answer key"):
        list(mutants(folder(tmp_path, "mutants", text), KEY))


def test_variants_may_replace_everywhere_or_be_whole_files(tmp_path: Path):
    """A variant changes every place of a piece, or is a file of its own, and says what it earns."""
    text = (
        '[[variant]]\nid = "v"\ntitle = "T."\nreplace_all = [["= 1", "= 3"]]\n'
        '[[variant]]\nid = "w"\ntitle = "W."\nfile = "w.py"\nexpected = { points = 100, bonus = 0 }\n'
    )
    place = folder(tmp_path, "variants", text)
    (place / "variants" / "w.py").write_text("c = 1\n")
    first, second = variants(place, KEY)
    assert first.source == "a = 3\nb = 3\n"
    assert (second.source, second.points, second.bonus) == ("c = 1\n", 100, 0)


def test_variants_refuse_a_piece_that_is_not_there(tmp_path: Path):
    """A variant that no longer fits is an error, too."""
    text = '[[variant]]\nid = "v"\ntitle = "T."\nreplace_all = [["= 9", "= 3"]]\n'
    with pytest.raises(AssignmentError, match="'v' replaces a piece that is not in the answer key"):
        list(variants(folder(tmp_path, "variants", text), KEY))
