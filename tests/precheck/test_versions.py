"""Tests of what the pre-check says of versions: those that are here, and those that grade."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from grader.precheck.versions import IN_A_NOTEBOOK, minor, sentences
from tests.precheck.bundles import files_of
from tests.precheck.test_home import ran_with, run
from tests.precheck.test_notebook import cells

HERE = {"python": "3.12.1", "numpy": "2.2.6", "matplotlib": "3.11.2"}


@pytest.mark.parametrize(
    ("grading", "said"),
    [
        ({"python": "3.12", "numpy": "2.2", "matplotlib": "3.11", "scipy": "1.17"}, []),
        ({}, []),
        (
            {"python": "3.12", "numpy": "2.4", "matplotlib": "3.11"},
            [
                "Grading uses NumPy 2.4, but this is NumPy 2.2, so results may differ; "
                "install the versions of grading: %pip install -r requirements.txt"
            ],
        ),
        (
            {"python": "3.11", "numpy": "2.4", "matplotlib": "3.11"},
            [
                "Grading uses Python 3.11, NumPy 2.4, but this is Python 3.12, NumPy 2.2, so results may differ; "
                "use Python 3.11 here, and install the versions of grading: %pip install -r requirements.txt"
            ],
        ),
        (
            {"python": "3.11", "numpy": "2.2", "matplotlib": "3.11"},
            ["Grading uses Python 3.11, but this is Python 3.12, so results may differ; use Python 3.11 here."],
        ),
    ],
)
def test_what_differs_is_one_sentence_with_the_remedy(grading: dict[str, str], said: list[str]):
    """Versions that differ in the first two numbers are named with those that grade; the last number does not matter."""
    told = list(sentences(HERE, grading, IN_A_NOTEBOOK))
    assert told == ["This ran with Python 3.12.1, NumPy 2.2.6, Matplotlib 3.11.2.", *said]


def test_the_zip_asks_for_the_versions_that_grade():
    """What pip is asked for, and what the pre-check compares with, are the versions that are installed where the zip is made."""
    numpy, matplotlib = (minor(version(name)) for name in ("numpy", "matplotlib"))
    major, number = numpy.split(".")
    files = files_of("backprop")
    asked = files["requirements.txt"].decode().splitlines()
    assert asked[0] == f"numpy>={numpy},<{major}.{int(number) + 1}"
    assert asked[1].startswith(f"matplotlib>={matplotlib},<")
    assert asked[2:] == ["pytest>=8"]
    about = json.loads(files["precheck_files/assignment/about.json"])
    assert {name: about["versions"][name] for name in ("numpy", "matplotlib")} == {
        "numpy": numpy,
        "matplotlib": matplotlib,
    }


def test_another_version_at_home_is_told_everywhere(home: Path):
    """In the terminal, on the page and in a notebook the sentence stands below what was found."""
    about = home / "precheck_files" / "assignment" / "about.json"
    document = json.loads(about.read_text(encoding="utf-8"))
    document["versions"]["numpy"] = "9.9"
    about.write_text(json.dumps(document), encoding="utf-8")
    here = minor(version("numpy"))
    told = f"Grading uses NumPy 9.9, but this is NumPy {here}, so results may differ; install the versions of grading: "
    status, out, err = run(home, "--task", "1.1", "--html", COLUMNS="400")
    assert (status, err) == (0, "")
    assert " ".join(out.split()).endswith(
        f"{ran_with()} {told}python -m pip install -r requirements.txt The page is in precheck.html."
    )
    page = (home / "precheck.html").read_text(encoding="utf-8")
    assert f"<p class=soft>{ran_with()}</p>\n<p class=soft>{told}python -m pip install -r requirements.txt</p>" in page
    shown = cells(home, "from precheck import check", "check('1.1')")
    assert " ".join(shown.split()).endswith(f"{ran_with()} {told}%pip install -r requirements.txt")
