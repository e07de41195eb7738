"""What the workers of a run are told, and what an earlier record must agree with to be kept."""

from __future__ import annotations

import os

from grader.command.another_numpy import asked_numpy
from grader.command.defaults import default
from grader.command.grading.job import Job
from grader.command.grading.unchanged import Grading
from grader.executors.workers import Order
from grader.fence import accepted_level
from grader.record.provenance import installation, provenance
from grader.repeat import repeat_words
from grader.seed import secret_seed, seed_id


def order_of(job: Job) -> Order:
    """Return the order for the workers; notebooks may come."""
    options, assignment, seed = job.options, job.assignment, secret_seed(job.plan.seed)
    installed = installation(assignment)
    return Order(
        assignment=assignment.folder,
        seed=seed,
        out=job.out,
        # Another bar for verdicts gives other points.
        provenance=provenance(installed if options.evidence is None else f"{installed}\0{options.evidence}", seed),
        isolation=options.isolation or default("isolation"),
        rubric=assignment.rubric is not None,
        seed_id=seed_id(seed),
        installation=installed,
        allow=job.plan.allow,
        submissions=tuple(os.path.realpath(path) for path in job.plan.paths),
        rehearsed=options.rehearsed,
        evidence=options.evidence,
    )


def grading_of(job: Job, order: Order) -> Grading:
    """Return what an earlier record must agree with."""
    lowest, max_bytes = accepted_level(order.isolation), int(job.assignment.limits.submission_bytes)
    return Grading(job.out, order.provenance, lowest, _repeat(job), max_bytes)


def _repeat(job: Job) -> str:
    """Return the beginning of the command that grades one student again."""
    options = job.options
    return repeat_words(
        job.plan.name or job.assignment.id,
        job.plan.paths,
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
