"""What a layout reads: the student, the attempt, the time, whether it was late, and where the files are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Person:
    """One student as a system names them; unknown fields are empty.

    ``id`` is the system's own number or code for the student, ``login`` the user name, and ``number`` the student number
    given by the school.
    """

    name: str = ""
    id: str = ""
    login: str = ""
    email: str = ""
    number: str = ""
    section: str = ""

    @property
    def label(self) -> str:
        """The name shown for the student."""
        return self.login or self.name or self.number or self.id or self.email


@dataclass(frozen=True)
class Part:
    """A file or folder of a tree, and its place in the hand-in; with an empty ``into``, the folder is the hand-in."""

    path: str
    into: str


@dataclass(frozen=True)
class Entry:
    """One hand-in of a class.

    ``people`` has several members for a group. ``attempt`` counts from 1, ``submitted`` has a UTC offset, and ``late`` is
    the system's own mark; each is None if unknown. ``remark`` is for the instructor.
    """

    people: tuple[Person, ...]
    parts: tuple[Part, ...]
    attempt: int | None = None
    submitted: datetime | None = None
    late: bool | None = None
    remark: str = ""


@dataclass(frozen=True)
class Reading:
    """What a layout reads from a tree of names.

    ``older`` are the paths of attempts that a newer one replaces; ``ignored`` are the paths that are no hand-ins, each with
    a reason worded to follow the name; ``others`` are the names at the top that the system did not write.
    """

    entries: tuple[Entry, ...] = ()
    older: tuple[str, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """What is known about a hand-in besides its files; it becomes the record's ``handed_in``."""

    layout: str
    people: tuple[Person, ...]
    attempt: int | None = None
    submitted: datetime | None = None
    late: bool | None = None
    remark: str = ""

    def fields(self) -> dict[str, Any]:
        """Return the fields kept in a record."""
        return {
            "layout": self.layout,
            "students": [vars(person) for person in self.people],
            "attempt": self.attempt,
            "submitted_at": self.submitted.isoformat(timespec="seconds") if self.submitted else None,
            "late": self.late,
            "remark": self.remark,
        }

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Origin:
        """Return the origin from the dict that ``fields`` returned."""
        at = fields["submitted_at"]
        return cls(
            fields["layout"],
            tuple(Person(**person) for person in fields["students"]),
            fields["attempt"],
            datetime.fromisoformat(at) if at else None,
            fields["late"],
            fields["remark"],
        )
