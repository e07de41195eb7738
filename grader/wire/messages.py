"""The messages with which a fenced child reports reading and loading a submission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.wire.shapes import (
    agreeing,
    anything,
    array,
    fields,
    flag,
    integer,
    items,
    known,
    maybe,
    number,
    one_of,
    raw,
    text,
)

_PATH = text(500)
_LINE = maybe(integer(0, 10**7))
_IMPORT = fields({"module": text(200), "file": maybe(_PATH), "line": _LINE})
_NAMES = items(text(200), 2000)
_REMARKS = items(text(1000), 100)


def _has_colors(artist: Mapping[str, Any], points: int) -> bool:
    return artist["colors"] is None or len(artist["colors"]) in (1, points)


FRAME = fields({"file": _PATH, "line": integer(0, 10**7), "function": text(200), "code": text(500)})
ERROR = fields({"type": text(200), "message": text(2000), "frames": items(FRAME, 12)})

PROBLEM = fields(
    {
        "why": one_of("crashed", "missing", "wrong", "forbidden", "timed_out", "out_of_memory", "blocked"),
        "message": text(),
        "hint": maybe(text()),
        "file": maybe(_PATH),
        "line": _LINE,
    }
)

ANSWER = fields({"id": text(100), "place": _PATH, "text": text(20_000), "truncated": flag})

_CODE_LINE = integer(1, 10**7)
DEFINITION = fields({"name": text(200), "file": _PATH, "first": _CODE_LINE, "body": _CODE_LINE, "last": _CODE_LINE})

CELL_READ = fields(
    {
        "cell_type": one_of("code", "markdown", "raw"),
        "source": text(1_000_000),
        "id": text(200),
        "grade_id": text(200),
        "tags": items(text(100), 20),
        "tests": items(text(200), 50),
        "ignored": flag,
        "binds": items(text(200), 2000),
        "reads": items(text(200), 2000),
    }
)

READING = fields(
    {
        "kind": one_of("script", "notebook", "modules", None),
        "entry": maybe(_PATH),
        "programs": items(_PATH, 20),
        "files": items(fields({"path": _PATH, "size": integer()}), 5000),
        "has_main_guard": flag,
        "names": _NAMES,
        "hidden": _NAMES,
        "imports": items(_IMPORT, 500),
        "forbidden": items(_IMPORT, 500),
        "problems": items(PROBLEM, 100),
        "remarks": _REMARKS,
        "answers": items(ANSWER, 200),
        "cells": items(CELL_READ, 2000),
        "texts": items(fields({"file": _PATH, "text": text(400_000)}), 400),
        "definitions": items(DEFINITION, 2000),
    }
)

# The shown forms of a value, by MIME type. HTML, SVG and scripts are not accepted: a person who opens the executed
# notebook would run them.
DISPLAYED = {
    **dict.fromkeys(("text/plain", "text/markdown", "text/latex"), text(1_000_000)),
    **dict.fromkeys(("image/png", "image/jpeg"), raw(8 * 2**20)),
}

OUTPUT_ITEM = fields(
    {
        "output_type": one_of("stream", "display_data", "execute_result", "error"),
        "name": maybe(text(50)),
        "text": maybe(text(100_000)),
        "data": maybe(known(DISPLAYED)),
    }
)

CELL = fields(
    {
        "index": integer(0, 10**5),
        "cell_type": one_of("code", "markdown", "raw"),
        "source": text(1_000_000),
        "source_line": _LINE,
        "execution_count": _LINE,
        "tags": items(text(100), 20),
        "status": one_of("ok", "raised", "timed_out", "skipped"),
        "error": maybe(ERROR),
        "outputs": items(OUTPUT_ITEM, 200),
    }
)

_LOOK = {"colors": maybe(array(2, columns=4)), "marker": text(200)}
# A line and a cloud of points have one colour, or one for each of their points.
LINE = agreeing(
    fields({"label": text(200), "x": array(1), "y": array(1), **_LOOK}),
    lambda line: len(line["x"]) == len(line["y"]) and _has_colors(line, len(line["x"])),
    "a line with as many heights as places",
)
CLOUD = agreeing(
    fields({"label": text(200), "xy": array(2, columns=2), **_LOOK}),
    lambda cloud: _has_colors(cloud, len(cloud["xy"])),
    "points with one colour, or one for each",
)

AXES = fields(
    {
        "title": text(500),
        "xlabel": text(500),
        "ylabel": text(500),
        "lines": items(LINE, 200),
        "points": items(CLOUD, 200),
        "images": integer(0, 10**6),
        "bars": integer(0, 10**6),
        "texts": items(text(500), 200),
    }
)

FIGURE = fields(
    {
        "png": maybe(raw(8 * 2**20)),
        "width": integer(0, 10**5),
        "height": integer(0, 10**5),
        "axes": items(AXES, 64),
    }
)

LOADING = fields(
    {
        "status": one_of("loaded", "raised", "timed_out", "out_of_memory", "forbidden", "exited"),
        "error": maybe(ERROR),
        "names": _NAMES,
        "conflicts": items(fields({"name": text(200), "files": items(_PATH, 100)}), 200),
        "remarks": _REMARKS,
        "cpu_seconds": number,
        "asked": flag,
        "cells": items(CELL, 5000),
        "figures": items(FIGURE, 100),
    }
)

_STANDING = fields({"at": text(200)})


def LOADING_OR_STANDING(value: Any) -> Any:
    """Accept how a run ended, or where it stands still."""
    return _STANDING(value) if isinstance(value, dict) and "at" in value else LOADING(value)


# What a check child of a test of another tool answers beside the value: what was printed, arguments that were changed, the number
# under which the value is kept, where the generators stand; or what it raised; or a function of the judge's that it wants called.
TESTED = known(
    {
        "printed": text(2**20 + 200),
        "back": anything,
        "at": integer(0, 10**6),
        "same": integer(0, 10**4),
        "error": integer(0, 10**6),
        "warned": items(fields({"classes": items(text(300), 40), "message": text(1000)}), 100),
        "random": anything,
        "classes": items(text(300), 40),
        "args": anything,
        "callback": integer(0, 10**6),
        "kwargs": anything,
    }
)

ENDED = fields({"ended": fields({"status": integer(-1, 0xFFFF), "cpu_seconds": number})})
RAISED = fields({"raised": ERROR})
# A missing name, similar names, and where it is hidden; for a program, also the step that asks for it.
MISSING = fields({"missing": text(200), "near": items(text(100), 3), "inside": maybe(text(300))})
STEP = known({"step": integer(0, 10**6)})
WARNINGS = items(fields({"category": text(100), "message": text(1000), "file": maybe(_PATH), "line": _LINE}), 100)

# The form of a reply's value, by operation; for all other operations the check itself decides what it must be.
VALUES = {
    "figures": items(FIGURE, 100),
    "list": items(anything, 10_000),
    "names": _NAMES,
    "output": text(2**20 + 200),
    "program": items(anything, 200_000),
    "rewind": integer(0, 10**5),
}
