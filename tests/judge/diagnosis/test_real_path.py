"""Known mistakes in a student's own style, graded by the real command: their names are in the records and on the pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.report.html_reader import Page

ROOT = Path(__file__).parents[3]
RIGHT = (ROOT / "tests" / "gallery" / "s001_right_script" / "s001.py").read_text(encoding="utf-8")
MISTAKES = {
    "at_output": ("lambda z, a: a * (1 - a)", "lambda z, a: squash(a) * (1 - squash(a))"),
    "averaged": ("bias.grad = grad_output.sum(axis=0)", "bias.grad = grad_output.mean(axis=0)"),
    "no_two": ("lambda p, t: 2 * (p - t)", "lambda p, t: p - t"),
    "unheard_of": ("math.log1p(math.exp(-abs(z)))", "0.9 * math.log1p(math.exp(-abs(z)))"),
}
AVERAGED = {
    "id": "linear-bias-averaged",
    "title": "The bias gradient is averaged over the batch.",
    "explanation": "The loss has divided by the batch already; dividing again makes the bias learn too slowly by a factor that depends "
    "on the batch.",
    "hint": "See by what the gradient of the bias is reduced over the batch.",
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports on students who each made one mistake."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("reports")
    for name, (old, new) in MISTAKES.items():
        assert RIGHT.count(old) == 1, old
        (folder / f"{name}.py").write_text(RIGHT.replace(old, new), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(folder),
        "--out",
        str(out),
        "--seed",
        "diagnosis",
        "--quiet",
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    return out


def checks(reports: Path, student: str) -> dict[str, dict[str, Any]]:
    """Return the checks of a student's record, by their ids."""
    record = json.loads((reports / "records" / f"{student}.json").read_text(encoding="ascii"))
    return {check["id"]: check for check in record["checks"]}


@pytest.mark.parametrize(
    ("student", "check", "mistake"),
    [
        ("at_output", "check_sigmoid_backward", "sigmoid-derivative-at-output"),
        ("averaged", "check_linear_backward", "linear-bias-averaged"),
        ("no_two", "check_mse", "mse-no-two"),
    ],
)
def test_a_known_mistake_is_named_in_the_record(reports: Path, student: str, check: str, mistake: str):
    """Closures in place of classes, and other formulas, make no difference: the values tell."""
    assert checks(reports, student)[check]["diagnosis"]["id"] == mistake


def test_the_diagnosis_has_its_words_and_its_part(reports: Path):
    """The record says what, why it matters and where to look, with the check and with the part that failed."""
    check = checks(reports, "averaged")["check_linear_backward"]
    assert check["diagnosis"] == AVERAGED
    assert [part["diagnosis"] for part in check["parts"]] == [None, None, AVERAGED]


def test_what_only_follows_says_what_to_mend_first(reports: Path):
    """The gradient of the whole network fails for the same reason, so it leads nobody astray."""
    followers = {id_: check["mend_first"] for id_, check in checks(reports, "averaged").items() if check["mend_first"]}
    assert followers == dict.fromkeys(
        ("check_network_gradient_sigmoid", "check_network_gradient_tanh", "check_network_gradient_relu"),
        "check_linear_backward",
    )


def test_a_mistake_that_nobody_knows_is_not_guessed(reports: Path):
    """What fits no known mistake gets no name: the message says only what differs."""
    assert [check["diagnosis"] for check in checks(reports, "unheard_of").values() if check["diagnosis"]] == []
    assert checks(reports, "unheard_of")["check_bce_with_logits"]["result"] == "failed"


def test_the_page_says_the_cause_before_the_values_and_hides_the_hint(reports: Path):
    """What was checked, one likely cause, expected beside actual, then the hints behind a fold."""
    text = (reports / "students" / "averaged.html").read_text(encoding="utf-8")
    words = Page(text).words
    part = checks(reports, "averaged")["check_linear_backward"]["parts"][2]
    end = words.index(AVERAGED["hint"]) + len(AVERAGED["hint"])
    shown = words[words.rindex("bias.grad after", 0, end) : end]
    places = [
        shown.index(piece)
        for piece in ("Likely cause:", AVERAGED["title"], AVERAGED["explanation"], "Expected", "Your code gave", "Hint")
    ]
    assert places == sorted(places)
    assert part["message"].split(" should be ")[1] in words
    assert '<details class="hint"><summary>Hint</summary>' in text
