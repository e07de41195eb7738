"""An assignment's own answer key goes before what ships, and what is wrong with one is told with its line."""

import pytest

from grader.errors import AssignmentError
from grader.handout.starter import write_assignment
from grader.material.answer_key import import_answer_key
from grader.material.assignment import load_assignment


@pytest.fixture
def folder(tmp_path):
    """A new assignment."""
    write_assignment(tmp_path / "mine")
    return tmp_path / "mine"


def test_own_answer_key_goes_before_the_one_that_ships(folder):
    """Both are called reference, and each assignment gets its own."""
    key = import_answer_key(load_assignment(folder))
    assert key.softplus(0.0) == pytest.approx(0.6931, abs=1e-4)
    assert not hasattr(key, "Sigmoid")
    assert import_answer_key(load_assignment(folder)) is key


def test_answer_key_that_ships_is_found_by_name(folder):
    """Without one of its own the name is that of a package of the checkout."""
    text = (
        (folder / "assignment.toml").read_text().replace('reference = "reference"', 'reference = "grader.record.score"')
    )
    (folder / "assignment.toml").write_text(text)
    assert import_answer_key(load_assignment(folder)).__name__ == "grader.record.score"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (None, "assignment.toml, line 8: there is no answer key 'nowhere'; write {folder}/nowhere/__init__.py."),
        (
            "import no_such_module\n",
            "nowhere/__init__.py, line 1: the answer key cannot be imported: No module named 'no_such_module'; correct this line.",
        ),
        (
            "\n1 / 0\n",
            "nowhere/__init__.py, line 2: the answer key cannot be imported: ZeroDivisionError: division by zero; correct this line.",
        ),
        (
            "\n\nx = (\n",
            "nowhere/__init__.py, line 3: the answer key cannot be imported: this is not Python: '(' was never closed; correct this "
            "line.",
        ),
    ],
)
def test_answer_key_that_cannot_be_imported_is_told_with_its_line(folder, source, message):
    """The line is that which stops it; of a key that is not there, that of its name in assignment.toml."""
    text = (folder / "assignment.toml").read_text().replace('reference = "reference"', 'reference = "nowhere"')
    (folder / "assignment.toml").write_text(text)
    if source is not None:
        (folder / "nowhere").mkdir()
        (folder / "nowhere" / "__init__.py").write_text(source)
    with pytest.raises(AssignmentError) as caught:
        import_answer_key(load_assignment(folder))
    assert str(caught.value) == f"{folder}/{message.format(folder=folder)}"
