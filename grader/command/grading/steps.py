"""``grade`` as the list of its steps, from the folder of submissions to a report for each student and one for the class."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

from grader.command.another_numpy import require_numpy
from grader.command.gradebooks import place_of_run
from grader.command.grading.booking import book_results
from grader.command.grading.gone import is_a_class, remove_gone
from grader.command.grading.hand_ins import find_hand_ins
from grader.command.grading.job import job_of, reserved_reports
from grader.command.grading.judging import grade_chosen
from grader.command.grading.reports import render_notebooks, write_reports, write_roster
from grader.command.grading.told import tell
from grader.command.grading.troubles import Troubles
from grader.command.grading.written import add_points
from grader.executors.workers import Worker


def grade(options: argparse.Namespace, begun: Worker | None) -> int:
    """Grade, and return the exit status that ``python -m grader`` documents.

    ``begun`` is a worker without an order, if one was started before this module was imported.
    """
    require_numpy(options.numpy, "grade")
    job = job_of(options)
    hand_ins = find_hand_ins(job)
    if options.list:
        from grader.command.grading.listing import print_listing

        return print_listing(hand_ins.chosen, hand_ins.understood, job.assignment)
    since = time.monotonic()
    with reserved_reports(job):
        troubles = Troubles(job.assignment, job.out)
        gradebook = place_of_run(job.out, job.plan.course, job.plan.planned)
        run = grade_chosen(job, hand_ins.chosen, troubles, begun)
        # Imports for the reports wait until the workers have started.
        from grader.command.grading.status import say_outcome

        render_notebooks(job, hand_ins.chosen, troubles)
        points = add_points(job, hand_ins.everyone, troubles, gradebook)
        write_roster(job, hand_ins.understood)
        if is_a_class(job.plan.paths, hand_ins.everyone, options.student):
            run = replace(run, gone=remove_gone(hand_ins.everyone, job.out))
        run = replace(run, seconds=time.monotonic() - since)
        reports = write_reports(job, hand_ins, troubles)
        status = say_outcome(job, hand_ins, troubles, reports, run)
        booked = book_results(job, hand_ins.everyone, troubles, gradebook)
        return max(status, tell(points, booked, quiet=options.quiet))
