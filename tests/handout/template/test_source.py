"""Tests of the notebooks that are made from one text, and that those that ship are fresh."""

import json
import shutil

import nbformat
import pytest

from grader.command.main import main
from grader.errors import AssignmentError
from grader.handout.template import solution_notebook, stale, template_files, write_template
from grader.handout.template.source import BEGIN, END
from grader.material.assignment import ROOT, SHIPPED

COMPONENTS = SHIPPED / "components"
ASSIGNMENT = """
[assignment]
id = "paper"
title = "A notebook"
total = 3
reference = "key"
files = ["data.txt"]

[[task]]
number = "1a"
title = "Doubling"
names = ["double", "result"]

[[task]]
number = "1b"
title = "Why"

[[task]]
number = "1c"
title = "A thing without a name"

[template]
notebook = "source.py"
"""
RUBRIC = """
placeholder = "*Write here.*"

[[question]]
id = "1b"
task = "1b"
title = "Why"
points = 1
model_answer = "Because."

[[question.criterion]]
name = "says why"
points = 1
"""
SOURCE = """\
# A remark for authors.

# %% [markdown]
# # Title
#
# Text.

# %% tags=["cell:1a"]
# Answer 1a
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


### BEGIN SOLUTION
result = double(3)
### END SOLUTION

# %% tags=["cell:1b"]
### BEGIN SOLUTION
double(4)
### END SOLUTION

# %% [markdown] tags=["answer:1b"]
# **Answer 1b**

# %% tags=["cell:1c"]
### BEGIN SOLUTION
anything = 5
### END SOLUTION
"""


@pytest.fixture
def paper(tmp_path):
    """The folder of a small assignment that is a notebook."""
    folder = tmp_path / "paper"
    (folder / "key").mkdir(parents=True)
    for name, text in {
        "assignment.toml": ASSIGNMENT,
        "rubric.toml": RUBRIC,
        "source.py": SOURCE,
        "data.txt": "7",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def cells(text):
    """Return kind, text and tags of the cells of a notebook."""
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells]


def test_student_notebook_has_stubs_and_placeholders(paper):
    """Solutions become stubs that name their task; an answer in words ends with the placeholder."""
    assert cells(template_files(paper)["paper.ipynb"]) == [
        ("markdown", "# Title\n\nText.", []),
        (
            "code",
            '# Answer 1a\ndef double(x):\n    raise NotImplementedError("Task 1a: write double")\n\n\n'
            'raise NotImplementedError("Task 1a: write result")',
            ["cell:1a"],
        ),
        ("code", "# Write your code here.", ["cell:1b"]),
        ("markdown", "**Answer 1b**\n\n*Write here.*", ["answer:1b"]),
        ("code", 'raise NotImplementedError("Task 1c: A thing without a name")', ["cell:1c"]),
    ]


def test_solution_notebook_has_solutions_and_model_answers(paper):
    """The other notebook keeps the solutions between their markers."""
    path, text = solution_notebook(paper)
    assert path == paper / "key" / "solution.ipynb"
    found = cells(text)
    assert (found[1][1].count(BEGIN), found[1][1].count(END)) == (2, 2)
    assert "return 2 * x" in found[1][1]
    assert found[3][1] == "**Answer 1b**\n\nBecause."


def test_template_of_a_notebook_is_fresh_afterwards(paper, tmp_path):
    """Given files come with the notebook, and a changed one is seen."""
    paths = write_template(paper, tmp_path / "out")
    assert [path.name for path in paths] == ["paper.ipynb", "data.txt"]
    assert stale(paper, tmp_path / "out") == []
    (tmp_path / "out" / "data.txt").write_text("8", encoding="utf-8")
    assert stale(paper, tmp_path / "out") == ["data.txt differs from the given file."]


def test_command_writes_the_solution_where_it_is_told(paper, tmp_path, capsys):
    """With a folder for students there is no solution in it; only --solution writes one."""
    main(["template", str(paper), "--out", str(tmp_path / "out")])
    assert capsys.readouterr().out.split() == [str(tmp_path / "out" / name) for name in ("paper.ipynb", "data.txt")]
    main(["template", str(paper), "--out", str(tmp_path / "out"), "--solution", str(tmp_path / "s.ipynb")])
    assert capsys.readouterr().out.split()[-1] == str(tmp_path / "s.ipynb")
    assert (tmp_path / "s.ipynb").read_text(encoding="utf-8") == solution_notebook(paper)[1]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("source.py", "    ### END SOLUTION\n", "", ", line 15: '### BEGIN SOLUTION' has no matching marker."),
        (
            "source.py",
            "anything = 5\n### END SOLUTION",
            "anything = 5",
            ", line 28: the cell ends inside a solution; write '### END SOLUTION'.",
        ),
        (
            "source.py",
            ' tags=["cell:1c"]',
            "",
            ", line 28: a cell with a solution needs a tag with the number of its task, like 'cell:1.1a'.",
        ),
        (
            "source.py",
            "cell:1c",
            "cell:1d",
            ", line 28: assignment.toml has no task '1d'; write it, or remove the tag.",
        ),
        (
            "source.py",
            "answer:1b",
            "answer:1c",
            ", line 25: rubric.toml has no question '1c'; write it, or remove the tag.",
        ),
        (
            "source.py",
            ' tags=["answer:1b"]',
            "",
            " has no text cell for the question '1b'; give one the tag 'answer:1b'.",
        ),
    ],
)
def test_source_that_does_not_fit_is_an_error(paper, file, old, new, message):
    """Text, tasks and questions must belong together; each sentence names the line and the remedy."""
    text = (paper / file).read_text(encoding="utf-8")
    assert old in text
    (paper / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        template_files(paper)
    assert str(caught.value) == f"{paper / file}{message}"


def test_missing_source_is_an_error(paper):
    """A template that names no file says so."""
    (paper / "source.py").unlink()
    with pytest.raises(AssignmentError) as caught:
        template_files(paper)
    sentence = (
        f"{paper / 'assignment.toml'}, line 23: 'notebook' names 'source.py', but there is no such file in {paper}."
    )
    assert str(caught.value) == sentence


def test_components_on_disk_are_what_the_source_gives():
    """Both notebooks that ship are fresh; else run `python -m grader template components`."""
    assert stale(COMPONENTS, ROOT / "student_template" / "components") == []
    path, text = solution_notebook(COMPONENTS)
    assert path == ROOT / "reference" / "components" / "solution.ipynb"
    assert path.read_text(encoding="utf-8") == text


def test_components_for_students_hold_no_line_of_an_answer():
    """No line between the markers, and no line of a model answer, is in the notebook that students receive."""
    solution, inside, secret = json.loads(solution_notebook(COMPONENTS)[1]), False, set()
    student = template_files(COMPONENTS)["components.ipynb"]
    seen = {line.strip() for _, text, _ in cells(student) for line in text.splitlines()}
    for cell in solution["cells"]:
        is_answer = any(tag.startswith("answer:") for tag in cell["metadata"].get("tags", ()))
        for number, line in enumerate("".join(cell["source"]).splitlines()):
            inside = line.strip() == BEGIN or (inside and line.strip() != END)
            if (inside and line.strip() != BEGIN) or (is_answer and number > 0):
                secret.add(line.strip())
    assert len(secret) > 100
    assert {line for line in secret & seen if len(line) > 12} == set()


def test_source_of_components_stays_out_of_the_template(tmp_path):
    """The folder for students holds the notebook and the digits, and nothing else."""
    write_template(COMPONENTS, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["components.ipynb", "digits.npz"]
    shutil.rmtree(tmp_path / "out")
