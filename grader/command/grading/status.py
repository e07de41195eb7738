"""Says what came out of a run of ``grade``, and decides its exit status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grader.command.grading.hand_ins import HandIns
from grader.command.grading.job import Job
from grader.command.grading.reports import Reports
from grader.command.grading.troubles import Troubles
from grader.report import wording
from grader.report.changes import Run
from grader.report.stand_ins import StandIns
from grader.terminal import complain

MOST_FAULTS = 10


def say_outcome(job: Job, hand_ins: HandIns, troubles: Troubles, reports: Reports, run: Run) -> int:
    """Print the table, or nothing but faults if the run is quiet, and return the exit status."""
    options = job.options
    shown = StandIns(lambda: troubles.records(hand_ins.chosen), reports.records.faults)
    if not options.quiet:
        from grader.report.table import print_table

        names = [(entry.path.name, entry.reason) for entry in hand_ins.understood.intake.left_out]
        known = reports.paths.summary if len(hand_ins.chosen) == len(hand_ins.everyone) else None
        print_table(shown, job.out, left_out=names, run=run, summary=known, verbose=options.verbose)
    faulty = [record for record in shown() if record["status"] == "grader_fault"]
    if options.quiet:
        _complain_of(faulty)
    if faulty or not reports.published:
        return 3
    return int(options.fail_under is not None and _is_any_below(options.fail_under, shown()))


def _is_any_below(percent: float, records: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether any student can no longer reach a percentage, and print their names."""
    low = [(record["student"], record["score"]) for record in records if _reachable(record["score"]) < percent]
    if low:
        named = [f"{name[:60]} {wording.percent(score['percent'])}" for name, score in low]
        number = wording.counted(len(low), "student")
        complain(f"{number} below the {percent:g} % of --fail-under: {wording.listed(named, MOST_FAULTS)}")
    return bool(low)


def _complain_of(faulty: Sequence[Mapping[str, Any]]) -> None:
    """Print which students met a fault of ours; the first ten are named."""
    for record in faulty[:MOST_FAULTS]:
        last = next(iter(reversed(record.get("faults") or ())), {"where": "record", "message": "see the record"})
        complain(f"{record['student']}: a fault of the grader, not scored: {last['where']}: {last['message'][:200]}")
    if len(faulty) > MOST_FAULTS:
        complain(f"{len(faulty) - MOST_FAULTS} more met a fault of the grader; index.html lists them all.")


def _reachable(score: Mapping[str, Any] | None) -> float:
    """Return the percentage of a score if people give all the points that are still waiting."""
    if score is None:
        return 100.0
    waiting = 100.0 * score["waiting"] / score["total"] if score["total"] else 0.0
    return float(score["percent"] + waiting)
