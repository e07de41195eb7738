"""What tests of older courses import and nobody has any more: the functions of `nose.tools`, and the decorator of Otter's tests."""

from __future__ import annotations

import re
import unittest
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any


@cache
def nose_modules() -> dict[str, ModuleType]:
    """Return stand-ins for modules by their names."""
    modules = {name: ModuleType(name) for name in ("nose", "nose.tools", "otter", "otter.test_files")}
    modules["nose.tools"].__dict__.update(_tools())
    modules["nose"].__dict__["tools"] = modules["nose.tools"]
    modules["otter.test_files"].__dict__["test_case"] = _test_case
    modules["otter"].__dict__["test_files"] = modules["otter.test_files"]
    return modules


def _tools() -> dict[str, Any]:
    """Return the assertions of `unittest`, each with the name that it has in `nose.tools`."""

    class _Case(unittest.TestCase):
        maxDiff = None

        def runTest(self) -> None:
            """Hold assertions."""

    case, found = _Case(), {}
    for name in dir(case):
        if name.startswith("assert") and "_" not in name:
            found[re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", name)] = getattr(case, name)
    found |= {"assert_equals": case.assertEqual, "eq_": case.assertEqual, "ok_": case.assertTrue}
    return found | {"raises": _raises}


def _raises(*kinds: type[BaseException]) -> Callable[[Any], Any]:
    """Return a decorator for a test that must raise."""

    def decorate(function: Any) -> Any:
        def test(*args: Any, **kwargs: Any) -> None:
            try:
                function(*args, **kwargs)
            except kinds:
                return
            raise AssertionError(f"{function.__name__} did not raise {', '.join(kind.__name__ for kind in kinds)}")

        return test

    return decorate


def _test_case(*args: Any, **kwargs: Any) -> Callable[[Any], Any]:
    """Leave a test as it is."""
    return lambda function: function
