"""The causes of a submission's lost points, each named once, with the checks that depend on it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grader.record.fields import Record
from grader.report.shape import find, troubles

IMPORT = "import"
CHECK = "check"
# The name that excerpts in a record use for each kind: a submission that could not be read was not loaded.
PLACES = {"reading": "loading", "loading": "loading", "running": "running", IMPORT: "import"}
# Part of the message about a missing name if there is a similar one: the student has attempted it.
_LIKE = "Did you mean"
_ABSENT = re.compile(r"(?:NameError: name '|\A`)(\w+)['`] is not defined")
_RAISED = re.compile(r"(?:It raised| with) ([A-Za-z_][\w.]*)")


@dataclass(frozen=True)
class Cause:
    """One thing to fix.

    Attributes
    ----------
    kind : str
        ``"reading"``, ``"loading"`` or ``"running"`` for what stopped the submission; ``"import"`` for what it must not import;
        ``"check"`` for what one check has found.
    told : mapping
        The fault that stopped the submission, or the check, with its message.
    others : tuple of mappings
        The other checks that cannot pass until this is fixed; ``told`` itself is not among them.
    points, bonus_points : float
        The points that all these checks have not earned.
    """

    kind: str
    told: Mapping[str, Any]
    others: tuple[Mapping[str, Any], ...]
    points: float
    bonus_points: float

    @property
    def place(self) -> str:
        """The name that the record's excerpts use for it."""
        return str(self.told["id"]) if self.kind == CHECK else PLACES[self.kind]

    @property
    def bonus(self) -> bool:
        """Whether only bonus points are at stake."""
        return not self.points and bool(self.bonus_points)


def is_offer(record: Record, check: Mapping[str, Any]) -> bool:
    """Return whether a check belongs to a bonus that was not attempted: nothing is wrong, but points can be earned."""
    if not check["bonus"] or check["earned"]:
        return False
    if check["result"] == "failed":
        misspelt = _LIKE in (check["message"] or "")
        return bool(check["why"] == "missing" and not misspelt and _stopped_by(record, check) is None)
    first = find(record, check["mend_first"]) if check["result"] == "not_checked" else None
    return bool(first and first["bonus"] and first["result"] == "failed" and is_offer(record, first))


def offers(record: Record) -> list[Mapping[str, Any]]:
    """Return the checks of bonuses that were not attempted."""
    return [check for check in record["checks"] if is_offer(record, check)]


def causes(record: Record) -> list[Cause]:
    """Return what to fix, most points first, then most bonus points, then in the order of the tasks.

    Parameters
    ----------
    record : mapping
        A record as returned by ``complete``.
    """
    groups: dict[Hashable, list[Mapping[str, Any]]] = {}
    for check in record["checks"]:
        if _is_open(record, check):
            groups.setdefault(_key(record, check), []).append(check)
    found = [_cause(record, key, checks) for key, checks in groups.items()]
    return sorted(found, key=lambda cause: (-cause.points, -cause.bonus_points))


def idle_troubles(record: Record) -> list[tuple[str, Mapping[str, Any]]]:
    """Return where and why the submission stopped, if no check depends on it."""
    keys = {_key(record, check) for check in record["checks"] if _is_open(record, check)}
    idle: dict[Hashable, tuple[str, Mapping[str, Any]]] = {}
    for where, fault in troubles(record):
        idle.setdefault(_key_of(where, fault), (where, fault))
    return [pair for key, pair in idle.items() if key not in keys]


def _is_open(record: Record, check: Mapping[str, Any]) -> bool:
    return check["result"] in ("failed", "not_checked") and not check["for_person"] and not is_offer(record, check)


def _stopped_by(record: Record, check: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """Return where and why the submission stopped, if that is why a check failed."""
    said = check["message"] or ""
    return next((pair for pair in troubles(record) if pair[1]["message"] and said.endswith(pair[1]["message"])), None)


def _key(record: Record, check: Mapping[str, Any], seen: tuple[str, ...] = ()) -> Hashable:
    """Return a key shared by all checks that have the same cause."""
    if (stopped := _stopped_by(record, check)) is not None:
        return _key_of(*stopped)
    first = find(record, check["mend_first"])
    if first is not None and first["result"] in ("failed", "not_checked") and first["id"] not in (*seen, check["id"]):
        return _key(record, first, (*seen, check["id"]))
    return _key_of(CHECK, check)


def _key_of(kind: str, told: Mapping[str, Any]) -> Hashable:
    """Return the key of one failure: a forbidden import, a missing name, or the student's line where an error occurs."""
    if told["why"] == "forbidden":
        return IMPORT
    if absent := _ABSENT.search(told["message"] or ""):
        return ("missing", absent[1])
    if kind == CHECK and told["why"] == "missing" and told["message"]:
        return ("missing", told["message"])
    raised = _RAISED.search(told["message"] or "")
    if told["frames"] and (raised or kind != CHECK):
        last = told["frames"][-1]
        same = told["why"] if told["why"] != "crashed" or raised is None else raised[1]
        return (same, last.get("file"), last.get("line"))
    return (kind, told.get("id") or told["message"])


def _cause(record: Record, key: Hashable, checks: list[Mapping[str, Any]]) -> Cause:
    """Return the common cause of some checks: what stopped the submission, or else the first that failed by itself."""
    points, bonus_points = (_lost(check for check in checks if check["bonus"] is bonus) for bonus in (False, True))
    first = next((check for check in checks if check["result"] == "failed" and not check["mend_first"]), checks[0])
    for where, fault in troubles(record):
        alone = all(_stopped_by(record, check) for check in checks if check["result"] == "failed")
        if key == _key_of(where, fault) != IMPORT and (where != "running" or alone):
            return Cause(where, fault, tuple(checks), points, bonus_points)
    others = tuple(check for check in checks if check is not first)
    return Cause(IMPORT if key == IMPORT else CHECK, first, others, points, bonus_points)


def _lost(checks: Iterable[Mapping[str, Any]]) -> float:
    return float(
        sum((Fraction(str(check["points"])) - Fraction(str(check["earned"])) for check in checks), Fraction(0))
    )
