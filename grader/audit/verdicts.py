"""Compares the findings of an audit with what must hold: one line for each claim. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.audit.chance import ALLOWED
from grader.audit.trials import ERRORS
from grader.material.equivalents import MOST

NAMED_RIGHTLY = 0.95


@dataclass(frozen=True)
class Verdict:
    """A claim, whether it holds, and the numbers behind it."""

    claim: str
    holds: bool
    numbers: str


def verdicts(result: Mapping[str, Any]) -> list[Verdict]:
    """Return the verdicts on the parts of the audit that were run, in order."""
    found = []
    if ends := result.get("ends"):
        found += _ends(ends, result["points"])
    if named := result.get("named"):
        missed = [row["id"] for row in named if row["missed"]]
        caught = f"{len(named) - len(missed)} of {len(named)} are rejected by every check that they name"
        found.append(Verdict("Every named mutant is caught.", not missed, caught + _list(missed)))
    if "settled" in result:
        found.append(_drawn(result["settled"], result["sample"]))
    if "drawn" in result:
        broken = sorted({each for row in (*result["named"], *result["drawn"]) for each in row["broken"]})
        found.append(
            Verdict(
                "No check breaks on a wrong answer.", not broken, f"{len(broken)} ways to break one" + _list(broken)
            )
        )
    if variants := result.get("variants"):
        wrong = [row["id"] for row in variants if not row["right"]]
        numbers = f"{len(variants) - len(wrong)} of {len(variants)} earn every point" + _list(wrong)
        found.append(Verdict("Every right answer is accepted.", not wrong, numbers))
    if chance := result.get("chance"):
        found += _chance(chance, result["sample"])
    if clock := result.get("clock"):
        numbers = (
            "the records alone and on a busy machine are equal"
            if clock["same"]
            else f"they differ: {', '.join(clock['differ'])}"
        )
        found.append(Verdict("Timing does not decide.", clock["same"], numbers))
    if diagnosis := result.get("diagnosis"):
        found += _diagnosis(diagnosis)
    return found


def _ends(ends: Mapping[str, Any], points: float) -> list[Verdict]:
    claims = (("reference", "The reference earns every point.", points), ("template", "The template earns none.", 0.0))
    return [
        Verdict(claim, abs(ends[name]["earned"] - wanted) < 1e-9, f"{ends[name]['earned']:g} of {points:g} points")
        for name, claim, wanted in claims
        if name in ends
    ]


def _drawn(settled: Mapping[str, Any], sample: float) -> Verdict:
    part = "" if sample >= 1.0 else f", a sample of {sample:.1%} of all"
    numbers = (
        f"{settled['surviving'] + settled['marked']} of {settled['drawn']} drawn mutants survive{part}, "
        f"{settled['marked']} of them marked as equivalent ({settled['marked_share']:.1%})"
    )
    holds = settled["surviving"] == 0 and (settled["marked_share"] <= MOST or sample < 1.0)
    return Verdict("Every drawn mutant is caught, or marked as equivalent.", holds, numbers)


def _chance(chance: Mapping[str, Any], sample: float) -> list[Verdict]:
    every = chance["all"]
    missed = sum(every["missed"].values())
    found = [
        Verdict(
            "No check ever fails the reference.",
            missed == 0,
            f"{missed} failures of {every['checks']} checks over {chance['seeds']} seeds; "
            f"the failure rate of one is below {every['bound']:.2%} (95 %){_margins(every.get('errors', {}))}",
        )
    ]
    if chance["rules"]:
        worst = max(chance["rules"], key=lambda rule: float(rule["fails"]))
        numbers = f"the worst rule fails at most {worst['fails']:.2g} of the time ({worst['check']}, {worst['who']})"
        # A sample has too few trials for a useful bound, so none of them may fail.
        holds = worst["fails"] < ALLOWED if sample >= 1.0 else not any(row["missed"] for row in chance["trials"])
        found.append(Verdict("Chance does not decide a rule of several trials.", holds, numbers))
    return found


def _margins(errors: Mapping[str, float]) -> str:
    """Return how far the errors that were measured stayed from those that would fail."""
    told = [f"{kind} {error:.0e} where {ERRORS[kind]:.0e} passes" for kind, error in errors.items() if error]
    return f"; {', '.join(told)}" if told else ""


def _diagnosis(diagnosis: Mapping[str, Any]) -> list[Verdict]:
    known, rightly = diagnosis["catalogue"], diagnosis["rightly"]
    numbers = f"{rightly} of {known} named rightly, {len(diagnosis['wrongly'])} wrongly, inputs drawn from {diagnosis['seed']}"
    drawn = f"{diagnosis['drawn_named']} of {diagnosis['drawn']} drawn mutants are named, {len(diagnosis['drawn_wrongly'])} wrongly"
    drawn += _list(diagnosis["drawn_wrongly"])
    if unfinished := diagnosis["drawn_unfinished"]:
        drawn += f"; {unfinished} ran into the time limit"
    return [
        Verdict("Known mistakes are named.", rightly >= NAMED_RIGHTLY * known and not diagnosis["wrongly"], numbers),
        Verdict("Nothing is named wrongly.", not diagnosis["drawn_wrongly"], drawn),
    ]


def _list(names: list[str]) -> str:
    return f": {', '.join(names[:5])}{' and more' if len(names) > 5 else ''}" if names else ""
