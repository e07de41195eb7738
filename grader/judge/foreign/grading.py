"""One submission of a foreign assignment from its files to the outcomes of its questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any

from grader.checks.examination import CheckLimits
from grader.judge.findings import Findings
from grader.judge.foreign.author import Author, binds
from grader.judge.foreign.beside import files_beside
from grader.judge.foreign.case import Ended
from grader.judge.foreign.question import Child, State, judge_question, may_go_on, our_fault, outcome_fields
from grader.judge.load import note_contents, open_session, parse, run_notebook
from grader.judge.setup import Setup
from grader.judge.verdict import outcome_of
from grader.material.foreign.assignment import WHOLE, question_key
from grader.material.foreign.forms import Notebook, Question
from grader.material.foreign.matching import Matched, match
from grader.outcomes import Decided, Result, StudentFault, Why
from grader.submissions import Submission
from grader.wire.session import Ask, Session

# As the tools have it, for each cell by the clock; here for each by computing time.
CELL_CPU_SECONDS = 30.0
MOST_ANSWER = 20_000
_CHOSEN = " was graded"
OpenCheck = Callable[[Session, CheckLimits], AbstractContextManager[Ask]]


def judge_foreign(
    submission: Submission,
    setup: Setup,
    findings: Findings,
    open_check: OpenCheck,
    after_checks: Callable[[], object] = lambda: None,
) -> None:
    """Run every notebook of a submission, judging each question where the author has put it; fills in outcomes and answers.

    ``after_checks`` is called when all is judged: the next submission begins while the child of this one is taken down.
    """
    author = _author(setup)
    if not note_contents(submission, setup, findings):
        _fail_all(setup, findings, findings.load_fault)
        return
    notebooks = author.form.notebooks or (Notebook(""),)
    with files_beside(author.form), ExitStack() as stack:
        session = stack.enter_context(open_session(setup, findings))
        first = _read(session, submission, setup, findings, submission.entry)
        if first is None:
            _fail_all(setup, findings, findings.load_fault)
            return
        # Several notebooks are several programs: each runs in a session of its own.
        for number, notebook in enumerate(notebooks):
            path = _path_of(notebook, first, len(notebooks))
            if path is None:
                continue
            if number == 0 and path == first["entry"]:
                _Sitting(notebook, first, session, submission, setup, findings, open_check).hold()
                continue
            with open_session(setup, findings) as other:
                reading = _read(other, replace(submission, entry=path), setup, findings, path)
                if reading is not None:
                    _Sitting(notebook, reading, other, submission, setup, findings, open_check).hold()
        after_checks()
    _fail_all(setup, findings, None)


def _author(setup: Setup) -> Author:
    assert setup.author is not None
    return setup.author


def _read(
    session: Session, submission: Submission, setup: Setup, findings: Findings, entry: str | None
) -> Mapping[str, Any] | None:
    """Have a child parse the files; None when there is no notebook to run."""
    try:
        reading = parse(session, submission, setup, findings)
    except StudentFault as fault:
        findings.load_fault = findings.run = fault
        return None
    findings.reading = findings.reading or reading
    # Of several notebooks of the author's each is graded: which of them came first is nothing to remark.
    several = len(_author(setup).form.notebooks) > 1
    remarks = [remark for remark in reading["remarks"] if not (several and _CHOSEN in remark)]
    findings.remarks += [remark for remark in remarks if remark not in findings.remarks]
    if reading["kind"] == "notebook":
        return reading
    first = (reading["problems"] or [{}])[0]
    why, message = first.get("why", "missing"), first.get("message", "There is no notebook in the hand-in.")
    if reading["kind"] is not None:
        why, message = "missing", f"The hand-in is no notebook, but a {reading['kind']}."
    findings.load_fault = findings.run = StudentFault(Why(why), message, hint=first.get("hint"), raised="unreadable")
    return None


def _path_of(notebook: Notebook, reading: Mapping[str, Any], count: int) -> str | None:
    """Return the path of the hand-in's notebook of this name; of an assignment that has only one, any will do."""
    paths = [each["path"] for each in reading["files"] if each["path"].lower().endswith(".ipynb")]
    named = [path for path in paths if _stem(path) == notebook.name.lower()]
    if named:
        return reading["entry"] if reading["entry"] in named else min(named, key=lambda path: (path.count("/"), path))
    return reading["entry"] if count == 1 else None


def _stem(path: str) -> str:
    return path.rpartition("/")[2].lower().removesuffix(".ipynb")


class _Sitting:
    """One notebook of a submission while it runs and is judged."""

    def __init__(
        self,
        notebook: Notebook,
        reading: Mapping[str, Any],
        session: Session,
        submission: Submission,
        setup: Setup,
        findings: Findings,
        open_check: OpenCheck,
    ) -> None:
        self.notebook, self.reading, self.session = notebook, reading, session
        self.submission, self.setup, self.findings = submission, setup, findings
        self.author: Author = _author(setup)
        self._open_check = open_check
        self._matched: Matched = match(
            self.author.form, {"cells": [_as_json(cell) for cell in reading["cells"]]}, notebook.name
        )
        self._reads = frozenset(name for cell in reading["cells"] for name in cell["reads"])
        self._state, self._done = State(), 0
        self._stops = {f"judge:{k}": k for k, step in enumerate(self._matched.steps) if step.kind == "judge"}

    def hold(self) -> None:
        """Run the notebook from top to bottom; judge at each stop, and at the end what was not judged before."""
        form, findings = self.author.form, self.findings
        findings.remarks += [remark for remark in self._matched.remarks if remark not in findings.remarks]
        findings.found_answers += [
            {
                "id": self.setup.assignment.task_of[self._key(question)],
                "place": self.reading["entry"],
                "text": self._matched.answers[question.id][:MOST_ANSWER],
                "truncated": len(self._matched.answers[question.id]) > MOST_ANSWER,
            }
            for question in self._questions()
            if question.id in self._matched.answers
        ]
        seed: dict[str, Any] = {}
        if form.settings.seed is not None:
            name = form.settings.seed_variable
            seed = {"set_cells": [name, form.settings.seed]} if name else {"seed_cells": form.settings.seed}
        run_notebook(
            self.session, self.setup, findings, steps=self._steps(), tested=True, at=self._at, cell_cpu_seconds=CELL_CPU_SECONDS, **seed,
        )  # fmt: skip
        waiting = [one for one in self._questions() if one.tests and self._key(one) not in findings.judged]
        while waiting:
            self._judge(waiting)
            waiting = [one for one in waiting if self._key(one) not in findings.judged]

    def _questions(self) -> Sequence[Question]:
        return [one for one in self.author.form.questions if one.notebook in ("", self.notebook.name)]

    def _steps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number, step in enumerate(self._matched.steps):
            if step.kind == "judge":
                found.append({"stop": f"judge:{number}"})
                question = self.author.form.question(step.question, self.notebook.name)
                if self.author.form.kind == "nbgrader" and question is not None:
                    # What a test does to names and objects, it does for the cells below, too.
                    found += [{"kind": "code", "text": case.visible, "own": False} for case in question.tests]
            else:
                kind = step.type if step.kind == "run" else "markdown" if step.type == "code" else step.type
                found.append({"kind": kind, "text": step.source, "own": step.cell is not None})
        return found

    def _at(self, word: str) -> bool:
        """Judge what the submission stands still for; return whether what stopped the test would stop the notebook, too."""
        number = self._stops.get(word)
        if number is None:
            return False
        self._forget(number)
        questions = [
            one
            for one in self._in_a_row(number)
            if one is not None and one.tests and self._key(one) not in self.findings.judged
        ]
        first = self._question_at(number)
        return first in questions and self._judge(questions)

    def _question_at(self, number: int) -> Question | None:
        return self.author.form.question(self._matched.steps[number].question, self.notebook.name)

    def _in_a_row(self, number: int) -> Iterator[Question | None]:
        """Yield the question at a step, and those that follow with no cell to run in between."""
        for place in range(number, len(self._matched.steps)):
            step = self._matched.steps[place]
            if step.kind == "judge":
                yield self._question_at(place)
            elif step.type == "code" and step.kind == "run":
                return

    def _forget(self, number: int) -> None:
        """Forget what tests have bound and cells since then bind themselves."""
        for step in self._matched.steps[self._done : number]:
            if step.kind == "run" and step.cell is not None:
                cell = self.reading["cells"][step.cell] if step.cell < len(self.reading["cells"]) else {"binds": ()}
                self._state.forget(cell["binds"])
            elif step.kind == "run" and not step.question:
                self._state.forget(binds(step.source))
        self._done = number

    def _judge(self, questions: Sequence[Question]) -> bool:
        """Judge the first of the questions; return whether a test of it has ended the child.

        Where it passes, those after it meet the same child, as long as each passes there and would in a fresh one, too; any other
        verdict waits for one of its own.
        """
        first, *others = questions
        limits = self.setup.spec_of(self._key(first)).limits
        with ExitStack() as stack:
            child = Child(lambda: self._open_check(self.session, limits), stack)
            ended, fields, seconds = self._ended(first, child)
            self._keep(first, fields, seconds)
            if ended and all(one.fault is None for one in ended):
                for other in others:
                    if self.setup.spec_of(self._key(other)).limits != limits or not self._passes_too(other, child):
                        break
        return any(one.fault is not None and one.fault.fatal for one in ended)

    def _passes_too(self, question: Question, child: Child) -> bool:
        """Judge a question with a child that others have met; return whether it has passed there, and forget all of it where not."""
        if not may_go_on(question, self.author, self._state):
            return False
        kept, seen, faults = self._state.kept, set(self._state.seen), len(self.findings.faults)
        ended, fields, seconds = self._ended(question, child)
        if not ended or any(one.fault is not None for one in ended):
            self._state.back_to(kept, seen)
            del self.findings.faults[faults:]
            return False
        self._keep(question, fields, seconds)
        return True

    def _ended(self, question: Question, child: Child) -> tuple[list[Ended], dict[str, Any], float]:
        """Return what became of the tests of a question, the fields of its outcome, and how long it took; nothing of a fault of ours."""
        spec, before = self.setup.spec_of(self._key(question)), time.perf_counter()
        try:
            ended = judge_question(question, self.author, child, self._reads, self._state, self.setup.least_evidence)
            fields = outcome_fields(question, ended, spec.points or question.points)
            fault = next((one.fault for one in ended if one.fault), None)
            if fields["result"] is Result.FAILED and fault is not None:
                fields |= _explained(fault, self.findings)
        except MemoryError:
            raise
        except Exception as error:
            self.findings.faults.append({"where": spec.id, **our_fault(error)})  # type: ignore[typeddict-item]
            message = "This question could not be judged because of a fault of the grader. It is not scored; your instructor is told."
            ended, fields = [], {"result": Result.GRADER_FAULT, "message": message}
        return ended, fields, time.perf_counter() - before

    def _keep(self, question: Question, fields: dict[str, Any], seconds: float) -> None:
        spec = self.setup.spec_of(self._key(question))
        outcome = outcome_of(spec, **fields)
        share = 1.0 if outcome.result is Result.PASSED else _share(outcome, question, spec.points)
        self.findings.judged[self._key(question)] = share
        self.findings.outcomes[spec.id] = outcome
        self.findings.check_seconds[spec.id] = seconds

    def _key(self, question: Question) -> str:
        return question_key(question)


def _share(outcome: Any, question: Question, points: float) -> float:
    worth = points or question.points
    return sum(part.earned for part in outcome.parts) / worth if worth else 0.0


def _explained(fault: StudentFault, findings: Findings) -> dict[str, Any]:
    """Return what explains a missing name: a cell that has stopped before."""
    cause = findings.load_fault
    if fault.missing is None or cause is None:
        return {}
    return {"why": cause.why, "message": f"{fault.message} {cause.message}", "hint": cause.hint, "frames": cause.frames}


def _as_json(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell in the form in which a notebook has it, for who matches it with the author's."""
    metadata: dict[str, Any] = {"tags": cell["tags"], "otter": {"tests": cell["tests"], "ignore": cell["ignored"]}}
    if cell["grade_id"]:
        metadata["nbgrader"] = {"grade_id": cell["grade_id"]}
    return {"cell_type": cell["cell_type"], "source": cell["source"], "id": cell["id"], "metadata": metadata}


def _fail_all(setup: Setup, findings: Findings, fault: StudentFault | None) -> None:
    """Give every question that was not judged an outcome that says why."""
    for _, spec in setup.checks:
        if spec.id in findings.outcomes or spec.id == WHOLE:
            continue
        why = fault or findings.load_fault
        if why is None or why.why is None:
            why = StudentFault(Why.MISSING, "The notebook that this question belongs to is not in the hand-in.")
        fields = why.as_fields() | {"why": why.why, "frames": why.frames, "result": Result.FAILED}
        findings.outcomes[spec.id] = outcome_of(spec, **fields)
    _judge_whole(setup, findings)


def _judge_whole(setup: Setup, findings: Findings) -> None:
    """Judge an assignment that counts only as a whole: all points from some share of them on, else none."""
    spec = next((spec for _, spec in setup.checks if spec.id == WHOLE), None)
    if spec is None:
        return
    form = _author(setup).form
    worth = sum(question.points for question in form.questions)
    earned = sum(findings.judged.get(question_key(one), 0.0) * one.points for one in form.questions)
    share, threshold = earned / worth if worth else 0.0, form.settings.score_threshold or 0.0
    said = f"{100 * share:.4g} % of the points of the questions were earned; {100 * threshold:g} % are asked for."
    words = [one.evidence for one in findings.outcomes.values() if one.evidence]
    evidence = str(max(words, key=[str(word) for word in Decided].index)) if words else ""
    if share >= threshold:
        findings.outcomes[WHOLE] = outcome_of(spec, result=Result.PASSED, message=said, evidence=evidence)
    else:
        findings.outcomes[WHOLE] = outcome_of(
            spec, result=Result.FAILED, why=Why.WRONG, message=said, evidence=evidence
        )
