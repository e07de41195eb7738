"""The guide is walked literally: every file that it says to write is written, every command that it shows is run."""

import shlex
import shutil
import subprocess
import sys

import pytest

from tests.grading import PROJECT, environment
from tests.handout.starter.guide import GUIDE, steps

STEPS = steps(GUIDE.read_text(encoding="utf-8"))
# What the ordinary tests leave of the audit, which takes minutes: all named mutants and variants, a few drawn ones.
SAMPLE = " --sample 0.03 --seed guide --part ends --part mutants --part variants"


@pytest.fixture
def checkout(tmp_path):
    """A copy of the grader with nothing beside it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("grader", "reference"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tox.ini", "conftest.py", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder / name)
    return folder


def run(command, checkout):
    """Run one command of the guide in the checkout; return what was printed."""
    words = shlex.split(command)
    assert words[0] == "python"
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=checkout,
        env=environment(COLUMNS="80"),
        capture_output=True,
        text=True,
        timeout=900,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def do(step, checkout, sample=""):
    """Do one step of the guide, and see what it says is to be seen; ``sample`` are options of an audit."""
    path = checkout / step.target
    if step.kind == "write":
        path.write_text(step.content)
    elif step.kind == "remove":
        path.unlink()
    else:
        shown = {" ".join(line.split()) for line in run(_sampled(step.target, sample), checkout).splitlines()}
        for line in step.content.splitlines():
            assert any(" ".join(line.split()) in seen for seen in shown), (line, shown)


def _sampled(command, sample):
    return command + sample if " audit " in command else command


def test_guide_can_be_walked(checkout):
    """From nothing to an assignment that grades, is audited and has a template and written answers."""
    assert [step.kind for step in STEPS].count("run") >= 5
    for step in STEPS:
        do(step, checkout, SAMPLE)
    week = checkout.parent / "week-3"
    # As a student who writes the answer into the form of the template would hand it in.
    (week / "class" / "s003").mkdir(parents=True)
    shutil.copy(week / "examples" / "s001.py", week / "class" / "s003" / "main.py")
    form = (week / "template" / "script" / "answers.md").read_text(encoding="utf-8")
    (week / "class" / "s003" / "answers.md").write_text(
        form.replace("Write your answer here.", "It jumps."), encoding="utf-8"
    )
    printed = run("python -m grader grade ../week-3/class --assignment ../week-3 --out ../week-3-reports", checkout)
    assert "10/12" in printed
    sheet = (checkout.parent / "week-3-reports" / "grading-sheet.csv").read_text(encoding="utf-8-sig")
    assert "The steps overshoot" in sheet
    assert "It jumps." in sheet
    assert "answer:2.1a" in (week / "template" / "notebook" / "week-3.ipynb").read_text(encoding="utf-8")


@pytest.mark.soak
def test_guide_makes_an_assignment_that_the_audit_finds_whole(checkout):
    """Every command as it stands there: each drawn mutant is caught, with the one that the guide marks."""
    for step in STEPS:
        do(step, checkout)


def test_guide_names_every_key_and_mark():
    """What an author may write stands in the tables for looking up."""
    from dataclasses import fields

    from grader.judge.mistakes import MARKERS
    from grader.material.assignment import KEYS, Limits

    text = GUIDE.read_text(encoding="utf-8")
    words = [*(key for keys in KEYS.values() for key in keys), *(field.name for field in fields(Limits))]
    assert [word for word in words if f"`{word}`" not in text] == []
    assert [mark for mark in MARKERS if f"`{mark.partition('(')[0]}(" not in text] == []
