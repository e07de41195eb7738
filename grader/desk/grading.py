"""Grading written answers: question by question, and group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.course.events import Claim, Draft, Event, Marked, Phrase, Weighed
from grader.course.gradebook import now
from grader.course.words import at, what_happened
from grader.desk import forms
from grader.desk.answers import ORDERS, Asked, Stack, Written
from grader.desk.beside import beside
from grader.desk.book import Book, Refused, new_act
from grader.desk.pages import Desktop, address
from grader.desk.state import Assignment, Klass
from grader.desk.web import Reply, Request, go, told
from grader.report.page import evidence, outcomes
from grader.report.text import one_line
from grader.report.wording import duration
from grader.report.wording import points as worded
from grader.written.points import points_given, weighed

MOST_SHOWN = 60


def reply(pages: Desktop, request: Request, assignment: Assignment, klass: Klass, words: Sequence[str]) -> Reply:
    """Reply to a request for an address below ``grading``."""
    work = Work(pages, request, assignment, klass)
    if not words:
        return work.overview()
    if words == ["undo"] and request.method == "POST":
        return work.undo()
    asked = klass.questions.get(words[0])
    if asked is None:
        return pages.missing(request)
    post = request.method == "POST"
    match words[1:]:
        case []:
            return go(work.next_address(asked, None))
        case ["claim"] if post:
            return work.claim(asked)
        case ["rubric"]:
            return work.change_rubric(asked) if post else work.rubric(asked)
        case [name] if name in asked.by_id:
            return work.save(asked, name) if post else work.answer(asked, name)
        case _:
            return pages.missing(request)


class Work:
    """One request of a grader."""

    def __init__(self, pages: Desktop, request: Request, assignment: Assignment, klass: Klass) -> None:
        self.pages, self.request, self.assignment, self.klass = pages, request, assignment, klass
        self.book: Book = assignment.book
        self.author = request.session.author
        self._left: dict[str, list[Stack]] = {}
        order = request.query.get("order") or request.one("order")
        self.order = order if order in ORDERS else next(iter(ORDERS))

    # State.

    def graded(self, asked: Asked, answer: Written) -> bool:
        """Return whether an answer has points."""
        event = self.book.mark(answer.slug, asked.id, answer.sha256)
        return event is not None and isinstance(event.what, Marked) and bool(event.what.earned)

    def left(self, asked: Asked) -> list[Stack]:
        """Return the groups with an answer not graded yet, in this grader's order."""
        if asked.id not in self._left:
            stacks = asked.in_order(self.order, self.author).values()
            self._left[asked.id] = [
                stack for stack in stacks if not all(self.graded(asked, one) for one in stack.answers)
            ]
        return self._left[asked.id]

    def counts(self, asked: Asked) -> tuple[int, int]:
        """Return the number of answers to a question that are graded, and the number to grade in all."""
        every = [answer for stack in asked.stacks for answer in stack.answers]
        return sum(self.graded(asked, answer) for answer in every), len(every)

    def progress(self, asked: Asked) -> str:
        """Return the progress of a question, such as ``41 of 163 graded, about 22 minutes left``."""
        done, of = self.counts(asked)
        text = f"{done} of {of} graded"
        pace, left = self.book.pace(self.author), len(self.left(asked))
        if left and pace:
            text += f", about {_minutes(pace * left)} left"
        others = self.others(asked)
        return f"{text}. {others}" if others else text

    def others(self, asked: Asked) -> str:
        """Return a sentence if another person grades a question."""
        holder = self.book.holder(asked.id, now())
        return f"{one_line(holder)} is grading this question." if holder and holder != self.author else ""

    def address(self, *words: str) -> str:
        """Return an address below the grading of this assignment, including the chosen order."""
        order = "" if self.order == next(iter(ORDERS)) else self.order
        return address("a", self.assignment.name, "grading", *words, order=order)

    def next_address(self, asked: Asked, after: str | None) -> str:
        """Return the address of the next ungraded answer to this or another question, or else of the overview."""
        here = asked.by_id[after].id if after else None
        left = [stack for stack in self.left(asked) if stack.id != here and not self._skipped(stack)]
        if here is not None:
            places = {name: place for place, name in enumerate(asked.in_order(self.order, self.author))}
            behind = [stack for stack in left if places[stack.id] > places[here]]
            left = behind or left
        if left:
            return self.address(asked.id, self._first(asked, left[0]))
        for other in self.klass.questions:
            rest = [stack for stack in self.left(other) if not self._skipped(stack)] if other.id != asked.id else []
            if rest:
                return self.address(other.id, self._first(other, rest[0]))
        return self.address()

    def _skipped(self, stack: Stack) -> bool:
        return any(answer.id in self.request.skip for answer in stack.answers)

    def _first(self, asked: Asked, stack: Stack) -> str:
        """Return the id for a group's address: that of its first ungraded answer."""
        return next((one.id for one in stack.answers if not self.graded(asked, one)), stack.id)

    # Pages.

    def overview(self) -> Reply:
        """Show all questions, with the progress and the grader of each."""
        rows = []
        for asked in self.klass.questions:
            done, of = self.counts(asked)
            holder = self.book.holder(asked.id, now())
            rows.append(
                {
                    "asked": asked,
                    "done": done,
                    "of": of,
                    "stacks": len(asked.stacks),
                    "left": len(self.left(asked)),
                    "idle": asked.idle,
                    "holder": holder or "",
                    "mine": holder == self.author,
                    "address": self.address(asked.id, ""),
                    "rubric": self.address(asked.id, "rubric"),
                    "claim": self.address(asked.id, "claim"),
                }
            )
        pace, left = self.book.pace(self.author), sum(row["left"] for row in rows)
        return self.pages.render(
            self.request,
            "grading.html",
            about=self.assignment,
            title=str((self.klass.summary.assignment or {}).get("title") or self.assignment.name),
            rows=rows,
            done=sum(row["done"] for row in rows),
            of=sum(row["of"] for row in rows),
            time_left=_minutes(pace * left) if pace and left else "",
            orders=ORDERS,
            order=self.order,
            undo=self.address("undo"),
        )

    def answer(self, asked: Asked, name: str, sentence: str = "", status: int = 200) -> Reply:
        """Show an answer with its context."""
        stack = asked.by_id[name]
        chosen = next(answer for answer in stack.answers if answer.id == name)
        others = [answer for answer in stack.answers if answer.id != name]
        event = self.book.mark(chosen.slug, asked.id, chosen.sha256)
        mark = event.what if event is not None and isinstance(event.what, Marked) else None
        record = self.assignment.record(chosen.slug)
        places = list(asked.in_order(self.order, self.author))
        place = places.index(stack.id)
        every = [chosen, *others]
        return self.pages.render(
            self.request,
            "answer.html",
            status=status,
            about=self.assignment,
            asked=asked,
            answer=chosen,
            evidence=evidence(record, asked.id) if record else [],
            outcomes=outcomes(record) if record else [],
            others=[self._other(asked, stack, chosen, mark, one) for one in others[:MOST_SHOWN]],
            more=len(others) - MOST_SHOWN,
            mark=mark,
            given=self._given(asked, mark),
            criteria=self._criteria(asked, mark),
            adjusted=worded(mark.adjust) if mark and mark.adjust else "",
            graded_by=f"{one_line(event.author)}, {at(event.at, self.pages.state.desk.terms)}" if event else "",
            phrases=self._phrases(asked, mark),
            seen=",".join(f"{one.id}:{found.version if (found := self._newest(asked, one)) else 0}" for one in every),
            act=new_act(),
            sentence=sentence,
            progress=self.progress(asked),
            next=self.next_address(asked, name),
            before=self.address(asked.id, places[place - 1]),
            behind=self.address(asked.id, places[(place + 1) % len(places)]),
            here_address=self.address(asked.id, name),
            rubric=self.address(asked.id, "rubric"),
            undo=self.address("undo"),
            up=self.address(),
            order=self.order,
        )

    def _newest(self, asked: Asked, answer: Written) -> Event | None:
        return self.book.newest("mark", answer.slug, asked.id, answer.sha256)

    def _other(
        self, asked: Asked, stack: Stack, chosen: Written, mark: Marked | None, other: Written
    ) -> dict[str, Any]:
        """Return a further answer of a group for the page, and whether it is graded together by default."""
        event = self.book.mark(other.slug, asked.id, other.sha256)
        own = event.what if event is not None and isinstance(event.what, Marked) else None
        return {
            "answer": other,
            "identical": other.id in stack.identical and chosen.id in stack.identical,
            "shown": beside(chosen.text, other.text),
            "together": own is None or not own.earned or (mark is not None and _content(own) == _content(mark)),
            "given": self._given(asked, own),
        }

    def _given(self, asked: Asked, mark: Marked | None) -> str:
        if mark is None or not mark.earned or dict(mark.earned).keys() != asked.most.keys():
            return ""
        return worded(float(points_given(dict(mark.earned), asked.most, self.book.weights(asked.id), mark.adjust)))

    def _criteria(self, asked: Asked, mark: Marked | None) -> list[dict[str, Any]]:
        """Return the criteria with their current weights and the points of a mark."""
        weights = self._worth(asked)
        earned = dict(mark.earned) if mark else {}
        known = earned.keys() == asked.most.keys()
        brought = weighed(earned, asked.most, weights) if known else {}
        return [
            {
                "name": name,
                "points": weights[name],
                "written": worded(weights[name]),
                "half": worded(weights[name] / 2),
                "given": worded(float(brought[name])) if known else "",
            }
            for name in asked.most
        ]

    def _worth(self, asked: Asked) -> Mapping[str, float]:
        weights = self.book.weights(asked.id)
        return weights if weights.keys() == asked.most.keys() else asked.most

    def _phrases(self, asked: Asked, mark: Marked | None) -> list[dict[str, Any]]:
        used = mark.phrases if mark else ()
        return [{"id": name, "text": text, "used": name in used} for name, text in self.book.phrases(asked.id).items()]

    # Actions.

    def save(self, asked: Asked, name: str) -> Reply:
        """Save points or a comment for an answer and those graded with it."""
        stack = asked.by_id[name]
        try:
            act = forms.act_of(self.request)
            mark = forms.mark_of(self.request, asked, self._worth(asked), self.book.phrases(asked.id))
            chosen = {name, *self.request.many("member")}
            own = [one for one in stack.answers if one.id in chosen]
            seen = forms.versions_of(self.request.one("seen"))
            self._give(asked, own, mark, {one.slug: seen.get(one.id, 0) for one in own}, act)
            self._left.clear()
        except Refused as refused:
            if self.request.by_script:
                where = self.address(asked.id, name)
                return told(409 if refused.conflict else 422, said=str(refused), at=where)
            return self.answer(asked, name, str(refused), 409 if refused.conflict else 422)
        if self.request.by_script:
            return told(200, progress=self.progress(asked), graded=len(own))
        return go(self.next_address(asked, name))

    def _give(self, asked: Asked, own: Sequence[Written], mark: Marked, seen: Mapping[str, int], act: str) -> None:
        wanted = bool(self.request.one("reuse")) and bool(mark.comment)
        marks = {one.slug: replace(mark, sha256=one.sha256) for one in own}
        self.book.give(self.author, marks, seen, act, reuse=(asked.id, mark.comment) if wanted else None)

    def undo(self) -> Reply:
        """Undo the last action of this grader."""
        done = self.book.undo(self.author, forms.act_of(self.request))
        event = done.events[0]
        what = event.what
        question = str(getattr(what, "question", ""))
        asked = self.klass.questions.get(question)
        where = self.address()
        if asked is not None and isinstance(what, Marked):
            found = [one for one in asked.answers if one.slug == event.student and one.id in asked.by_id]
            where = self.address(question, found[0].id) if found else where
        elif asked is not None:
            where = self.address(question, "rubric")
        count = f" of {len(done.events)} answers" if len(done.events) > 1 and isinstance(what, Marked) else ""
        said = f"Undone: {what_happened(event, self.pages.state.desk.terms)}{count}."
        return told(200, said=said, at=where) if self.request.by_script else go(where)

    def claim(self, asked: Asked) -> Reply:
        """Take or release a question."""
        held = self.request.one("held") == "yes"
        self.book.write(self.author, lambda: [Draft(self.assignment.name, "", Claim(asked.id, held))])
        return go(self.next_address(asked, None) if held else self.address())

    def rubric(self, asked: Asked, sentence: str = "", status: int = 200) -> Reply:
        """Show the weights and reusable comments of a question, with their history."""
        terms = self.pages.state.desk.terms
        return self.pages.render(
            self.request,
            "rubric.html",
            status=status,
            about=self.assignment,
            asked=asked,
            criteria=self._criteria(asked, None),
            most=asked.most,
            graded=self.counts(asked)[0],
            phrases=self._phrases(asked, None),
            changes=[
                (at(event.at, terms), one_line(event.author), what_happened(event, terms))
                for event in self.book.changes(asked.id)
            ],
            act=new_act(),
            sentence=sentence,
            undo=self.address("undo"),
            up=self.address(),
            back=self.address(asked.id, ""),
            here_address=self.address(asked.id, "rubric"),
        )

    def change_rubric(self, asked: Asked) -> Reply:
        """Change the weights or a reusable comment of a question, for all answers, graded or not."""
        try:
            act, do = forms.act_of(self.request), self.request.one("do")
            if do == "weights":
                made: Weighed | Phrase = forms.weights_of(self.request, asked, act)
            else:
                made = forms.phrase_of(
                    self.request, asked, self.book.phrases(asked.id), self.book.free_phrase(asked.id), act
                )
            self.book.write(
                self.author,
                lambda: () if self.book.is_done(act) else [Draft(self.assignment.name, "", made)],
            )
        except Refused as refused:
            return self.rubric(asked, str(refused), 422)
        return go(self.address(asked.id, "rubric"))


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes" if minutes < 120 else duration(60.0 * minutes)


def _content(mark: Marked) -> tuple[Any, ...]:
    return mark.earned, mark.comment, mark.note, mark.adjust, mark.why, mark.phrases
