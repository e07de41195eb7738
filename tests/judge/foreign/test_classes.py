"""Classes by the names that a submission gives: only those come to be ours that hold data, or are exceptions."""

import collections
import subprocess

import numpy as np
import pytest

from grader.judge.foreign.classes import error_class, known_class


@pytest.mark.parametrize(
    "name", ["subprocess.Popen", "io.FileIO", "pathlib.Path", "numpy.memmap", "socket.socket", "grader.errors.Exit"]
)
def test_a_class_that_does_something_is_not_called_here(name):
    """A test calls what a submission says that its class is; what opens, starts or writes stays in the student's process."""
    assert known_class(name) is None


def test_classes_of_data_and_exceptions_are_ours():
    """So that `isinstance`, `type` and `except` are right about them."""
    assert known_class("collections.OrderedDict") is collections.OrderedDict
    assert known_class("numpy.float32") is np.float32
    assert known_class("subprocess.CalledProcessError") is subprocess.CalledProcessError


def test_an_exception_of_a_students_own_class_is_caught_by_it_and_by_what_it_is_derived_from():
    """One class for one name, below the nearest that we have."""
    kind = error_class(["__main__.TooBig", "builtins.ValueError", "builtins.Exception"], "TooBig")
    again = error_class(["__main__.TooBig", "builtins.ValueError", "builtins.Exception"], "TooBig")
    assert kind is again and issubclass(kind, ValueError) and kind.__name__ == "TooBig"
