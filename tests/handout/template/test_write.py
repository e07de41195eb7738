import json
import subprocess
import sys

import nbformat
import pytest

from grader.handout.template import stale, template_files, write_template
from grader.handout.template.stubs import answer_lines, make_stub
from grader.material.assignment import ROOT
from grader.material.plan import read_plan

SHIPPED_TEMPLATE = ROOT / "student_template" / "backprop"
# Shorter lines, such as `else:` or a closing bracket, say nothing about an answer.
TRIVIAL = 12


def plain_lines(name, text):
    """The lines of a file of the template without their indentation; those of a notebook are its cells' lines."""
    if name.endswith(".ipynb"):
        text = "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
    return {line.strip() for line in text.splitlines()}


def leaks(folder, files):
    """The lines of answers that a template holds, given things apart."""
    plan = read_plan(folder)
    answers, given = set(), set()
    for module in plan.modules:
        source = (plan.answer_key / f"{module}.py").read_text(encoding="utf-8")
        answers |= answer_lines(source, plan)
        for block in make_stub(module, source, plan).blocks:
            if not block.tasks:
                given |= {line.strip() for line in block.source.splitlines()}
    secret = {line for line in answers - given if len(line) > TRIVIAL}
    return {line for name, text in files.items() for line in plain_lines(name, text) & secret}


def test_template_on_disk_is_what_the_answer_key_gives(backprop):
    """The template that ships is fresh; else run `python -m grader template backprop`."""
    assert stale(backprop, SHIPPED_TEMPLATE) == []


def test_template_on_disk_holds_no_line_of_an_answer(backprop):
    """No file that ships, notebooks included, has a line of a body that was taken out."""
    paths = [path for path in SHIPPED_TEMPLATE.rglob("*") if path.suffix in {".py", ".ipynb"}]
    assert len(paths) > 10
    assert leaks(backprop, {path.name: path.read_text(encoding="utf-8") for path in paths}) == set()


def test_leaks_are_found(backprop):
    """The test above would see one line of an answer, even one in a notebook."""
    line = "return grad_output @ self.weight.value.T"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"    {line}", id="a")])
    assert leaks(backprop, {"a.py": f"        {line}\n"}) == {line}
    assert leaks(backprop, {"a.ipynb": nbformat.writes(notebook)}) == {line}


@pytest.mark.parametrize("entry", ["modules/main.py", "script/backprop.py"])
def test_template_runs_to_the_first_task_that_is_missing(entry):
    """The template imports cleanly, and running it asks for the first task it needs."""
    path = SHIPPED_TEMPLATE / entry
    done = subprocess.run(
        [sys.executable, "-W", "error", "-B", path.name], cwd=path.parent, capture_output=True, text=True, check=False
    )
    assert done.stdout == "linear:\n"
    assert done.stderr.splitlines()[-1] == "NotImplementedError: Task 6.2: write solve"


def test_notebook_runs_to_the_first_task_that_is_missing():
    """All cells but the last, which has the guard, run without a complaint."""
    notebook = nbformat.read(SHIPPED_TEMPLATE / "notebook" / "backprop.ipynb", as_version=4)
    nbformat.validate(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    namespace = {"__name__": "__main__"}
    for cell in cells[:-1]:
        exec(cell, namespace)
    with pytest.raises(NotImplementedError, match=r"^Task 6\.2: write solve$"):
        exec(cells[-1], namespace)


def test_every_task_with_a_name_has_a_marker(backprop):
    """Each task that names something is met by at least one marker of the script."""
    plan = read_plan(backprop)
    script = (SHIPPED_TEMPLATE / "script" / "backprop.py").read_text(encoding="utf-8")
    missing = [number for number in sorted(set(plan.numbers.values())) if f'("Task {number}: write ' not in script]
    assert missing == []


def test_write_template_is_fresh_afterwards_and_removes_leftovers(small, tmp_path):
    """A module that is gone from the answer key goes from the template, too."""
    destination = tmp_path / "template"
    (destination / "modules").mkdir(parents=True)
    (destination / "modules" / "old.py").write_text("", encoding="utf-8")
    assert stale(small, destination)[0] == "modules/old.py belongs to no module of the answer key."
    paths = write_template(small, destination)
    assert [path.relative_to(destination).as_posix() for path in paths] == list(template_files(small))
    assert not (destination / "modules" / "old.py").exists()
    assert stale(small, destination) == []


def test_stale_names_every_file_that_differs(small, tmp_path):
    """A file that was edited and one that is gone have a sentence each."""
    write_template(small, tmp_path / "template")
    (tmp_path / "template" / "modules" / "start.py").write_text("", encoding="utf-8")
    (tmp_path / "template" / "script" / "small.py").unlink()
    assert stale(small, tmp_path / "template") == [
        "modules/start.py is out of date with the answer key.",
        "script/small.py is missing.",
    ]


def test_template_files_are_the_same_every_time(backprop):
    """Nothing random or dated is in the notebook."""
    first = template_files(backprop)
    assert first == template_files(backprop)
    assert json.loads(first["notebook/backprop.ipynb"])["nbformat"] == 4
