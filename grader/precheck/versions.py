"""The versions that a pre-check ran with, and a sentence if they differ from those of grading. Imports only wording."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from grader.report.wording import versions

IN_A_TERMINAL = "python -m pip install -r requirements.txt"
IN_A_NOTEBOOK = "%pip install -r requirements.txt"


def libraries(allowed: Sequence[str]) -> list[str]:
    """Return the libraries whose versions matter for work with these allowed imports."""
    return ["numpy", "matplotlib", *(["scipy"] if "scipy" in allowed else [])]


def here(names: Sequence[str]) -> dict[str, str]:
    """Return the versions of Python and of the installed ones of these libraries, without importing any."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in names:
        # A version already imported counts, because a notebook keeps it until it is restarted.
        imported = getattr(sys.modules.get(name), "__version__", None)
        try:
            found[name] = str(imported) if imported is not None else version(name)
        except PackageNotFoundError:
            continue
    return found


def minor(text: str) -> str:
    """Return the first two numbers of a version, such as ``2.4`` for ``2.4.6``."""
    return ".".join(text.split(".")[:2])


def sentences(found: Mapping[str, str], grading: Mapping[str, str], install: str = IN_A_TERMINAL) -> Iterator[str]:
    """Yield the sentences about versions.

    Parameters
    ----------
    found : mapping
        The result of ``here``.
    grading : mapping
        The first two numbers of the versions used for grading, by the same names; empty on the grading machine itself.
    install : str
        The command that installs the versions of grading.
    """
    yield f"This ran with {versions(found)}."
    other = {name: wanted for name, wanted in grading.items() if name in found and minor(found[name]) != wanted}
    if not other:
        return
    mine = {name: minor(found[name]) for name in other}
    remedies = [f"use Python {other['python']} here"] if "python" in other else []
    remedies += [f"install the versions of grading: {install}"] if other.keys() - {"python"} else []
    yield (
        f"Grading uses {versions(other)}, but this is {versions(mine)}, so results may differ; {', and '.join(remedies)}"
        f"{'' if other.keys() - {'python'} else '.'}"
    )
