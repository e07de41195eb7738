"""Tests of the commands that README.md and CONTRIBUTING.md show: all are parsed by the real parsers, the cheap ones are run."""

from __future__ import annotations

import configparser
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from grader.command.main import parser

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md")
FENCE = re.compile(r"(?ms)^( *)```console\n(.*?)^\1```$")
INLINE = re.compile(r"`((?:tox|python -m grader|python -m pytest|python -m reference)(?: [^`]+)?)`")
MADE = {  # the commands that are run, and what each makes
    "python -m grader doctor": None,
    "python -m grader template backprop --out for-students": "for-students",
    "tox -e grade my-class/ -- --list": None,
}


def commands() -> list[str]:
    """Return every command of the pages, in fenced blocks behind ``$`` and in running text, each once."""
    found: list[str] = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            lines = [line.strip() for line in block.group(2).splitlines()]
            assert all(line.startswith("$ ") for line in lines), f"{page}: a line of a console block begins with `$ `"
            for line in lines:
                found += [part.strip() for part in line.removeprefix("$ ").split("&&")]
        found += INLINE.findall(text)
    return list(dict.fromkeys(found))


def grader_words(command: str) -> list[str] | None:
    """Return what the grader's parser would be given, or None when the command is not one of the grader's."""
    words = shlex.split(command)
    if words[:3] == ["python", "-m", "grader"]:
        return words[3:]
    if words[:3] == ["tox", "-e", "grade"]:
        return ["grade", *(word for word in words[3:] if word != "--")]
    return None


def environments() -> set[str]:
    """Return the environments of tox.ini."""
    ini = configparser.ConfigParser(interpolation=None)
    ini.read(ROOT / "tox.ini", encoding="utf-8")
    return {name.removeprefix("testenv:") for name in ini.sections() if name.startswith("testenv:")}


def test_the_pages_hold_the_two_commands():
    """The two commands that the README promises are found by this reading of it, as they are typed."""
    first = ["python3 -m venv .venv", ". .venv/bin/activate", "pip install tox", "tox -e grade submissions/", "tox"]
    assert commands()[:5] == first


@pytest.mark.parametrize("command", [command for command in commands() if grader_words(command)])
def test_the_graders_parser_takes(command, capsys):
    """Each command of the grader in the pages is accepted by its parser."""
    words = grader_words(command)
    assert words is not None
    try:
        parser().parse_args(words)
    except SystemExit:
        pytest.fail(capsys.readouterr().err)


@pytest.mark.parametrize("command", [command for command in commands() if command.startswith("tox")])
def test_tox_has_the_environments_of(command):
    """Each environment that a command names exists, and options stand behind two dashes."""
    words = shlex.split(command)
    assert "-e" not in words or words[words.index("-e") + 1] in environments()
    before = words[: words.index("--")] if "--" in words else words
    assert [word for word in before if word.startswith("-")] in ([], ["-e"])
    assert words[1:2] in ([], ["-e"], ["exec"])


@pytest.mark.parametrize(
    "command", [command for command in commands() if command.startswith(("python tests", "python -m pytest"))]
)
def test_files_exist_that_are_named_by(command):
    """The files and folders that a command names are there."""
    for word in shlex.split(command)[1:]:
        assert "/" not in word or (ROOT / word).exists(), word


def test_every_option_of_grade_is_in_the_readme():
    """The README's table names every option that `grade` has, and no other."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| option | meaning |") : readme.index("| exit status |")]
    helped = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    options = set(re.findall(r"--[a-z][a-z-]+", helped.stdout)) - {"--help"}
    assert set(re.findall(r"--[a-z][a-z-]+", table)) == options


@pytest.mark.parametrize("command", MADE)
def test_cheap_command_runs(command, tmp_path):
    """Commands of the README that cost little are run from the checkout and end well."""
    assert command in commands()
    words = grader_words(command)
    assert words is not None
    if "my-class/" in words:
        (tmp_path / "my-class").mkdir()
        (tmp_path / "my-class" / "s001.py").write_text("answer = 42\n", encoding="utf-8")
    words = [str(tmp_path / word) if word in ("my-class/", "for-students") else word for word in words]
    finished = subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    made = MADE[command]
    assert made is None or any((tmp_path / made).iterdir())


def test_links_of_the_pages_lead_somewhere():
    """Every relative link and picture of the pages is a file of the repository."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert "://" in target or (ROOT / target).exists(), f"{page} links to {target}"
