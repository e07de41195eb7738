"""Reads the steps of docs/assignment.md: the files to write, the commands to run, and the expected output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

GUIDE = Path(__file__).parents[3] / "docs" / "assignment.md"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```\n", re.DOTALL)
_FILE = re.compile(r"`(\.\./week-3/[^`]+)`[^`]*:\s*$")
_REMOVE = re.compile(r"[Rr]emove\s+`(\.\./week-3/[^`]+)`")


@dataclass(frozen=True)
class Step:
    """One thing to do: ``kind`` is ``write``, ``remove`` or ``run``."""

    kind: str
    target: str
    content: str = ""


def steps(text: str) -> list[Step]:
    """Return the steps of the guide in order."""
    found, end = [], 0
    for block in _BLOCK.finditer(text):
        before = text[end : block.start()]
        found += [Step("remove", match[1]) for match in _REMOVE.finditer(before)]
        if block[1] == "console":
            found += [Step("run", *one.partition("\n")[::2]) for one in block[2].split("$ ")[1:]]
        elif place := _FILE.search(before):
            found.append(Step("write", place[1], block[2]))
        end = block.end()
    return found
