"""The gradebook's table of events, and its rows as events; the caller has the connection and its transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from grader.course.events import Draft, Event, Weighed, body_of, what_of

_AT_ONCE = 500

metadata = sa.MetaData()
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("assignment", sa.Text, nullable=False),
    sa.Column("student", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.UniqueConstraint("subject", "version", name="events_subject_version"),
    sa.Index("events_assignment", "assignment"),
    sa.Index("events_student", "student"),
)
# What an event is made of, in the order of its fields.
COLUMNS = (
    events.c.assignment,
    events.c.student,
    events.c.kind,
    events.c.body,
    events.c.version,
    events.c.at,
    events.c.author,
)


def read_events(
    connection: sa.Connection,
    assignment: str | None,
    student: str | None,
    kinds: Sequence[str],
    detail: str | None = None,
    students: Collection[str] | None = None,
) -> list[Event]:
    """Return the events that fit, oldest first; those about everybody are among those of a student.

    ``detail`` names the assignment whose results are read whole; of others, only results and what moves their dates are read.
    """
    query = sa.select(*COLUMNS).order_by(events.c.id)
    if assignment is not None:
        query = query.where(events.c.assignment == assignment)
    if student is not None:
        everybody = (events.c.student == "") & (events.c.kind == Weighed.KIND)
        query = query.where((events.c.student == student) | everybody)
    if students is not None and len(students) <= _AT_ONCE:
        everybody = (events.c.student == "") & (events.c.kind == Weighed.KIND)
        query = query.where(events.c.student.in_(sorted(students)) | everybody)
    if kinds:
        query = query.where(events.c.kind.in_(kinds))
    if detail is not None:
        query = query.where((events.c.assignment == detail) | events.c.kind.in_(("result", "extension", "excuse")))
    rows = connection.execute(query)
    return [
        Event(row[0], row[1], what_of(row[2], row[3], brief=detail not in (None, row[0])), row[4], row[5], row[6])
        for row in rows
        if students is None or row[1] in students
    ]


def write_drafts(connection: sa.Connection, drafts: Sequence[Draft], author: str, at: str) -> list[Event]:
    """Write each draft as the next version of its subject, and return the events."""
    versions = _versions(connection, list(dict.fromkeys(draft.subject for draft in drafts)))
    written = []
    for draft in drafts:
        versions[draft.subject] = version = versions.get(draft.subject, 0) + 1
        written.append(Event(draft.assignment, draft.student, draft.what, version, at, author))
    rows = [
        {
            "subject": event.subject,
            "version": event.version,
            "assignment": event.assignment,
            "student": event.student,
            "kind": event.what.KIND,
            "at": at,
            "author": author,
            "body": body_of(event.what),
        }
        for event in written
    ]
    if rows:
        connection.execute(sa.insert(events), rows)
    return written


def _versions(connection: sa.Connection, subjects: Sequence[str]) -> dict[str, int]:
    """Return the newest version of each of these subjects that has one."""
    newest: dict[str, int] = {}
    for first in range(0, len(subjects), _AT_ONCE):
        some = subjects[first : first + _AT_ONCE]
        query = sa.select(events.c.subject, sa.func.max(events.c.version)).where(events.c.subject.in_(some))
        newest |= {row[0]: row[1] for row in connection.execute(query.group_by(events.c.subject))}
    return newest
