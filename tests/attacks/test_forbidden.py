"""A forbidden import is found in the source, with file and line, and stopped when it happens; both stand in the student's report."""

import pytest

from tests.attacks.attack import HONEST
from tests.grading import grade, words, write_class
from tests.report.html_reader import Page

NEVER_RUN = HONEST + "\ndef never_called():\n    from torch import nn\n"
USED = "import torch\n    return torch.add(x, x)"
LIBRARY = "def helper():\n    import sklearn.metrics as m\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Records and pages of four students who import what is not allowed."""
    work = tmp_path_factory.mktemp("forbidden")
    folder = write_class(
        work / "class",
        hidden=NEVER_RUN,
        called=HONEST.replace("return 2.0 * x", USED),
        first="import pandas as pd\n" + HONEST,
    )
    (folder / "modules").mkdir()
    (folder / "modules" / "main.py").write_text(HONEST)
    (folder / "modules" / "library.py").write_text(LIBRARY)
    records = grade(folder, work / "out", "--quiet")
    pages = {name: Page((work / "out" / "students" / f"{name}.html").read_text(encoding="utf-8")) for name in records}
    pages["index"] = Page((work / "out" / "index.html").read_text(encoding="utf-8"))
    return records, pages


@pytest.mark.parametrize(
    ("student", "sentence"),
    [
        ("hidden", "hidden.py, line 14, imports torch, which this assignment does not allow."),
        ("called", "called.py, line 5, imports torch, which this assignment does not allow."),
        ("first", "first.py, line 1, imports pandas, which this assignment does not allow."),
        ("modules", "library.py, line 2, imports sklearn.metrics, which this assignment does not allow."),
    ],
)
def test_forbidden_import_is_found_in_the_source(student, sentence, graded):
    """Also where it is never executed, file and line are remarked, in the record and on the page."""
    records, pages = graded
    assert sentence in records[student]["remarks"]
    # Where a check failed by it, the box of that cause names file and line, and the remark is not said again.
    told = {"called": "called.py, line 5 imports torch"}.get(student, sentence)
    assert told in pages[student].words


def test_forbidden_import_costs_only_what_needs_it(graded):
    """It is refused when it is used, with a message; what is never used costs nothing, also in the first line."""
    records, _ = graded
    assert {records[name]["score"]["sum"] for name in ("first", "hidden", "modules")} == {10.0}
    assert words(records["called"])["check_double"] == ("failed", "forbidden", 0.0)
    (check,) = [check for check in records["called"]["checks"] if check["id"] == "check_double"]
    assert check["message"] == (
        "`double(array (3, 4))`: It raised ForbiddenImport: called.py, line 5 imports `torch`, which is neither allowed here "
        "nor part of the submission."
    )
    assert check["hint"] == "Use only the packages that the assignment allows."


def test_forbidden_import_is_named_to_the_instructor(graded):
    """The record, and the table of the class in the terminal and on its page, name the library."""
    records, pages = graded
    assert [records[name]["submission"]["forbidden"] for name in ("first", "hidden", "modules")] == [
        ["pandas"], ["torch"], ["sklearn.metrics"],
    ]  # fmt: skip
    rows = (
        "first imports pandas",
        "hidden imports torch",
        "modules imports sklearn",
        "called forbidden import in 1; imports torch",
    )
    for row in rows:
        assert f"{row}, not allowed" in " ".join(pages["index"].words.split())
