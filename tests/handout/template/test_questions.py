"""A written question has a place in every form of the template, and the form handed in as it came is nothing written."""

import json
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest

from grader.handout.starter import write_assignment
from grader.handout.template import template_files
from tests.grading import PROJECT, environment

RUBRIC = '''
placeholder = "Write your answer here."

[[question]]
id = "1.1a"
task = "1.1"
title = "Why does exp overflow, and why not here?"
asks = """
Give the largest $x$ for which $e^x$ is finite.

## A hint

> Think of $2^{1024}$.

```python
np.log(np.finfo(float).max)
```
"""
points = 2
model_answer = "About 709.78."

[[question.criterion]]
name = "the number"
points = 2

[[question]]
id = "1.1b"
task = "1.1"
title = "Is softplus convex?"
points = 1
model_answer = "Yes."

[[question.criterion]]
name = "yes"
points = 1
'''
FORM = """\
# Answers: Week

Write each answer below its question, in Markdown; formulas stand between dollar signs, as in $x^2$. Keep the lines that begin with
`##`, since they tell which answer is which, and hand this file in with your code.

## 1.1a

> Why does exp overflow, and why not here?
>
> Give the largest $x$ for which $e^x$ is finite.
>
> ## A hint
>
> > Think of $2^{1024}$.
>
> ```python
> np.log(np.finfo(float).max)
> ```
>
> (2 points)

Write your answer here.

## 1.1b

> Is softplus convex?
>
> (1 point)

Write your answer here.
"""
RIGHT = "import numpy as np\n\n\ndef softplus(x):\n    return np.logaddexp(0.0, x)\n"


@pytest.fixture
def week(tmp_path):
    """A small assignment with two written questions that count."""
    folder = tmp_path / "week"
    write_assignment(folder)
    (folder / "rubric.toml").write_text(RUBRIC)
    about = folder / "assignment.toml"
    about.write_text(about.read_text().replace("total = 10", "total = 13") + "\n[rubric]\ncounts = true\n")
    return folder


def command(*words):
    """Run a command of ours; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_question_stands_in_every_form(week):
    """The notebook has a cell that asks and one for the answer; script and modules have a file to fill in."""
    files = template_files(week)
    assert files["script/answers.md"] == files["modules/answers.md"] == FORM
    cells = nbformat.reads(files["notebook/week.ipynb"], as_version=4).cells[-5:]
    asked = RUBRIC.partition('asks = """')[2].partition('"""')[0].strip()
    assert [(cell.source, cell.metadata.get("tags")) for cell in cells] == [
        ("## Questions", None),
        (f"### Question 1.1a: Why does exp overflow, and why not here? (2 points)\n\n{asked}", None),
        ("**Answer 1.1a**\n\nWrite your answer here.", ["answer:1.1a"]),
        ("### Question 1.1b: Is softplus convex? (1 point)", None),
        ("**Answer 1.1b**\n\nWrite your answer here.", ["answer:1.1b"]),
    ]
    assert "Question" not in files["script/week.py"]


def test_questions_that_do_not_count_are_asked_on_request(week):
    """Without `counts` they stand in the template only when that is asked for."""
    about = week / "assignment.toml"
    about.write_text(about.read_text().replace("total = 13", "total = 10").replace("counts = true", "counts = false"))
    assert "script/answers.md" not in template_files(week)
    assert template_files(week, rubric=True)["script/answers.md"] == FORM


def test_form_as_it_came_is_nothing_written(week, tmp_path):
    """Neither form waits for a person when it comes back as it was; an answer below the question does, without the question in it."""
    students = tmp_path / "class"
    files = template_files(week)
    answered = files["script/answers.md"].replace("Write your answer here.", "About 709.", 1)
    rewrapped = (
        files["script/answers.md"].replace("> Why does exp overflow, and why not here?\n>\n", "").replace("\n", "\r\n")
    )
    for name, answers in (("s001", files["script/answers.md"]), ("s002", answered), ("s003", rewrapped)):
        (students / name).mkdir(parents=True)
        (students / name / "main.py").write_text(RIGHT)
        (students / name / "answers.md").write_text(answers)
    (students / "s004.ipynb").write_text(files["notebook/week.ipynb"])
    command("grade", students, "--assignment", week, "--out", tmp_path / "out", "--anyway")
    records = {path.stem: json.loads(path.read_bytes()) for path in (tmp_path / "out" / "records").glob("*.json")}
    found = {name: [(each["state"], each["text"]) for each in record["answers"]] for name, record in records.items()}
    idle = ("untouched", "Write your answer here.")
    assert found == {
        "s001": [idle] * 2,
        "s002": [("waiting", "About 709."), idle],
        "s003": [idle] * 2,
        "s004": [idle] * 2,
    }
    assert [records[name]["score"]["waiting"] for name in sorted(records)] == [0, 2, 0, 0]
    sheet = (tmp_path / "out" / "grading-sheet.csv").read_text(encoding="utf-8-sig")
    assert "1.1a Why does exp overflow, and why not here? (2)\nGive the largest $x$" in sheet
    page = (tmp_path / "out" / "students" / "s002.html").read_text(encoding="utf-8")
    assert page.index("Give the largest") < page.index("About 709.")


def test_students_find_the_questions_in_their_zip(week, tmp_path):
    """The form lies beside the script and in the folder of modules, the README speaks of it, and it is no form of the work."""
    command("bundle", week, "--out", tmp_path / "week.zip")
    with zipfile.ZipFile(tmp_path / "week.zip") as archive:
        names = {name.partition("/")[2]: name for name in archive.namelist()}
        assert archive.read(names["answers.md"]).decode() == archive.read(names["modules/answers.md"]).decode() == FORM
        readme = archive.read(names["README.md"]).decode()
    assert "- `answers.md`" not in readme
    assert (
        "Written questions are in `answers.md`: write your answers there and hand it in with your code, or into the answer cells "
        "of the notebook. " in readme
    )


def test_folder_of_data_is_given(week, tmp_path):
    """A file in a folder, and a folder with all that is in it, lie beside every submission under their names, and in the template."""
    data = week / "data"
    (data / "deep").mkdir(parents=True)
    (data / "x.csv").write_text("1,2\n")
    (data / "deep" / "y.csv").write_text("3,4\n")
    shutil.copytree(data, week / "more")
    about = week / "assignment.toml"
    about.write_text(
        about.read_text().replace('reference = "reference"', 'reference = "reference"\nfiles = ["data/x.csv", "more"]')
    )
    students = tmp_path / "class"
    (students / "s001").mkdir(parents=True)
    reading = 'for name in ("data/x.csv", "more/x.csv", "more/deep/y.csv"):\n    np.loadtxt(name, delimiter=",")\n'
    (students / "s001" / "main.py").write_text(f"{RIGHT}\n\n{reading}")
    command("grade", students, "--assignment", week, "--out", tmp_path / "out")
    record = json.loads((tmp_path / "out" / "records" / "s001.json").read_bytes())
    assert (record["loading"]["status"], record["score"]["sum"]) == ("loaded", 10)
    command("template", week, "--out", tmp_path / "template")
    assert (tmp_path / "template" / "more" / "deep" / "y.csv").read_text() == "3,4\n"
