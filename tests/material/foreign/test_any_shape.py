"""Tests that an author's notebook of any shape is read or refused with a sentence, and that any hand-in is matched with it."""

from __future__ import annotations

import copy
import json
import random

from grader.errors import GraderError
from grader.material.foreign.matching import match
from grader.material.foreign.reading import is_form, read_form
from grader.material.foreign.release import release
from tests.material.foreign.test_nbgrader import cells
from tests.material.foreign.test_otter import master
from tests.material.foreign.writing import as_json, cell, text

VALUES = (
    None,
    True,
    -1,
    1.5,
    "",
    "x",
    [],
    {},
    ["a", 1],
    {"a": 1},
    "### BEGIN SOLUTION",
    "# BEGIN QUESTION\nname: 3",
    10**30,
)
SPEC = {"name": "q1", "points": 2, "suites": [{"cases": [{"code": ">>> d\n4", "hidden": False}]}]}


def places(value, place=()):
    """Yield the place of everything in a document."""
    yield place
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*place, key))


def mutated(document, rng):
    """Return a document with a few values replaced or left out."""
    document = copy.deepcopy(document)
    for _ in range(rng.randint(1, 3)):
        *above, last = rng.choice([place for place in places(document) if place])
        inner = document
        for key in above:
            inner = inner[key]
        if rng.random() < 0.3:
            del inner[last]
        else:
            inner[last] = copy.deepcopy(rng.choice(VALUES))
    return document


def test_a_notebook_of_any_shape_is_read_or_refused_with_a_sentence(tmp_path):
    """No exception but the one for authors, whatever was changed; and each test is judged once, whatever was handed in."""
    rng = random.Random(3)
    text(tmp_path / "data.csv", "1\n")
    carried = as_json(cell("d = 4"), otter={"OK_FORMAT": True, "tests": {"q1": SPEC}})
    bases = [as_json(*cells()), as_json(*master()), as_json(*master(ok=False)), carried]
    path, read = tmp_path / "a.ipynb", 0
    for number in range(300):
        path.write_text(json.dumps(mutated(bases[number % 4], rng)), encoding="utf-8")
        is_form(path)
        try:
            form = read_form(path)
        except GraderError as error:
            assert str(error).startswith(str(tmp_path)), str(error)
            continue
        read += 1
        for name, made in release(form).items():
            steps = match(form, mutated(made, rng), name).steps
            judged = sorted(step.question for step in steps if step.kind == "judge")
            assert judged == sorted(question.id for question in form.questions if question.tests)
    assert read > 50
