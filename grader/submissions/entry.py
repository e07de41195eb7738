"""What a layout gives: whose hand-in it is, which attempt, when, whether late, and where its files lie. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Person:
    """One student as a system names them; what it does not tell is empty.

    ``id`` is the number or code by which that system knows the student, ``login`` a user name, ``number`` the one that the
    school has given.
    """

    name: str = ""
    id: str = ""
    login: str = ""
    email: str = ""
    number: str = ""
    section: str = ""

    @property
    def label(self) -> str:
        """What to call the student by."""
        return self.login or self.name or self.number or self.id or self.email


@dataclass(frozen=True)
class Part:
    """A file or a folder of a tree, and where it lies in the hand-in; the content of a folder with an empty ``into`` is the hand-in."""

    path: str
    into: str


@dataclass(frozen=True)
class Entry:
    """One hand-in of a class.

    ``people`` are more than one where a group handed in. ``attempt`` counts from 1, ``submitted`` knows its offset, ``late`` is the
    system's own mark; each is None where nothing is known. ``remark`` is for the person who grades.
    """

    people: tuple[Person, ...]
    parts: tuple[Part, ...]
    attempt: int | None = None
    submitted: datetime | None = None
    late: bool | None = None
    remark: str = ""


@dataclass(frozen=True)
class Reading:
    """What a layout makes of a tree of names.

    ``older`` are the paths of attempts that a newer one replaces; ``ignored`` are the paths that belong to nobody, with the reason
    in words that follow a name; ``others`` are the names at the top that the system has not written.
    """

    entries: tuple[Entry, ...] = ()
    older: tuple[str, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """What is known of a hand-in besides its files; it becomes the record's ``handed_in``."""

    layout: str
    people: tuple[Person, ...]
    attempt: int | None = None
    submitted: datetime | None = None
    late: bool | None = None
    remark: str = ""

    def fields(self) -> dict[str, Any]:
        """Return what a record keeps of it."""
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
        """Return what ``fields`` has written."""
        at = fields["submitted_at"]
        return cls(
            fields["layout"],
            tuple(Person(**person) for person in fields["students"]),
            fields["attempt"],
            datetime.fromisoformat(at) if at else None,
            fields["late"],
            fields["remark"],
        )
