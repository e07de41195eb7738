"""Runs the checks over many seeds: single trials of the rules, and all checks without a rule.

Everything is plain data that can be kept as JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from grader.audit.chance import Setting, rule_fails, single_trials, upper_bound
from grader.audit.setup import Check, uses_run
from grader.audit.trying import rejections, try_answer
from grader.audit.work import Work
from grader.checks import ROUGH
from grader.checks.gradients import PASSES_WITH_REMARK
from grader.material.cases import Case

SEEDS = 300
# How the labels of measured errors begin, and the error that passes in any case: relative to the largest entry, and of norms.
ERRORS = {"largest error": ROUGH.share, "relative difference": PASSES_WITH_REMARK}
# A setting, the variant's name (empty for the answer key), its source, and the seed's number.
Way = tuple[Setting, str, str, int]


def try_chance(work: Work, variants: Sequence[Case], seeds: int = SEEDS) -> dict[str, Any]:
    """Run single trials of the rules, on the answer key and the variants, and every check, all over many seeds."""
    settings = single_trials(work.setup.assignment.settings)
    failed: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    worst: defaultdict[str, dict[str, str]] = defaultdict(dict)
    ways = _ways(settings, [("", work.setup.key)], seeds)
    ways += _ways(settings, [(case.id, case.source) for case in variants], seeds)
    for (setting, who, _, _), found in work.forks(ways, lambda way: _trial(work, way), "single trials"):
        key = f"{setting.table} {settings.index(setting)} {'variants' if who else 'reference'}"
        for name, missed, measured in found or [["(time limit)", True, []]]:
            failed[f"{key} {name}"][0] += missed
            failed[f"{key} {name}"][1] += 1
            for label, value in measured:
                _keep_worst(worst[f"{key} {name}"], label, value)
    rows = _rows(settings, failed, worst)
    return {"seeds": seeds, "trials": rows, "rules": _rules(rows), "all": _every_check(work, seeds)}


def _ways(settings: Sequence[Setting], answers: Sequence[tuple[str, str]], seeds: int) -> list[Way]:
    """Return the trials: for each seed, one setting of each rule on one of the answers (pairs of name and source)."""
    ways: list[Way] = []
    for table in dict.fromkeys(setting.table for setting in settings if answers):
        of_rule = [setting for setting in settings if setting.table == table]
        for number in range(seeds):
            # Each answer is tried with all settings of the rule before the next answer.
            name, source = answers[(number // len(of_rule)) % len(answers)]
            ways.append((of_rule[number % len(of_rule)], name, source, number))
    return ways


def _trial(work: Work, way: Way) -> list[list[Any]]:
    setting, _, source, number = way
    alone = work.setup.with_settings(setting.settings)
    checks = [check for check in work.setup.checks if _uses(check, setting) and not uses_run(check)]
    found = try_answer(source, checks, alone, f"{work.seed} trial {number}", stop=False)
    return [[name, each["why"] is not None, each["measured"]] for name, each in found.items()]


def _every_check(work: Work, seeds: int) -> dict[str, Any]:
    """Run every check that draws inputs and has no rule on the answer key with many seeds; none may ever fail."""
    setup = work.setup
    rules = single_trials(setup.assignment.settings)
    quick = [check for check in setup.checks if _draws(check) and not any(_uses(check, each) for each in rules)]
    missed: defaultdict[str, int] = defaultdict(int)
    errors = dict.fromkeys(ERRORS, 0.0)

    def one(number: int) -> list[Any]:
        found = try_answer(setup.key, quick, setup, f"{work.seed} {number}", stop=False, runs=False)
        return [rejections(found), {kind: largest_measured(found, kind) for kind in ERRORS}]

    for _, answer in work.forks(range(seeds), one, "all checks, many seeds"):
        names, seen = answer or [["(time limit)"], {}]
        for name in names:
            missed[name] += 1
        errors = {kind: max(error, seen.get(kind, 0.0)) for kind, error in errors.items()}
    bound = upper_bound(max(missed.values(), default=0), seeds)
    return {"checks": len(quick), "missed": dict(missed), "bound": bound, "errors": errors}


def largest_measured(found: Mapping[str, Any], kind: str) -> float:
    """Return the largest value that checks have measured under labels that begin with these words; 0 if there is none."""
    pairs = [pair for each in found.values() for pair in each["measured"]]
    return max((float(value) for label, value in pairs if label.startswith(kind)), default=0.0)


def _draws(check: Check) -> bool:
    """Return whether a check draws anything, so that it is not the same with every seed."""
    names = getattr(check[0], "fixturenames", ())
    return "rng" in names and ("runs" in names or not uses_run(check))


def _uses(check: Check, setting: Setting) -> bool:
    """Return whether a check's source reads this table of the settings."""
    code = getattr(getattr(check[0], "obj", None), "__code__", None)
    return code is not None and setting.table in code.co_consts


def _keep_worst(worst: dict[str, str], label: str, value: str) -> None:
    """Keep the smallest percentage measured under a label."""
    if value.endswith("%") and (label not in worst or float(value[:-1]) < float(worst[label][:-1])):
        worst[label] = value


def _rows(
    settings: Sequence[Setting], failed: Mapping[str, Sequence[int]], worst: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    rows = []
    for key in sorted(failed):
        table, number, who, name = key.split(" ", 3)
        setting, (missed, trials) = settings[int(number)], failed[key]
        rows.append(
            {
                "table": table,
                "trial": dict(setting.trial),
                "times": setting.times,
                "who": who,
                "check": name,
                "missed": missed,
                "trials": trials,
                "bound": upper_bound(missed, trials),
                "worst": dict(worst.get(key, {})),
            }
        )
    return rows


def _rules(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return an upper bound on each rule's failure rate, given the bounds of its trials."""
    grouped: defaultdict[tuple[str, str, str], list[tuple[float, int]]] = defaultdict(list)
    for row in rows:
        grouped[row["table"], row["check"], row["who"]].append((row["bound"], row["times"]))
    return [
        {"table": table, "check": check, "who": who, "fails": rule_fails(bounds)}
        for (table, check, who), bounds in grouped.items()
    ]
