"""The notebook assignment through the real commands: the solution at full, the untouched notebook at nothing."""

import json
import shutil

from grader.material.assignment import load_assignment
from grader.material.questions import load_rubric
from tests.grading import PROJECT
from tests.written.test_merge import fill, rows_of, run


def at_full(row):
    """Return the points of a row when every criterion is met, and no comment."""
    criteria = [row[name] for name in row if name.startswith("criterion ") and row[name]]
    return *(cell.rpartition("(at most ")[2].rstrip(")") for cell in criteria), ""


def test_questions_are_those_of_the_notebook():
    """What a page says was asked is, word for word, what the notebook asks above the answer."""
    cells = json.loads((PROJECT / "student_template" / "components" / "components.ipynb").read_text())["cells"]
    texts = [" ".join("".join(cell["source"]).split()) for cell in cells if cell["cell_type"] == "markdown"]
    folder = PROJECT / "grader" / "assignments" / "components"
    rubric = load_rubric(folder / "rubric.toml", [task.number for task in load_assignment(folder).tasks], counts=True)
    for question in rubric.questions:
        (text,) = (text for text in texts if f"### {question.id} (text" in text)
        assert text.endswith(" ".join(question.asks.split())), question.id
        assert question.asks


def test_solution_notebook_earns_all_points_and_the_untouched_one_none(tmp_path):
    """Graded at full the solution has 45 of 45; the notebook as it is given out waits for nobody."""
    folder, out = tmp_path / "class", tmp_path / "reports"
    folder.mkdir()
    shutil.copy(PROJECT / "reference" / "components" / "solution.ipynb", folder / "s001.ipynb")
    shutil.copy(PROJECT / "student_template" / "components" / "components.ipynb", folder / "s002.ipynb")
    status, output, errors = run("grade", folder, "--assignment", "components", "--out", out)
    assert status == 0, output + errors
    scores = [json.loads((out / "records" / f"{student}.json").read_text())["score"] for student in ("s001", "s002")]
    assert [(score["sum"], score["total"], score["waiting"]) for score in scores] == [(22, 45, 23), (0, 45, 0)]
    sheet = out / "grading-sheet.csv"
    entries = {
        "_".join(row["key"].split("/")[1:3]): at_full(row) for row in rows_of(sheet) if row["state"] == "to grade"
    }
    assert len(entries) == 17
    status, output, errors = run("merge", fill(sheet, **entries), "--out", out)
    assert (status, errors) == (0, "")
    score = json.loads((out / "records" / "s001.json").read_text())["score"]
    assert (score["sum"], score["total"], score["waiting"]) == (45, 45, 0)
