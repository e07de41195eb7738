"""Entries of a student's lists and dicts are read and assigned where they are, and types reach the student's code."""

import copy

import numpy as np
import pytest

from grader.checks import Student, StudentFault, StudentObject, Why
from grader.trusted import InProcess, executed

SOURCE = """
import numpy as np
settings = {"rate": 0.1, "deep": [1, {"b": [2, 3]}]}
class Net:
    def __init__(self, dtype=float):
        self.params = {"W": np.zeros((2, 3), dtype), "b": np.zeros(3, dtype)}
        self.sizes = [2, 3]
        self.table = Table()
    def total(self):
        return sum(float(value.sum()) for value in self.params.values()) + sum(self.sizes)
    def loss(self):
        return 0.5, {"W": np.ones((2, 3))}
class Table:
    def __init__(self):
        self.kept = {}
    def __getitem__(self, key):
        return self.kept[key]
    def __setitem__(self, key, value):
        self.kept[key] = 2 * value
def kind(value):
    return repr(value)
def apply(function, value):
    return function(value)
def current():
    return settings
"""


@pytest.fixture
def code():
    """The submission, loaded."""
    return executed(SOURCE)


@pytest.fixture
def student(code):
    """The submission as a check sees it."""
    return Student(InProcess(code))


def test_entry_of_an_attribute_is_assigned_in_the_child(student):
    """Dicts and lists alike, and what was read before shows it, too."""
    net = student.Net()
    params = net.params
    params["W"] = np.ones((2, 3))
    net.sizes[-1] = 10
    assert net.total() == 6.0 + 2 + 10
    assert params["W"].sum() == net.params["W"].sum() == 6.0


def test_entry_deep_inside_a_name_is_assigned_in_the_child(student):
    """A list in a dict in a list of a name at the top."""
    student.settings["deep"][1]["b"][0] = 7
    student.settings["rate"] = 0.2
    assert student.current() == {"rate": 0.2, "deep": [1, {"b": [7, 3]}]}


def test_entry_of_an_object_is_its_own_matter(student):
    """A class of the student's with entries is asked as Python asks it."""
    table = student.Net().table
    table["x"] = 3
    assert (table["x"], isinstance(table, StudentObject)) == (6, True)
    with pytest.raises(StudentFault) as raised:
        table["y"]
    assert (raised.value.why, str(raised.value)) == (Why.CRASHED, "`Net().table['y']`: It raised KeyError: 'y'")


def test_entry_in_a_program_is_a_step(student):
    """The value may be a result of the program itself."""
    program = student.program("Net()")
    net = program.Net()
    net.params["W"] = net.params["W"] + 1.0
    program.keep(net.total())
    program.keep(net.params["W"][0, 1])
    assert program.run() == [6.0 + 5, 1.0]


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda student: student.Net().params["w"], "`Net().params` has no entry 'w'; its keys are 'W', 'b'."),
        (lambda student: student.Net().sizes[2], "`Net().sizes` has no entry 2; its length is 2."),
        (lambda student: student.Net().loss()[1]["V"], "`Net().loss()[1]` has no entry 'V'; its keys are 'W'."),
        (lambda student: student.settings["deep"][1]["c"], "`settings['deep'][1]` has no entry 'c'; its keys are 'b'."),
    ],
)
def test_entry_that_is_not_there_is_the_students_fault(student, read, sentence):
    """A check that reads a key which the task asks for need not look first."""
    with pytest.raises(StudentFault) as raised:
        read(student)
    assert (raised.value.why, str(raised.value)) == (Why.WRONG, sentence)


def test_entry_that_cannot_be_assigned_is_the_students_fault(student):
    """What the student's list says is told."""
    with pytest.raises(StudentFault) as raised:
        student.Net().sizes[7] = 1
    assert str(raised.value) == "`Net().sizes[7] = …`: It raised IndexError: list assignment index out of range"


def test_what_a_call_returned_is_a_copy(student):
    """It belongs to the check, and so does a copy of anything else."""
    returned = student.current()
    returned["rate"] = 5.0
    own = copy.deepcopy(student.settings)
    own["rate"] = 6.0
    assert (student.current()["rate"], type(own)) == (0.1, dict)


def test_object_is_not_gone_through_without_an_end(student):
    """Python asks for one entry after the other of what has entries and no iterator."""
    for thing in (student.Net().table, student.program("x").Net()):
        with pytest.raises(TypeError, match="not iterable"):
            list(thing)


@pytest.mark.parametrize(
    "value", [float, int, bool, np.float64, np.float32, np.int64, np.dtype("float32"), np.dtype("int8"), np.tanh, list]
)
def test_type_is_handed_over(student, value):
    """What arrives there is the type itself."""
    assert student.kind(value) == repr(value)


def test_function_of_numpy_is_called_there(student):
    """A label in a message shows what was handed over."""
    assert student.apply(np.exp, 0.0) == 1.0
    with pytest.raises(StudentFault) as raised:
        student.apply(np.float32, "a")
    assert str(raised.value) == "`apply(np.float32, 'a')`: It raised ValueError: could not convert string to float: 'a'"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            lambda x: x,
            "a value of type function cannot be handed to a submission; numbers, arrays, texts, lists, dicts, types of NumPy and objects "
            "of the submission can",
        ),
        (type("Own", (), {}), "Own cannot be handed to a submission; of types, those of Python and NumPy can"),
        (np.dtype("O"), "the dtype object cannot be handed to a submission; those of numbers and truth values can"),
    ],
)
def test_what_cannot_be_handed_over_is_told(student, value, sentence):
    """The author of the check learns what can."""
    with pytest.raises(TypeError) as raised:
        student.kind(value)
    assert str(raised.value) == sentence
