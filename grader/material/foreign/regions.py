"""The regions that nbgrader marks by a line before and one after: solutions, hidden tests, mark schemes; serves READ. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"


class Mending(Exception):
    """A region is not marked as it should be; the message is a whole sentence for the author."""


@dataclass(frozen=True)
class Marks:
    """The words that mark regions, and what stands in place of a solution; a course may have changed them."""

    begin_solution: str = "BEGIN SOLUTION"
    end_solution: str = "END SOLUTION"
    begin_hidden: str = "BEGIN HIDDEN TESTS"
    end_hidden: str = "END HIDDEN TESTS"
    begin_scheme: str = "BEGIN MARK SCHEME"
    end_scheme: str = "END MARK SCHEME"
    code_stub: str = CODE_STUB
    text_stub: str = TEXT_STUB


class Region(Enum):
    """What a region holds."""

    SOLUTION = auto()
    HIDDEN = auto()
    SCHEME = auto()


def split(source: str, region: Region, marks: Marks) -> tuple[list[str], list[list[str]]]:
    """Return the lines outside all regions of a kind, a NUL and the indent where one stood, and the lines of each region.

    Raises
    ------
    Mending
        When a region is never closed, or one begins inside another.
    """
    begin, end = _words(region, marks)
    outside: list[str] = []
    inside: list[list[str]] = []
    is_open = False
    for line in source.split("\n"):
        if begin in line:
            if is_open:
                raise Mending(f"a second {begin!r} stands before the {end!r} of the first.")
            is_open = True
            inside.append([])
            outside.append("\0" + line[: len(line) - len(line.lstrip())])
        elif end in line:
            is_open = False
        else:
            (inside[-1] if is_open else outside).append(line)
    if is_open:
        raise Mending(f"{begin!r} has no {end!r} after it.")
    return outside, inside


def without(source: str, region: Region, marks: Marks) -> str:
    """Return a cell without the regions of a kind; raises ``Mending``."""
    outside, inside = split(source, region, marks)
    return "\n".join(line for line in outside if not line.startswith("\0")) if inside else source


def inside(source: str, region: Region, marks: Marks) -> str:
    """Return what the regions of a kind hold, empty when there is none; raises ``Mending``."""
    return "\n".join("\n".join(lines) for lines in split(source, region, marks)[1]).strip("\n")


def solved(source: str, region: Region, marks: Marks) -> bool:
    """Return whether a cell has a region of a kind."""
    return bool(split(source, region, marks)[1])


def stubbed(source: str, stub: str, marks: Marks) -> str | None:
    """Return a cell with each solution replaced by a stub, indented as it was; None when it marks none. Raises ``Mending``."""
    outside, found = split(source, Region.SOLUTION, marks)
    if not found:
        return None
    lines: list[str] = []
    for line in outside:
        lines += [line[1:] + each for each in stub.split("\n")] if line.startswith("\0") else [line]
    return "\n".join(lines)


def _words(region: Region, marks: Marks) -> tuple[str, str]:
    return {
        Region.SOLUTION: (marks.begin_solution, marks.end_solution),
        Region.HIDDEN: (marks.begin_hidden, marks.end_hidden),
        Region.SCHEME: (marks.begin_scheme, marks.end_scheme),
    }[region]
