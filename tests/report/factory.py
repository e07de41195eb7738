"""Small but realistic records for the tests of the reports."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from typing import Any

TASKS = [
    ("1.1", "Sigmoid", 4), ("1.2", "Tanh", 4), ("1.3", "ReLU", 4), ("1.4", "Identity", 1),
    ("2.1", "Linear: forward", 6), ("2.2", "Linear: backward", 9), ("2.3", "Linear: initial values", 2),
    ("3.1", "MSELoss", 6), ("3.2", "BCELoss", 6), ("3.3", "BCEWithLogitsLoss", 6),
    ("4.1", "Sequential", 8), ("4.2", "build_network", 4), ("4.3", "Gradient of the whole network", 8),
    ("5.1", "SGD", 4), ("5.2", "train", 8), ("6.1", "predict and accuracy", 3), ("6.2", "Linear set", 6),
    ("6.3", "XOR", 6), ("6.4", "Printed lines", 2), ("6.5", "Figures", 3), ("7.1", "Momentum", 3), ("7.2", "AdaGrad", 3),
    ("7.3", "Adam", 6), ("7.4", "LeakyReLU", 1), ("7.5", "Conv1d", 6), ("7.6", "Flatten", 1),
]  # fmt: skip
TITLES = {
    "1.1": "`Sigmoid` returns 1 / (1 + exp(-x)) and its gradient, without overflow at 1000.",
    "2.1": "`Linear.forward` returns inputs @ weight + bias.",
    "2.2": "`Linear.backward` returns the gradient for inputs, weight and bias.",
    "4.3": "The gradient of a whole network with two hidden layers is right in every entry.",
    "5.2": "`train` visits every sample once an epoch and returns one loss an epoch.",
    "6.3": "The network learns XOR completely.",
}
PARTS = {"2.2": [("inputs", 3.0), ("weight", 3.0), ("bias", 3.0)]}

HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    '=HYPERLINK("http://example.com","click")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\x1b[31mred\x1b[0m\x1b]8;;http://example.com\x07link",
    "abc\u202egrade\u2066x\u200b",
    "]]><x>&amp;&#0;",
    "a\x00b\x01c\x7f\x85\ufffe\uffff",
    "x" * 10_000,
    "🦊👩‍🚀🇪🇺",
    "lone \ud800 and \udfff surrogates",
    "{{ 7 * 7 }}{% raw %}",
    "[click](javascript:alert(1)) ![x](http://example.com/x.png) | `code` | @everyone #1 <b>",
    "line one\nline two\r\n::error title=forged::100 points",
    "[red]markup[/red] [link=http://example.com]x[/link]",
    "Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309",
    "../../../etc/passwd",
    "",
    "<!-- --><style>*{display:none}</style>",
    "%s %(x)s {0} ${HOME} $(id)",
]


def check_id(number: str) -> str:
    """Return the id of the check of a task."""
    title = next(title for task, title, _ in TASKS if task == number)
    return "check_" + title.lower().replace(": ", "_").replace(" ", "_")


def check(number: str, **changed: Any) -> dict[str, Any]:
    """Return the check of a task, passed unless ``changed`` says otherwise."""
    points = next(float(points) for task, _, points in TASKS if task == number)
    parts = [part(name, worth) for name, worth in PARTS.get(number, [])]
    whole: dict[str, Any] = {
        "id": check_id(number), "title": TITLES.get(number, f"Task {number} does what its docstring says."),
        "task": number, "points": points, "earned": points, "bonus": number.startswith("7"), "visibility": "public",
        "result": "passed", "why": None, "message": None, "hint": None, "expected": None, "actual": None,
        "mend_first": None, "parts": parts, "measured": [{"label": "largest error", "value": "2.2e-16"}],
        "remarks": [], "frames": [],
    }  # fmt: skip
    if changed.get("result", "passed") != "passed":
        whole |= {"earned": 0.0, "measured": []}
    return whole | changed


def part(name: str, points: float, **changed: Any) -> dict[str, Any]:
    """Return one part of a check, passed unless ``changed`` says otherwise."""
    whole: dict[str, Any] = {
        "name": name, "points": points, "earned": points, "result": "passed", "why": None,
        "message": None, "hint": None, "expected": None, "actual": None,
    }  # fmt: skip
    return whole | ({"earned": 0.0} if changed.get("result", "passed") != "passed" else {}) | changed


def record(student: str = "s001", slug: str | None = None, *, checks: Any = (), **changed: Any) -> dict[str, Any]:
    """Return the record of a student who got everything right except ``checks``, which replace those of their tasks."""
    replaced = {one["task"]: one for one in checks}
    every = [replaced.get(number) or check(number) for number, _, _ in TASKS]
    whole: dict[str, Any] = {
        "format": "neural network grader record", "version": 1, "grader_version": "0.1.0",
        "assignment": {"id": "backprop", "title": "A neural network from scratch", "total": 100, "bonus": 20},
        "student": student, "slug": student if slug is None else slug,
        "submission": {"name": f"{student}.py", "form": "file", "kind": "script", "entry": f"{student}.py", "asked": None, "other_names": [],
                       "sha256": "0" * 64, "files": [{"path": f"{student}.py", "bytes": 4321}]},
        "isolation": {"level": "full", "not_held": []}, "versions": {"python": "3.11.7", "numpy": "2.4.6"}, "seed_id": "1f2e3d4c", "status": "graded",
        "score": score(every), "tasks": tasks(every), "checks": every,
        "lead": next((one["id"] for one in every if one["result"] == "failed"), None),
        "remarks": [], "loading": {"status": "loaded", "fault": None}, "running": {"status": "loaded", "fault": None},
        "output": {"stdout": "", "stderr": "", "truncated": False}, "figures": [], "exhibits": [], "notebook": None,
        "excerpts": [], "earlier": None,
        "faults": [], "repeat": f"tox -e grade -- submissions --only {student}",
        "times": {"graded_at": "2030-01-01T00:00:00+00:00", "wall_seconds": 3.5, "cpu_seconds": 2.25,
                  "open_seconds": 0.02, "load_seconds": 0.1, "run_seconds": 1.0,
                  "checks": {one["id"]: 0.0625 for one in every}},
    }  # fmt: skip
    return whole | changed


def score(checks: list[dict[str, Any]]) -> dict[str, float]:
    """Return the score of these checks."""
    points = sum(one["earned"] for one in checks if not one["bonus"])
    bonus = sum(one["earned"] for one in checks if one["bonus"])
    return {
        "points": points, "total": 100.0, "bonus_points": bonus, "bonus_total": 20.0,
        "sum": points + bonus, "percent": points + bonus, "waiting": 0.0,
    }  # fmt: skip


def tasks(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tasks with the points of these checks."""
    return [
        {"number": number, "title": title, "points": sum(one["earned"] for one in checks if one["task"] == number),
         "total": float(total), "bonus": number.startswith("7")}
        for number, title, total in TASKS
    ]  # fmt: skip


def partly_wrong(student: str = "s002") -> dict[str, Any]:
    """Return the record of a student whose gradient of the weight is wrong, with a check that depends on it."""
    message = (
        "Your gradient for `weight` is the right one divided by the batch size (here 7): it differs by up to 0.8571."
    )
    hint = "The loss already divides by the number of elements; `backward` of a layer must not divide again."
    told = {
        "result": "failed", "why": "wrong", "message": message, "hint": hint,
        "expected": "[[ 0.4127 -1.2206  0.0918]\n [ 2.5310  0.7733 -0.4046]]",
        "actual": "[[ 0.0590 -0.1744  0.0131]\n [ 0.3616  0.1105 -0.0578]]",
    }  # fmt: skip
    parts = [part("inputs", 3.0), part("weight", 3.0, **told), part("bias", 3.0)]
    backward = check("2.2", earned=6.0, parts=parts, **told)
    network = check("4.3", result="not_checked", mend_first=check_id("2.2"))
    crashed = check(
        "5.2", result="failed", why="crashed", message="`train` raised IndexError: index 21 is out of bounds.",
        hint="The last batch may be smaller than the others.",
        frames=[{"file": f"{student}.py", "line": 212, "function": "train", "code": "batch = inputs[order[start + k]]"}],
    )  # fmt: skip
    slow = check("6.3", result="failed", why="timed_out", message="`train` was stopped after 20 s of CPU time.")
    return record(student, checks=[backward, network, crashed, slow]) | {
        "exhibits": exhibits(), "figures": [{"png": png(), "width": 64, "height": 48}],
        "remarks": ["`Sigmoid.forward` warned of an overflow in `exp`."],
        "output": {"stdout": "Iter: 0 | Ground truth: 1 | Predict: 0.99997\nloss=0.0123 accuracy=100.0%\n",
                   "stderr": "", "truncated": False},
    }  # fmt: skip


def offered(number: str) -> dict[str, Any]:
    """Return the check of a bonus task that was not attempted."""
    return check(number, result="failed", why="missing", message=f"`Bonus{number}` is not defined in your submission.")


def excerpt(*of: str, file: str = "s002.py", **changed: Any) -> dict[str, Any]:
    """Return three lines of code for some checks, with the middle one marked."""
    whole: dict[str, Any] = {
        "file": file, "first": 211, "lines": ["for start in starts:", "    batch = inputs[start]", "    step(batch)"],
        "marked": [212], "of": list(of),
    }  # fmt: skip
    return whole | changed


def unreadable(student: str = "s008") -> dict[str, Any]:
    """Return the record of a submission with an unclosed bracket: every check says so, or depends on one that does."""
    message = f"{student}.py, line 65: '(' was never closed (`return float(`)."
    frames = [{"file": f"{student}.py", "line": 65, "function": "<module>", "code": "return float("}]
    told = {"result": "failed", "why": "crashed", "message": message, "frames": frames, "hint": "Close the bracket."}
    every = [check(number, **told) for number, _, _ in TASKS]
    every[12] = check("4.3", result="not_checked", mend_first=check_id("2.1"))
    stopped = {"status": "unreadable", "fault": fault(message, frames=frames, hint="Close the bracket.")}
    return record(student, checks=every, loading=stopped, running=stopped) | {
        "excerpts": [excerpt("loading", file=f"{student}.py", first=64, marked=[65])]
    }


def untouched(student: str = "s003") -> dict[str, Any]:
    """Return the record of an untouched template."""
    every = [
        check(number, result="failed", why="missing", message=f"Task {number}: {title} is not written yet.")
        for number, title, _ in TASKS
    ]
    stopped = fault("Running your submission stopped with NotImplementedError: Task 4.2: build_network.")
    return record(student, checks=every, running={"status": "raised", "fault": stopped})


def fault(message: str, **changed: Any) -> dict[str, Any]:
    """Return a fault that stopped a submission from loading or running."""
    whole: dict[str, Any] = {
        "why": "crashed", "message": message, "hint": None, "expected": None, "actual": None, "frames": [],
    }  # fmt: skip
    return whole | changed


def answer(question: str = "1.1a", **changed: Any) -> dict[str, Any]:
    """Return a written answer of two points that waits for a person, unless ``changed`` says otherwise."""
    whole: dict[str, Any] = {
        "id": question, "title": "Why is `Sigmoid` slow to learn?", "task": "1.1", "points": 2.0, "state": "waiting",
        "earned": None, "text": "Its gradient is at most 1/4.", "truncated": False, "place": "s006.ipynb",
        "sha256": "1" * 64, "comment": None, "bonus": False,
        "criteria": [{"name": "it saturates", "points": 1.5, "earned": None},
                     {"name": "at both ends", "points": 0.5, "earned": None}],
        "belongs_to": [{"cell": "1.1a", "source": "plt.plot(x, sigmoid(x))", "printed": "0.25\n", "figures": [0]}],
    }  # fmt: skip
    return whole | changed


def graded_answer(question: str = "1.1b", **changed: Any) -> dict[str, Any]:
    """Return a written answer that earned 1.5 of 2 points, with a comment."""
    criteria = [
        {"name": "it saturates", "points": 1.5, "earned": 1.5}, {"name": "at both ends", "points": 0.5, "earned": 0.0},
    ]  # fmt: skip
    told = "Right, since $\\sigma' = \\sigma(1 - \\sigma) \\le \\frac14$. *Where* is it flat?"
    return answer(question, state="graded", earned=1.5, criteria=criteria, comment=told) | changed


def written(student: str = "s006", *, counts: bool = True) -> dict[str, Any]:
    """Return the record of a student with four written answers: one waits, one is graded, two need no grading."""
    answers = [
        answer(), graded_answer(),
        answer("1.1c", state="untouched", earned=0.0, text="Write your answer here.", belongs_to=[]),
        answer("1.1d", state="empty", earned=0.0, text="", place=None, belongs_to=[]),
    ]  # fmt: skip
    total = {"points": 1.5, "total": 8.0, "waiting": 2.0, "counts": counts}
    whole = record(student, answers=answers, written=total, figures=[{"png": png(), "width": 64, "height": 48}])
    if counts:
        whole["tasks"][0] |= {"points": 5.5, "total": 12.0, "waiting": 2.0}
        numbers = {"points": 101.5, "total": 108.0, "sum": 121.5, "percent": 112.5, "waiting": 2.0}
        whole["score"] |= numbers
        whole["assignment"] = whole["assignment"] | {"total": 108}
    return whole


def faulty(student: str = "s004") -> dict[str, Any]:
    """Return the record of a submission left without checks by a fault of the grader."""
    fault = {"where": "judge", "message": "the worker ended with signal 9", "traceback": "Traceback: secret"}
    return record(student) | {
        "status": "grader_fault", "score": None, "tasks": [], "checks": [], "loading": None, "running": None,
        "lead": None, "faults": [fault],
    }  # fmt: skip


def half_faulty(student: str = "s005") -> dict[str, Any]:
    """Return the record of a submission with one check spoilt by a fault of the grader."""
    fault = {"where": "check_sgd", "message": "ValueError: x", "traceback": "Traceback: secret"}
    return record(student, checks=[check("5.1", result="grader_fault")], faults=[fault], status="grader_fault")


def hostile(text: str, slug: str) -> dict[str, Any]:
    """Return a record in which every text that a student can influence is ``text``."""
    frame = {"file": text, "line": 3, "function": text, "code": text}
    told = {"result": "failed", "why": "crashed", "message": text, "hint": text, "expected": text, "actual": text}
    bad = check("2.2", frames=[frame], remarks=[text], parts=[part(text, 9.0, **told)], **told)
    bad["measured"] = [{"label": text, "value": text}]
    stopped = fault(text, hint=text, frames=[frame])
    cell = {"cell": text, "source": text, "printed": text, "figures": [0, 7]}
    said = [answer(text, text=text, title=text, place=text, belongs_to=[cell]), graded_answer(text, comment=text)]
    whole = record(text, slug, checks=[bad], remarks=[text], repeat=text, answers=said)
    whole["written"] = {"points": 1.5, "total": 4.0, "waiting": 2.0, "counts": True}
    return whole | {
        "excerpts": [excerpt(check_id("2.2"), "loading", file=text, lines=[text, text, text])],
        "earlier": {"sha256": text, "tasks": {"1.1": 0.0, text: 3.0}},
        "submission": {"name": text, "form": "file", "kind": "script", "entry": text + "x", "sha256": "", "files": []},
        "loading": {"status": "raised", "fault": stopped, "conflicts": [{"name": text, "files": [text, text]}]},
        "running": {"status": "raised", "fault": stopped},
        "output": {"stdout": text, "stderr": text, "truncated": True},
        "figures": [{"png": text, "width": 1, "height": 1}],
        "exhibits": [{"kind": "curve", "title": text, "epochs": [1, 2], "values": [1.0, 0.5]},
                     {"kind": "scatter", "title": text, "inputs": [[0, 1]], "targets": [0], "predictions": [1]}],
        "notebook": text, "faults": [{"where": text, "message": text, "traceback": text}],
    }  # fmt: skip


def exhibits() -> list[dict[str, Any]]:
    """Return a learning curve and a scatter for both data sets."""
    epochs = list(range(1, 2001, 5))
    curve = [0.7 * math.exp(-epoch / 300) + 0.01 for epoch in epochs]
    xor = [[k / 10, k / 10] for k in range(11)] + [[k / 10, 1 - k / 10] for k in range(11) if k != 5]
    truth = [0] * 11 + [1] * 10
    grid = [[(0.37 * k) % 1, (0.61 * k) % 1] for k in range(100)]
    labels = [int(x <= y) for x, y in grid]
    seen = [1 - label if k % 23 == 0 else label for k, label in enumerate(labels)]
    return [
        {"kind": "curve", "title": "Linear set", "epochs": epochs, "values": curve},
        {"kind": "curve", "title": "XOR", "epochs": epochs, "values": [value + 0.1 for value in curve]},
        {"kind": "scatter", "title": "Linear set", "inputs": grid, "targets": labels, "predictions": seen},
        {"kind": "scatter", "title": "XOR", "inputs": xor, "targets": truth, "predictions": truth},
    ]


def png(width: int = 64, height: int = 48, *, data: bytes | None = None) -> str:
    """Return a grey PNG image as base64 text, its header saying ``width`` and ``height``."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    pixels = zlib.compress((b"\x00" + b"\xc0" * width) * height) if data is None else data
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return base64.b64encode(whole).decode("ascii")


def a_class() -> list[dict[str, Any]]:
    """Return the records of a small class, one of each sort."""
    return [record("s001"), partly_wrong(), untouched(), faulty(), half_faulty()]
