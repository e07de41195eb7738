"""What the desk knows: the assignments of the course, and of each the class, its answers and its marks. Read from records in the background."""

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
from grader.report.stand_ins import StandIns
from grader.report.summary import ClassSummary
from grader.report.text import short

if TYPE_CHECKING:
    from grader.course.gradebook import Gradebook

LOOK_AGAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Similar:
    """Two submissions that somebody should look at side by side, as whoever compares them tells.

    ``passages`` are pairs of texts; ``score`` is from 0 to 1.
    """

    left: str
    right: str
    score: float
    passages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Desk:
    """What a desk was started with.

    Attributes
    ----------
    folders : mapping
        The folder of reports of each assignment, by what the gradebook calls it.
    rubrics : callable
        Returns the rubric of an assignment by its own id; None where it is not at hand.
    bring_in : callable
        Writes results and earlier points into the gradebook that it does not know; called in the background.
    command : callable
        Returns the words that grade an assignment, given its name; empty where nobody knows where its submissions are.
    absent : callable
        Returns who handed in nothing, as (id, name), of an assignment.
    similar : callable
        Returns the pairs of similar submissions of an assignment.
    code : callable
        Returns what a student handed in for an assignment, as (path, text) of each file of code.
    anonymous : bool
        Whether names are never shown beside answers.
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
    """One assignment as it was read last.

    ``stamps`` says of which records; ``failed`` names those that cannot be read.
    """

    stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    summary: ClassSummary = field(default_factory=ClassSummary)
    questions: Questions = field(default_factory=lambda: Questions(None, b""))
    failed: dict[str, str] = field(default_factory=dict)
    of: int = 0


class Assignment:
    """An assignment at the desk: read in the background, and again when a record changes."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.desk, self.name, self.out = desk, name, desk.folders[name]
        self.book = Book(desk.gradebook, name)
        self.reading: Klass | None = None
        self._klass: Klass | None = None
        self._lock = threading.Lock()
        self._again = 0.0

    @property
    def klass(self) -> Klass | None:
        """The class as it was read last; None as long as it was never read to its end."""
        return self._klass

    def look(self, patience: float = -1.0) -> bool:
        """Read the records: the first time at once, later in the background where one has changed, and never without a pause.

        Returns whether the class is there; where somebody else reads it, one waits so many seconds for it, without end unless said.
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
        # While a run writes record after record, most of the time is its own.
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
        """Return a student's record with the points of people as they are now; None when there is none."""
        if self._klass is None or slug not in self._klass.stamps:
            return None
        try:
            return read_record(record_path(self.out, slug))
        except (OSError, ValueError):
            return None


class State:
    """Everything that pages are made of."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.assignments = {name: Assignment(desk, name) for name in desk.folders}
        self.problem = ""
        self._scores: dict[str | None, tuple[int, dict[tuple[str, str], CourseScore]]] = {}
        self.ready = threading.Event()

    def start(self) -> threading.Thread:
        """Begin to read in the background."""
        thread = threading.Thread(target=self._prepare, name="desk reads", daemon=True)
        thread.start()
        return thread

    def _prepare(self) -> None:
        try:
            self.desk.bring_in()
        except GraderError as error:
            self.problem = str(error)
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
        """Return the scores of the course, or of one assignment, as the gradebook has them now."""
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
    """Return of every record when it was written and how long it is."""
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
