"""Shapes keep what was declared, drop what was not, and repair nothing."""

import numpy as np
import pytest

from grader.wire.agreed import ProtocolError
from grader.wire.messages import LOADING, READING
from grader.wire.shapes import array, fields, flag, integer, items, known, maybe, number, one_of, raw, text

ACCEPTED = [
    (text(3), "abcdef", "abc"),
    (one_of("a", None), None, None),
    (flag, True, True),
    (integer(0, 5), 5, 5),
    (number, 2, 2.0),
    (raw(3), b"abc", b"abc"),
    (maybe(flag), None, None),
    (items(flag, 2), [True, False, True], [True, False]),
    (items(flag), (True,), [True]),
    (known({"a": flag, "b": flag}), {"b": True, "secret": 1}, {"b": True}),
    (fields({"a": flag}), {"a": True, "secret": 1}, {"a": True}),
]


@pytest.mark.parametrize(("shape", "value", "expected"), ACCEPTED)
def test_shape_returns_the_declared_part(shape, value, expected):
    """Lengths are capped and unknown keys dropped."""
    assert shape(value) == expected


REFUSED = [
    (text(), b"abc", "a message holds a bytes where a text must stand"),
    (one_of("a"), ["a"], "a message holds a list where one of ('a',) must stand"),
    (flag, 1, "a message holds a int where a truth value must stand"),
    (flag, np.True_, "a message holds a bool where a truth value must stand"),
    (integer(0, 5), True, "a message holds a bool where an integer from 0 to 5 must stand"),
    (integer(0, 5), 6, "a message holds a int where an integer from 0 to 5 must stand"),
    (number, float("nan"), "a message holds a float where a finite number must stand"),
    (number, float("inf"), "a message holds a float where a finite number must stand"),
    (raw(2), b"abc", "a message holds a bytes where at most 2 bytes must stand"),
    (array(1), np.zeros((2, 2)), "a message holds a ndarray where a real array of 1 dimensions must stand"),
    (array(1), np.zeros(2, complex), "a message holds a ndarray where a real array of 1 dimensions must stand"),
    (array(2, columns=2), np.zeros((2, 3)), "a message holds a ndarray where a real array of 2 dimensions must stand"),
    (items(flag), {"a": 1}, "a message holds a dict where a list must stand"),
    (items(flag), [1], "a message holds a int where a truth value must stand"),
    (known({"a": flag}), [], "a message holds a list where a map must stand"),
    (known({"a": raw(9)}), {"a": "x"}, "a message holds a str where at most 9 bytes must stand"),
    (fields({"a": flag}), {}, "a message lacks a"),
    (fields({"a": flag}), None, "a message holds a NoneType where a map must stand"),
]


@pytest.mark.parametrize(("shape", "value", "message"), REFUSED)
def test_shape_refuses_another_type(shape, value, message):
    """A value of another type is refused in one sentence, never converted."""
    with pytest.raises(ProtocolError) as caught:
        shape(value)
    assert str(caught.value) == message


def reading():
    """Return a Reading as an honest child sends it."""
    return {
        "kind": "script",
        "entry": "s001.py",
        "files": [{"path": "s001.py", "size": 3}],
        "has_main_guard": False,
        "hidden": [],
        "names": ["f"],
        "imports": [{"module": "numpy", "file": "s001.py", "line": 1}],
        "forbidden": [],
        "answers": [],
        "problems": [{"why": "wrong", "message": "m", "hint": None, "file": None, "line": None}],
        "remarks": [],
        "programs": [],
        "cells": [
            {
                "cell_type": "code",
                "source": "x = 1",
                "id": "",
                "grade_id": "q1",
                "tags": [],
                "tests": [],
                "ignored": False,
                "binds": ["x"],
                "reads": [],
            }
        ],
        "texts": [{"file": "s001.py", "text": "def f():\n    pass\n"}],
        "definitions": [{"name": "f", "file": "s001.py", "first": 1, "body": 2, "last": 2}],
    }


def test_reading_passes_whole():
    """An honest Reading comes through unchanged."""
    assert READING(reading()) == reading()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "program"),
        ("names", "f"),
        ("files", [{"path": 1, "size": 3}]),
        ("texts", [{"file": "s001.py", "text": b"x"}]),
        ("definitions", [{"name": "f", "file": "s001.py", "first": 0, "body": 2, "last": 2}]),
    ],
)
def test_reading_is_refused_with_a_strange_field(key, value):
    """One wrong field spoils a Reading."""
    with pytest.raises(ProtocolError):
        READING({**reading(), key: value})


def test_loading_keeps_figures_as_arrays():
    """Lines and points of a figure stay arrays; a picture may be missing."""
    axes = {"title": "", "xlabel": "", "ylabel": "", "images": 0, "bars": 0, "texts": []}
    axes["lines"] = [{"label": "loss", "x": np.arange(3.0), "y": np.arange(3.0), "colors": None, "marker": ""}]
    axes["points"] = [{"label": "", "xy": np.zeros((4, 2)), "colors": None, "marker": "o"}]
    loading = {
        "status": "loaded",
        "error": None,
        "names": [],
        "conflicts": [],
        "remarks": [],
        "cpu_seconds": 0.5,
        "asked": False,
    }
    figure = {"png": None, "width": 10, "height": 10, "axes": [axes]}
    result = LOADING({**loading, "cells": [], "figures": [figure]})
    assert result["figures"][0]["axes"][0]["points"][0]["xy"].shape == (4, 2)
