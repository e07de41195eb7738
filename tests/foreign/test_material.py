"""The verdicts on all material, beside those of the same tests inside the student's process."""

from __future__ import annotations

import pytest

from grader.material.foreign.reading import read_form
from tests.foreign import otter_suite
from tests.foreign.constructs import constructs
from tests.foreign.in_process import verdicts
from tests.foreign.material import run
from tests.material.foreign.writing import as_json, marked, notebook

LEAST = 430
OWN_SUITE = 196


@pytest.mark.soak
def test_the_verdicts_are_those_of_the_tools_themselves():
    """At least 430 verdicts, all that differ explained, and each of the assignment with seven files of tests the same."""
    findings = run()
    lines = "\n".join(findings.lines())
    assert findings.unexplained == [], lines
    assert findings.verdicts.total() >= LEAST, lines
    assert findings.verdicts["Otter, seven files of tests"] == OWN_SUITE, lines
    assert not [one for one in findings.differences if one.corpus == "Otter, seven files of tests"], lines


def test_each_construct_tells_a_right_answer_from_a_wrong_one(tmp_path):
    """In the process itself, every right answer passes and every wrong one fails, so that a verdict on them says something."""
    found = constructs()
    path = notebook(
        tmp_path / "p.ipynb",
        *(marked(each.test, each.name, "test", 3 if each.name == "partial_credit" else 1) for each in found),
    )
    form = read_form(path)

    def shares(kind: str) -> dict[str, float]:
        cells = (
            made
            for each in found
            for made in (
                marked(getattr(each, kind), f"answer-{each.name}", "answer"),
                marked(each.test, each.name, "test", 1),
            )
        )
        return {name: share for (name, _), share in verdicts(form, as_json(*cells), "p").items()}

    assert [name for name, share in shares("right").items() if share != 1] == []
    assert [name for name, share in shares("wrong").items() if share != 0] == []


def test_the_suite_has_fourteen_hand_ins_and_fourteen_cases():
    """So that it has as many verdicts as Otter's own."""
    assert len(otter_suite.CLASS) * sum(len(part.cases) for part in otter_suite.PARTS) == OWN_SUITE
