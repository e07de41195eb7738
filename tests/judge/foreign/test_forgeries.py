"""Whatever a hand-in does to Python, to NumPy or to its notebook, it gains nothing where the judge compared."""

import pytest

from tests.judge.foreign.course import grade_source, in_process
from tests.judge.foreign.forgeries import BY_OBJECT, FORGERIES, HELPER, HONEST, NOT_FOOLED_IN_PROCESS, TEST
from tests.material.foreign.writing import cell, marked, notebook

RIGHT = "def mean(xs):\n    return float(np.mean(list(xs)))"
COMPARED = "compared by the judge"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Each forgery with the test that it is made for, as questions of one assignment; one student forges all, one is right."""
    work = tmp_path_factory.mktemp("forgeries")
    for student, forges in (("source", False), ("s001", False), *((name, True) for name in FORGERIES)):
        folder = work / "source" / "ps1" if student == "source" else work / "submitted" / student / "ps1"
        cells = [
            cell("import numpy as np"),
            cell(HELPER),
            marked(FORGERIES[student][0] if forges else RIGHT, "mean", "answer"),
        ]
        for name, (_, test) in FORGERIES.items():
            if not forges or name == student:
                cells.append(marked(test, f"test_{name}", "test", 1))
        cells.append(marked(TEST, "test_all", "test", 1))
        notebook(folder / "p.ipynb", *cells)
    return grade_source(work)


def _check(record, id_):
    return next(one for one in record["checks"] if one["id"] == id_)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_gains_nothing_where_the_judge_compared(graded, name):
    """Neither by the test that it is made for, nor by one that compares in many ways."""
    for id_ in (f"test_{name}", "test_all"):
        check = _check(graded[name], id_)
        assert check["result"] == "failed" or (name in BY_OBJECT and check["evidence"] != COMPARED), check


def test_the_same_forgeries_fool_a_test_in_their_own_process(tmp_path):
    """Control: what is refused here is full marks where the test runs beside the code that it judges."""
    fooled = [name for name in FORGERIES if name not in NOT_FOOLED_IN_PROCESS]
    pairs = [(f"{HELPER}\n{FORGERIES[name][0]}", FORGERIES[name][1]) for name in fooled]
    passed = in_process(pairs, tmp_path)
    assert [name for name, one in zip(fooled, passed, strict=True) if not one] == []


def test_right_work_passes_the_same_tests(graded, tmp_path):
    """Control: what the forgeries are refused, an honest answer earns; where a test asks for no mean, it passes in its own process."""
    failed = [one["id"] for one in graded["s001"]["checks"] if one["result"] != "passed"]
    assert set(failed) <= {f"test_{name}" for name in HONEST}
    assert in_process([(code, FORGERIES[name][1]) for name, code in HONEST.items()], tmp_path) == [True] * len(HONEST)
