"""What an author did wrong is told in one sentence with file, line and remedy, before the first student is graded."""

import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import AssignmentError
from grader.fence import Zygote
from grader.handout.starter import write_assignment
from grader.judge.collecting import collect_checks
from grader.judge.pytest_session import _set_up
from grader.material.assignment import find_assignment, load_assignment
from tests.grading import PROJECT, environment

CHECK, KEY, TOML = "check_softplus.py", "reference/exercise.py", "assignment.toml"
MARKS = '@pytest.mark.points(10)\n@pytest.mark.task("1.1")\n'
VALUES = 'expect_close(student.softplus(inputs), desired, what="`softplus(x)`", at=inputs, notes=notes)'
HEAD = 'rng, parts, notes):\n    """`softplus` is log(1 + exp(x)), for large inputs as well."""\n'
SECOND = '\n\n@pytest.mark.points(1)\n@pytest.mark.task("1.1")\ndef {}:\n    """A second claim."""\n    {}\n'

# What the author writes, in place of what, in which file; and the whole of what is said of it.
MISTAKES = {
    "a misspelled argument": (
        CHECK, "student, reference, rng", "student, refrence, rng",
        "{check}, line 11: check_softplus asks for the argument 'refrence', which there is not; did you mean 'reference'?",
    ),
    "an argument of another tool": (
        CHECK, "student, reference, rng", "student, reference, rng, rtol",
        "",
    ),
    "an argument that a function does not take": (
        CHECK, VALUES, VALUES.replace("at=inputs", "rtol=1e-3"), "",
    ),
    "parts that add up to more": (CHECK, "points=6", "points=7", ""),
    "a part without points": (CHECK, ', points=6', "", ""),
    "a part used twice": (CHECK, '"large inputs", points', '"values", points', ""),
    "a syntax error": (CHECK, "inputs = 3.0 * rng.standard_normal((4, 7))", "inputs = 3.0 * rng.standard_normal((4, 7)", ""),
    "a wrong indent": (CHECK, "        desired = reference.softplus(inputs)\n        expect_close(student", "      desired = reference.softplus(inputs)\n        expect_close(student", ""),
    "a tab among spaces": (CHECK, "        desired = reference.softplus(inputs)\n        expect_close(student", "\tdesired = reference.softplus(inputs)\n        expect_close(student", ""),
    "a name that grader.checks has not": (CHECK, "import expect_close", "import expect_clos", ""),
    "a module that is not there": (CHECK, "import numpy as np", "import numppy as np", ""),
    "an error when imported": (CHECK, "\n\n@pytest", "\nLARGE = lagre\n\n@pytest", ""),
    "a name without an import": (CHECK, "3.0 * rng", "numpy.pi * rng", ""),
    "the key by its name": (CHECK, "import pytest\n", "import pytest\nfrom reference import softplus\n", ""),
    "a misspelled mark": (CHECK, "mark.points", "mark.point", ""),
    "no points": (CHECK, "@pytest.mark.points(10)\n", "", ""),
    "negative points": (CHECK, "points(10)", "points(-10)", ""),
    "points that are no number": (CHECK, "points(10)", "points(float('nan'))", ""),
    "points as text": (CHECK, "points(10)", "points('10')", ""),
    "a task as a number": (CHECK, '"1.1"', "1.1", ""),
    "a task that there is not": (CHECK, '"1.1"', '"1.2"', ""),
    "no docstring": (CHECK, '    """`softplus` is log(1 + exp(x)), for large inputs as well."""\n', "", ""),
    "a prerequisite that there is not": (CHECK, MARKS, MARKS + '@pytest.mark.requires("check_sofplus")\n', ""),
    "a function that is no check": (CHECK, "def check_softplus", "def test_softplus", ""),
    "a check twice": (CHECK, "@pytest.mark.points(10)", '@pytest.mark.points(4)\n@pytest.mark.task("1.1")\ndef check_softplus():\n    """One."""\n\n\n@pytest.mark.points(10)', ""),
    "points that do not add up": (CHECK, "points(10)", "points(8)", ""),
    "a misspelled name of the student": (CHECK, "student.softplus(inputs)", "student.sotfplus(inputs)", ""),
    "a misspelled name of the key": (CHECK, "reference.softplus(inputs)", "reference.sotfplus(inputs)", ""),
    "a check that the key fails": (CHECK, "student.softplus(inputs), desired", "student.softplus(inputs), 2 * desired", ""),
    "an assertion that the key fails": (CHECK, VALUES, "assert student.softplus(0.0) == 1, 'it should be 1'", ""),
    "a check that skips": (CHECK, VALUES, "pytest.skip('not today')", ""),
    "a setting that there is not": (CHECK, HEAD, HEAD.replace("notes):", "notes, settings):") + "    settings['large']\n", ""),
    "a check that asks for nothing": (CHECK, VALUES, "notes.measured('nothing', 1.0)", ""),
    "a check without an end": (CHECK, VALUES, VALUES + "\n        [student.softplus(np.ones(10**6)) for _ in range(10**4)]", ""),
    "a key that prints": (KEY, "    return", "    print('here', x)\n    return", ""),
    "a key that prints when it is imported": (KEY, "def softplus", "print('loaded')\n\n\ndef softplus", ""),
    "a key with a syntax error": (KEY, "return", "retrun x +", ""),
    "a key with an error": (KEY, "def softplus", "zero = 1 / 0\n\n\ndef softplus", ""),
    "a key that imports what students may not": (KEY, "import numpy as np", "import numpy as np\nimport scipy.special", ""),
    "a key with an error in a function": (KEY, "    return", "    x = y\n    return", ""),
    "a key without main": (KEY, "def main", "def mian", ""),
    "a name of a task that there is not": (TOML, 'names = ["softplus"]', 'names = ["sofplus"]', ""),
    "a given name that there is not": (TOML, 'given = ["main"]', 'given = ["mian"]', ""),
    "a module of the key that there is not": (TOML, 'modules = ["exercise"]', 'modules = ["exercize"]', ""),
    "a main that is no module": (TOML, 'main = "exercise"', 'main = "main"', ""),
    "a key that there is not": (TOML, 'reference = "reference"', 'reference = "refrence"', ""),
    "an unknown key": (TOML, "title =", "tilte =", ""),
    "an unknown table": (TOML, "[limits]", "[limit]", ""),
    "TOML that is none": (TOML, "total = 10", "total == 10", ""),
    "a total of nothing": (TOML, "total = 10", "total = 0", ""),
    "a negative total": (TOML, "total = 10", "total = -10", ""),
    "a total that is no number": (TOML, "total = 10", "total = nan", ""),
    "a task twice": (TOML, "[limits]", '[[task]]\nnumber = "1.1"\ntitle = "again"\n\n[limits]', ""),
    "a limit of nothing": (TOML, "load_cpu_seconds = 10", "load_cpu_seconds = 0", ""),
    "a file that there is not": (TOML, 'reference = "reference"', 'reference = "reference"\nfiles = ["data/x.csv"]', ""),
    "a template without modules": (TOML, 'modules = ["exercise"]', 'modules = []', ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def zygote():
    """A fence for all of them."""
    one = Zygote(preload=["numpy"], private=[])
    one.start()
    yield one
    one.close()


def prepare(folder, zygote, out):
    """Make ready for a class, as a judge does before the first student."""
    assignment = load_assignment(find_assignment(str(folder)))
    order = {"isolation": None, "seed": "seed", "provenance": "", "out": str(out)}
    collect_checks(assignment.folder, lambda items: _set_up(assignment, zygote, order, items))


def change(folder, name, old, new):
    """Write something else into a file of an assignment, where it stands first."""
    path = Path(folder) / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_of_an_author_is_told(tmp_path, zygote, name):
    """One sentence with the file, the line and what to do, and nobody is graded."""
    file, old, new, told = MISTAKES[name]
    folder = tmp_path / "week"
    write_assignment(folder)
    change(folder, file, old, new)
    with pytest.raises(AssignmentError) as raised:
        prepare(folder, zygote, tmp_path)
    places = {"check": folder / CHECK, "key": folder / KEY, "toml": folder / TOML, "folder": folder}
    print("@@", name, "|", str(raised.value).replace(str(folder), "F"))
