"""What is missing is told by the name of what lacks it: officially, at a student's home and in the audit."""

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from grader.checks.objects import MissingName
from grader.checks.proxy import Student
from grader.outcomes import Why
from grader.precheck.session import Launcher
from grader.precheck.starting import Plan
from grader.trusted import InProcess, executed
from grader.wire.inside import exchange, packages_inside

SOURCE = """
class Tanh:
    def forwards(self, inputs):
        return inputs

class ReLU:
    def Forward(self, inputs):
        return inputs
    _forward = Forward

class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

class Proxy:
    def __getattr__(self, name):
        raise AttributeError(name)

class Broken:
    @property
    def weight(self):
        return self.weights

def linear(): pass

def main():
    def train(): pass
"""


def of_a_method(student: Student) -> None:
    student.Tanh().forward(1.0)


def of_an_attribute_of_an_attribute(student: Student) -> None:
    student.Sequential(student.Tanh()).layers[0].backward  # noqa: B018


def to_assign_in_a_program(student: Student) -> None:
    program = student.program("the layer")
    layer = program.ReLU()
    program.keep(layer.forward(1.0))
    program.run()


def in_the_middle_of_a_program(student: Student) -> None:
    program = student.program("the network")
    program.keep(program.Sequential(program.Tanh()).layer.forward(1.0))
    program.run()


def of_an_object_from_before(student: Student) -> None:
    program = student.program("the layer")
    program.keep(program.on(student.Tanh()).step())
    program.run()


def of_the_submission(student: Student) -> None:
    student.Linear(3, 4)


def of_the_submission_in_a_program(student: Student) -> None:
    program = student.program("the layer")
    program.keep(program.tanh())
    program.run()


SENTENCES: dict[Callable[[Student], None], tuple[str, str | None]] = {
    of_a_method: ("`Tanh()` has no `forward`. Did you mean `forwards`?", None),
    of_an_attribute_of_an_attribute: ("`Sequential(Tanh()).layers[0]` has no `backward`.", None),
    to_assign_in_a_program: ("`ReLU()` has no `forward`. Did you mean `Forward`?", None),
    in_the_middle_of_a_program: ("`Sequential(…)` has no `layer`. Did you mean `layers`?", None),
    of_an_object_from_before: ("`Tanh` has no `step`.", None),
    of_the_submission: ("`Linear` is not defined in your submission. Did you mean `linear`?", "Linear"),
    of_the_submission_in_a_program: ("`tanh` is not defined in your submission. Did you mean `Tanh`?", "tanh"),
}


@pytest.fixture
def at_home() -> Iterator[Any]:
    """The source in a student's process, without a fence."""
    with Launcher(Plan(True, 2**30, ("numpy",))).open(None) as session:
        session.read([("s001.py", SOURCE.encode())], name="s001.py", form="file", names=["train"])
        assert session.load("submission", cpu_seconds=20.0, figures=False, cells=False)["status"] == "loaded"
        yield session


def said(ask: Any) -> dict[Callable[[Student], None], tuple[str, str | None]]:
    """Return what is said of everything that is missing, and which name of the submission it is, if it is one."""
    found = {}
    for missing in SENTENCES:
        with pytest.raises(MissingName) as caught:
            missing(Student(ask))
        assert (caught.value.why, caught.value.hint) == (Why.MISSING, None)
        found[missing] = (caught.value.message, caught.value.missing)
    return found


def test_what_is_missing_is_told_alike_by_every_judge(fenced, at_home):
    """A missing method is missing from its object, and only a name of the submission is not defined; with what looks like it."""
    with fenced(SOURCE).check(20.0) as official, at_home.check(20.0) as home:
        assert said(official) == SENTENCES
        assert said(home) == SENTENCES
    assert said(InProcess(executed(SOURCE))) == SENTENCES


def test_what_is_missing_is_told_alike_in_a_live_notebook():
    """The names of a process that goes on are asked over the same wires."""
    with packages_inside():
        live = importlib.import_module("_home.live")
    names: dict[str, Any] = {"__name__": "notebook"}
    exec(SOURCE, names)
    with live.answering(names, {}, {}, 20.0, 60.0) as (answer, _):
        assert said(partial(exchange, answer)) == SENTENCES


def test_a_name_that_is_hidden_is_told_with_its_place(at_home):
    """What is defined inside a function is told with the function and with what to do."""
    with at_home.check(20.0) as home, pytest.raises(MissingName) as caught:
        Student(home).train()
    assert (caught.value.message, caught.value.hint, caught.value.missing) == (
        "`train` is defined only inside `main()` (line 27 of s001.py), where it cannot be seen from outside.",
        "Move it out, to the left margin of the file.",
        "train",
    )


def test_an_error_inside_a_property_is_no_missing_name(fenced):
    """An attribute that is there and fails inside is the code's exception, not a name to look for."""
    with fenced(SOURCE).check(20.0) as ask:
        for where in (ask, InProcess(executed(SOURCE))):
            with pytest.raises(Exception, match="AttributeError: 'Broken' object has no attribute 'weights'") as caught:
                Student(where).Broken().weight  # noqa: B018
            assert not isinstance(caught.value, MissingName)
