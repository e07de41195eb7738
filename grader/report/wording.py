"""How numbers and results are worded, the same in every report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WHY_WORDS = {
    "wrong": "wrong",
    "missing": "missing",
    "crashed": "crashed",
    "timed_out": "timed out",
    "out_of_memory": "out of memory",
    "forbidden": "forbidden import",
    "blocked": "blocked by the fence",
}
STOPPED = {
    "reading": "Your submission could not be read",
    "loading": "Your submission stopped while loading",
    "running": "Your submission stopped while running",
}
_LIBRARIES = {"python": "Python", "numpy": "NumPy", "matplotlib": "Matplotlib", "scipy": "SciPy"}
RESULT_WORDS = {
    "passed": "passed",
    "failed": "failed",
    "not_checked": "not checked",
    "grader_fault": "fault of the grader",
}


def points(value: float) -> str:
    """Return ``value`` with at most two decimals and no trailing zeros: ``7``, ``7.5``, ``6.67``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(value: float) -> str:
    """Return ``value`` (of 100) with at most one decimal; values below 100 are never shown as 100."""
    return f"{points(rounded_percent(value))} %"


def rounded_percent(value: float) -> float:
    """Return ``value`` (of 100) as it is shown: rounded to one decimal, but never up to 100."""
    rounded = round(value, 1)
    return 99.9 if value < 100 <= rounded else rounded


def seconds(value: float) -> str:
    """Return a duration in seconds, with two decimals below ten seconds and none above."""
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def duration(value: float) -> str:
    """Return a duration in its two largest units: ``8 s``, ``4 min 51 s``, ``1 h 2 min``."""
    whole = int(max(value, 0.0))
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``number`` and its noun: ``1 check``, ``3 checks``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(words: list[str], limit: int = 3) -> str:
    """Return ``words`` separated by commas; those beyond ``limit`` are only counted."""
    if len(words) <= limit:
        return ", ".join(words)
    return f"{', '.join(words[:limit])} and {len(words) - limit} more"


def result(outcome: Mapping[str, Any]) -> str:
    """Return in words how a check, or a part of one, ended.

    Parameters
    ----------
    outcome : mapping
        A check or a part of a record: ``result``, ``why`` and ``earned`` are read.
    """
    ended = outcome.get("result") or ""
    if ended == "failed" and outcome.get("why"):
        word = WHY_WORDS.get(outcome["why"], str(outcome["why"]))
        return f"partly {word}" if word == "wrong" and (outcome.get("earned") or 0) > 0 else word
    return RESULT_WORDS.get(ended, ended)


def answer(written: Mapping[str, Any]) -> str:
    """Return the state of a written answer in words."""
    return {
        "waiting": "waits for a person",
        "graded": "graded",
        "empty": "not answered",
        "untouched": "not answered",
    }.get(written["state"], str(written["state"]))


def worth(value: float, bonus: float = 0.0) -> str:
    """Return points in words: ``4 points``, ``1 bonus point``, ``100 points and 20 bonus points``."""
    named = [(value, "point"), (bonus, "bonus point")]
    return " and ".join(f"{points(each)} {noun}{'' if each == 1 else 's'}" for each, noun in named if each)


def signed(value: float) -> str:
    """Return a change of points with its sign, using the typographic minus."""
    return f"+{points(value)}" if value > 0 else f"\u2212{points(-value)}" if value < 0 else "0"


def waits(value: float) -> str:
    """Return the sentence about points that wait for a person: ``6 points wait for a person``."""
    return "1 point waits for a person" if value == 1 else f"{points(value)} points wait for a person"


def score(scored: Mapping[str, Any]) -> str:
    """Return the points of a record's score in words: ``86 of 100 points and 14 of 20 bonus points``.

    A score that still waits for a person says so: ``22 of 45 points so far; 23 points wait for a person``.
    """
    text = f"{points(scored['points'])} of {points(scored['total'])} points"
    if scored.get("bonus_total"):
        text += f" and {points(scored['bonus_points'])} of {points(scored['bonus_total'])} bonus points"
    if scored.get("waiting"):
        text += f" so far; {waits(scored['waiting'])}"
    return text


def versions(found: Mapping[str, str]) -> str:
    """Return versions in words: ``Python 3.11.7, NumPy 2.4.6``."""
    return ", ".join(f"{_LIBRARIES.get(name, name)} {version}" for name, version in found.items())


def loading_fault(loading: Mapping[str, Any] | None) -> str | None:
    """Return in a few words why the submission stopped while loading, or None if it did not."""
    fault = (loading or {}).get("fault")
    if not loading or not fault:
        return None
    if loading["status"] == "unreadable":
        return "could not be read"
    if fault["why"] == "missing":
        return None
    return f"{WHY_WORDS.get(fault['why'], str(fault['why']))} while loading"
