"""The gradebook: one append-only table of events, in SQLite or PostgreSQL. Imported only by commands that use it.

Nothing is updated in place. A subject (assignment and student) has versions 1, 2, 3, ... If two writers read version 3,
both write version 4; the second violates the unique key, reads again and decides again. Triggers refuse changes of rows.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from grader.course.events import Draft, Event, what_of
from grader.course.rows import COLUMNS, events, read_events, write_drafts
from grader.errors import GraderError, NotWritten, UsageError

# The newest revision in migrations/versions; an older gradebook is upgraded when it is opened.
REVISION = "0001"
BUSY_SECONDS = 30.0
TRIES = 60
_CODES_OF_CONFLICT = frozenset({"40001", "40P01", "23505"})

Decide = Callable[[list[Event]], Sequence[Draft]]


class Gradebook:
    """An open gradebook.

    Parameters
    ----------
    place : str
        The path of an SQLite file, or a URL such as ``postgresql://grader@db.example.org/course``.
    """

    def __init__(self, place: str) -> None:
        self.url = url_of(place)
        self.name = self.url.database or "" if self._is_sqlite else self.url.render_as_string(hide_password=True)
        with self._told():
            self._engine = self._made()
        with self._told():
            self._bring_up_to_date()

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the database."""
        self._engine.dispose()

    def events(
        self,
        *,
        assignment: str | None = None,
        student: str | None = None,
        students: Collection[str] | None = None,
        kinds: Sequence[str] = (),
        detail: str | None = None,
    ) -> list[Event]:
        """Return the events of an assignment, of one or some students (slugs), or all, in the order they were written.

        A student's events include the weights of criteria, which apply to the whole class.

        If ``detail`` names an assignment, only brief results, extensions and excuses of the others are returned, which is
        all that late days depend on; reading everything of a term is slow.
        """
        with self._told(), self._engine.connect() as connection:
            return read_events(connection, assignment, student, kinds, detail, students)

    def events_since(
        self, last: int, *, assignment: str, kinds: Sequence[str], again: int = 200
    ) -> tuple[list[Event], int]:
        """Return the events of an assignment after the row ``last``, and the number of the newest row.

        On PostgreSQL a row can become visible after one with a higher number, so the last few rows are returned again.
        """
        with self._told(), self._engine.connect() as connection:
            return self._since(connection, last, assignment, kinds, again)

    def _since(
        self, connection: sa.Connection, last: int, assignment: str, kinds: Sequence[str], again: int = 200
    ) -> tuple[list[Event], int]:
        first = last if self._is_sqlite else max(last - again, 0)
        query = sa.select(*COLUMNS, events.c.id).where(events.c.assignment == assignment, events.c.id > first)
        rows = connection.execute(query.where(events.c.kind.in_(kinds)).order_by(events.c.id)).all()
        found = [Event(row[0], row[1], what_of(row[2], row[3]), row[4], row[5], row[6]) for row in rows]
        return found, max([last, *(row[7] for row in rows)])

    def newest_row(self) -> int:
        """Return a number made from the row count and the newest row, which changes whenever something is written."""
        query = sa.select(sa.func.count(events.c.id), sa.func.max(events.c.id))
        with self._told(), self._engine.connect() as connection:
            count, newest = connection.execute(query).one()
        return int(count) + int(newest or 0)

    def students(self) -> dict[str, str]:
        """Return the names of all students with a result, by slug."""
        query = sa.select(events.c.student, events.c.body).where(events.c.kind == "result").order_by(events.c.id)
        with self._told(), self._engine.connect() as connection:
            return {row[0]: str(json.loads(row[1]).get("name")) for row in connection.execute(query)}

    def assignments(self) -> list[str]:
        """Return the sorted names of the assignments that have events of students."""
        query = sa.select(events.c.assignment).where(events.c.student != "").distinct()
        with self._told(), self._engine.connect() as connection:
            return sorted(row[0] for row in connection.execute(query))

    def newest_results(self, assignment: str) -> dict[str, int]:
        """Return the version of each student's newest result for an assignment."""
        query = sa.select(events.c.student, sa.func.max(events.c.version))
        query = query.where(events.c.assignment == assignment, events.c.kind == "result").group_by(events.c.student)
        with self._told(), self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def add(
        self,
        decide: Decide,
        *,
        author: str,
        assignment: str | None = None,
        student: str | None = None,
        kinds: Sequence[str] = (),
        at: str | None = None,
        since: int | None = None,
    ) -> list[Event]:
        """Write the events that ``decide`` returns for the existing ones, all or none.

        ``decide`` is called again with newer events if another writer was faster.

        Parameters
        ----------
        decide : callable
            Takes the events of ``assignment`` and ``student``, of these kinds, and returns drafts.
        author : str
        assignment, student : str, optional
        kinds : sequence of str
        at : str, optional
            The time, as ISO 8601 in UTC; now by default.
        since : int, optional
            The number of a row; ``decide`` gets only the events after it.

        Raises
        ------
        GraderError
            If the gradebook is locked, damaged, full or gone; nothing is then written.
        """
        for tried in range(TRIES):
            try:
                with self._told(), self._begin() as connection:
                    if since is None:
                        found = read_events(connection, assignment, student, kinds)
                    else:
                        found = self._since(connection, since, assignment or "", kinds)[0]
                    drafts = sorted(decide(found), key=lambda draft: draft.subject)
                    return write_drafts(connection, drafts, author, at or now())
            except _Conflict as conflict:
                if tried == TRIES - 1:
                    raise GraderError(
                        f"Others keep writing to the gradebook {self.name} ({conflict}). Nothing was changed; "
                        "run the same command again."
                    ) from conflict
                time.sleep(random.uniform(0.0, 0.02 * min(tried + 1, 10)))
        raise AssertionError

    @contextmanager
    def _begin(self, *, snapshot: bool = True) -> Iterator[sa.Connection]:
        """Begin a writing transaction, which on SQLite locks the file from its first statement.

        On PostgreSQL it reads a snapshot, so a version written later by another writer is a conflict and never missed.
        """
        options: dict[str, Any] = {"immediate": True}
        if snapshot and not self._is_sqlite:
            options["isolation_level"] = "REPEATABLE READ"
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn a database error into one sentence, or into a conflict to be tried again."""
        try:
            yield
        except DBAPIError as error:
            if _conflicts(error):
                raise _Conflict(_reason(error)) from error
            raise self._sentence(error) from error
        except sqlite3.Error as error:
            raise self._sentence(error) from error
        except SQLAlchemyError as error:
            raise GraderError(f"The gradebook {self.name} cannot be used: {_reason(error)}.") from error

    def _sentence(self, error: Exception) -> GraderError:
        reason = _reason(error)
        if not self._is_sqlite:
            return GraderError(
                f"The gradebook {self.name} does not answer: {reason}. Everything written before is kept; run the same command "
                "again when the server is available."
            )
        if "locked" in reason or "busy" in reason:
            return GraderError(
                f"The gradebook {self.name} is locked by another program. Nothing was changed; run the same command again "
                "when that program has ended."
            )
        if "not a database" in reason or "malformed" in reason:
            return GraderError(
                f"The gradebook {self.name} is damaged: {reason}. Nothing was changed. Restore a copy of it, or move it "
                "away, grade once more, and merge the sheets again."
            )
        if "full" in reason or "disk I/O" in reason or "readonly" in reason or "unable to open" in reason:
            return NotWritten(
                f"The gradebook {self.name} could not be written: {reason}. Nothing was changed; free some space, or make "
                "sure that you may write to its folder, and run the same command again."
            )
        return GraderError(f"The gradebook {self.name} cannot be used: {reason}. Nothing was changed.")

    def _made(self) -> sa.Engine:
        if not self._is_sqlite:
            try:
                return sa.create_engine(self.url, connect_args={"connect_timeout": 10}, pool_size=1)
            except ImportError as error:
                raise UsageError(
                    "PostgreSQL needs the package psycopg; install it with: pip install --group postgres"
                ) from error
        wait = {} if "timeout" in self.url.query else {"timeout": BUSY_SECONDS}
        engine = sa.create_engine(self.url, connect_args=wait, poolclass=sa.pool.NullPool)
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def _bring_up_to_date(self) -> None:
        """Create the table, or upgrade that of an earlier version; Alembic is imported only if there is something to do."""
        if self._revision() == REVISION:
            return
        with self._begin(snapshot=False) as connection:
            if not self._is_sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(8251974)")
            from alembic import command
            from alembic.config import Config
            from alembic.util import CommandError

            config = Config()
            config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise GraderError(
                    f"The gradebook {self.name} was made by a later version of the grader; use that version."
                ) from error

    def _revision(self) -> str | None:
        """Return the revision of the existing table, or None; a file that is not a database raises the database's error."""
        with self._engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


class _Conflict(Exception):
    """Another writer wrote the same version of a subject first."""


def url_of(place: str) -> sa.URL:
    """Return the URL of a gradebook, where a path is an SQLite file; raise ``UsageError`` for other databases."""
    if "://" not in place:
        return sa.URL.create("sqlite", database=place)
    try:
        url = sa.make_url(place)
    except (SQLAlchemyError, ValueError) as error:
        raise UsageError(
            "The URL of the gradebook cannot be read; write one like postgresql://user@host/course."
        ) from error
    backend = url.drivername.partition("+")[0]
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database:
        return url
    raise UsageError(f"A gradebook is an SQLite file or a URL that begins with postgresql://, not {backend}://.")


def now() -> str:
    """Return the current time in the gradebook's format."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _prepare(connection: Any, _: object) -> None:
    """Set up a connection to SQLite: no transactions of its own, a write-ahead log, and each commit synced to disk."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _conflicts(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return code in _CODES_OF_CONFLICT
    return isinstance(error, IntegrityError) and "UNIQUE" in str(error.orig)


def _reason(error: Exception) -> str:
    """Return a database's message on one line, without its full stop and the statement."""
    said = str(getattr(error, "orig", None) or error)
    return " ".join(said.split()).rstrip(".") or type(error).__name__
