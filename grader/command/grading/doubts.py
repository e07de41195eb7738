"""Stops before grading what is probably the wrong class; doubtful hand-ins are READ in a confined child."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import AssignmentError, UsageError
from grader.material.assignment import SHIPPED, Assignment, load_assignment, shipped_ids
from grader.submissions import Submission, TooLarge
from grader.submissions.reader import shown

# If more than one in this many cannot be read, or fewer define a name, it is no accident.
ONE_IN = 5
# One student's trouble never stops a class.
AT_LEAST = 2
NAMED = 3
# Defining this many of an assignment's names is no accident.
SEVERAL = 4
_CODE = (".py", ".ipynb", ".txt", ".json", ".rmd", ".qmd", ".md")
_LOOKED_AT_BYTES = 4 * 2**20
# At the beginning of a line, including lines in the JSON of a notebook.
_DEFINED = re.compile(
    rb"""(?:^|["\n])[ \t]*(?:(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w{0,99})|([A-Za-z_]\w{0,99})(?:[ \t]*:[^=\n"]{1,99})?[ \t]*=(?!=))"""
)
_LONG_LINE = re.compile(rb"[^\n]{3000,}")


@dataclass(frozen=True)
class Look:
    """What a hand-in seems to define, and why it cannot be read, if it cannot."""

    defined: frozenset[str]
    unreadable: str = ""


def stop_in_doubt(fresh: Sequence[Submission], everybody: int, assignment: Assignment) -> None:
    """Refuse a class if too many hand-ins cannot be read, hardly any defines a name, or another assignment fits better.

    Parameters
    ----------
    fresh : sequence of Submission
        Those to be graded now; hand-ins graded before are not doubted.
    everybody : int
        How many there are, including those graded before.
    assignment : Assignment

    Raises
    ------
    UsageError
        With what was found, and what to do.
    """
    if len(fresh) < AT_LEAST:
        return
    names, max_bytes = frozenset(assignment.names), int(assignment.limits.submission_bytes)
    looks = {submission.slug: _first_look(submission, max_bytes) for submission in fresh}
    # Where no names are asked for, what defines any is code; to read all of it would take longer than to grade some of it.
    doubtful = [each for each in fresh if not looks[each.slug].defined & (names or looks[each.slug].defined)]
    if _too_many(len(doubtful), everybody):
        looks |= _readings(doubtful, assignment)
    unreadable = [submission for submission in fresh if looks[submission.slug].unreadable]
    if _too_many(len(unreadable), everybody):
        raise UsageError(_unreadable(unreadable, looks, everybody, assignment))
    if names:
        _compare_nameless(list(looks.values()), names, everybody, assignment)
        _compare(list(looks.values()), names, everybody, assignment)


def _too_many(count: int, everybody: int) -> bool:
    return count >= AT_LEAST and count * ONE_IN > everybody


def _first_look(submission: Submission, max_bytes: int) -> Look:
    """Return what a hand-in seems to define, judging by its bytes; archives are not opened here."""
    try:
        files = submission.read(max_bytes)
    except (TooLarge, OSError) as error:
        return Look(frozenset(), str(error))
    found: set[str] = set()
    for file in files:
        if file.path.lower().endswith(_CODE):
            text = _LONG_LINE.sub(b"", file.content[:_LOOKED_AT_BYTES].replace(b"\\n", b"\n"))
            found.update((name or other).decode() for name, other in _DEFINED.findall(text))
    return Look(frozenset(found))


def _readings(doubtful: Sequence[Submission], assignment: Assignment) -> dict[str, Look]:
    """Return what the confined child finds in these hand-ins."""
    from grader.command.grading.listing import opened_reader, reading_of
    from grader.outcomes import StudentFault

    found = {}
    with opened_reader(assignment) as clean_parent:
        for submission in doubtful:
            try:
                reading, _ = reading_of(submission, assignment, clean_parent)
            except (StudentFault, TooLarge, OSError) as error:
                found[submission.slug] = Look(frozenset(), str(error) or "nothing in it can be read")
                continue
            names = frozenset((*reading["names"], *reading["hidden"]))
            why = "" if reading["kind"] else next((each["message"] for each in reading["problems"]), "it holds no code")
            found[submission.slug] = Look(names, why)
    return found


def _unreadable(
    unreadable: Sequence[Submission], looks: Mapping[str, Look], everybody: int, assignment: Assignment
) -> str:
    examples = "; ".join(
        f"{shown(each.id)}: {looks[each.slug].unreadable.rstrip('.')[:200]}" for each in unreadable[:NAMED]
    )
    return (
        f"{len(unreadable)} of {everybody} hand-ins cannot be read ({examples}). Is this the class of {assignment.id}? --list "
        "shows how each was read, --layout NAME says how they were downloaded, and --anyway grades them as they are."
    )


def _compare(looks: Sequence[Look], names: frozenset[str], everybody: int, assignment: Assignment) -> None:
    """Refuse a class that defines hardly any of the names, or another shipped assignment's names instead."""
    others = {name: asked for name, asked in _others(assignment).items() if _fits(looks, names, asked)}
    best = max(others, key=lambda name: _count(looks, others[name]), default=None)
    defining = everybody - sum(look.defined.isdisjoint(names) for look in looks)
    what = "a name"
    if defining * ONE_IN >= everybody:
        if best is None:
            return
        # Some names belong to both assignments; count those that only this one asks for.
        defining, what = _count(looks, names - others[best]), "a name of its own"
    fits = ". Is this the right assignment?"
    if best is not None:
        fits = f"; {_count(looks, others[best] - names)} define names of {best}. Did you mean --assignment {best}?"
    counted = f"{f'Only {defining}' if defining else 'None'} of {everybody} hand-ins"
    raise UsageError(
        f"{counted} {'defines' if defining < AT_LEAST else 'define'} {what} that {assignment.id} asks for{fits} --list shows "
        "how each was read, and --anyway grades them as they are."
    )


def _compare_nameless(looks: Sequence[Look], names: frozenset[str], everybody: int, assignment: Assignment) -> None:
    """Refuse a class whose files are those given out by an assignment without names, and define hardly any of the names.

    A single name may occur in any program, such as `train` or `predict`.
    """
    for name in shipped_ids():
        try:
            other = load_assignment(SHIPPED / name)
        except AssignmentError:  # it is being edited
            continue
        given = other.template.given if other.template is not None and not other.names else frozenset[str]()
        holding = sum(len(look.defined & given) > 1 for look in looks)
        own = everybody - len(looks) + sum(len(look.defined & (names - given)) >= SEVERAL for look in looks)
        if holding < AT_LEAST or 2 * holding <= len(looks) or own * ONE_IN >= everybody:
            continue
        counted = f"{f'Only {own}' if own else 'None'} of {everybody} hand-ins"
        raise UsageError(
            f"{counted} {'defines' if own == 1 else 'define'} {SEVERAL} or more of the names that {assignment.id} asks for; {holding} "
            f"contain the code given out by {name}, which asks for no names. Did you mean --assignment {name}? --list shows how each "
            "was read, and --anyway grades them as they are."
        )


def _others(assignment: Assignment) -> dict[str, frozenset[str]]:
    """Return the names that each of the other shipped assignments asks for."""
    found = {}
    for name in shipped_ids():
        if name != assignment.id:
            try:
                found[name] = frozenset(load_assignment(SHIPPED / name).names)
            except AssignmentError:  # it is being edited
                continue
    return found


def _fits(looks: Sequence[Look], names: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether most hand-ins define names only the other assignment asks for, and hardly any those of this one."""
    theirs, own = _count(looks, other - names), _count(looks, names - other)
    return theirs >= AT_LEAST and 2 * theirs > len(looks) and own * ONE_IN < len(looks)


def _count(looks: Sequence[Look], names: frozenset[str]) -> int:
    return sum(not look.defined.isdisjoint(names) for look in looks)
