"""What the command ``grade`` does: from the folder of submissions to a report for each student and one for the class."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, find_assignment, load_assignment
from grader.command.defaults import default, default_assignment, switched_on
from grader.command.executors import executor, grade_anew, may_be_notebooks
from grader.command.lock import only_one_run
from grader.errors import FenceError, UsageError
from grader.judge.client import Order, Worker
from grader.provenance import provenance
from grader.record import read_record, record_path, sweep_temporaries, write_atomically
from grader.seed import secret_seed
from grader.submissions import LeftOut, Submission, find_submissions


def grade(options: argparse.Namespace, begun: Worker | None) -> int:
    """Grade; return the exit status that ``python -m grader`` documents.

    ``begun`` is a worker without an order, where one was begun before anything of this was imported.
    """
    rubric = options.rubric or switched_on("rubric")
    assignment = load_assignment(find_assignment(default_assignment(options.assignment)), rubric=rubric)
    paths = options.paths or [Path("submissions")]
    everyone, left_out = find_submissions(paths, options.out)
    chosen = _chosen(everyone, options.only)
    if options.list:
        from grader.command.listing import print_listing

        return print_listing(chosen, left_out, assignment)
    out = _prepared(options.out)
    with only_one_run(out):
        sweep_temporaries(out)
        failed = _grade(options, assignment, paths, chosen, out, begun)
        if options.notebooks == "html":
            _render_notebooks(options, chosen, out)
        told = _keep_points(assignment, everyone, out)
        status = _finish(options, assignment, everyone, chosen, left_out, failed, out)
        if not options.quiet:
            print("".join(f"{line}\n" for line in told), end="")
        return status


def _chosen(everyone: Sequence[Submission], only: Sequence[str]) -> list[Submission]:
    unknown = sorted(set(only) - {submission.id for submission in everyone})
    if unknown:
        known = ", ".join(submission.id for submission in everyone[:10]) + (" ..." if len(everyone) > 10 else "")
        raise UsageError(f"--only names {', '.join(unknown)}, but the students found are {known}.")
    return [submission for submission in everyone if not only or submission.id in only]


def _prepared(out: Path) -> Path:
    try:
        (out / "records").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The reports cannot be written to {out}: {error}. Name another folder with --out.") from error
    return out


def _grade(
    options: argparse.Namespace,
    assignment: Assignment,
    paths: Sequence[Path],
    chosen: Sequence[Submission],
    out: Path,
    begun: Worker | None,
) -> list[Submission]:
    """Grade what is new among the chosen submissions; return those without a record."""
    from grader.command.unchanged import Grading, unchanged
    from grader.fence import accepted_level

    isolation, seed = options.isolation or default("isolation"), secret_seed(options.seed)
    repeat = _repeat(options.assignment or assignment.id, paths) + " --rubric" * options.rubric
    made_by = provenance(assignment, seed)
    grading = Grading(out, made_by, accepted_level(isolation), repeat, int(assignment.limits.submission_bytes))
    kept = set() if options.again else {submission.slug for submission in unchanged(chosen, grading)}
    _write_missing_pages([submission for submission in chosen if submission.slug in kept], out)
    if kept and not options.quiet:
        counted = f"{len(kept)} of {len(chosen)} submissions"
        print(f"Unchanged since an earlier run and not graded again: {counted}; --again insists.", file=sys.stderr)
    fresh = [submission for submission in chosen if submission.slug not in kept]
    if not fresh:
        return []
    order = Order(
        assignment.folder,
        seed,
        out,
        made_by,
        isolation,
        may_be_notebooks(fresh),
        assignment.rubric is not None,
        tuple(os.path.realpath(path) for path in paths),
    )
    with executor(order, options.executor, options.scheduler, grading.max_bytes, begun) as workers:
        return grade_anew(
            workers, order, fresh, repeat, max_bytes=grading.max_bytes, jobs=options.jobs, quiet=options.quiet
        )


def _keep_points(assignment: Assignment, everyone: Sequence[Submission], out: Path) -> list[str]:
    """Give the records the points that people gave before, and write the grading sheet, where there are written answers."""
    if assignment.rubric is None:
        return []
    from grader.command.written import keep_points

    return keep_points(assignment, everyone, out)


def _write_missing_pages(submissions: Sequence[Submission], out: Path) -> None:
    """Write the pages that a run which was killed did not come to."""
    if not submissions:
        return  # and have the workers started before what reports need is imported
    from grader.report import student_page, write_student

    for submission in submissions:
        record, page = record_path(out, submission.slug), student_page(out, submission.slug)
        if not page.exists() or page.stat().st_mtime_ns < record.stat().st_mtime_ns:
            write_student(read_record(record), out)


def _render_notebooks(options: argparse.Namespace, chosen: Sequence[Submission], out: Path) -> None:
    """Render the executed notebooks as pages beside them."""
    from grader.command.progress import progress
    from grader.rendering import Renderer

    notebooks = [path for s in chosen if (path := out / "notebooks" / f"{s.slug}.ipynb").exists()]
    if not notebooks:
        return
    with Renderer() as renderer:
        for path in progress(notebooks, len(notebooks), "rendering", quiet=options.quiet):
            try:
                write_atomically(path.with_suffix(".html"), renderer.render(path.read_bytes(), path.stem).encode())
            except FenceError as error:
                print(f"grader: {error}", file=sys.stderr)


def _repeat(assignment: str, paths: Sequence[Path]) -> str:
    """Return the line that repeats the grading of one student, with ``{student}`` in its place."""
    where = " ".join(_braced(str(path)) for path in paths)
    return f"tox -e grade -- {where} --assignment {_braced(assignment)} --only {{student}}"


def _braced(word: str) -> str:
    """Return a word as a shell needs it, safe for ``str.format``."""
    return shlex.quote(word).replace("{", "{{").replace("}", "}}")


def _finish(
    options: argparse.Namespace,
    assignment: Assignment,
    everyone: Sequence[Submission],
    chosen: Sequence[Submission],
    left_out: Sequence[LeftOut],
    failed: Sequence[Submission],
    out: Path,
) -> int:
    """Write what concerns the class, print the table, and return the exit status."""
    from grader.report import publish_to_github, write_class

    def records(submissions: Sequence[Submission]) -> Iterator[dict[str, Any]]:
        for submission in submissions:
            path = record_path(out, submission.slug)
            if path.exists() and (record := read_record(path))["assignment"]["id"] == assignment.id:
                yield record

    write_class(lambda: records(everyone), out)
    publish_to_github(lambda: records(everyone), out, os.environ)
    if not options.quiet:
        from grader.report.table import print_table

        print_table(
            lambda: records(chosen), out, left_out=[(e.path.name, e.reason) for e in left_out], verbose=options.verbose
        )
    for submission in failed:
        print(f"grader: {submission.path.name} was not graded, because its judge ended early.", file=sys.stderr)
    if failed or any(record["status"] == "grader_fault" for record in records(chosen)):
        return 3
    low = options.fail_under
    return int(low is not None and any(_reachable(record["score"]) < low for record in records(chosen)))


def _reachable(score: Mapping[str, Any]) -> float:
    """Return the percentage of a score if a person gives every point that waits for one."""
    waiting = 100.0 * score["waiting"] / score["total"] if score["total"] else 0.0
    return float(score["percent"] + waiting)
