"""Whatever a student's code gives, the judge gets the same value of it from the fence, from a student's home and in the audit."""

import math
from typing import Any

import numpy as np
import pytest

from grader.checks.received import expect_array, expect_number
from grader.outcomes import StudentFault
from grader.precheck.session import Launcher
from grader.precheck.starting import Plan
from grader.trusted import InProcess, executed
from grader.wire.values import Handle

NUMBERS = "?bBhHiIlLqQpPefdgFDG"
OTHERS = ("O", "U3", "S3", "V4", "M8[D]", "m8[s]", [("a", "f8"), ("b", "i4")])
# What the submission gives: each is called with a one of some dtype, alone or as an array.
SOURCE = """
import array, collections, decimal, enum, fractions, typing
import numpy as np

Pair = collections.namedtuple("Pair", "first second")

class Named(typing.NamedTuple):
    value: object
    grad: object = None

class Row(list):
    pass

class Layer(list):
    def forward(self, inputs):
        return inputs

class Level(enum.IntEnum):
    LOW = 1

def ones(dtype):
    return np.ones((), dtype) if np.dtype(dtype).kind in "biufc" else np.zeros((), dtype)

FORMS = {
    "scalar": lambda a: a[()],
    "without axes": lambda a: a,
    "row": lambda a: np.array([a, a]),
    "empty": lambda a: np.zeros((0, 3), a.dtype),
    "turned": lambda a: np.array([[a, a, a], [a, a, a]]).T[::-1],
    "big endian": lambda a: np.array([a, a]).astype(a.dtype.newbyteorder(">")),
    "broadcast": lambda a: np.broadcast_to(a, (2, 2)),
    "list": lambda a: [a[()], a],
    "ragged": lambda a: [a[()], [a[()], a[()]]],
    "tuple": lambda a: (a[()], np.array([a])),
    "dict": lambda a: {"a": a[()], "b": [a]},
    "ordered": lambda a: collections.OrderedDict(x=a[()]),
    "default": lambda a: collections.defaultdict(list, {"x": a[()]}),
    "counter": lambda a: collections.Counter(x=1),
    "keys": lambda a: {1: a[()]},
    "pair": lambda a: Pair(a[()], 2),
    "named": lambda a: Named(a[()]),
    "own list": lambda a: Row([a[()]]),
    "layer": lambda a: Layer([a[()]]),
    "deque": lambda a: collections.deque([a[()], 1]),
    "values": lambda a: {"x": a[()]}.values(),
    "items": lambda a: {"x": a[()]}.items(),
    "generator": lambda a: (each for each in [a[()]]),
    "iterator": lambda a: iter([a[()]]),
    "set": lambda a: {1},
    "objects": lambda a: np.array([a[()], None], dtype=object),
    "masked": lambda a: np.ma.masked_array([1.0, 2.0], [True, False]),
    "matrix": lambda a: np.matrix([[1.0, 2.0]]),
    "records": lambda a: np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    "view": lambda a: memoryview(np.arange(3.0)),
    "range": lambda a: range(2, 8, 3),
    "typed": lambda a: array.array("d", [1.0, 2.5]),
    "typed words": lambda a: array.array("u", "ab"),
    "fraction": lambda a: fractions.Fraction(1, 3),
    "decimal": lambda a: decimal.Decimal("0.1"),
    "level": lambda a: Level.LOW,
    "huge": lambda a: [2 ** 510, 2 ** 511, 10 ** 5000, -(2 ** 511)],
    "words": lambda a: ["a\\ud800", b"x", bytearray(b"x"), np.str_("x")],
    "deep": lambda a: [[[[[[[[[[[[[[a[()]]]]]]]]]]]]]]],
    "many axes": lambda a: np.ones((1,) * 9),
    "floats": lambda a: [0.5, float("nan"), float("inf"), -0.0, 1e400, complex(1.7e308, 1.7e308)],
}

def give(dtype, form):
    return FORMS[form](ones(dtype if isinstance(dtype, str) else [tuple(each) for each in dtype]))
"""
FORMS = tuple(executed(SOURCE).namespace.get("FORMS"))


def canonical(value: Any) -> Any:
    """Return a value so that two are equal only when they are the same, to the last bit; of an object, the name of its type."""
    if isinstance(value, Handle):
        return Handle, value.type_name
    if isinstance(value, (np.ndarray, np.generic)):
        # Two integer types of C may be one and the same.
        return isinstance(value, np.ndarray), value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, dict):
        return dict, [(key, canonical(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), [canonical(item) for item in value]
    return type(value), repr(value)


def answers(ask: Any, dtype: Any) -> dict[str, Any]:
    """Return every form of a dtype as the judge gets it; of an exception, that there was one."""
    given = {}
    for form in FORMS:
        request = {"op": "call", "on": 0, "name": "give", "args": [dtype, form], "kwargs": {}}
        try:
            given[form] = canonical(ask(request)["value"])
        except StudentFault as fault:
            given[form] = (fault.why, fault.raised)
    return given


@pytest.fixture(scope="module")
def home():
    """The same source at a student's home, in a process that forks for each check."""
    launcher = Launcher(Plan(True, 2**30, ("numpy",)))
    with launcher.open(None) as session:
        allowed = ("numpy", "array", "collections", "decimal", "enum", "fractions", "typing")
        session.read([("s001.py", SOURCE.encode())], name="s001.py", form="file", allowed_imports=allowed)
        assert session.load("submission", cpu_seconds=20.0, figures=False, cells=False)["status"] == "loaded"
        yield session


def test_every_dtype_in_every_container_reaches_every_judge_alike(fenced, home):
    """For each dtype of NumPy and each container, fence, home and audit give the judge the same value, bit for bit."""
    here = InProcess(executed(SOURCE))
    with fenced(SOURCE).check(20.0) as official, home.check(20.0) as at_home:
        for dtype in (*NUMBERS, *OTHERS):
            came = answers(official, dtype)
            assert answers(at_home, dtype) == came
            assert answers(here, dtype) == came


def kinds(fenced, forms: tuple[str, ...], dtype: str = "d") -> dict[str, Any]:
    """Return what the judge gets of some forms, plainly."""
    with fenced(SOURCE).check(20.0) as ask:
        requests = {
            form: {"op": "call", "on": 0, "name": "give", "args": [dtype, form], "kwargs": {}} for form in forms
        }
        return {form: ask(request)["value"] for form, request in requests.items()}


def test_containers_of_plain_data_arrive_as_data(fenced):
    """Classes of the standard library that hold data, named tuples and lists of a class without methods are what is in them."""
    forms = ("ordered", "default", "pair", "named", "own list", "deque", "values", "items", "range", "typed")
    came = kinds(fenced, forms)
    assert came.pop("typed").tolist() == [1.0, 2.5]
    assert came == {
        "ordered": {"x": 1.0}, "default": {"x": 1.0}, "pair": (1.0, 2), "named": (1.0, None),
        "own list": [1.0], "deque": [1.0, 1], "values": [1.0], "items": [("x", 1.0)], "range": [2, 5],
    }  # fmt: skip


@pytest.mark.parametrize("dtype", [code for code in NUMBERS if code not in "FDG"])
def test_a_numpy_scalar_of_any_kind_is_a_number(fenced, dtype):
    """Alone, without axes, in a list and in a row, a one of any real dtype is the number one; nothing crashes on the way."""
    came = kinds(fenced, ("scalar", "without axes", "list", "row", "turned"), dtype)
    assert [expect_number(came[form], what="It") for form in ("scalar", "without axes")] == [1.0, 1.0]
    for form in ("list", "row"):
        assert expect_array(came[form], (2,), what="It").tolist() == [1.0, 1.0]
    assert expect_array(came["turned"], (3, 2), what="It").sum() == 6.0


SENTENCES = {
    "layer": "It is an object of type Layer, but it must be an array of shape (2,).",
    "keys": "It is an object of type dict, but it must be an array of shape (2,).",
    "ordered": "It is a dict with 1 entries, but it must be an array of shape (2,).",
    "ragged": "It is a list of length 2, but it must be an array of shape (2,).",
    "generator": "It is an object of type generator, but it must be an array of shape (2,).",
    "counter": "It is an object of type Counter, but it must be an array of shape (2,).",
    "set": "It is an object of type set, but it must be an array of shape (2,).",
    "objects": "It is an object of type numpy.ndarray of object, but it must be an array of shape (2,).",
    "masked": "It is an object of type numpy.MaskedArray, but it must be an array of shape (2,).",
    "matrix": "It is an object of type numpy.matrix, but it must be an array of shape (2,).",
    "records": "It is an object of type numpy.recarray, but it must be an array of shape (2,).",
    "view": "It is an object of type memoryview, but it must be an array of shape (2,).",
    "typed words": "It is an object of type array, but it must be an array of shape (2,).",
    "fraction": "It is an object of type Fraction, but it must be an array of shape (2,).",
    "decimal": "It is an object of type Decimal, but it must be an array of shape (2,).",
    "level": "It is an object of type Level, but it must be an array of shape (2,).",
    "huge": "It is a list of length 4, but it must be an array of shape (2,).",
    "words": "It is a list of length 4, but it must be an array of shape (2,).",
}
TYPES = {
    "U3": "It is an object of type numpy.str_, but it must be a number.",
    "S3": "It is an object of type numpy.bytes_, but it must be a number.",
    "V4": "It is an object of type numpy.void, but it must be a number.",
    "M8[D]": "It is an object of type numpy.datetime64, but it must be a number.",
    "m8[s]": "It is an object of type numpy.timedelta64, but it must be a number.",
    "F": "It must hold real numbers, but its dtype is complex64.",
    "D": "It must hold real numbers, but its dtype is complex128.",
    "G": "It must hold real numbers, but its dtype is complex128.",
}


def sentence(value: Any, shape: tuple[int, ...]) -> str:
    """Return what a student is told of a value."""
    with pytest.raises(StudentFault) as caught:
        expect_array(value, shape, what="It")
    return caught.value.message


def test_whatever_is_no_array_of_numbers_has_a_sentence(fenced):
    """Objects, masked arrays, matrices, records and ragged lists are told for what they are."""
    assert {form: sentence(value, (2,)) for form, value in kinds(fenced, tuple(SENTENCES)).items()} == SENTENCES


@pytest.mark.parametrize("dtype", TYPES)
def test_scalars_that_are_no_real_numbers_have_a_sentence(fenced, dtype):
    """Texts, bytes, dates and complex numbers of NumPy are told for what they are."""
    assert sentence(kinds(fenced, ("scalar",), dtype)["scalar"], ()) == TYPES[dtype]


def test_a_longdouble_beyond_float64_is_infinite(fenced):
    """What a float64 cannot hold is told as not finite; nothing breaks."""
    source = (
        "import numpy as np\ndef give(dtype, form): return np.longdouble('1e4000') if dtype else np.finfo(float).max"
    )
    with fenced(source).check(5.0) as ask:
        value = ask({"op": "call", "on": 0, "name": "give", "args": [1, ""], "kwargs": {}})["value"]
    assert math.isinf(value)
    assert sentence(value, ()) == "It must be finite, but it is inf."
