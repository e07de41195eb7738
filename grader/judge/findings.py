"""The findings about a submission while it is graded, and the record made from them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from grader import __version__
from grader.checks.examination import Run
from grader.judge.excerpts import excerpts
from grader.judge.setup import Setup
from grader.judge.verdict import CheckRun
from grader.outcomes import StudentFault, Why
from grader.record.fields import (
    AnswerFields,
    EndedFields,
    FaultFields,
    FigureFields,
    GraderFaultFields,
    HandedInFields,
    IsolationFields,
    Record,
    TimesFields,
)  # fmt: skip
from grader.record.record import FORMAT, VERSION, check_fields, score_fields, task_fields
from grader.record.score import CheckOutcome, lead, score
from grader.submissions import Submission, SubmittedFile, digest
from grader.wire.limits import Output
from grader.written.answers import answer_fields, is_written
from grader.written.points import counted, worths, written_fields

NOTHING_TO_RUN = "Nothing in the hand-in can be run."
MAX_OTHER_NAMES = 20
# File endings of reports.
REPORTS = (".pdf", ".docx", ".doc", ".odt", ".pptx", ".md", ".html", ".tex")
MAX_REPORTS = 5
# What students get to answer in; an answer in it is found by its place.
FORM = "answers.md"
NOTHING = Output(stdout="", stderr="", truncated=False)


@dataclass
class Findings:
    """The findings about a submission while it is graded; turned into a record at the end.

    ``found_answers`` are written answers of another tool's assignment, and ``judged`` which share each of its questions earned.
    ``otherwise`` is whether it is only examined to tell what it would have earned: as if its code had been saved as plain text, and past
    each statement that fails. ``near`` are names that stand where others are asked for, and ``renamed`` whether they count.
    """

    files: tuple[SubmittedFile, ...] = ()
    folders: tuple[str, ...] = ()
    reading: Mapping[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    loading: Mapping[str, Any] | None = None
    running: Mapping[str, Any] | None = None
    load_fault: StudentFault | None = None
    run: Run | StudentFault = field(default_factory=lambda: StudentFault(Why.MISSING, NOTHING_TO_RUN))
    runs: list[Run] = field(default_factory=list)
    adapter: str = ""
    near: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    renamed: bool = False
    output: Output = NOTHING
    figures: list[dict[str, Any]] = field(default_factory=list)
    notebook: bytes | None = None
    outcomes: dict[str, CheckOutcome] = field(default_factory=dict)
    exhibits: list[dict[str, Any]] = field(default_factory=list)
    faults: list[GraderFaultFields] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    close_calls: list[str] = field(default_factory=list)
    check_seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    found_answers: list[dict[str, Any]] = field(default_factory=list)
    judged: dict[str, float] = field(default_factory=dict)
    otherwise: bool = False
    _checking: tuple[float, float] | None = None

    def keep_all(self, runs: Iterable[CheckRun]) -> Iterator[CheckRun]:
        """Keep the result of each run of a check, and yield it."""
        for run in runs:
            self.outcomes[run.spec.id] = run.outcome
            self.check_seconds[run.spec.id] = run.seconds
            self.exhibits += run.exhibits
            if run.our_fault is not None:
                fault = run.our_fault
                self.faults.append({"where": run.spec.id, "message": str(fault), "traceback": fault.text})
            yield run

    def begin_check(self, used: float, limit: float) -> None:
        """Keep the session's usage when a check began, and the limit of that check, in seconds of CPU time."""
        self._checking = used, limit

    def end_check(self, used: float) -> None:
        """Add a remark if the check that began last used more than half of its limit."""
        if self._checking is not None:
            before, limit = self._checking
            self.remark_use("A check", used - before, limit)
        self._checking = None

    def faults_of_runs(self) -> tuple[StudentFault | None, ...]:
        """Return the faults that stopped the loading and the run, None for each that ran to its end."""
        return self.load_fault, self.run.fault if isinstance(self.run, Run) else self.run

    def remark_use(self, doing: str, used: float, limit: float) -> None:
        """Add a remark if more than half of a limit was used: on a slower machine it might decide."""
        if used > 0.5 * limit:
            sentence = f"{doing} used {used:.0f} of its {limit:g} seconds of computing time."
            self.close_calls = list(dict.fromkeys([*self.close_calls, sentence]))


def record_of(submission: Submission, setup: Setup, findings: Findings) -> Record:
    """Return the record of a submission that was graded; every check must have an outcome."""
    assignment = setup.assignment
    load_fault, run_fault = findings.faults_of_runs()
    outcomes = [findings.outcomes[spec.id] for _, spec in setup.checks]
    bonus = {task.number: task.bonus for task in assignment.tasks}
    answers = _answers(submission, setup, findings, bonus, outcomes)
    counts = assignment.rubric is not None and assignment.rubric.counts
    total = score(outcomes, assignment.tasks, worths(counted(answers, counts=counts)))
    return {
        "format": FORMAT,
        "version": VERSION,
        "grader_version": __version__,
        "assignment": {
            "id": assignment.id,
            "title": assignment.title,
            "total": assignment.total,
            "bonus": assignment.bonus,
            "allowed": list(assignment.allowed_imports),
        },
        "student": submission.id,
        "slug": submission.slug,
        "submission": {
            "name": submission.name,
            "form": submission.form,
            "kind": findings.reading.get("kind"),
            "entry": findings.reading.get("entry"),
            "asked": submission.entry,
            "runs": [start.fields() for start in submission.runs],
            "adapter": submission.adapter,
            "accepts_names": submission.accepts_names,
            "near_names": findings.near,
            "other_names": other_names(findings, assignment.names),
            "sha256": digest(findings.files),
            "forbidden": list(dict.fromkeys(each["module"] for each in findings.reading.get("forbidden", []))),
            "files": [{"path": file["path"], "bytes": file["size"]} for file in findings.reading.get("files", [])],
        },
        "handed_in": cast(HandedInFields, submission.origin.fields()) if submission.origin else None,
        "isolation": cast(IsolationFields, dict(setup.isolation)),
        "versions": dict(setup.versions),
        "seed_id": setup.seed_id,
        "provenance": setup.provenance,
        "status": "grader_fault" if findings.faults else "graded",
        "score": score_fields(total),
        "tasks": [task_fields(task) for task in total.tasks],
        "checks": [check_fields(outcome, bonus[outcome.task]) for outcome in outcomes],
        "answers": answers,
        "written": written_fields(answers, counts=counts) if answers else None,
        "lead": lead(outcomes, bonus),
        "remarks": list(dict.fromkeys(findings.remarks)),
        "loading": _ending(findings.loading, load_fault),
        "running": _ending(findings.running, run_fault),
        "excerpts": excerpts(
            findings.reading,
            outcomes,
            {"loading": load_fault, "running": run_fault},
            assignment.names,
        ),
        "earlier": None,
        "output": {
            "stdout": findings.output.stdout,
            "stderr": findings.output.stderr,
            "truncated": findings.output.truncated,
        },
        "figures": [_figure(figure) for figure in _pictures(findings)],
        "exhibits": findings.exhibits,
        "notebook": f"notebooks/{submission.slug}.ipynb" if findings.notebook else None,
        "faults": findings.faults,
        "repeat": "",
        "times": _times(findings),
    }


def _times(findings: Findings) -> TimesFields:
    return {
        "graded_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu_seconds": findings.cpu_seconds,
        "checks": findings.check_seconds,
        "remarks": findings.close_calls,
        "open_seconds": findings.seconds.get("open_seconds"),
        "load_seconds": findings.seconds.get("load_seconds"),
        "run_seconds": findings.seconds.get("run_seconds"),
        "wall_seconds": findings.seconds.get("wall_seconds"),
    }


def other_names(findings: Findings, asked: Sequence[str]) -> list[str]:
    """Return the names that a submission defines if, as far as can be seen, none of them is one that the assignment asks for; else nothing."""
    defined = (findings.loading or {}).get("names", ())
    found = {*defined, *findings.reading.get("names", ())}
    if not asked or not found.isdisjoint(asked):
        return []
    return [*findings.reading.get("hidden", ()), *(name for name in defined if name != "main")][:MAX_OTHER_NAMES]


def files_unread(findings: Findings) -> list[str]:
    """Return the files of a submission whose text could not be read."""
    return list(dict.fromkeys(each["file"] for each in findings.reading.get("problems", ()) if each["file"]))


def _answers(
    submission: Submission,
    setup: Setup,
    findings: Findings,
    bonus: Mapping[str, bool],
    outcomes: Sequence[CheckOutcome],
) -> list[AnswerFields]:
    """Return the written answers, not graded yet, including those of checks that left their points to a person."""
    left = {one.id: one.message or "" for one in outcomes if one.for_person}
    rubric = setup.assignment.rubric
    asked = [one for one in rubric.questions if not one.check or one.check in left] if rubric else []
    unasked = left.keys() - {question.check for question in asked}
    if unasked:
        raise LookupError(f"{sorted(unasked)[0]} left its points to a person, and no question of rubric.toml names it")
    if rubric is None:
        return []
    cells = (findings.running or {}).get("cells", [])
    found = [
        {"id": one.id, "place": "found by the grader", "text": left[one.check], "truncated": False}
        for one in asked
        if one.check
    ]
    written = findings.found_answers or findings.reading.get("answers", [])
    found += [each for each in written if is_written(rubric, each)]
    found += [_in_report(submission, findings, one.id) for one in asked if one.in_report]
    found += written
    return answer_fields(replace(rubric, questions=tuple(asked)), bonus, found, cells, _pictures(findings))


def _in_report(submission: Submission, findings: Findings, question: str) -> dict[str, Any]:
    """Return where a question is answered that belongs into a report: in a document of the hand-in, or nobody knows where.

    The first PDF of a folder is copied below the reports, by ``grader.command.grading.beside``.
    """
    names = {file.path for file in findings.files} | {each["path"] for each in findings.reading.get("files", ())}
    documents = [name for name in names if name.lower().endswith(REPORTS) and name.rpartition("/")[2] != FORM]
    # Of a README nobody knows whether it is a report.
    paths = sorted(documents, key=lambda name: (not name.lower().endswith(".pdf"), "readme" in name.lower(), name))
    del paths[MAX_REPORTS:]
    text = (
        f"See {', '.join(paths)} in the hand-in." if paths else "No report lies beside the code; look for it elsewhere."
    )
    if submission.form == "folder" and any(name.lower().endswith(".pdf") for name in paths):
        text += f" A copy: handed-in/{submission.slug}.pdf"
    return {"id": question, "place": ", ".join(paths)[:500] or "no report found", "text": text, "truncated": False}


def _pictures(findings: Findings) -> list[dict[str, Any]]:
    return [figure for figure in findings.figures if figure.get("png")]


def _ending(ended: Mapping[str, Any] | None, fault: StudentFault | None) -> EndedFields | None:
    """Return how a loading or a run ended, in the form of the record."""
    if ended is None and fault is None:
        return None
    status = ended["status"] if ended else "unreadable"
    fields = None if fault is None else fault.as_fields() | {"frames": [vars(frame) for frame in fault.frames]}
    conflicts = list(ended["conflicts"]) if ended else []
    return {"status": status, "fault": cast(FaultFields | None, fields), "conflicts": conflicts}


def _figure(figure: Mapping[str, Any]) -> FigureFields:
    return {
        "png": base64.b64encode(figure["png"]).decode("ascii"),
        "width": figure["width"],
        "height": figure["height"],
    }
