"""Replaces a class's names before grading, and keeps the key that restores them apart from the reports.

Names inside the students' work, such as in a comment, are not changed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from grader.course.events import Member, Result
from grader.course.score import CourseScore
from grader.errors import UsageError
from grader.files import write_atomically
from grader.submissions import Origin, Person, Submission
from grader.submissions.submission import Piece

FILE = "anonymous-key.json"
FORMAT, VERSION = "neural network grader key", 1
# Letters and digits that are not mistaken for others.
_LETTERS, _LENGTH = "abcdefghkmnpqrstuvwxyz23456789", 6


@dataclass
class Key:
    """The students behind the anonymous names.

    Attributes
    ----------
    stand_ins : dict
        The anonymous name of each student, the same in all assignments of a course.
    people : dict
        By assignment and anonymous name, the people who handed in, as known to the platform and the roster.
    """

    stand_ins: dict[str, str] = field(default_factory=dict)
    people: dict[str, dict[str, list[dict[str, str]]]] = field(default_factory=dict)

    def stand_in(self, student: str) -> str:
        """Return the anonymous name of a student, creating one if there is none."""
        if student not in self.stand_ins:
            taken = set(self.stand_ins.values())
            while (name := f"anon-{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}") in taken:
                pass
            self.stand_ins[student] = name
        return self.stand_ins[student]

    def student(self, stand_in: str) -> str | None:
        """Return the student behind an anonymous name; None if the key does not have it."""
        return next((student for student, name in self.stand_ins.items() if name == stand_in), None)


def read_key(path: Path) -> Key:
    """Return the key in a file, or an empty one if there is no file.

    Raises
    ------
    UsageError
        If the file is not a key; with a new one, scores could no longer be matched with names.
    """
    try:
        found = json.loads(path.read_bytes())
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise ValueError("it is not of this version")
        people = {
            str(name): {
                str(stand_in): [dict(Member(**one).__dict__) for one in group] for stand_in, group in own.items()
            }
            for name, own in found["people"].items()
        }
        return Key({str(student): str(name) for student, name in found["students"].items()}, people)
    except FileNotFoundError:
        return Key()
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} cannot be read as the key of anonymous students ({type(error).__name__}). Restore a copy of it; without it, "
            "scores cannot be matched with names."
        ) from error


def write_key(path: Path, key: Key) -> None:
    """Write the key so that only its owner can read it.

    Raises
    ------
    NotWritten
        If it cannot be written; an existing key is then kept.
    """
    content = {"format": FORMAT, "version": VERSION, "students": key.stand_ins, "people": key.people}
    write_atomically(path, json.dumps(content, indent=1).encode("ascii") + b"\n", mode=0o600)


def without_names(submissions: Sequence[Submission], key: Key, assignment: str) -> list[Submission]:
    """Return the hand-ins under anonymous names, sorted by these, and add the people to the key."""
    found = []
    for submission in submissions:
        name = key.stand_in(submission.id)
        key.people.setdefault(assignment, {})[name] = _members(submission)
        found.append(_renamed(submission, name))
    return sorted(found, key=lambda each: each.id)


def _members(submission: Submission) -> list[dict[str, str]]:
    people = submission.origin.people if submission.origin else (Person(login=submission.id),)
    return [dict(vars(Member(**vars(person)))) for person in people]


def _renamed(submission: Submission, name: str) -> Submission:
    """Return a hand-in with its student, and its file, folder or archive, renamed to ``name``."""
    origin = submission.origin
    if origin is not None:
        people = tuple(
            Person(login=name if len(origin.people) == 1 else f"{name}/{n}") for n in range(1, len(origin.people) + 1)
        )
        origin = Origin(origin.layout, people, origin.attempt, origin.submitted, origin.late, origin.remark)

    def called(path: str) -> str:
        first, slash, rest = path.partition("/")
        if first.casefold().startswith(submission.id.casefold()):
            return name + first[len(submission.id) :] + slash + rest
        return path

    own = submission.path.name if submission.form != "folder" else name
    path = submission.path.with_name(called(own) if own != submission.path.name or submission.form != "folder" else own)
    pieces = tuple(Piece(piece.path, called(piece.into)) for piece in submission.pieces)
    if not submission.is_placed:
        folder = submission.form == "folder" and not submission.beside
        pieces = tuple(
            Piece(each, "" if folder else called(each.name)) for each in (submission.path, *submission.beside)
        )
    members = tuple(replace(member, path=called(member.path)) for member in submission.members)
    return replace(
        submission,
        id=name,
        slug=name,
        path=path,
        pieces=() if members else pieces,
        members=members,
        beside=(),
        origin=origin,
        entry=submission.entry and called(str(PurePosixPath(submission.entry))),
    )


def with_names(scores: Iterable[CourseScore], key: Key, assignment: str) -> list[CourseScore]:
    """Return scores under the students' real names, if the key has them."""
    return [_named(score, key, assignment) for score in scores]


def _named(score: CourseScore, key: Key, assignment: str) -> CourseScore:
    student = key.student(score.student)
    if student is None:
        return score
    people = key.people.get(assignment, {}).get(score.student, [])
    result = score.result
    if isinstance(result, Result):
        result = replace(result, name=student, members=tuple(Member(**one) for one in people))
    return replace(score, name=student, result=result)
