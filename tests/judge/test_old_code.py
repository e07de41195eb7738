"""Code for an older Python or NumPy is graded for real, and the student reads what to write today."""

import json

import numpy as np
import pytest

from tests.grading import RIGHT, grade, write_class

HERE = ".".join(np.__version__.split(".")[:2])
SLICE = (
    "An index or a size must be an integer, and `/` gives a float in Python 3, also for two integers; write `//`, or `.astype(int)` "
    "for an array."
)
# What stands in place of the body of `double`, or behind everything, and the hint of its check.
INSIDE = {
    "s01": ("np.zeros(len(x) / 2)", SLICE),
    "s02": ("[2.0 * x for _ in xrange(1)][0]", "Python 3 has no `xrange`; write `range`."),
    "s03": (
        "np.reshape(x, newshape=-1)",
        "The argument `newshape` is not called so any more; write `shape=`.",
    ),
    "s04": ("np.product(x)", f"NumPy {HERE} has no `np.product` any more; write `np.prod`."),
    "s05": ("{}.has_key(1)", "Dictionaries of Python 3 have no `has_key`; write `key in d`."),
    "s06": ("map(abs, x)[0]", "In Python 3 `map(...)` gives no list; write `list(map(...))` where one is needed."),
}
BEHIND = {
    "s11": ("print 42", "In Python 3, print needs parentheses."),
    "s12": ('exec "a = 1"', "In Python 3, exec needs parentheses."),
    "s13": (
        "try:\n    pass\nexcept ValueError, e:\n    pass",
        "In Python 3 the name of an exception stands behind `as`: `except ValueError as error:`.",
    ),
    "s14": (
        'raise ValueError, "no"',
        'In Python 3 the text of an exception stands in parentheses: `raise ValueError("text")`.',
    ),
    "s15": ("if 1 <> 2: pass", "In Python 3, not equal is written `!=`."),
    "s16": ("big = 10L", "In Python 3 an integer has no L at its end, however large it is."),
}
ABOVE = {
    "s21": (
        "from numpy.lib.arraypad import pad",
        f"NumPy {HERE} has no public module `numpy.lib.arraypad`; take its functions from `numpy` itself, such as `np.pad`.",
    ),
    "s22": ("from itertools import izip", "Since Python 3.0 there is no `itertools.izip`; write `zip`."),
    "s23": ("import cPickle\ncPickle.loads", "Python 3 has no module `cPickle`; import `pickle`."),
}


def notebook(*cells):
    """Return a notebook with these cells of code."""
    fields = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    kept = [{**fields, "id": f"c{number}", "source": source} for number, source in enumerate(cells)]
    return json.dumps({"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def hints(tmp_path_factory):
    """Grade them all once; return what each is told, the loading's hint and those of its checks."""
    work = tmp_path_factory.mktemp("old")
    sources = {name: RIGHT.replace("2.0 * x", body) for name, (body, _) in INSIDE.items()}
    sources |= {name: f"{RIGHT}\n{text}\n" for name, (text, _) in BEHIND.items()}
    sources |= {name: f"{text}\n{RIGHT}" for name, (text, _) in ABOVE.items()}
    students = write_class(work / "class", **sources)
    (students / "s31.ipynb").write_text(notebook(RIGHT, "print 42"), encoding="utf-8")
    records = grade(students, work / "reports")
    return {
        name: {(record["loading"]["fault"] or {}).get("hint"), *(check["hint"] for check in record["checks"])}
        for name, record in records.items()
    }


CELLS = {"s31": ("", "In Python 3, print needs parentheses.")}


@pytest.mark.parametrize(
    ("name", "hint"), [(name, pair[1]) for name, pair in (INSIDE | BEHIND | ABOVE | CELLS).items()]
)
def test_old_code_is_told_what_to_write_today(name, hint, hints):
    """Whether it stops the reading, the loading or a check."""
    assert hint in hints[name]
