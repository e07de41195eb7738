"""Errors that only a newer or an older version of Python, NumPy or Matplotlib gives, and what to write instead."""

from __future__ import annotations

import collections.abc
import platform
import re

import numpy as np

# Names that NumPy has taken away without a word of its own about what to write, and what its release notes say.
_OF_NUMPY = {
    **{name: f"`{name}`" for name in ("complex", "float", "int", "object", "str")},
    "product": "`np.prod`",
    "cumproduct": "`np.cumprod`",
    "in1d": "`np.isin`",
    "trapz": "`np.trapezoid`",
    "msort": "`np.sort(x, axis=0)`",
    "asscalar": "`x.item()`",
    "random_integers": "`np.random.randint`",
    "warnings": "`import warnings` and use that module",
}
_NO_ATTRIBUTE = re.compile(r"module '(?:numpy|numpy\.random(?:\.mtrand)?)' has no attribute '(\w+)'")
_NO_COLORMAPS = re.compile(r"module 'matplotlib\.cm' has no attribute '(?:get_cmap|register_cmap)'")
_OLD_STYLE = re.compile(r"'(seaborn(?:-[a-z]+)*)' is not a valid package style")
_NO_NAME = re.compile(r"cannot import name '(\w+)' from '(\w+)'")
_NO_COLLECTION = re.compile(
    r"module 'collections' has no attribute '(\w+)'|cannot import name '(\w+)' from 'collections'"
)
_ONE_ELEMENT = (
    "only 0-dimensional arrays can be converted to Python scalars",
    "only length-1 arrays can be converted to Python scalars",
    "setting an array element with a sequence.",
)
# Names of the standard library by the version that brought them.
_SINCE = {
    ("batched", "itertools"): (3, 12),
    ("override", "typing"): (3, 12),
    ("TypeAliasType", "typing"): (3, 12),
    ("ReadOnly", "typing"): (3, 13),
    ("TypeIs", "typing"): (3, 13),
}


def version_hint(raised: str, message: str) -> str | None:
    """Return what to write for an exception that another version would not have raised; None for all others.

    Parameters
    ----------
    raised : str
        The name of the exception.
    message : str
        Its text.
    """
    if raised == "AttributeError" and (found := _NO_ATTRIBUTE.search(message)) and found[1] in _OF_NUMPY:
        return f"{numpy_here()} has no `np.{found[1]}` any more; write {_OF_NUMPY[found[1]]}."
    if raised == "AttributeError" and _NO_COLORMAPS.search(message):
        return "Matplotlib has no `cm.get_cmap` any more; write `plt.get_cmap(name)`."
    if raised == "OSError" and (found := _OLD_STYLE.match(message)):
        return (
            f"Since Matplotlib 3.8 the style `{found[1]}` is called `seaborn-v0_8{found[1].removeprefix('seaborn')}`."
        )
    if raised in ("TypeError", "ValueError") and message.startswith(_ONE_ELEMENT):
        return (
            f"{numpy_here()} makes no number of an array with one element, as earlier versions did; write `x.item()`, "
            "or take the element with an index for each axis."
        )
    if raised in ("AttributeError", "ImportError") and (found := _NO_COLLECTION.search(message)):
        name = found[1] or found[2]
        if hasattr(collections.abc, name):
            return f"Since Python 3.10 there is no `collections.{name}` any more; write `collections.abc.{name}`."
    if raised == "ImportError" and (found := _NO_NAME.search(message)):
        since = _SINCE.get((found[1], found[2]))
        if since is not None:
            return f"`{found[2]}.{found[1]}` came with Python {since[0]}.{since[1]}; this is Python {_python_here()}."
    return None


def numpy_here() -> str:
    """Return the name and version of the NumPy that grades."""
    return f"NumPy {'.'.join(np.__version__.split('.')[:2])}"


def _python_here() -> str:
    return ".".join(platform.python_version_tuple()[:2])
