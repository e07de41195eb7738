"""The desk's state: the assignments, and the class, answers and marks of each, read from records in the background."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.events import Event
from grader.course.score import CourseScore, scores_of
from grader.course.terms import Terms
from grader.desk.answers import Questions
from grader.desk.book import Book
from grader.errors import GraderError
from grader.material.questions import Rubric
from grader.record.record import read_record, record_path
from grader.report.class_summary import ClassSummary
from grader.report.stand_ins import StandIns
from grader.report.text import short

if TYPE_CHECKING:
    from grader.course.gradebook import Gradebook

LOOK_AGAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Similar:
    """Two similar submissions to look at side by side.

    ``passages`` are pairs of texts; ``score`` is from 0 to 1.
    """

    left: str
    right: str
    score: float
    passages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Desk:
    """The arguments a desk was started with.

    Attributes
    ----------
    folders : mapping
        The reports folder of each assignment, by the gradebook's name for it.
    rubrics : callable
        Returns the rubric of an assignment by its own id, or None if it is not available.
    bring_in : callable
        Writes results and earlier points that the gradebook lacks; called in the background.
    command : callable
        Returns the command that grades an assignment, given its name; empty if its submissions are unknown.
    absent : callable
        Returns the students who handed in nothing for an assignment, as (id, name).
    similar : callable
        Returns the pairs of similar submissions of an assignment.
    code : callable
        Returns the code that a student handed in for an assignment, as (path, text) of each file.
    anonymous : bool
        Whether names are never shown with answers.
    """

    title: str
    folders: Mapping[str, Path]
    gradebook: Gradebook
    terms: Terms
    author: str
    secret: bytes
    rubrics: Callable[[str], Rubric | None] = lambda name: None
    bring_in: Callable[[], None] = lambda: None
    command: Callable[[str], Sequence[str]] = lambda name: ()
    absent: Callable[[str], Sequence[tuple[str, str]]] = lambda name: ()
    similar: Callable[[str], Sequence[Similar]] = lambda name: ()
    code: Callable[[str, str], Sequence[tuple[str, str]]] = lambda name, slug: ()
    anonymous: bool = False


@dataclass
class Klass:
    """The last state read of one assignment.

    ``stamps`` identifies the records that were read; ``failed`` names those that cannot be read.
    """

    stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    summary: ClassSummary = field(default_factory=ClassSummary)
    questions: Questions = field(default_factory=lambda: Questions(None, b""))
    failed: dict[str, str] = field(default_factory=dict)
    of: int = 0


class Assignment:
    """An assignment at the desk, read in the background, and again if a record changes."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk, self.name, self.out = desk, name, desk.folders[name]
        self.book = Book(desk.gradebook, name)
        self.reading: Klass | None = None
        self._klass: Klass | None = None
        self._lock = threading.Lock()
        self._again = 0.0

    @property
    def klass(self) -> Klass | None:
        """The class as last read; None until it has been read completely."""
        return self._klass

    def look(self, patience: float = -1.0) -> bool:
        """Read the records: at once the first time, later in the background if one has changed, with pauses in between.

        Returns whether the class is available; waits ``patience`` seconds for another reader, by default without limit.
        """
        if self._klass is None:
            if self._lock.acquire(timeout=patience):
                try:
                    if self._klass is None:
                        self._look()
                finally:
                    self._lock.release()
        elif time.monotonic() >= self._again and self._lock.acquire(blocking=False):
            threading.Thread(target=self._look_again, name="desk looks again", daemon=True).start()
        return self._klass is not None

    def _look_again(self) -> None:
        try:
            self._look()
        finally:
            self._lock.release()

    def _look(self) -> None:
        begun = time.monotonic()
        stamps = _stamps(self.out)
        if self._klass is None or stamps != self._klass.stamps:
            self._read(stamps)
        # While a run writes many records, most of the time is left to the run.
        ended = time.monotonic()
        self._again = ended + max(LOOK_AGAIN_SECONDS, 10 * (ended - begun))

    def _read(self, stamps: dict[str, tuple[int, int]]) -> None:
        klass = self.reading = Klass(stamps, of=len(stamps))

        def records() -> Any:
            for slug in stamps:
                try:
                    record = read_record(record_path(self.out, slug))
                    if not isinstance(record.get("assignment"), dict) or record.get("slug") != slug:
                        raise ValueError(f"{slug}.json is not the record of {slug}")
                    yield record
                except (OSError, ValueError) as error:
                    klass.failed[slug] = short(str(error), 200)

        rubric: Rubric | None = None

        def take(record: Mapping[str, Any]) -> None:
            nonlocal rubric
            if not len(klass.questions) and rubric is None and record.get("answers"):
                rubric = self.desk.rubrics(str(record["assignment"]["id"]))
                klass.questions = Questions(rubric, self.desk.secret)
            klass.summary.add(record)
            try:
                klass.questions.add(record)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                klass.failed[str(record["slug"])] = short(f"its answers cannot be read: {error}", 200)

        for _ in StandIns(records).each(take):
            pass
        self._klass, self.reading = klass, None

    def record(self, slug: str) -> dict[str, Any] | None:
        """Return a student's record with the current points given by people; None if there is none."""
        if self._klass is None or slug not in self._klass.stamps:
            return None
        try:
            return read_record(record_path(self.out, slug))
        except (OSError, ValueError):
            return None


class State:
    """Everything needed to make the pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.assignments = {name: Assignment(desk, name) for name in desk.folders}
        self.problem = ""
        self._scores: dict[str | None, tuple[int, dict[tuple[str, str], CourseScore]]] = {}
        self.ready = threading.Event()

    def start(self) -> threading.Thread:
        """Start reading in the background."""
        thread = threading.Thread(target=self._prepare, name="desk reads", daemon=True)
        thread.start()
        return thread

    def _prepare(self) -> None:
        try:
            self.desk.bring_in()
        except GraderError as error:
            self.problem = str(error)
        finally:
            self.ready.set()
        for assignment in self.assignments.values():
            try:
                assignment.book.refresh()
                assignment.look()
                for asked in assignment.klass.questions if assignment.klass else ():
                    _ = asked.stacks
            except GraderError as error:
                self.problem = str(error)

    def scores(self, only: str | None = None) -> dict[tuple[str, str], CourseScore]:
        """Return the current scores of the course, or of one assignment."""
        newest = self.desk.gradebook.newest_row()
        known, found = self._scores.get(only, (-1, {}))
        if known != newest:
            found = self._computed(only)
            self._scores[only] = (newest, found)
        return found

    def _computed(self, only: str | None) -> dict[tuple[str, str], CourseScore]:
        terms = self.desk.terms
        every = only is None or terms.late.late_days is not None
        events: list[Event] = self.desk.gradebook.events(assignment=None if every else only, detail=only)
        return scores_of(events, terms, only=only)


def _stamps(out: Path) -> dict[str, tuple[int, int]]:
    """Return the time and size of every record."""
    found = {}
    try:
        with os.scandir(out / "records") as entries:
            for entry in entries:
                if entry.name.endswith(".json") and not entry.name.startswith("."):
                    status = entry.stat()
                    found[entry.name[:-5]] = (status.st_mtime_ns, status.st_size)
    except OSError:
        return {}
    return dict(sorted(found.items()))
