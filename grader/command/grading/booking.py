"""Writes the results of a run to the gradebook, and the decisions in it to the pages."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from grader.command.grading.job import Job
from grader.command.grading.told import Told
from grader.command.grading.troubles import Troubles
from grader.errors import GraderError
from grader.submissions import Submission


def book_results(job: Job, everyone: Sequence[Submission], troubles: Troubles, place: str | None) -> Told:
    """Write the results to the gradebook, if there is one, and its decisions to the pages; say which scores changed."""
    if place is None:
        return Told()
    try:
        return Told(_booked(job, everyone, troubles, place))
    except GraderError as problem:
        return Told(problem=problem)


def _booked(job: Job, everyone: Sequence[Submission], troubles: Troubles, place: str) -> list[str]:
    from grader.command.booked import book, fresh, moved_lines, moved_of, name_of, scores_in, seen
    from grader.command.gradebooks import author, open_at
    from grader.command.pages import keep_pages
    from grader.command.terms import terms_of
    from grader.course.booking import digest_of_folder

    named = argparse.Namespace(course=job.plan.course.path)
    by_slug = {submission.slug: submission for submission in everyone}
    terms = terms_of(named)
    with open_at(place) as gradebook:
        name = name_of(job.out, job.assignment.id)
        new = fresh(gradebook, name, job.out, by_slug)
        records = troubles.records([by_slug[slug] for slug in new])
        digest = digest_of_folder(job.assignment.folder)
        before = scores_in(gradebook, name, terms)
        results = book(gradebook, name, records, author=author(named), digest=digest)
        seen(gradebook, name, job.out, new)
        scores = scores_in(gradebook, name, terms)
    keep_pages(job.out, scores.values())
    return moved_lines(moved_of(before, scores, results))
