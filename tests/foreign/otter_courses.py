"""Courses in six forms that Otter's assignments have had over the years, each with right, wrong and hostile hand-ins."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.foreign.course_files import Course
from tests.material.foreign.writing import archive, as_json, cell, notebook, raw, text, with_output, words

HEAD = "# Initialize Otter\nimport otter\ngrader = otter.Notebook('hw.ipynb')"
Answers = Mapping[str, Mapping[str, str]]


def hand_in(answers: Mapping[str, str], *, checks: bool = True, first: str = "", last: str = "") -> dict[str, Any]:
    """Return a notebook with a cell for each answer, and a check after each."""
    made = [cell(HEAD), *([cell(first)] if first else [])]
    for name, answer in answers.items():
        made.append(words(f"**{name}.** What is asked."))
        made.append(cell(answer))
        made += [cell(f'grader.check("{name}")')] if checks else []
    made += [cell(last)] if last else []
    return as_json(
        *made,
        cell("grader.check_all()"),
        cell("grader.export('hw.ipynb', pdf=False, run_tests=True)"),
    )


def _class(answers: Answers) -> dict[str, dict[str, str]]:
    """Return answers by student; one of each kind, and one that has everything of a kind where a question has it."""
    kinds = dict.fromkeys(kind for each in answers.values() for kind in each)
    return {kind: {name: each.get(kind, each["right"]) for name, each in answers.items()} for kind in kinds}


def ok_file(name: str, points: Any, *cases: dict[str, Any], **more: Any) -> str:
    """Return a file of tests in the format of OK."""
    suite = {"cases": list(cases), "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return f"OK_FORMAT = True\n\ntest = { ({'name': name, 'points': points} | more | {'suites': [suite]})!r}\n"


def case(code: str, *, hidden: bool = False, **more: Any) -> dict[str, Any]:
    """Return one case."""
    return {"code": code, "hidden": hidden, "locked": False} | more


LIAR = """
class Liar(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __round__(self, n=None): return Everything()
    def __hash__(self): return 0
class Everything:
    def __eq__(self, other): return True
    def __repr__(self): return 'True'
"""

# The archive of Otter Assign 3 and 4: examples as text, lists of points, hidden by default, what is said when they pass or not.
OK_ANSWERS: Answers = {
    "q1": {
        "right": "def total(xs):\n    return sum(x for x in xs if x > 0)",
        "wrong": "def total(xs):\n    return sum(xs)",
        "hostile": f"{LIAR}\ndef total(xs):\n    return Liar(1)",
    },
    "q2": {
        "right": "ratio = total([1, 2, -3]) / 2",
        "wrong": "ratio = 2",
        "hostile": f"{LIAR}\nratio = Liar(9)",
    },
    "q3": {
        "right": "table = {'x': [1, 2], 'y': (3,)}\nnames = sorted(table)",
        "wrong": "table = {'x': [1, 2], 'y': [3]}\nnames = ['y', 'x']",
        "hostile": "class D(dict):\n    def __repr__(self): return \"{'x': [1, 2], 'y': (3,)}\"\n    def __getitem__(self, k): return [1, 2]\ntable = D()\nnames = ['x', 'y']",
    },
    "q4": {
        "right": "def show(n):\n    for k in range(n):\n        print(k, end=' ')\n    print()\nxs = np.array([1.0, 2.5])",
        "wrong": "def show(n):\n    print(list(range(n)))\nxs = [1.0, 2.5]",
    },
    "q5": {
        "right": "def fail(x):\n    if x:\n        raise ValueError('bad value')\n    return None",
        "wrong": "def fail(x):\n    return 'bad value'",
    },
    "q6": {
        "right": "frame = pd.DataFrame({'a': [1, 2]}, index=['r', 's'])\nlong = 'one two  three'",
        "wrong": "frame = pd.DataFrame({'a': [1, 2]})\nlong = 'one two three'",
    },
}
OK_FILES = {
    "tests/q1.py": ok_file(
        "q1",
        [1, 2, 1],
        case(">>> total([1, 2])\n3", success_message="Sums work."),
        case(">>> total([-1, 4]) == 4\nTrue", hidden=True, failure_message="Mind the sign."),
        {"code": ">>> abs(total([0.5, -9]) - 0.5) < 1e-9\nTrue"},
    ),
    "tests/q2.py": ok_file(
        "q2",
        3,
        case(">>> 0 <= ratio <= 2\nTrue"),
        case(">>> round(ratio, 2)\n1.5", hidden=True, points=1),
        case(">>> isinstance(ratio, float)\nTrue\n>>> ratio == 1.5\nTrue"),
    ),
    "tests/q3.py": ok_file(
        "q3",
        None,
        case(">>> table\n{'x': [1, 2], 'y': (3,)}"),
        case(">>> names\n['x', 'y']\n>>> for k in names:\n...     print(k, table[k])\nx [1, 2]\ny (3,)", hidden=True),
    ),
    "tests/q4.py": ok_file(
        "q4",
        2,
        case(">>> show(3)\n0 1 2 \n>>> show(0)\n<BLANKLINE>"),
        case(">>> xs\narray([1. , 2.5])\n>>> xs.dtype\ndtype('float64')\n>>> float(xs.sum())\n3.5"),
    ),
    "tests/q5.py": ok_file(
        "q5",
        2,
        case(">>> fail(1)\nTraceback (most recent call last):\n  ...\nValueError: bad value\n"),
        case(">>> fail(0)\n>>> fail(0) is None\nTrue", hidden=True),
        all_or_nothing=True,
    ),
    "tests/q6.py": ok_file(
        "q6",
        2,
        case(">>> frame\n   a\nr  1\ns  2\n>>> int(frame.loc['s', 'a'])\n2"),
        case(">>> long\n'one two  three'\n>>> long.split()\n['one', 'two', 'three']", hidden=True),
    ),
    "otter_config.json": json.dumps({"show_stdout": True, "show_hidden": False, "lang": "python", "seed": None}),
    "requirements.txt": "numpy\npandas\n",
    "run_autograder": "#!/bin/bash\n",
    "setup.sh": "#!/bin/bash\n",
    "environment.yml": "name: otter-env\n",
    "run_otter.py": "import otter\n",
}


def ok_archive(folder: Path) -> Course:
    """Examples as text in an archive."""
    hand_ins = {
        student: {"": hand_in(given, first="import numpy as np\nimport pandas as pd")}
        for student, given in _class(OK_ANSWERS).items()
    }
    hand_ins["without checks"] = {
        "": hand_in(_class(OK_ANSWERS)["right"], checks=False, first="import numpy as np\nimport pandas as pd")
    }
    return Course("Otter, archive of examples", archive(folder / "autograder.zip", OK_FILES), hand_ins)


# Otter 5 and 6: functions that raise, with what stands around them in their file.
RAISING = {
    "autograder/tests/q1.py": """
from otter.test_files import test_case
import numpy as np
import pandas as pd

OK_FORMAT = False
name = "q1"
points = 5
TOLERANCE = 1e-8

class Case:
    def __init__(self, x, wanted):
        self.x, self.wanted = x, wanted

CASES = [Case(np.arange(4.0), 1.5), Case(np.array([2.0]), 2.0)]

def close(a, b, tol=TOLERANCE):
    return abs(a - b) < tol

@test_case(points=None, hidden=False, success_message="Well done.", failure_message="See the lecture.")
def test_plain(mean):
    assert close(mean(np.array([1.0, 3.0])), 2.0)

@test_case(points=2, hidden=True)
def test_hidden(mean):
    for one in CASES:
        assert close(mean(one.x), one.wanted), one.x

@test_case(points=1)
def test_errors(mean):
    import pytest
    with pytest.raises(ValueError, match="empty"):
        mean(np.array([]))
""",
    "autograder/tests/q2.py": """
OK_FORMAT = False
from otter.test_files import test_case
name = "q2"
points = [2, 1, 1]
all_or_nothing = True

@test_case()
def test_columns(scores, pd):
    assert isinstance(scores, pd.DataFrame)
    assert list(scores.columns) == ["name", "points"]

@test_case(hidden=True)
def test_env(env):
    assert "scores" in env and "nothing" not in env
    assert env["scores"].points.max() == 9
    assert env["mean"](env["np"].array([4.0])) == 4

@test_case(hidden=True)
def test_best(best):
    assert best == "bo"
""",
    "autograder/tests/q3.py": """
OK_FORMAT = False
import random
import numpy as np
from unittest.mock import patch
from otter.test_files import test_case
points = 3

@test_case(name="draws")
def test_draws(draw):
    np.random.seed(8)
    got = draw(5)
    np.random.seed(8)
    np.testing.assert_array_equal(got, np.random.randint(0, 10, 5))

@test_case(name="hidden draws", hidden=True)
def test_many(draw, rate=None):
    got = draw(400)
    assert got.min() == 0 and got.max() == 9, "from 0 to 9"
    assert 3.5 < got.mean() < 5.5

@test_case(name="asked", hidden=True)
def test_asked(ask):
    with patch("builtins.input", return_value=" Bo "):
        assert ask() == "bo"
""",
    "autograder/tests/q4.py": """
OK_FORMAT = False
from otter.test_files import test_case
import matplotlib.pyplot as plt
points = {"each": 2}

@test_case()
def test_title(figure):
    ax = figure.axes[0]
    assert ax.get_title() == "Points"

@test_case(hidden=True)
def test_bars(figure, plt):
    ax = figure.axes[0]
    assert [bar.get_height() for bar in ax.patches] == [7, 9]
    assert isinstance(figure, plt.Figure)
""",
    "autograder/otter_config.json": json.dumps({"score_threshold": None, "points_possible": None}),
    "autograder/files/scores.csv": "name,points\nann,7\nbo,9\n",
}
RAISING_ANSWERS: Answers = {
    "q1": {
        "right": "def mean(xs):\n    if len(xs) == 0:\n        raise ValueError('empty array')\n    return xs.sum() / len(xs)",
        "wrong": "def mean(xs):\n    return xs.sum()",
        "half": "def mean(xs):\n    return xs.sum() / len(xs)",
        "hostile": f"{LIAR}\ndef close(*a): return True\nimport pytest\npytest.raises = None\ndef mean(xs):\n    return Liar(3)",
    },
    "q2": {
        "right": "scores = pd.read_csv('scores.csv')\nbest = scores.name[scores.points.idxmax()]",
        "wrong": "scores = pd.read_csv('scores.csv')\nbest = 'ann'",
        "half": "scores = None\nbest = 'bo'",
        "hostile": "class All(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\nscores = pd.read_csv('scores.csv')\nbest = All('no')",
    },
    "q3": {
        "right": "def draw(n):\n    return np.random.randint(0, 10, n)\ndef ask():\n    return input('Name? ').strip().lower()",
        "wrong": "def draw(n):\n    return np.random.randint(0, 5, n)\ndef ask():\n    return input('Name? ')",
        "hostile": "np.testing.assert_array_equal = lambda *a: None\ndef draw(n):\n    return np.arange(n) % 10\nask = lambda: 'bo'",
    },
    "q4": {
        "right": "figure, ax = plt.subplots()\nax.bar(scores.name, scores.points)\nax.set_title('Points')",
        "wrong": "figure, ax = plt.subplots()\nax.bar(['a', 'b'], [9, 7])\nax.set_title('Points')",
        "half": "figure = plt.figure()",
    },
}


def raising_folder(folder: Path) -> Course:
    """Functions that raise, in the folder that Otter Assign writes."""
    for name, content in RAISING.items():
        text(folder / "dist" / name, content)
    first = "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt"
    hand_ins = {student: {"": hand_in(given, first=first)} for student, given in _class(RAISING_ANSWERS).items()}
    return Course("Otter, functions that raise", folder / "dist", hand_ins)


# A master of Otter Assign with a seed variable, hidden cells, points for each test, manual questions and export cells.
MASTER_ANSWERS: Answers = {
    "sim": {
        "right": "rng = np.random.default_rng(SEED)\nthrows = rng.integers(1, 7, size=10)",
        "wrong": "throws = np.ones(10, dtype=int)",
    },
    "count": {
        "right": "def count(xs, face=6):\n    return int(np.count_nonzero(np.asarray(xs) == face))",
        "wrong": "def count(xs, face=6):\n    return len(xs)",
        "hostile": "class Six:\n    def __eq__(self, o): return True\n    def __repr__(self): return '2'\ndef count(xs, face=6):\n    return Six()",
    },
    "label": {
        "right": "label = f'{count([6, 6])} sixes'",
        "wrong": "label = 'sixes'",
    },
}


def _question(name: str, right: str, tests: list[dict[str, Any]], **config: Any) -> Iterator[dict[str, Any]]:
    said = "".join(f"\n{key}: {value}" for key, value in config.items())
    yield raw(f"# BEGIN QUESTION\nname: {name}{said}")
    yield words(f"Do {name}.")
    yield raw("# BEGIN SOLUTION")
    yield cell(right)
    yield raw("# END SOLUTION")
    yield raw("# BEGIN TESTS")
    yield from tests
    yield raw("# END TESTS")
    yield raw("# END QUESTION")


def master(folder: Path) -> Course:
    """A master with a seed variable."""
    right = {name: each["right"] for name, each in MASTER_ANSWERS.items()}
    path = notebook(
        folder / "hw.ipynb",
        raw(
            "# ASSIGNMENT CONFIG\nname: hw\ninit_cell: true\ncheck_all_cell: true\nexport_cell:\n  pdf: false\n"
            "seed:\n  variable: SEED\n  autograder_value: 90\n  student_value: 7\ngenerate:\n  show_stdout: true"
        ),
        cell("import numpy as np\nSEED = 7"),
        *_question(
            "sim",
            right["sim"],
            [
                with_output(cell("len(throws) == 10 and set(throws) <= set(range(1, 7))"), "True"),
                with_output(
                    cell("# HIDDEN\nthrows.tolist() == np.random.default_rng(90).integers(1, 7, size=10).tolist()"),
                    "True",
                ),
            ],
            points="[1, 3]",
        ),
        *_question(
            "count",
            right["count"],
            [
                with_output(
                    cell(
                        '""" # BEGIN TEST CONFIG\npoints: 2\nsuccess_message: Sixes are counted.\n""" # END TEST CONFIG\ncount([6, 1, 6])'
                    ),
                    "2",
                ),
                with_output(cell("# HIDDEN\ncount(np.array([3, 3, 1]), face=3), count([])"), "(2, 0)"),
            ],
            points=3,
        ),
        *_question("label", right["label"], [with_output(cell("print(label)"), "2 sixes")]),
        raw("# BEGIN QUESTION\nname: why\nmanual: true\npoints: 2"),
        words("Why?"),
        raw("# BEGIN SOLUTION"),
        words("Because."),
        raw("# END SOLUTION"),
        raw("# END QUESTION"),
    )
    hand_ins = {
        student: {"": hand_in(given, first="import numpy as np\nSEED = 7")}
        for student, given in _class(MASTER_ANSWERS).items()
    }
    return Course("Otter, master with a seed variable", path, hand_ins)


def in_metadata(folder: Path) -> Course:
    """Tests in a notebook's metadata, and a hand-in that has changed its own copy of them."""
    answers: Answers = {
        "q1": {"right": "x = 4 ** 0.5", "wrong": "x = 4", "hostile": f"{LIAR}\nx = Liar(8)"},
        "q2": {
            "right": "def f(a, *, b=1):\n    return [a] * b",
            "wrong": "def f(a, b):\n    return a * b",
        },
        "q3": {"right": "s = {1, 2, 3} & {2, 3}", "wrong": "s = [2, 3]"},
    }
    tests = {
        "q1": {
            "name": "q1",
            "points": 1,
            "suites": [{"cases": [case(">>> x\n2.0"), case(">>> x - 2 == 0\nTrue")], "type": "doctest"}],
        },
        "q2": {
            "name": "q2",
            "points": [1, 1],
            "suites": [
                {
                    "cases": [
                        case(">>> f(1)\n[1]"),
                        case(
                            ">>> f('a', b=3)\n['a', 'a', 'a']\n>>> f(1, 2)\nTraceback (most recent call last):\n    ...\nTypeError: f() takes 1 positional argument but 2 were given"
                        ),
                    ]
                }
            ],
        },
        "q3": {
            "name": "q3",
            "points": None,
            "suites": [{"cases": [case(">>> s == {2, 3}\nTrue\n>>> len(s)\n2\n>>> isinstance(s, set)\nTrue")]}],
        },
    }
    path = notebook(
        folder / "hw.ipynb",
        *hand_in(_class(answers)["right"])["cells"],
        otter={"OK_FORMAT": True, "tests": tests},
    )
    hand_ins = {student: {"hw": hand_in(given)} for student, given in _class(answers).items()}
    hand_ins["hostile"]["hw"]["metadata"]["otter"] = {"OK_FORMAT": True, "tests": {}}
    return Course("Otter, tests in metadata", path, hand_ins)


def older_master(folder: Path) -> Course:
    """A master as Otter 1 to 3 had it: a fenced part begins a question, and tests follow its answer."""
    answers: Answers = {
        "q1": {
            "right": "squares = [k ** 2 for k in range(5)]",
            "wrong": "squares = [k for k in range(5)]",
        },
        "q2": {
            "right": "def biggest(xs):\n    return max(xs, default=None)",
            "wrong": "def biggest(xs):\n    return xs[-1]",
        },
        "q3": {
            "right": "plt.plot(squares)\nplt.title('Squares')\naxes = plt.gca()",
            "wrong": "plt.plot([1])\naxes = plt.gca()",
        },
    }

    def asked(name: str, **more: Any) -> dict[str, Any]:
        said = "".join(f"{key}: {value}\n" for key, value in {"name": name, **more}.items())
        return words(f"**Question.** Do it.\n\n```\nBEGIN QUESTION\n{said}```")

    path = notebook(
        folder / "hw.ipynb",
        words("```\nBEGIN ASSIGNMENT\ninit_cell: true\ngenerate: true\n```"),
        cell("import numpy as np\nimport matplotlib.pyplot as plt"),
        asked("q1", points=2),
        cell(f"{answers['q1']['right']} # SOLUTION"),
        with_output(cell("# TEST\nlen(squares)"), "5"),
        with_output(cell("# HIDDEN TEST\nsquares"), "[0, 1, 4, 9, 16]"),
        asked("q2"),
        cell("def biggest(xs):\n    return max(xs, default=None) # SOLUTION"),
        with_output(cell("# TEST\nbiggest([1, 3, 2])"), "3"),
        cell("# HIDDEN TEST\nbiggest([])"),
        asked("q3", points=1),
        cell(f"# BEGIN SOLUTION\n{answers['q3']['right']}\n# END SOLUTION"),
        with_output(cell("# TEST\naxes.get_title() == 'Squares'"), "True"),
        with_output(cell("# HIDDEN TEST\naxes.lines[0].get_ydata().tolist()"), "[0, 1, 4, 9, 16]"),
    )
    first = "import numpy as np\nimport matplotlib.pyplot as plt"
    hand_ins = {student: {"": hand_in(given, first=first)} for student, given in _class(answers).items()}
    return Course("Otter, an older master", path, hand_ins)


def seeded_scripts(folder: Path) -> Course:
    """A folder of tests with a seed, graded from scripts; one of them stops half way."""
    text(
        folder / "hw" / "tests" / "q1.py",
        ok_file("q1", 4, case(">>> 0 <= first < 1\nTrue"), case(">>> round(first, 6)\n0.773956", hidden=True)),
    )
    text(
        folder / "hw" / "tests" / "q2.py", ok_file("q2", 1, case(">>> second\n[2, 4]"), case(">>> len(name) > 2\nTrue"))
    )
    text(folder / "hw" / "otter_config.json", json.dumps({"seed": 42, "seed_variable": "SEED", "show_hidden": True}))
    head = "import otter\nimport numpy as np\ngrader = otter.Notebook()\n"
    first = "first = float(np.random.default_rng(SEED + 0).random())\ngrader.check('q1')\n"
    hand_ins: dict[str, Any] = {
        "right": f"{head}{first}second = [2, 4]\nname = 'abc'\ngrader.check('q2')\n",
        "wrong": f"{head}first = 5\nsecond = (2, 4)\nname = 'a'\n",
        "stops": f"{head}{first}raise RuntimeError('stopped')\nsecond = [2, 4]\n",
    }
    return Course("Otter, scripts", folder / "hw", {name: {"": each} for name, each in hand_ins.items()})


COURSES: tuple[Callable[[Path], Course], ...] = (
    ok_archive,
    raising_folder,
    master,
    in_metadata,
    older_master,
    seeded_scripts,
)
