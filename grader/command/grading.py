"""The steps of ``grade``, from the folder of submissions to a report for each student and one for the class."""

from __future__ import annotations

import argparse
import ast
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.command.allowed import require_installed
from grader.command.another_numpy import asked_numpy, require_numpy
from grader.command.defaults import default, switched_on
from grader.command.doubts import stop_in_doubt
from grader.command.executors import executor, grade_anew, may_be_notebooks
from grader.command.gone import is_a_class, remove_gone
from grader.command.gradebooks import place_of_run
from grader.command.lock import only_one_run
from grader.command.plan import Plan, plan_of, relative
from grader.command.reports_folder import REPORTS, claim, make_reports_folder
from grader.command.troubles import Troubles
from grader.command.understood import ROSTER, Understood, roster_table, understand
from grader.course.roster import key_of
from grader.errors import GraderError, NotWritten, UsageError, reason
from grader.executors.workers import Order, Worker
from grader.files import replacing, write_atomically
from grader.material.assignment import Assignment, find_assignment, load_assignment
from grader.record.provenance import installation, provenance
from grader.record.record import read_record, record_path, sweep_temporaries
from grader.repeat import repeat_words
from grader.seed import secret_seed, seed_id
from grader.submissions import Start, Submission, takes_main_for_a_student
from grader.terminal import complain, remark, say

if TYPE_CHECKING:
    from grader.command.unchanged import Former
    from grader.report.changes import Run

MOST_FAULTS = 10


def grade(options: argparse.Namespace, begun: Worker | None) -> int:
    """Grade, and return the exit status that ``python -m grader`` documents.

    ``begun`` is a worker without an order, if one was started before this module was imported.
    """
    require_numpy(options.numpy, "grade")
    rubric = options.rubric or switched_on("rubric")
    plan = plan_of(options)
    assignment = load_assignment(find_assignment(plan.assignment), rubric=rubric, allow=plan.allow)
    require_installed(assignment)
    out = options.out = relative(plan.out or REPORTS / assignment.id)
    understood = understand(plan, out, options.student)
    everyone = _with_runs(_with_entries(_nameless(understood, assignment), options.entry), options.starts)
    everyone = _with_adapters(everyone, options.adapter)
    if options.accept_names:
        everyone = [replace(submission, accepts_names=True) for submission in everyone]
    _tell(options, understood)
    chosen = _chosen(everyone, options.only)
    if options.list:
        from grader.command.listing import print_listing

        return print_listing(chosen, understood, assignment)
    begun_at = time.monotonic()
    make_reports_folder(out)
    with only_one_run(out):
        claim(out, assignment.id, plan.planned.id if plan.planned else None)
        sweep_temporaries(out)
        troubles = Troubles(assignment, out)
        book = place_of_run(out, plan.course, plan.planned)
        try:
            run = _grade(options, assignment, plan, chosen, troubles, begun)
            if options.notebooks == "html":
                _render_notebooks(options, chosen, troubles)
            told, problem = _keep_points(assignment, everyone, troubles, book)
            if understood.listed is not None and plan.key is None:
                with replacing(out / ROSTER) as file:
                    file.writelines(roster_table(understood))
            if is_a_class(plan.paths, everyone, options.student):
                run = replace(run, gone=remove_gone(everyone, out))
            run = replace(run, seconds=time.monotonic() - begun_at)
            status = _finish(options, everyone, chosen, understood, troubles, run)
            moved, unbooked = _book(book, plan, assignment, everyone, troubles)
        except NotWritten:
            sweep_temporaries(out)
            raise
        if not options.quiet:
            say(*told, *moved)
        for trouble in (problem, unbooked):
            if trouble is not None:
                complain(*map(str, trouble.args))
                status = max(status, trouble.exit_status)
        return status


def _nameless(understood: Understood, assignment: Assignment) -> Sequence[Submission]:
    """Return the hand-ins, made anonymous if the plan says so; the key is written before anything else."""
    plan = understood.plan
    if plan.key is None:
        return understood.submissions
    from grader.command.anonymity import nameless

    return nameless(understood.submissions, plan.key, plan.planned.id if plan.planned else assignment.id)


def _tell(options: argparse.Namespace, understood: Understood) -> None:
    """Say in one line how the class was read, and what could have been meant instead."""
    if options.quiet:
        return
    say(understood.first_line())
    if options.student is None:
        for sentence in takes_main_for_a_student(understood.plan.paths):
            complain(sentence)
    for sentence in (*understood.intake.hints, *understood.sentences()):
        remark(sentence)


def _chosen(everyone: Sequence[Submission], only: Sequence[str]) -> list[Submission]:
    names = {name for submission in everyone for name in (submission.id, submission.slug)}
    unknown = sorted(set(only) - names)
    if unknown:
        known = ", ".join(submission.id for submission in everyone[:10]) + (" ..." if len(everyone) > 10 else "")
        raise UsageError(f"--only names {', '.join(unknown)}, but the students found are {known}.")
    ids = {submission.id for submission in everyone}
    return [s for s in everyone if not only or s.id in only or (s.slug in only and s.slug not in ids)]


def _with_entries(everyone: Sequence[Submission], chosen: Sequence[str]) -> list[Submission]:
    """Return the submissions with the chosen files to grade; ``chosen`` holds words such as ``s001=train.py``."""
    # A slug also names its student, unless it is another student's id.
    ids = {submission.slug: submission.id for submission in everyone} | {s.id: s.id for s in everyone}
    entries = {}
    for word in chosen:
        name, equals, entry = word.partition("=")
        if not (name and equals and entry):
            raise UsageError(f"--entry needs a student and a file, not {word!r}; try --entry s001=train.py")
        # A student's name may contain an equals sign, too.
        known = [each for each in ids if word.startswith(f"{each}=") and word != f"{each}="]
        if not known:
            raise UsageError(f"--entry names {name}, but no such student was found; --list shows all students.")
        name = max(known, key=len)
        entries[ids[name]] = word[len(name) + 1 :].replace("\\", "/")
    return [replace(submission, entry=entries.get(submission.id)) for submission in everyone]


def _with_runs(everyone: Sequence[Submission], chosen: Sequence[str]) -> list[Submission]:
    """Return the submissions with the chosen program starts; ``chosen`` holds words such as ``s001=--dataset xor``."""
    runs: dict[str, list[Start]] = {}
    for word in chosen:
        known = [each for each in everyone if word.startswith((f"{each.id}=", f"{each.slug}="))]
        if not known:
            raise UsageError(
                f"--run needs a student who was found and the program's arguments, not {word!r}; "
                'try --run s001="--dataset xor"'
            )
        submission = max(known, key=lambda each: len(each.id))
        told = word[len(submission.id if word.startswith(f"{submission.id}=") else submission.slug) + 1 :]
        try:
            runs.setdefault(submission.id, []).append(Start.of(told))
        except ValueError:
            raise UsageError(f"--run {word!r} has an unclosed quotation mark.") from None
    return [replace(submission, runs=tuple(runs.get(submission.id, ()))) for submission in everyone]


def _with_adapters(everyone: Sequence[Submission], chosen: Sequence[str]) -> list[Submission]:
    """Return the submissions with the chosen adapters; ``chosen`` holds words such as ``s001=adapter.py``."""
    given: dict[str, str] = {}
    for word in chosen:
        known = [each for each in everyone if word.startswith((f"{each.id}=", f"{each.slug}="))]
        if not known:
            raise UsageError(
                f"--adapter needs a student who was found and a file, not {word!r}; try --adapter s001=adapter.py"
            )
        submission = max(known, key=lambda each: len(each.id))
        path = word[len(submission.id if word.startswith(f"{submission.id}=") else submission.slug) + 1 :]
        try:
            given[submission.id] = Path(path).read_text(encoding="utf-8")
            ast.parse(given[submission.id])
        except (OSError, ValueError, SyntaxError) as error:
            raise UsageError(f"--adapter names {path}, which cannot be read as Python: {reason(error)}.") from None
    return [replace(submission, adapter=given.get(submission.id, "")) for submission in everyone]


def _grade(
    options: argparse.Namespace,
    assignment: Assignment,
    plan: Plan,
    chosen: Sequence[Submission],
    troubles: Troubles,
    begun: Worker | None,
) -> Run:
    """Grade the new ones among the chosen submissions, and return what was done."""
    from grader.command.unchanged import Grading, remembered, unchanged
    from grader.fence import accepted_level

    out, isolation, seed = troubles.out, options.isolation or default("isolation"), secret_seed(plan.seed)
    repeat = repeat_words(
        plan.name or assignment.id,
        plan.paths,
        rubric=options.rubric,
        student=options.student is not None,
        allow=options.allow,
        numpy=asked_numpy(options.numpy),
        anonymous=options.anonymous,
        more={
            "--course": options.course,
            "--layout": options.layout,
            "--roster": options.roster,
            "--key": options.key,
            "--evidence": options.evidence,
        },
    )
    installed = installation(assignment)
    # Another bar for verdicts gives other points.
    made_by = provenance(installed if options.evidence is None else f"{installed}\0{options.evidence}", seed)
    grading = Grading(out, made_by, accepted_level(isolation), repeat, int(assignment.limits.submission_bytes))
    kept = set() if options.again else {submission.slug for submission in unchanged(chosen, grading)}
    _write_missing_pages([submission for submission in chosen if submission.slug in kept], troubles)
    if kept and not options.quiet:
        counted = f"{len(kept)} of {len(chosen)} submissions"
        remark(f"Unchanged since an earlier run and not graded again: {counted}; --again grades them anyway.")
    fresh = [submission for submission in chosen if submission.slug not in kept]
    earlier: dict[str, Former] = {}
    if fresh:
        if not options.anyway:
            stop_in_doubt(fresh, len(chosen), assignment)
        order = Order(
            assignment.folder,
            seed,
            out,
            made_by,
            isolation,
            may_be_notebooks(fresh),
            assignment.rubric is not None,
            seed_id(seed),
            installed,
            plan.allow,
            tuple(os.path.realpath(path) for path in plan.paths),
            options.rehearsed,
            options.evidence,
        )
        with executor(
            order, options.executor, options.scheduler, grading.max_bytes, begun, unencrypted=options.unencrypted
        ) as workers:
            earlier = remembered(fresh, out, assignment.id)
            grade_anew(
                workers,
                order,
                fresh,
                repeat,
                earlier,
                max_bytes=grading.max_bytes,
                jobs=options.jobs,
                quiet=options.quiet,
                troubles=troubles,
            )
    # Imports for the reports wait until the workers have started.
    from grader.report.changes import Run

    scores = {slug: one.points for slug, one in earlier.items()}
    return Run({submission.slug for submission in fresh}, scores, first=not kept and not earlier)


def _keep_points(
    assignment: Assignment, everyone: Sequence[Submission], troubles: Troubles, book: str | None
) -> tuple[list[str], GraderError | None]:
    """Add the points people gave earlier to the records, and write the grading sheet if there are written answers.

    Returns
    -------
    told : list of str
        Sentences for the instructor.
    problem : GraderError or None
        Why it was not done; the class still has its reports.
    """
    if assignment.rubric is None:
        return [], None
    from grader.command.written import keep_points

    try:
        return keep_points(assignment, everyone, troubles, book), None
    except NotWritten:
        raise
    except GraderError as problem:
        return [], problem


def _book(
    place: str | None, plan: Plan, assignment: Assignment, everyone: Sequence[Submission], troubles: Troubles
) -> tuple[list[str], GraderError | None]:
    """Write the results to the gradebook, if there is one, and its decisions to the pages; returns as ``_keep_points`` does."""
    from grader.command.gradebooks import author, open_at

    if place is None:
        return [], None
    from grader.command.booked import book, fresh, moved_lines, moved_of, name_of, scores_in, seen
    from grader.command.pages import keep_pages
    from grader.command.terms import terms_of
    from grader.course.booking import digest_of_folder

    try:
        named, by_slug = (
            argparse.Namespace(course=plan.course.path),
            {submission.slug: submission for submission in everyone},
        )
        terms = terms_of(named)
        with open_at(place) as gradebook:
            name = name_of(troubles.out, assignment.id)
            new = fresh(gradebook, name, troubles.out, by_slug)
            records = troubles.records([by_slug[slug] for slug in new])
            digest = digest_of_folder(assignment.folder)
            before = scores_in(gradebook, name, terms)
            results = book(gradebook, name, records, author=author(named), digest=digest)
            seen(gradebook, name, troubles.out, new)
            scores = scores_in(gradebook, name, terms)
        keep_pages(troubles.out, scores.values())
        return moved_lines(moved_of(before, scores, results)), None
    except GraderError as problem:
        return [], problem


def _write_missing_pages(submissions: Sequence[Submission], troubles: Troubles) -> None:
    """Write the pages that a killed run did not get to."""
    if not submissions:
        return  # so that the workers start before the imports for the reports
    from grader.report.write import student_page, write_student

    for submission in submissions:
        record, page = record_path(troubles.out, submission.slug), student_page(troubles.out, submission.slug)
        with troubles.of(submission, "page"):
            if not page.exists() or page.stat().st_mtime_ns < record.stat().st_mtime_ns:
                write_student(read_record(record), troubles.out)


def _render_notebooks(options: argparse.Namespace, chosen: Sequence[Submission], troubles: Troubles) -> None:
    """Render the executed notebooks as HTML pages next to them."""
    from grader.command.progress import progress
    from grader.fence.rendering import Renderer

    folder = troubles.out / "notebooks"
    notebooks = [(submission, path) for submission in chosen if (path := folder / f"{submission.slug}.ipynb").exists()]
    if not notebooks:
        return
    with Renderer() as renderer:
        for submission, path in progress(notebooks, len(notebooks), "rendering", quiet=options.quiet):
            with troubles.of(submission, "rendered notebook"):
                html = renderer.render(path.read_bytes(), path.stem).encode("utf-8", "backslashreplace")
                write_atomically(path.with_suffix(".html"), html)


def _finish(
    options: argparse.Namespace,
    everyone: Sequence[Submission],
    chosen: Sequence[Submission],
    understood: Understood,
    troubles: Troubles,
    run: Run,
) -> int:
    """Write the class's reports, print the table, and return the exit status."""
    from grader.report.github import publish_to_github
    from grader.report.stand_ins import StandIns
    from grader.report.write import write_class

    records = StandIns(lambda: troubles.records(everyone))
    absent = [(key_of(person), person.name or "") for person in understood.missing]
    paths = write_class(records, troubles.out, absent=absent)
    shown = StandIns(lambda: troubles.records(chosen), records.faults)
    published = _published(lambda: publish_to_github(records, troubles.out, os.environ))
    if not options.quiet:
        from grader.report.table import print_table

        names = [(entry.path.name, entry.reason) for entry in understood.intake.left_out]
        known = paths.summary if len(chosen) == len(everyone) else None
        print_table(shown, troubles.out, left_out=names, run=run, summary=known, verbose=options.verbose)
    faulty = [record for record in shown() if record["status"] == "grader_fault"]
    if options.quiet:
        _complain_of(faulty)
    if faulty or not published:
        return 3
    return int(options.fail_under is not None and _is_any_below(options.fail_under, shown()))


def _is_any_below(percent: float, records: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether any student can no longer reach a percentage, and print their names."""
    from grader.report import wording

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


def _published(publish: Callable[[], None]) -> bool:
    """Publish the results to a GitHub job; if its page cannot be written, say so and go on."""
    try:
        publish()
    except OSError as error:
        complain(f"The summary of this GitHub job could not be written: {error}. The reports are complete.")
        return False
    return True


def _reachable(score: Mapping[str, Any] | None) -> float:
    """Return the percentage of a score if people give all the points that are still waiting."""
    if score is None:
        return 100.0
    waiting = 100.0 * score["waiting"] / score["total"] if score["total"] else 0.0
    return float(score["percent"] + waiting)
