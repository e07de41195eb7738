"""A forbidden import is found in the source, with file and line, and stopped when it happens; both stand in the student's report."""

import pytest

from tests.attacks.attack import HONEST
from tests.grading import grade, words, write_class
from tests.report.html_reader import Page

NEVER_RUN = HONEST + "\ndef never_called():\n    from torch import nn\n"
LIBRARY = "def helper():\n    import sklearn.metrics as m\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Records and pages of three students who import what is not allowed."""
    work = tmp_path_factory.mktemp("forbidden")
    folder = write_class(work / "class", hidden=NEVER_RUN, called=HONEST.replace("return 2.0 * x", "import torch"))
    (folder / "modules").mkdir()
    (folder / "modules" / "main.py").write_text(HONEST)
    (folder / "modules" / "library.py").write_text(LIBRARY)
    records = grade(folder, work / "out", "--quiet")
    pages = {name: Page((work / "out" / "students" / f"{name}.html").read_text(encoding="utf-8")) for name in records}
    return records, pages


@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        ("hidden", "hidden.py, line 14, imports torch, which this assignment does not allow."),
        ("called", "called.py, line 5, imports torch, which this assignment does not allow."),
        ("modules", "library.py, line 2, imports sklearn.metrics, which this assignment does not allow."),
    ],
)
def test_forbidden_import_is_found_in_the_source(student, sentence, graded):
    """Also where it is never executed, file and line are remarked, in the record and on the page."""
    records, pages = graded
    assert sentence in records[student]["remarks"]
    assert sentence in pages[student].words


def test_forbidden_import_costs_only_what_needs_it(graded):
    """It is refused when it happens, with a message; what never happens costs nothing."""
    records, _ = graded
    assert {record["score"]["sum"] for record in (records["hidden"], records["modules"])} == {10.0}
    assert words(records["called"])["check_double"] == ("failed", "forbidden", 0.0)
    (check,) = [check for check in records["called"]["checks"] if check["id"] == "check_double"]
    assert check["message"] == (
        "`double(array (3, 4))`: It raised ForbiddenImport: called.py, line 5 imports `torch`, which is neither allowed here "
        "nor part of the submission."
    )
    assert check["hint"] == "Use only the packages that the assignment allows."
