"""Errors that only occur with a newer or older version of Python, NumPy, SciPy or Matplotlib, and what to write instead."""

from __future__ import annotations

import collections.abc
import platform
import re
import sys
from collections.abc import Callable

import numpy as np

from grader.wire import replaced

_NO_ATTRIBUTE = re.compile(r"module 'numpy(?:\.random(?:\.mtrand)?)?' has no attribute '(\w+)'")
_NO_ATTRIBUTE_INSIDE = re.compile(r"module '(numpy\.(?:_?core|lib|fft|linalg))' has no attribute '(\w+)'")
_NOW_PRIVATE = re.compile(r"(numpy\.lib\.\w+) is now private\.")
_NO_METHOD = re.compile(r"'(?:numpy\.\w+)' object has no attribute '(\w+)'")
_NO_KEYWORD = re.compile(r"(?<![\w.])([\w.]++)\(\) got an unexpected keyword argument '(\w+)'")
_OLD_STYLE = re.compile(r"'(seaborn(?:-[a-z]+)*)' is not a valid package style")
_NO_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_OF_MODULE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
_IMPORTS = re.compile(r"imports `([\w.]+)`, which is neither allowed")
_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_OF_DICTIONARY = re.compile(r"'[\w.]*[dD]ict' object has no attribute '(\w+)'")
_NO_LIST = re.compile(r"['\"](map|filter|zip|range|dict_keys|dict_values|dict_items)['\"]")
_NO_NEXT = re.compile(
    r"'(?:generator|zip|map|filter|enumerate|\w+iterator|itertools\.\w+)' object has no attribute 'next'"
)
_OUT_OF_BOUNDS = re.compile(r"Python integer -?\d+ out of bounds for (u?int\d+)")
_RAGGED = "setting an array element with a sequence. The requested array has an inhomogeneous shape"
_ONE_ELEMENT = (
    "only 0-dimensional arrays can be converted to Python scalars",
    "only length-1 arrays can be converted to Python scalars",
    "setting an array element with a sequence.",
)
# The messages of NumPy and Python for a float where an integer is required, such as the quotient of two integers.
_NO_INTEGER = re.compile(
    r"(?:list|tuple|string|range object|byte) indices must be integers or slices, not (?:numpy\.)?float"
    r"|slice indices must be integers or None"
    r"|'(?:numpy\.)?float\d*' object cannot be interpreted as an integer"
    r"|expected a sequence of integers or a single integer, got '-?\d+\.\d*'"
    r"|can't multiply sequence by non-int of type '(?:numpy\.)?float\d*'"
    r"|only integers, slices \(`:`\), ellipsis"
    r"|arrays used as indices must be of integer"
)
# Names of the standard library by the version that added them.
_SINCE = {
    ("batched", "itertools"): (3, 12),
    ("override", "typing"): (3, 12),
    ("TypeAliasType", "typing"): (3, 12),
    ("ReadOnly", "typing"): (3, 13),
    ("TypeIs", "typing"): (3, 13),
}


def version_hint(raised: str, message: str) -> str | None:
    """Return what to write instead after an exception that another version would not have raised; None for all others.

    Parameters
    ----------
    raised : str
        The name of the exception.
    message : str
        Its text.
    """
    return next((hint for look in _LOOKS.get(raised, ()) if (hint := look(message)) is not None), None)


def numpy_here() -> str:
    """Return the name and version of the NumPy used for grading."""
    return f"NumPy {'.'.join(np.__version__.split('.')[:2])}"


def _python_here() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def _name_of_numpy(message: str) -> str | None:
    found = _NO_ATTRIBUTE.search(message)
    return _numpy_name(found[1], replaced.OF_NUMPY) if found else None


def _numpy_name(name: str, gone: dict[str, str]) -> str | None:
    if name in gone and not hasattr(np, name):
        return f"{numpy_here()} has no `np.{name}` any more; write {gone[name]}."
    since, before = replaced.SINCE_NUMPY.get(name, ((0, 0), ""))
    if tuple(map(int, np.__version__.split(".")[:2])) < since:
        return f"`np.{name}` came with NumPy {since[0]}.{since[1]}; this is {numpy_here()}. Write {before}."
    return None


def _inside_numpy(message: str) -> str | None:
    """Return what to write for a name from a NumPy module that is private or removed."""
    if found := _NO_ATTRIBUTE_INSIDE.search(message):
        module = f"{found[1].replace('_core', 'core')}.{found[2]}"
        if module in replaced.NUMPY_MODULES:
            return _private(module)
        public = hasattr(np, found[2]) and not found[2].startswith("_")
        return f"Write `np.{found[2]}`: what lies inside `{found[1]}` is private." if public else None
    if found := _NOW_PRIVATE.search(message):
        return _private(found[1])
    found = _NO_MODULE.search(message)
    return _private(found[1]) if found and found[1] in replaced.NUMPY_MODULES else None


def _private(module: str) -> str:
    return f"{numpy_here()} has no public module `{module}`; take its functions from `numpy` itself, such as `np.pad`."


def _method_of_arrays(message: str) -> str | None:
    found = _NO_METHOD.search(message)
    if found is None or found[1] not in replaced.OF_ARRAYS:
        return None
    return f"Arrays of {numpy_here()} have no `{found[1]}` any more; write {replaced.OF_ARRAYS[found[1]]}."


def _keyword(message: str) -> str | None:
    found = _NO_KEYWORD.search(message)
    instead = replaced.KEYWORDS.get((found[1], found[2])) if found else None
    if found is None or instead is None:
        return None
    written = f"write `{instead}=`" if instead.isidentifier() else f"give {instead}"
    return f"The argument `{found[2]}` is not called so any more; {written}."


def _one_element(message: str) -> str | None:
    if message.startswith(_RAGGED):
        return (
            f"{numpy_here()} makes no array of rows of different lengths, as earlier versions did; look for a row that is too short, "
            "or keep a list."
        )
    if message.startswith(_ONE_ELEMENT):
        return (
            f"{numpy_here()} makes no number of an array with one element, as earlier versions did; write `x.item()`, "
            "or take the element with an index for each axis."
        )
    return None


def _style(message: str) -> str | None:
    found = _OLD_STYLE.match(message)
    if found is None:
        return None
    return f"Since Matplotlib 3.8 the style `{found[1]}` is called `seaborn-v0_8{found[1].removeprefix('seaborn')}`."


def _bounds(message: str) -> str | None:
    found = _OUT_OF_BOUNDS.search(message)
    if found is None:
        return None
    return f"Since NumPy 2 a number that `{found[1]}` cannot hold is an error; compute with `x.astype(int)` or `x.astype(float)`."


def _no_integer(message: str) -> str | None:
    if not _NO_INTEGER.match(message):
        return None
    return (
        "An index or a size must be an integer, and `/` gives a float in Python 3, also for two integers; write `//`, or `.astype(int)` "
        "for an array."
    )


def _no_list(message: str) -> str | None:
    found = _NO_LIST.search(message)
    if found is None or "callable" in message:
        return None
    kind = {"dict_keys": "d.keys", "dict_values": "d.values", "dict_items": "d.items"}.get(found[1], found[1])
    return f"In Python 3 `{kind}(...)` gives no list; write `list({kind}(...))` where one is needed."


def _no_next(message: str) -> str | None:
    return "In Python 3 `x.next()` is written `next(x)`." if _NO_NEXT.search(message) else None


def _builtin(message: str) -> str | None:
    found = _UNDEFINED.match(message)
    if found is None or found[1] not in replaced.OF_PYTHON:
        return None
    return f"Python 3 has no `{found[1]}`; write {replaced.OF_PYTHON[found[1]]}."


def _dictionary(message: str) -> str | None:
    found = _OF_DICTIONARY.search(message)
    if found is None or found[1] not in replaced.OF_DICTIONARIES:
        return None
    return f"Dictionaries of Python 3 have no `{found[1]}`; write {replaced.OF_DICTIONARIES[found[1]]}."


def _name_of_module(message: str) -> str | None:
    """Return what to write for a name that a module lacks, either imported from it or used as its attribute."""
    imported = _NO_NAME.search(message)
    asked = _OF_MODULE.search(message)
    if imported:
        name, module = imported[1], imported[2]
    elif asked:
        module, name = asked[1], asked[2]
    else:
        return None
    if module == "collections" and hasattr(collections.abc, name):
        return f"Since Python 3.10 there is no `collections.{name}` any more; write `collections.abc.{name}`."
    if imported and module == "numpy":
        return _numpy_name(name, replaced.OF_NUMPY | replaced.OF_NUMPY_WITH_WORDS)
    if (module, name) in replaced.ELSEWHERE:
        short = module.removeprefix("matplotlib.") if module != "matplotlib.pyplot" else "plt"
        return f"{_owner(module)} has no `{short}.{name}` any more; write {replaced.ELSEWHERE[module, name]}."
    since, instead = replaced.OF_MODULES.get((module, name), ((99, 0), ""))
    if sys.version_info >= since:
        return f"Since Python {since[0]}.{since[1]} there is no `{module}.{name}`; write {instead}."
    came = _SINCE.get((name, module)) if imported else None
    if came is not None:
        return f"`{module}.{name}` came with Python {came[0]}.{came[1]}; this is Python {_python_here()}."
    return None


def _owner(module: str) -> str:
    return "Matplotlib" if module.startswith("matplotlib") else "SciPy"


def _module(message: str) -> str | None:
    """Return what to import in place of a module that was removed."""
    found = _NO_MODULE.search(message) or _IMPORTS.search(message)
    if found is None:
        return None
    top = found[1].partition(".")[0]
    if top in replaced.MODULES:
        return f"Python 3 has no module `{top}`; import {replaced.MODULES[top]}."
    if top in replaced.BRIDGES:
        return f"`{top}` is for programs that also run on Python 2; leave it out, and write what Python 3 has, such as `range` for `xrange`."
    if found[1] == "scipy.misc":
        return "SciPy has no `scipy.misc` any more; `plt.imread` reads images, and `scipy.special` has the functions."
    return None


def _syntax(message: str) -> str | None:
    """Return what to write for Python 2 syntax in a cell, of which only the message is known here."""
    return next((hint for start, hint in replaced.SYNTAX.items() if message.startswith(start)), None)


# The patterns for the message of each kind of exception, in this order.
_LOOKS: dict[str, tuple[Callable[[str], str | None], ...]] = {
    "AttributeError": (
        _name_of_numpy,
        _inside_numpy,
        _name_of_module,
        _method_of_arrays,
        _dictionary,
        _no_next,
        _no_list,
    ),
    "ForbiddenImport": (_module,),
    "ImportError": (_name_of_module, _inside_numpy, _module),
    "IndexError": (_no_integer,),
    "ModuleNotFoundError": (_inside_numpy, _module),
    "NameError": (_builtin,),
    "OSError": (_style,),
    "OverflowError": (_bounds,),
    "SyntaxError": (_syntax,),
    "TypeError": (_keyword, _one_element, _no_integer, _no_list),
    "ValueError": (_one_element,),
}
