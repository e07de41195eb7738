"""What a layout is told besides the tree of names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo


@dataclass(frozen=True)
class Asked:
    """What a layout may need to know.

    ``zone`` is where a time without an offset was written, ``assignment`` the one to grade, by each of its names, and ``insisted``
    says that a person has named the layout.
    """

    zone: tzinfo = UTC
    assignment: tuple[str, ...] = ()
    insisted: bool = False
