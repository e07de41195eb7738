"""A check child applies Python's operators to values, as they stand in a student's code."""

import pytest

from grader.wire.values import Ref

TENSOR = """
import operator
import numpy as np

class Number:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return ("add", self.value, other)

    def __rsub__(self, other):
        return ("rsub", other, self.value)

    def __neg__(self):
        raise NotImplementedError("Task 1.2: write Number.__neg__")

class Block:
    def __init__(self, swallows):
        self.swallows = swallows

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return self.swallows

operator.add = lambda a, b: "changed"
"""


@pytest.fixture
def check(load):
    """A check of the classes above."""
    session, loading = load(TENSOR)
    assert loading["error"] is None
    with session.check() as opened:
        yield opened


def program(check, *steps):
    """Return the reply to a program that begins with a number, and its last step's value."""
    first = {"op": "call", "on": 0, "name": "Number", "args": [5.0]}
    return check.ask("program", steps=[first, *steps], keep=[len(steps)])


def test_operators_are_asked_as_python_asks(check):
    """The left operand has its turn first, then the right one; what the submission did to the module does not matter."""
    apply = {"op": "apply", "name": "add", "args": [Ref(0), 2.0]}
    assert program(check, apply)["value"] == [("add", 5.0, 2.0)]
    apply = {"op": "apply", "name": "sub", "args": [2.0, Ref(0)]}
    assert program(check, apply)["value"] == [("rsub", 2.0, 5.0)]


def test_operators_that_are_not_supported_raise_as_in_python(check):
    """Python's own sentence comes back, and a stub names its task."""
    raised = program(check, {"op": "apply", "name": "add", "args": [2.0, Ref(0)]})["raised"]
    assert raised["message"] == "unsupported operand type(s) for +: 'float' and 'Number'"
    assert program(check, {"op": "apply", "name": "neg", "args": [Ref(0)]})["task"] == "1.2"


@pytest.mark.parametrize(("swallows", "came_out"), [(False, True), (True, False)])
def test_interrupted_tells_whether_an_exception_came_out(check, swallows, came_out):
    """A context that swallows exceptions is told from one that does not."""
    block = {"op": "call", "on": 0, "name": "Block", "args": [swallows]}
    assert program(check, block, {"op": "apply", "name": "interrupted", "args": [Ref(1)]})["value"] == [came_out]


def test_operators_are_a_closed_table(check):
    """No other name is looked up anywhere."""
    raised = check.ask("apply", name="attrgetter", args=["value"])["raised"]
    assert (raised["type"], raised["message"]) == ("MalformedFrame", "there is no operator 'attrgetter'")
