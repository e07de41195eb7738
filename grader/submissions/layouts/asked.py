"""What a layout knows besides the tree of names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo


@dataclass(frozen=True)
class Asked:
    """What a layout may need to know.

    ``zone`` is the time zone of times without an offset, ``assignment`` holds the names of the assignment to grade, and
    ``insisted`` says that the instructor named the layout.
    """

    zone: tzinfo = UTC
    assignment: tuple[str, ...] = ()
    insisted: bool = False
