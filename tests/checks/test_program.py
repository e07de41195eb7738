"""Tests of many steps with one request."""

import numpy as np
import pytest

from grader.checks.objects import StudentObject
from grader.checks.proxy import Student
from grader.outcomes import StudentFault
from grader.trusted import InProcess


class Counter:
    """Counts up in one array, in place."""

    def __init__(self, start):
        self.value = np.array(start, dtype=float)

    def step(self, by):
        """Count up and return the array itself."""
        self.value += by
        return self.value


@pytest.fixture
def ask():
    """The child's double."""
    return InProcess({"Counter": Counter})


@pytest.fixture
def student(ask):
    """A submission with one class."""
    return Student(ask)


def test_program_runs_in_one_request(student, ask):
    """However many steps there are, one request carries them."""
    program = student.program("counting")
    counter = program.Counter([0.0])
    for _ in range(10):
        program.keep(counter.step(1.0))
    assert [float(value[0]) for value in program.run()] == list(range(1, 11))
    assert ask.requests == 1


def test_program_keeps_what_a_value_was_at_its_step(student):
    """Later writing into the same array does not show in an earlier value."""
    program = student.program("counting")
    counter = program.Counter([0.0])
    program.keep(counter.value)
    counter.step(5.0)
    program.keep(counter.value)
    assert [value.tolist() for value in program.run()] == [[0.0], [5.0]]


def test_program_assigns_and_passes_results_on(student):
    """Results of steps can be arguments and owners of attributes."""
    program = student.program("counting")
    counter, other = program.Counter([1.0]), program.Counter([2.0])
    counter.value = other.value
    program.keep(counter.step(1.0))
    program.keep_now(other.value)
    assert [value.tolist() for value in program.run()] == [[3.0], [3.0]]


def test_program_works_on_objects_from_before(student):
    """An object of an earlier request can be used and passed."""
    counter = student.Counter([1.0])
    program = student.program("counting")
    program.on(counter).step(4.0)
    program.run()
    assert counter.value.tolist() == [5.0]


def test_program_names_kept_objects(student):
    """An object carries the label it was kept with."""
    program = student.program("counting")
    program.keep(program.Counter([1.0]), "the counter")
    (counter,) = program.run()
    assert StudentObject.label_of(counter) == "the counter"


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            lambda program: program.Cuonter([1.0]),
            "`Cuonter` is not defined in your submission. Did you mean `Counter`?",
        ),
        (lambda program: program.Counter([1.0]).stop(), "`Counter([1.0])` has no `stop`."),
        (lambda program: program.Counter([1.0]).step("a"), "`counting`: It raised "),
    ],
)
def test_program_tells_which_step_failed(student, steps, message):
    """A missing name is told with what it is missing from; an exception with the name of the program."""
    program = student.program("counting")
    steps(program)
    with pytest.raises(StudentFault) as caught:
        program.run()
    assert caught.value.message.startswith(message)


def test_program_survives_an_answer_of_the_wrong_length():
    """A child that answers with fewer values than asked for gives values of None, which every check refuses."""
    program = Student(lambda request, *, reply_bytes=None: {"value": [1]}).program("counting")
    program.keep(program.Counter([1.0]))
    program.keep(program.Counter([2.0]))
    assert program.run() == [None, None]


def test_keep_refuses_an_object_from_before(student):
    """What was there before a program has a `read` of its own."""
    program = student.program("counting")
    with pytest.raises(TypeError, match="an object that was there before the program"):
        program.keep(program.on(student.Counter([1.0])))
