"""The gradebook's content on written answers, kept in memory and refreshed; every change is one or a few events."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from grader.course.booking import Rules, rules_of
from grader.course.events import Claim, Draft, Event, Marked, Phrase, Weighed
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.course.gradebook import Gradebook

KINDS = (Marked.KIND, Weighed.KIND, Phrase.KIND, Claim.KIND)
# A claim expires if the grader stops working.
CLAIM_LASTS = timedelta(minutes=30)
# A grader who did nothing for this long was away.
LONGEST_PAUSE = 180.0
FEWEST_PAUSES = 3
Key = tuple[str, ...]


class Refused(GraderError):
    """A change was refused, with a sentence for the grader; ``conflict`` says that another grader was faster."""

    def __init__(self, sentence: str, *, conflict: bool = False) -> None:
        super().__init__(sentence)
        self.conflict = conflict


@dataclass(frozen=True)
class Act:
    """One action of a grader: some events that are undone together."""

    id: str
    author: str
    at: str
    events: tuple[Event, ...]
    undoes: str = ""


def new_act() -> str:
    """Return a new id for an action."""
    return secrets.token_hex(8)


def key_of(event: Event) -> Key:
    """Return the key of an event; of the events with one key, the newest counts."""
    match event.what:
        case Marked() as mark:
            return ("mark", event.student, mark.question, mark.sha256)
        case Phrase() as phrase:
            return ("phrase", phrase.question, phrase.id)
        case Weighed() as weighed:
            return ("weights", weighed.question)
        case Claim() as claim:
            return ("claim", claim.question)
        case _:
            return ("other", event.subject, str(event.version))


class Book:
    """The marks, weights, reusable comments and claims of one assignment.

    Parameters
    ----------
    gradebook : Gradebook
    assignment : str
        The gradebook's name for it.
    """

    def __init__(self, gradebook: Gradebook, assignment: str) -> None:
        self.gradebook, self.assignment = gradebook, assignment
        self._lock = threading.RLock()
        self._last = 0
        self._seen: set[tuple[str, int]] = set()
        self._by_key: dict[Key, list[Event]] = {}
        self._acts: dict[str, list[Event]] = {}
        self._of_phrases: dict[str, set[str]] = {}

    def refresh(self) -> None:
        """Read events that others wrote."""
        with self._lock:
            found, last = self.gradebook.events_since(self._last, assignment=self.assignment, kinds=KINDS)
            self._take(found)
            self._last = last

    def _take(self, events: Iterable[Event]) -> None:
        for event in events:
            if (event.subject, event.version) in self._seen:
                continue
            self._seen.add((event.subject, event.version))
            own = self._by_key.setdefault(key_of(event), [])
            own.append(event)
            own.sort(key=lambda each: each.version)
            act = getattr(event.what, "act", "")
            if act:
                self._acts.setdefault(act, []).append(event)
            if isinstance(event.what, Phrase):
                self._of_phrases.setdefault(event.what.question, set()).add(event.what.id)

    def newest(self, *key: str) -> Event | None:
        """Return the current event for a key."""
        found = self._by_key.get(key)
        return found[-1] if found else None

    def mark(self, student: str, question: str, sha256: str) -> Event | None:
        """Return the event with the points of an answer; None if there are none, or they were withdrawn."""
        event = self.newest("mark", student, question, sha256)
        return event if event is not None and isinstance(event.what, Marked) and _says_something(event.what) else None

    def weights(self, question: str) -> Mapping[str, float]:
        """Return the weights of a question's criteria; empty if they are those of the rubric."""
        event = self.newest("weights", question)
        return dict(event.what.weights) if event and isinstance(event.what, Weighed) else {}

    def rules(self) -> Rules:
        """Return the rules that apply to all answers."""
        newest = [events[-1] for key, events in list(self._by_key.items()) if key[0] in ("weights", "phrase")]
        return rules_of(newest)

    def phrases(self, question: str) -> dict[str, str]:
        """Return the reusable comments of a question by id, in the order of their creation."""
        found = {}
        for name in sorted(self._of_phrases.get(question, ()), key=lambda each: (len(each), each)):
            event = self.newest("phrase", question, name)
            if event and isinstance(event.what, Phrase) and event.what.text:
                found[name] = event.what.text
        return found

    def changes(self, question: str) -> list[Event]:
        """Return all changes to the weights and reusable comments of a question, newest first."""
        keys = [key for key in list(self._by_key) if key[0] in ("weights", "phrase") and key[1] == question]
        found = [event for key in keys for event in self._by_key[key]]
        return sorted(found, key=lambda event: (event.at, event.version), reverse=True)

    def holder(self, question: str, now: str) -> str | None:
        """Return the current grader of a question, judging by claims and recent marks."""
        event = self.newest("claim", question)
        if event is None or not isinstance(event.what, Claim) or not event.what.held:
            return None
        worked = max([event.at, *(each for each in self._last_marks(event.author, question))])
        return event.author if _moment(now) - _moment(worked) < CLAIM_LASTS else None

    def _last_marks(self, author: str, question: str) -> list[str]:
        at = [
            act[0].at
            for act in list(self._acts.values())
            if act[0].author == author
            and any(isinstance(each.what, Marked) and each.what.question == question for each in act)
        ]
        return [max(at)] if at else []

    def pace(self, author: str) -> float | None:
        """Return the median seconds between a grader's recent actions; None if there are too few."""
        times = sorted({act[0].at for act in list(self._acts.values()) if act[0].author == author})[-30:]
        moments = [_moment(at) for at in times]
        pauses = sorted(
            gap
            for earlier, later in itertools.pairwise(moments)
            if (gap := (later - earlier).total_seconds()) <= LONGEST_PAUSE
        )
        return pauses[len(pauses) // 2] if len(pauses) >= FEWEST_PAUSES else None

    def is_done(self, act: str) -> bool:
        """Return whether this action is in the gradebook; a page that got no reply sends it again."""
        return act in self._acts

    def write(self, author: str, make: Callable[[], Sequence[Draft]]) -> list[Event]:
        """Write all events that ``make`` returns, or none; ``make`` sees the newest state.

        Raises
        ------
        GraderError
            If nothing was written.
        """
        with self._lock:

            def decide(fresh: list[Event]) -> Sequence[Draft]:
                self._take(fresh)
                return make()

            written = self.gradebook.add(
                decide, author=author, assignment=self.assignment, kinds=KINDS, since=self._last
            )
            self._take(written)
            return written

    def free_phrase(self, question: str) -> str:
        """Return an id never used for a reusable comment of this question."""
        return str(max((int(name) for name in self._of_phrases.get(question, ()) if name.isdecimal()), default=0) + 1)

    def give(
        self,
        author: str,
        marks: Mapping[str, Marked],
        seen: Mapping[str, int],
        act: str,
        *,
        reuse: tuple[str, str] | None = None,
    ) -> list[Event]:
        """Write marks by student, unless another grader changed one since the version that was seen.

        Parameters
        ----------
        author : str
        marks, seen : mapping
            By slug; the version is 0 if there was no mark.
        act : str
        reuse : pair of str, optional
            A question and the comment of these marks, which becomes a reusable comment.
        """

        def make() -> Sequence[Draft]:
            if self.is_done(act):
                return ()
            for student, mark in marks.items():
                event = self.newest("mark", student, mark.question, mark.sha256)
                if event is not None and event.version != seen.get(student, 0) and event.author != author:
                    raise Refused(
                        f"{event.author} has graded this answer in the meantime. The page shows the new mark; grade it again to replace it.",
                        conflict=True,
                    )
            phrase, more = "", list[Draft]()
            if reuse is not None:
                phrase = self.free_phrase(reuse[0])
                more.append(Draft(self.assignment, "", Phrase(reuse[0], phrase, reuse[1], act)))
            own = [_reusing(replace(mark, act=act), phrase) for mark in marks.values()]
            return [*(Draft(self.assignment, slug, mark) for slug, mark in zip(marks, own, strict=True)), *more]

        return self.write(author, make)

    def undo(self, author: str, act: str) -> Act:
        """Undo and return a grader's last action not yet undone, except for what others have changed since.

        Raises
        ------
        Refused
            If there is none.
        """
        done: Act | None = None

        def make() -> Sequence[Draft]:
            nonlocal done
            if self.is_done(act):
                return ()
            done = self._last_act(author)
            if done is None:
                raise Refused("You have nothing to undo.")
            return [draft for event in done.events if (draft := self._former(event, act, done.id)) is not None]

        self.write(author, make)
        if done is None:
            # It was already written, but the reply was lost.
            done = next(each for each in self._strokes(author) if each.id == self._acts[act][0].what.undoes)  # type: ignore[union-attr]
        return done

    def _last_act(self, author: str) -> Act | None:
        standing = {act.id: act for act in self._strokes(author)}
        for act in list(standing.values()):
            if act.undoes:
                standing.pop(act.undoes, None)
                standing.pop(act.id)
        changeable = [act for act in standing.values() if any(self._stands(event) for event in act.events)]
        return changeable[-1] if changeable else None

    def _standing(self, key: Key) -> list[Event]:
        """Return the events of a key that were not undone; the last one counts."""
        found: list[Event] = []
        for event in self._by_key.get(key, ()):
            undoes = getattr(event.what, "undoes", "")
            if undoes and found and getattr(found[-1].what, "act", "") == undoes:
                found.pop()
            else:
                found.append(event)
        return found

    def _stands(self, event: Event) -> bool:
        own = self._standing(key_of(event))
        return bool(own) and own[-1] is event

    def _strokes(self, author: str) -> list[Act]:
        """Return all actions of a grader, in order."""
        found = [
            Act(name, events[0].author, events[0].at, _marks_first(events), getattr(events[0].what, "undoes", ""))
            for name, events in list(self._acts.items())
            if events[0].author == author
        ]
        return sorted(found, key=lambda act: act.at)

    def _former(self, event: Event, act: str, undoes: str) -> Draft | None:
        """Return the event that restores the state before another one; None if it has been changed since."""
        if not self._stands(event):
            return None
        own = self._standing(key_of(event))
        before = own[-2].what if len(own) > 1 else None
        match event.what:
            case Marked() as mark:
                what = before if isinstance(before, Marked) else Marked(mark.question, mark.sha256, ())
                return Draft(event.assignment, event.student, replace(what, act=act, undoes=undoes))
            case Weighed() as weighed:
                former = before if isinstance(before, Weighed) else Weighed(weighed.question, (), "")
                back = replace(former, why=f"undone: {weighed.why}", act=act, undoes=undoes)
                return Draft(event.assignment, "", back)
            case Phrase() as phrase:
                old = before if isinstance(before, Phrase) else Phrase(phrase.question, phrase.id, "")
                return Draft(event.assignment, "", replace(old, act=act, undoes=undoes))
            case _:
                return None


def _reusing(mark: Marked, phrase: str) -> Marked:
    """Return a mark with a reusable comment instead of its own."""
    return replace(mark, comment="", phrases=(*mark.phrases, phrase)) if phrase else mark


def _says_something(mark: Marked) -> bool:
    return bool(mark.earned or mark.comment or mark.phrases or mark.note)


def _marks_first(events: Sequence[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: not isinstance(event.what, Marked)))


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)
