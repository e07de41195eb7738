"""One slip in the answer key of each assignment, graded by the real command: one message leads, and all others say what to mend first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.audit import mutants
from grader.material.percent import is_percent, read_cells
from grader.material.script import answer_key
from tests.assignments.grading import ASSIGNMENTS

ROOT = Path(__file__).parents[3]


def handed_in(source: str, folder: Path) -> None:
    """Write a script, or a notebook from its text, as a student hands it in."""
    folder.mkdir()
    if not is_percent(source):
        (folder / "s001.py").write_text(source, encoding="utf-8")
        return
    notebook = nbformat.v4.new_notebook()
    for cell in read_cells(source, "s001"):
        new = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
        notebook.cells.append(new(cell.source, metadata={"tags": list(cell.tags)}))
    nbformat.write(notebook, folder / "s001.ipynb")


@pytest.mark.parametrize(
    ("assignment", "mutant", "leading", "following"),
    [
        ("autograd", "flat-data", "check_tensor", 31),
        ("backprop", "sequential-backward-in-order", "check_sequential_backward", 9),
        ("components", "sigmoid-sign", "check_sigmoid", 8),
    ],
)
def test_one_message_leads(assignment: str, mutant: str, leading: str, following: int, tmp_path: Path):
    """Of all that fails, one check stands alone; every other one says that this is to be mended first."""
    folder = ASSIGNMENTS / assignment
    key = answer_key(folder)
    assert key is not None
    (source,) = [case.source for case in mutants(folder, key) if case.id == mutant]
    handed_in(source, tmp_path / "class")
    command = [sys.executable, "-m", "grader", "grade", str(tmp_path / "class"), "--assignment", assignment, "--anyway"]
    subprocess.run([*command, "--out", str(tmp_path / "out"), "--seed", "leads", "--quiet"], cwd=ROOT, check=True)
    record = json.loads((tmp_path / "out" / "records" / "s001.json").read_text(encoding="ascii"))
    failed = {check["id"]: check["mend_first"] for check in record["checks"] if check["result"] == "failed"}
    assert failed.pop(leading) is None
    assert set(failed.values()) == {leading}
    assert len(failed) == following


def test_a_cell_that_stopped_leads_nothing_where_all_lines_were_printed(tmp_path: Path):
    """The lines are there, and wrong: what made the training wrong is to be mended first, and the cell cost no points."""
    key = answer_key(ASSIGNMENTS / "backprop")
    assert key is not None
    wrong = key.replace("return grad_output * (1.0 - self.outputs**2)", "return grad_output * (1.0 + self.outputs**2)")
    assert wrong != key
    before, after = wrong.split("\nclass Linear:", 1)
    cells = [before, "print(nobody_has_written_this)", f"class Linear:{after}"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    (tmp_path / "class").mkdir()
    nbformat.write(notebook, tmp_path / "class" / "s001.ipynb")
    command = [sys.executable, "-m", "grader", "grade", str(tmp_path / "class"), "--assignment", "backprop", "--anyway"]
    subprocess.run([*command, "--out", str(tmp_path / "out"), "--seed", "leads", "--quiet"], cwd=ROOT, check=True)
    record = json.loads((tmp_path / "out" / "records" / "s001.json").read_text(encoding="ascii"))
    printed = next(check for check in record["checks"] if check["id"] == "check_printed_lines")
    assert printed["message"].startswith("By the printed lines, ")
    assert printed["message"].endswith("%.")
    assert (printed["why"], printed["mend_first"]) == ("wrong", "check_tanh_backward")
    page = (tmp_path / "out" / "students" / "s001.html").read_text(encoding="utf-8")
    stopped = page.index("A cell of your notebook stopped")
    assert page.index("Fix this first") < stopped
    assert "This cost no points." in page[stopped:]
