"""The demonstration class of ``components``, graded through the real command: notebooks as students hand them in."""

import json
import subprocess
import sys

import pytest

from tests.gallery_components.students import STUDENTS, hand_in
from tests.grading import PROJECT, environment


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Grade the class once with the command line; the folder of the reports."""
    work = tmp_path_factory.mktemp("components")
    hand_in(work / "class")
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(work / "class"),
        "--assignment",
        "components",
        "--quiet",
        "--anyway",
    ]
    done = subprocess.run(
        [*command, "--out", str(work / "out"), "--jobs", "2", "--seed", "gallery"],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return work / "out"


def record(out, name):
    """Return the record of a student."""
    return json.loads((out / "records" / f"{name}.json").read_text(encoding="utf-8"))


def words_by_task(found):
    """Return, for each task, the words of its checks that were not passed."""
    words = {}
    for check in found["checks"]:
        if check["result"] != "passed":
            words.setdefault(check["task"], set()).add(check["why"] or check["result"])
    return {task: sorted(each) for task, each in words.items()}


@pytest.mark.parametrize("name", STUDENTS)
def test_notebooks_are_graded_as_expected(name, out):
    """Each notebook has the points, the words and the remarks that its student expects."""
    student, found = STUDENTS[name], record(out, name)
    said = (found["score"]["points"], found["score"]["waiting"], words_by_task(found))
    assert said == (student.points, student.waiting, student.words), json.dumps(
        {check["id"]: check["message"] for check in found["checks"] if check["result"] != "passed"}, indent=2
    )
    for remark in student.remarks:
        assert any(line.startswith(remark.format(name)) for line in found["remarks"]), found["remarks"]


def test_untouched_notebook_waits_for_nobody(out):
    """What students receive earns 0, nothing crashed, and no question needs a person."""
    found = record(out, "s002")
    assert found["score"]["sum"] == found["score"]["waiting"] == 0
    assert {check["why"] for check in found["checks"] if check["result"] == "failed"} == {"missing"}


def test_outputs_that_were_handed_in_are_ignored(out):
    """What stood in the notebook as printed is neither in the record nor in the notebook that ran here."""
    assert "all points earned" not in (out / "records" / "s004.json").read_text(encoding="utf-8")
    assert "all points earned" not in (out / "notebooks" / "s004.ipynb").read_text(encoding="utf-8")


def test_a_failing_cell_costs_only_itself(out):
    """Input, packages that are not there and endless printing end their own cells, each with its word in the notebook."""
    cells = json.loads((out / "notebooks" / "s009.ipynb").read_text(encoding="utf-8"))["cells"]
    errors = [
        output["ename"] for cell in cells for output in cell.get("outputs", ()) if output["output_type"] == "error"
    ]
    assert errors == ["EOFError", "ForbiddenImport", "ForbiddenImport"]


def test_pdf_beside_a_notebook_is_linked_and_not_graded(out):
    """The person who grades finds it on the page for the class."""
    assert (out / "handed-in" / "s001.pdf").read_bytes().startswith(b"%PDF")
    assert '<a href="handed-in/s001.pdf">PDF</a>' in (out / "index.html").read_text(encoding="utf-8")
