"""Turns the forms of grading into events; every field is checked here, and refused with a sentence if it is not valid."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from fractions import Fraction

from grader.course.events import Marked, Phrase, Weighed
from grader.desk.answers import Asked
from grader.desk.book import Refused
from grader.desk.web import Request
from grader.report.text import one_line
from grader.report.wording import points as worded
from grader.written.points import exact

MOST_TEXT = 20_000
_ACT = re.compile(r"[0-9a-f]{16}")


def act_of(request: Request) -> str:
    """Return the id of a form's action; raise ``Refused`` if it has none."""
    act = request.one("act")
    if not _ACT.fullmatch(act):
        raise Refused("This form is incomplete; load the page again.")
    return act


def mark_of(request: Request, asked: Asked, weights: Mapping[str, float], known: Collection[str]) -> Marked:
    """Return the mark in a form, without the digest of an answer.

    Parameters
    ----------
    request : Request
    asked : Asked
    weights : mapping
        The weights of the criteria; the form uses these points, and the mark those of the rubric.
    known : collection of str
        The ids of the existing reusable comments.

    Raises
    ------
    Refused
        If there is no mark, or it is not valid; the sentence says what to do.
    """
    do = request.one("do")
    cells = [request.one(f"p{number}") for number in range(len(asked.most))]
    if do == "full":
        cells = [repr(weights[each]) for each in asked.most]
    elif do == "none":
        cells = ["0"] * len(cells)
    elif do == "back":
        return Marked(asked.id, "", ())
    earned: list[tuple[str, float]] = []
    if any(cells):
        for (criterion, most), cell in zip(asked.most.items(), cells, strict=True):
            value = _number(cell or "0")
            worth = weights[criterion]
            if value is None or not 0 <= value <= worth:
                raise Refused(f"{criterion}: the points must be a number from 0 to {worded(worth)}.")
            earned.append((criterion, float(exact(value) * exact(most) / exact(worth))))
    said, note = _text(request, "comment"), _text(request, "note")
    adjust, why = _adjusted(request, asked, bool(earned))
    phrases = tuple(each for each in known if each in request.many("phrase"))
    if not (earned or said or note or phrases):
        raise Refused("Give points with the number keys, all with f, none with x, or write a comment.")
    return Marked(asked.id, "", tuple(earned), said, note, adjust, why, phrases)


def _adjusted(request: Request, asked: Asked, graded: bool) -> tuple[float, str]:
    text, why = request.one("adjust"), one_line(request.one("why"))[:MOST_TEXT]
    if not text or _number(text) == 0:
        return 0.0, ""
    value = _number(text)
    if value is None or abs(value) > asked.points:
        raise Refused(f"An adjustment must be a number from -{worded(asked.points)} to {worded(asked.points)}.")
    if not why:
        raise Refused("An adjustment needs a reason; the student and the other graders read it.")
    if not graded:
        raise Refused("An adjustment needs points for the criteria, too.")
    return value, why


def weights_of(request: Request, asked: Asked, act: str) -> Weighed:
    """Return the weights in a form; raise ``Refused`` if they do not add up or have no reason."""
    weights = []
    for number, name in enumerate(asked.most):
        value = _number(request.one(f"w{number}"))
        if value is None or not 0 < value <= asked.points:
            raise Refused(f"{name}: the weight must be a number above 0, at most {worded(asked.points)}.")
        weights.append((name, value))
    total = sum((exact(value) for _, value in weights), Fraction(0))
    if total != exact(asked.points):
        raise Refused(
            f"The weights add up to {worded(float(total))}; they must add up to the {worded(asked.points)} points of the question."
        )
    why = one_line(request.one("why"))[:MOST_TEXT]
    if not why:
        raise Refused("New weights need a reason, because they change all students' points.")
    return Weighed(asked.id, tuple(weights), why, act)


def phrase_of(request: Request, asked: Asked, known: Collection[str], free: str, act: str) -> Phrase:
    """Return the reusable comment that a form creates, changes or removes; ``free`` is an id for a new one."""
    name, text = request.one("phrase"), _text(request, "text")
    if request.one("do") == "remove":
        text = ""
    if name and name not in known:
        raise Refused("This comment no longer exists.")
    if not name and not text:
        raise Refused("Write the comment.")
    return Phrase(asked.id, name or free, text, act)


def _number(cell: str) -> float | None:
    """Return a number written with a point or a comma, or None."""
    try:
        value = float(cell.replace(",", ".").replace("\u2212", "-")) if "_" not in cell else math.nan
    except ValueError:
        return None
    return value + 0.0 if math.isfinite(value) else None


def _text(request: Request, name: str) -> str:
    text = request.one(name).replace("\r\n", "\n")
    if len(text) > MOST_TEXT:
        raise Refused(f"A text can have at most {MOST_TEXT:,} characters.")
    return text


def versions_of(text: str) -> dict[str, int]:
    """Return the version of each answer's mark when the page was made."""
    pairs = (each.partition(":") for each in text.split(",") if each)
    return {name: int(version) for name, _, version in pairs if version.isdecimal() and len(version) < 10}
