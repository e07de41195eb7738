"""A check child answers every request with a value, an exception as data, or its end."""

import numpy as np
import pytest

from grader.wire.values import Generator, Handle, Ref
from tests.inside.driver import Gone

CLASSES = """
import warnings
import numpy as np

class Layer:
    def __init__(self, size):
        self.weight = np.ones((size, 2))

    def forward(self, inputs):
        inputs[:] = 0
        return self.weight

    def backward(self):
        raise NotImplementedError("Task 2.2: write backward")

    @property
    def broken(self):
        return self.nothing

def divide(x):
    return np.array([1.0]) / x

def fail():
    print("before")
    raise ValueError("no such value")

def give(value):
    return value

def loud():
    for _ in range(100):
        warnings.warn("once more")
    warnings.warn("another")
"""


@pytest.fixture
def check(load):
    """A check of the classes above."""
    session, loading = load(CLASSES)
    assert loading["error"] is None
    with session.check() as opened:
        yield opened


def test_answering_keeps_objects_behind_handles(check):
    """An object has one number as long as the check lasts, and its attributes and methods answer."""
    layer = check.call("Layer", 3)
    assert layer.type_name == "Layer"
    assert check.value("get", on=layer.id, name="weight").shape == (3, 2)
    assert check.value("set", on=layer.id, name="weight", value=np.zeros((1, 2))) is None
    np.testing.assert_array_equal(check.call("forward", np.ones(2), on=layer.id), np.zeros((1, 2)))
    assert check.call("give", layer) == layer


def test_answering_shows_whether_an_argument_was_changed(check):
    """A held array is passed as the object that it is."""
    held = check.value("hold", value=np.ones(4))
    assert held == Handle(held.id, "numpy.ndarray of float64")
    layer = check.call("Layer", 1)
    check.call("forward", held, on=layer.id)
    np.testing.assert_array_equal(check.value("read", on=held.id), np.zeros(4))


def test_answering_names_what_is_missing(check):
    """A missing name is told from a failing one, with names that look like it."""
    assert check.ask("get", on=0, name="layer") == {
        "missing": "layer",
        "near": ["Layer"],
        "inside": None,
        "warnings": [],
    }
    layer = check.call("Layer", 1)
    assert check.ask("call", on=layer.id, name="forwards")["near"] == ["forward"]
    assert (
        check.ask("get", on=layer.id, name="broken")["raised"]["message"] == "'Layer' object has no attribute 'nothing'"
    )


def test_answering_reports_exceptions_with_the_students_frames(check):
    """An exception comes with type, message and the student's own frames, and the task it belongs to."""
    raised = check.ask("call", on=0, name="fail")["raised"]
    assert (raised["type"], raised["message"]) == ("ValueError", "no such value")
    assert [frame["code"] for frame in raised["frames"]] == ['raise ValueError("no such value")']
    assert check.value("output") == "before\n"
    layer = check.call("Layer", 1)
    assert check.ask("call", on=layer.id, name="backward")["task"] == "2.2"


def test_answering_collects_warnings_once_each(check):
    """Warnings of a request come with it, each line once."""
    reply = check.ask("call", on=0, name="divide", args=[0.0])
    assert reply["warnings"] == [
        {"category": "RuntimeWarning", "message": "divide by zero encountered in divide", "file": "s001.py", "line": 21}
    ]
    assert len(check.ask("call", on=0, name="divide", args=[0.0])["warnings"]) == 1
    assert [entry["message"] for entry in check.ask("call", on=0, name="loud")["warnings"]] == ["once more", "another"]


def test_answering_a_program_uses_earlier_results(check):
    """Steps refer to results of earlier ones; only those asked for come back."""
    steps = [
        {"op": "call", "on": 0, "name": "Layer", "args": [2]},
        {"op": "set", "on": Ref(0), "name": "weight", "value": np.full((2, 2), 3.0)},
        {"op": "hold", "value": np.ones(3)},
        {"op": "call", "on": Ref(0), "name": "forward", "args": [Ref(2)]},
        {"op": "read", "on": Ref(2)},
    ]
    output, changed = check.value("program", steps=steps, keep=[3, 4])
    assert (output.sum(), changed.sum()) == (12.0, 0.0)
    everything = check.value("program", steps=steps)
    assert [type(value) for value in everything[:3]] == [Handle, type(None), Handle]


def test_answering_a_program_stops_at_the_first_failure(check):
    """The number of the failing step comes with what it raised, or missed."""
    steps = [{"op": "call", "on": 0, "name": "give", "args": [1]}, {"op": "call", "on": 0, "name": "fail"}]
    reply = check.ask("program", steps=steps)
    assert (reply["step"], reply["raised"]["type"]) == (1, "ValueError")
    assert check.ask("program", steps=[{"op": "get", "on": 0, "name": "gives"}])["near"] == ["give"]


def test_answering_makes_generators_from_seeds(check):
    """A seed becomes NumPy's generator."""
    generator = check.call("give", Generator(5))
    assert generator.type_name == "numpy.Generator"
    np.testing.assert_array_equal(check.call("random", 3, on=generator.id), np.random.default_rng(5).random(3))


def test_answering_lists_iterables_up_to_a_limit(check):
    """Any iterable is listed, no further than asked."""
    held = check.value("hold", value={"a": 1, "b": 2})
    assert check.value("list", on=held.id, limit=1) == ["a"]
    assert check.ask("list", on=0, limit=5)["raised"]["type"] == "TypeError"


def test_answering_refuses_what_does_not_exist(check):
    """An unknown operation, handle or result is an error of the request, not an end."""
    assert check.ask("nonsense")["raised"]["type"] == "MalformedFrame"
    assert check.ask("get", on=99, name="x")["raised"]["type"] == "UnknownHandle"
    assert check.ask("program", steps=[{"op": "get", "on": Ref(4), "name": "x"}])["raised"]["type"] == "UnknownHandle"


def test_answering_sends_nothing_larger_than_asked_for(check):
    """A value beyond the limit is described instead."""
    reply = check.ask("call", on=0, name="give", args=[np.zeros(1000)], reply_bytes=4000)
    assert reply["raised"]["type"] == "ValueTooLarge"


def test_answering_gives_every_check_the_same_start(load):
    """What one check changes, however deep inside, and what it draws, the next one does not see."""
    text = (
        "import random\nimport numpy as np\nstate = {'inside': []}\ndef step(kept=[]):\n    state['inside'].append(1)\n    kept.append(1)\n"
        "    return len(state['inside']) * len(kept), random.random(), np.random.rand(), np.random.default_rng().random()\n"
    )
    session, _ = load(text)
    results = []
    for _ in range(2):
        with session.check() as opened:
            results.append(opened.call("step"))
    assert results[0] == results[1]
    assert results[0][0] == 1


def test_answering_survives_the_end_of_one_check(load):
    """A check that ends the process, or crashes it, costs only itself."""
    session, _ = load(
        "import os, ctypes\ndef leave():\n    os._exit(3)\ndef crash():\n    ctypes.string_at(0)\ndef f():\n    return 1\n"
    )
    statuses = []
    for name in ("leave", "crash"):
        check = session.check()
        with check, pytest.raises(Gone):
            check.ask("call", on=0, name=name)
        statuses.append(check.ended["status"])
    assert statuses[0] == 3 << 8
    assert statuses[1] & 127 == 11
    with session.check() as check:
        assert check.call("f") == 1


ODD = """
import collections, enum, fractions, sys
import numpy as np

class Lying(np.ndarray):
    shape = property(lambda self: (7, 7))
    def __len__(self): return 99
    def __array__(self, *args, **kwargs): raise RuntimeError

class Meta(type):
    def __hash__(cls): return hash(float)
    def __eq__(cls, other): return True
    __name__ = property(lambda cls: 1 / 0)

class Impostor(metaclass=Meta):
    __class__ = float
    def __float__(self): return 1.0
    def __repr__(self): raise SystemExit
    def __getattr__(self, name): raise KeyboardInterrupt

class Colour(enum.IntEnum):
    RED = 1

class Text(str):
    def encode(self, *args): return b"lie"

class Layer(collections.namedtuple("Fields", "weight bias")):
    def forward(self, inputs): return inputs

class LyingRow(list):
    def __iter__(self): raise SystemExit
    __len__ = __iter__

class LyingMap(dict):
    def items(self): raise SystemExit

class Row(list): pass

class Descriptor:
    def __get__(self, instance, owner): raise SystemExit

class Disguised(tuple):
    __dict__ = Descriptor()

with_attribute = Row([1, 2]); with_attribute.weight = 3

cyclic = []; cyclic.append(cyclic)
deep = []
for _ in range(100000):
    deep = [deep]
values = {
    "lying": np.zeros(3).view(Lying), "impostor": Impostor(), "class": Impostor, "enum": Colour.RED, "text": Text("x"),
    "cyclic": cyclic, "deep": deep, "object": np.array([1, "a"], dtype=object), "huge": 10 ** 5000,
    "records": np.zeros(2, dtype=[("a", "f8")]), "masked": np.ma.array([1.0], mask=[True]), "matrix": np.matrix([[1]]),
    "words": np.array(["a"]), "keys": {1: 2}, "set": {1}, "fraction": fractions.Fraction(1, 2),
    "layer": Layer(1, 2), "lying row": LyingRow([1]), "lying map": LyingMap(a=1), "with attribute": with_attribute, "disguised": Disguised((1,)),
    "generator": (i for i in ()), "module": sys, "lambda": lambda: 0, "many": np.zeros((1,) * 10), "date": np.datetime64("2020-01-01"),
    "bytes": bytearray(b"x"), "twins": {"\\ud800": 1, "\\\\ud800": 2}, "ellipsis": ..., "missing": NotImplemented,
}
def give(name):
    return values[name]
PLAIN = {
    "f2": np.float16(1), "view": np.arange(6).reshape(2, 3).T[::-1], "big endian": np.arange(3, dtype=">i4"),
    "odd bool": np.array([2, 0], "u1").view(bool), "empty": np.zeros((0, 3)), "zero d": np.array(3.0), "scalar": np.int32(4),
    "surrogate": "a\\ud800", "negative": -2 ** 200, "nested": {"a": [1, (2.5, None, True)], "b": b"x"}, "complex": 1 + 2j,
    "longlong": np.longlong(3), "nan": float("nan"), "broadcast": np.broadcast_to(1.0, (2, 3)),
}
def plain(name):
    return PLAIN[name]
def bomb():
    return np.broadcast_to(1.0, (10 ** 6, 10 ** 6))
"""
KEPT = {
    "lying": "Lying",
    "impostor": "Impostor",
    "class": "Meta",
    "enum": "Colour",
    "text": "Text",
    "object": "numpy.ndarray of object",
    "huge": "int of 16610 bits",
    "records": "numpy.ndarray of records",
    "masked": "numpy.MaskedArray",
    "matrix": "numpy.matrix",
    "words": "numpy.ndarray of text",
    "keys": "dict",
    "layer": "Layer",
    "lying row": "LyingRow",
    "lying map": "LyingMap",
    "with attribute": "Row",
    "disguised": "Disguised",
    "set": "set",
    "fraction": "Fraction",
    "generator": "generator",
    "module": "module",
    "lambda": "function",
    "many": "numpy.ndarray of float64",
    "date": "numpy.datetime64",
    "bytes": "bytearray",
    "twins": "dict",
    "ellipsis": "ellipsis",
    "missing": "NotImplementedType",
}


def test_answering_keeps_whatever_is_not_plain(load):
    """Values of any other type than the plain ones stay behind a handle, whatever they claim to be."""
    session, loading = load(ODD)
    assert loading["error"] is None, loading["error"]
    with session.check() as check:
        got = {name: check.call("give", name) for name in KEPT}
    assert {name: value.type_name for name, value in got.items()} == KEPT


def test_answering_ends_nesting_with_a_handle(load):
    """Lists in themselves, and lists nested too deep, end in a handle."""
    session, _ = load(ODD)
    with session.check() as check:
        for name in ("cyclic", "deep"):
            value, levels = check.call("give", name), 0
            while isinstance(value, list):
                value, levels = value[0], levels + 1
            assert (value.type_name, levels) == ("list", 12)


def test_answering_sends_plain_values_as_they_are(load):
    """Numbers, texts, arrays of numbers and their containers arrive unchanged."""
    session, _ = load(ODD)
    with session.check() as check:
        got = {
            name: check.call("plain", name)
            for name in [
                "f2",
                "view",
                "scalar",
                "surrogate",
                "negative",
                "nested",
                "complex",
                "longlong",
                "nan",
                "empty",
                "broadcast",
            ]
        }
        got |= {name: check.call("plain", name) for name in ("big endian", "odd bool", "zero d")}
    assert (got["f2"].dtype, got["scalar"], got["longlong"], got["complex"]) == (np.float16, 4, 3, 1 + 2j)
    np.testing.assert_array_equal(got["view"], np.arange(6).reshape(2, 3).T[::-1])
    np.testing.assert_array_equal(got["big endian"], [0, 1, 2])
    assert got["odd bool"].tolist() == [True, False]
    assert (got["empty"].shape, got["zero d"].shape, got["broadcast"].shape) == ((0, 3), (), (2, 3))
    assert (got["surrogate"], got["negative"]) == ("a\\ud800", -(2**200))
    assert got["nested"] == {"a": [1, (2.5, None, True)], "b": b"x"}
    assert np.isnan(got["nan"])


def test_answering_refuses_arrays_that_only_seem_small(load):
    """A broadcast array is as large as it claims to be."""
    session, _ = load(ODD)
    with session.check() as check:
        assert check.ask("call", on=0, name="bomb")["raised"] == {
            "type": "ValueTooLarge",
            "message": "the value takes more than 64 MiB",
            "frames": [],
        }


KEPT_STREAMS = {
    "import": ("from sys import stdout", "stdout.write('said\\n')"),
    "name": ("import sys\nOUT = sys.stdout", "print('said', file=OUT)"),
    "buffer": ("import sys\nB = sys.stdout.buffer", "B.write(b'said\\n')"),
    "logging": (
        "import logging, sys\nlogging.basicConfig(level='INFO', stream=sys.stdout, format='%(message)s')",
        "logging.info('said')",
    ),
    "wrapped": (
        "import io, sys\nsys.stdout = W = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
        "print('said', file=W)",
    ),
    "tee": (
        "import sys\nclass Tee:\n    def __init__(self, *to): self.to = to\n    def write(self, text):\n        for each in self.to: each.write(text)\n"
        "    def flush(self): pass\nT = Tee(sys.stdout)",
        "T.write('said\\n')",
    ),
    "default": ("import sys\ndef log(text, to=sys.stdout): to.write(text + '\\n')", "log('said')"),
    "error stream": ("import sys\nERR = sys.stderr", "print('said', file=ERR)"),
}


@pytest.mark.parametrize("how", KEPT_STREAMS)
def test_what_is_printed_to_a_stream_that_was_kept_is_heard(load, how):
    """A program that took hold of the stream while it was loaded prints into it in a check, and the check hears it."""
    begin, say = KEPT_STREAMS[how]
    session, _ = load(f"{begin}\nprint('loaded')\ndef f():\n    {say}\n")
    with session.check() as check:
        check.call("f")
        assert check.value("output") == "said\n"
    assert session.printed() == "loaded\n"
