"""Tests of what an audit concludes, and how it is shown."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.audit.page import render_audit
from grader.audit.table import identical, print_audit, remedy
from grader.audit.verdicts import verdicts
from tests.report.html_reader import Page

SURVIVOR = {
    "operator": "turned sign", "place": "softmax", "digest": "0123456789abcdef", "diff": "-a\n+b", "rejected_by": [], "lost": 0.0,
    "parts": {}, "broken": [], "reason": None, "identical_on": None,
}  # fmt: skip
CAUGHT = SURVIVOR | {"rejected_by": ["check_softmax"], "lost": 2.0, "parts": {"check_softmax": []}}
NAMED = {
    "id": "m", "title": "M.", "named": ["check_softmax"], "rejected_by": ["check_softmax"], "missed": [], "lost": 2.0,
    "parts": {"check_softmax": []}, "broken": [],
}  # fmt: skip


def result(**changed: Any) -> dict[str, Any]:
    """Return the result of an audit in which everything holds, apart from what is changed."""
    whole: dict[str, Any] = {
        "assignment": "softmax", "title": "Softmax", "points": 3.0, "seed": "1", "sample": 1.0, "full": False,
        "mutants_in_all": 1, "free": {"solve": "Open."},
        "ends": {"reference": {"earned": 3.0, "rejected_by": []}, "template": {"earned": 0.0, "rejected_by": ["check_softmax"]}},
        "named": [NAMED], "drawn": [CAUGHT],
        "settled": {"drawn": 1, "rejected": 1, "marked": 0, "surviving": 0, "marked_share": 0.0},
        "worth": {"never_lost": [], "together": [], "elsewhere": []},
        "variants": [{"id": "v", "title": "V.", "earned": [3.0, 0.0], "wanted": [3.0, 0.0], "right": True, "rejected_by": []}],
        "chance": {
            "seeds": 300,
            "trials": [{"table": "xor", "trial": {"rate": 1}, "times": 3, "who": "reference", "check": "c", "missed": 0, "trials": 300,
                        "bound": 0.0122, "worst": {"accuracy": "100.00%"}}],
            "rules": [{"table": "xor", "check": "c", "who": "reference", "fails": 1.8e-6}],
            "all": {"checks": 2, "missed": {}, "bound": 0.0122, "errors": {"largest error": 7.1e-8, "relative difference": 0.0}},
        },
        "clock": {"same": True, "differ": [], "scores": {"reference": 3.0},
                  "limits": [{"what": "loading", "limit": 60.0, "alone": 0.1, "busy": 0.2}]},
        "diagnosis": {"seed": "ab", "catalogue": 20, "rightly": 20, "not_named": [], "wrongly": [], "drawn": 1, "drawn_named": 1,
                      "drawn_wrongly": [], "drawn_unfinished": 0},
        "seconds": 90.0,
    }  # fmt: skip
    whole |= changed
    return whole | {"verdicts": [vars(verdict) for verdict in verdicts(whole)]}


def test_verdicts_hold_with_their_numbers():
    """Each claim has its sentence and the numbers behind it."""
    assert [(verdict.holds, verdict.claim, verdict.numbers) for verdict in verdicts(result())] == [
        (True, "The reference earns every point.", "3 of 3 points"),
        (True, "The template earns none.", "0 of 3 points"),
        (True, "Every named mutant is caught.", "1 of 1 are rejected by every check that they name"),
        (
            True,
            "Every drawn mutant is caught, or marked as equivalent.",
            "0 of 1 drawn mutants survive, 0 of them marked as equivalent (0.0%)",
        ),
        (True, "No check breaks on a wrong answer.", "0 ways to break one"),
        (True, "Every right answer is accepted.", "1 of 1 earn every point"),
        (
            True,
            "No check ever fails the reference.",
            "0 failures of 2 checks over 300 seeds; the failure rate of one is below 1.22% (95 %); largest error 7e-08 where 1e-05 passes",
        ),
        (
            True,
            "Chance does not decide a rule of several trials.",
            "the worst rule fails at most 1.8e-06 of the time (c, reference)",
        ),
        (True, "Timing does not decide.", "the records alone and on a busy machine are equal"),
        (True, "Known mistakes are named.", "20 of 20 named rightly, 0 wrongly, inputs drawn from ab"),
        (True, "Nothing is named wrongly.", "1 of 1 drawn mutants are named, 0 wrongly"),
    ]


@pytest.mark.parametrize(
    ("changed", "numbers"),
    [
        ({"ends": {"reference": {"earned": 2.0}}}, "2 of 3 points"),
        (
            {"named": [NAMED | {"missed": ["check_softmax"]}]},
            "0 of 1 are rejected by every check that they name: m",
        ),
        (
            {"settled": {"drawn": 9, "rejected": 8, "marked": 0, "surviving": 1, "marked_share": 0.0}},
            "1 of 9 drawn mutants survive, 0 of them marked as equivalent (0.0%)",
        ),
        (
            {"settled": {"drawn": 10, "rejected": 9, "marked": 1, "surviving": 0, "marked_share": 0.1}},
            "1 of 10 drawn mutants survive, 1 of them marked as equivalent (10.0%)",
        ),
        ({"drawn": [CAUGHT | {"broken": ["c: TypeError"]}]}, "1 ways to break one: c: TypeError"),
        ({"variants": [{"id": "v", "right": False}]}, "0 of 1 earn every point: v"),
        ({"clock": {"same": False, "differ": ["s001"]}}, "they differ: s001"),
        (
            {"diagnosis": {"seed": "ab", "catalogue": 20, "rightly": 18, "wrongly": [], "drawn": 1, "drawn_named": 0, "drawn_wrongly": [], "drawn_unfinished": 0}},
            "18 of 20 named rightly, 0 wrongly, inputs drawn from ab",
        ),
        (
            {"diagnosis": {"seed": "ab", "catalogue": 20, "rightly": 20, "wrongly": [], "drawn": 2, "drawn_named": 1, "drawn_wrongly": ["x"], "drawn_unfinished": 3}},
            "1 of 2 drawn mutants are named, 1 wrongly: x; 3 ran into the time limit",
        ),
    ],
)  # fmt: skip
def test_verdicts_fail_one_at_a_time(changed: dict[str, Any], numbers: str):
    """What does not hold is said with what is behind it, and nothing else fails for it."""
    whole = {name: value for name, value in result().items() if name != "verdicts"} | changed
    assert [verdict.numbers for verdict in verdicts(whole) if not verdict.holds] == [numbers]


def shown(whole: dict[str, Any], **options: Any) -> str:
    """Return what is printed, without colours."""
    out = io.StringIO()
    print_audit(whole, Path("page.html"), console=Console(file=out, width=200), **options)
    return out.getvalue()


def test_table_lists_survivors_with_their_diffs():
    """An author sees where a survivor is, what was changed, and that a check is missing."""
    settled = {"drawn": 1, "rejected": 0, "marked": 0, "surviving": 1, "marked_share": 0.0}
    worth = {"never_lost": ["check_a: part"], "together": [["a", "b"]], "elsewhere": [{"mutant": "m", "checks": ["c"]}]}
    text = shown(result(drawn=[SURVIVOR], settled=settled, worth=worth), quiet=True)
    assert text.splitlines()[1:] == [
        "FAILS  Every drawn mutant is caught, or marked as equivalent.  1 of 1 drawn mutants survive, 0 of them marked as equivalent (0.0%)",
        "",
        "softmax: every check still passes after this change (turned sign); its outputs differ on drawn inputs.",
        "-a",
        "+b",
        "If it is a mistake, make a check compare the outputs, or compare them more strictly. If not, mark it in "
        'equivalents.toml: digest = "0123456789abcdef"',
        "No wrong answer loses the points of check_a: part: does it check anything? Add a mutant that it rejects, or remove it.",
        "These checks reject exactly the same named mutants, so one of them may be enough: a, b.",
        "The mutant m loses points elsewhere, in c: is a prerequisite missing?",
    ]


def test_table_ends_with_seed_sample_and_page():
    """The seed that repeats the audit is printed, and how much of it was done."""
    assert (
        shown(result(sample=0.05)).splitlines()[-1]
        == "Seed 1, sample 5.0% of the mutants, 1.5 minutes. Page: page.html"
    )


def test_page_shows_every_part():
    """The page has the verdicts, the survivors, the mutants, the single trials and the limits, and is well formed."""
    page = Page(render_audit(result(drawn=[SURVIVOR, CAUGHT | {"place": "other"}])))
    assert page.unclosed == []
    for words in (
        "Audit of Softmax",
        "Survivor in softmax: turned sign",
        "Named mutants",
        "Single trials",
        "Time limits",
        "solve Open.",
    ):
        assert words in page.words


@pytest.mark.parametrize(
    ("row", "words", "remedy_"),
    [
        ({"identical_on": None}, "its outputs differ on drawn inputs", "make a check compare the outputs, or compare them more strictly"),
        ({"identical_on": 0}, "no check gives it an input", "add a check that calls it"),
        ({"identical_on": 10_005}, "its outputs are identical on 10,005 drawn inputs", "make a check draw inputs that tell the two apart"),
        ({"identical_on": 10_005, "default": "epsilon"}, "every check passes this argument: epsilon", "call it once without epsilon"),
        ({"identical_on": None, "default": "epsilon"}, "its outputs differ on drawn inputs", "make a check compare the outputs, or compare them more strictly"),
        ({"identical_on": None, "compared": False}, "there was no time to compare its outputs", "make a check compare the outputs, or compare them more strictly"),
    ],
)  # fmt: skip
def test_survivor_is_told_in_plain_words(row: dict[str, Any], words: str, remedy_: str):
    """What is known of its outputs, and what to write next."""
    assert (identical(row), remedy(row)) == (words, remedy_)


def test_table_says_what_to_do_about_each_row():
    """A check that refuses the key, one that pays for the template, a mutant that passes, a right answer that is refused."""
    whole = result(
        ends={
            "reference": {"earned": 1.0, "rejected_by": ["check_a"], "passed": ["check_b"]},
            "template": {"earned": 1.0, "rejected_by": ["check_a"], "passed": ["check_b"]},
        },
        named=[NAMED | {"missed": ["check_softmax"]}],
        variants=[{"id": "v", "right": False, "rejected_by": ["check_a"]}],
        quick=True,
    )
    lines = shown(whole).splitlines()
    assert [line for line in lines if not line.startswith(("holds", "FAILS", " "))] == [
        "check_a rejects the answer key: correct the check or the key.",
        "check_b gives points to the empty template: make it test what students write.",
        "The mutant m passes check_softmax: make the check compare something that this mistake changes, or correct rejected_by.",
        "The variant v is right, but check_a rejects it: compare only what the task asks for.",
        "This was a quick audit of about a minute; run it without --quick before you hand out the assignment.",
        "Seed 1, sample 100.0% of the mutants, 1.5 minutes. Page: page.html",
    ]
