"""Find similar hand-ins for a person to look at; no score changes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from grader.command.grading.plan import add_course_arguments
from grader.errors import GraderError, UsageError
from grader.terminal import remark, say

if TYPE_CHECKING:
    from grader.command.grading.plan import Plan
    from grader.course.similar import Pair, Work
    from grader.fence import CleanParent
    from grader.material.assignment import Assignment
    from grader.submissions import Submission

MOST_NAMED = 10
MOST_PRINTED = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``similar``."""
    add = parser.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="the class, as for `grade` (default: submissions)")
    add("--assignment", metavar="NAME", help="id or folder of the assignment, or its name in grader.toml")
    add("--layout", metavar="NAME", help="layout of PATH (default: recognised automatically)")
    add(
        "--earlier",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="hand-ins of an earlier class to compare with; may be repeated",
    )
    add(
        "--given",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="code given to all students besides the template, to be ignored; may be repeated",
    )
    add("--most", type=_number, metavar="N", help="show this many pairs, even if they hardly stand out")
    add("--out", type=Path, metavar="FOLDER", help="folder of the reports (default: reports/ASSIGNMENT)")
    add("--quiet", action="store_true", help="print nothing but errors")
    add_course_arguments(parser)
    parser.set_defaults(seed=None, allow=[])


def _number(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"it must be a number from 1 to 1000, not {text!r}; try --most 20")
    return number


def run(options: argparse.Namespace) -> int:
    """Compare the hand-ins, write the page, and return 0."""
    from grader.command.grading.listing import opened_reader
    from grader.command.grading.plan import plan_of, relative
    from grader.command.grading.understood import understand
    from grader.command.reports_folder import REPORTS
    from grader.course.similar import keep_pairs, page_of, pairs_of, shared_values
    from grader.files import replacing, writing
    from grader.material.assignment import find_assignment, load_assignment

    plan = plan_of(options)
    assignment = load_assignment(find_assignment(plan.assignment), allow=plan.allow)
    out = relative(plan.out or REPORTS / assignment.id)
    understood = understand(plan, out, None)
    submissions: Sequence[Submission] = understood.submissions
    if plan.key is not None:
        from grader.command.anonymity import nameless

        submissions = nameless(submissions, plan.key, plan.planned.id if plan.planned else assignment.id)
    if not options.quiet:
        say(understood.first_line())
    with opened_reader(assignment) as clean_parent:
        works, unread = _works(submissions, assignment, clean_parent, quiet=options.quiet)
        before = _earlier(options.earlier, plan, assignment, clean_parent)
        given = [*_template(assignment, clean_parent), *_given(options.given, assignment, clean_parent)]
    values = shared_values(_records(out, [submission.slug for submission in submissions]))
    pairs = pairs_of([*works, *before], given, assignment.names, values, most=options.most)
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    with replacing(out / "similar.html") as file:
        title = str(assignment.title)
        file.writelines(page_of(pairs, title=title, compared=len(works), earlier=len(before)))
    keep_pairs(out, pairs)
    if not options.quiet:
        _tell(pairs, out, unread)
    return 0


def _works(
    submissions: Sequence[Submission], assignment: Assignment, clean_parent: CleanParent, *, quiet: bool
) -> tuple[list[Work], list[str]]:
    """Return the content of each hand-in, read by a confined child, and the students without readable code."""
    from grader.command.progress import progress
    from grader.course.similar import Work

    works, unread = [], []
    for submission in progress(submissions, len(submissions), "reading", quiet=quiet):
        texts = _texts(submission, assignment, clean_parent)
        if texts:
            works.append(Work(submission.slug, submission.id, texts))
        else:
            unread.append(submission.id)
    return works, unread


def _texts(submission: Submission, assignment: Assignment, clean_parent: CleanParent) -> tuple[tuple[str, str], ...]:
    from grader.command.grading.listing import reading_of
    from grader.outcomes import StudentFault
    from grader.submissions import TooLarge

    try:
        reading, _ = reading_of(submission, assignment, clean_parent)
    except (StudentFault, TooLarge, OSError):
        return ()
    return tuple((each["file"], each["text"]) for each in reading["texts"])


def _earlier(paths: Sequence[Path], plan: Plan, assignment: Assignment, clean_parent: CleanParent) -> list[Work]:
    """Return the hand-ins of earlier classes; each path is one class."""
    from grader.submissions.intake import take_in
    from grader.submissions.layouts import Asked

    works = []
    for number, path in enumerate(paths):
        found, _ = _works(
            take_in([path], None, None, None, Asked(plan.zone, plan.names)).submissions,
            assignment,
            clean_parent,
            quiet=True,
        )
        works += [
            replace(work, key=f"{number}/{work.key}", name=f"{work.name} ({path.name})", earlier=True) for work in found
        ]
    return works


def _template(assignment: Assignment, clean_parent: CleanParent) -> Iterator[tuple[str, str]]:
    """Yield the texts of the template given to students, if the assignment has one."""
    from grader.handout.template import write_template

    with TemporaryDirectory() as folder:
        try:
            written = write_template(assignment.folder, Path(folder))
        except GraderError:
            return
        yield from _given([path for path in written if path.suffix in (".py", ".ipynb")], assignment, clean_parent)


def _given(paths: Sequence[Path], assignment: Assignment, clean_parent: CleanParent) -> Iterator[tuple[str, str]]:
    """Yield the texts of files given to all students."""
    from grader.submissions import find_submissions

    for path in paths:
        if not path.exists():
            raise UsageError(f"There is no {path}; after --given, name code that all students were given.")
        for submission in find_submissions([path], None, path.stem)[0]:
            yield from _texts(submission, assignment, clean_parent)


def _records(out: Path, slugs: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the records that exist; those that cannot be read are skipped."""
    from grader.record.record import read_record, record_path

    for slug in slugs:
        try:
            record = read_record(record_path(out, slug))
        except (OSError, ValueError):
            continue
        if record.get("slug") == slug and isinstance(record.get("checks"), list):
            yield record


def _tell(pairs: Sequence[Pair], out: Path, unread: Sequence[str]) -> None:
    """Print the pairs that stand out."""
    from grader.course.similar.pairs import STANDS_OUT
    from grader.report.wording import percent

    shown = [pair for pair in pairs if pair.stands_out >= STANDS_OUT or pair.values]
    for pair in shown[:MOST_PRINTED]:
        wrong = f", {len(pair.values)} wrong {'value' if len(pair.values) == 1 else 'values'} the same bit for bit"
        say(
            f"  {pair.one.name} and {pair.other.name}: stands out {pair.stands_out:.1f}, {percent(100 * pair.shared)} shared"
            f"{wrong if pair.values else ''}"
        )
    if len(shown) > MOST_PRINTED:
        say(f"  and {len(shown) - MOST_PRINTED:,} more")
    if unread:
        more = f" and {len(unread) - MOST_NAMED:,} more" if len(unread) > MOST_NAMED else ""
        remark(f"Not compared, because they have no readable code: {', '.join(unread[:MOST_NAMED])}{more}")
    pairs_ = f"{len(shown):,} {'pair stands' if len(shown) == 1 else 'pairs stand'} out"
    say(f"{pairs_}; {out / 'similar.html'} shows the passages. A person must judge them; no score changes.")
