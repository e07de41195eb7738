"""Looks at the training of a submission once, for all checks that ask about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.assignments.vocabulary.backpropagation import Finding, Verdict, ask_adapter, look_for_backpropagation
from grader.checks import ForAPerson, Run, Student, StudentFault


def look(
    student: Student, runs: Sequence[Run], rng: np.random.Generator, kept: dict[str, Any], adapter: str
) -> Finding:
    """Return what can be said of the training; found out once for all checks of a submission."""
    unanswered = next((run.unanswered for run in runs if run.unanswered), "")
    if unanswered:
        raise ForAPerson(unanswered)
    if "training" not in kept:
        how = [{"args": list(run.args), "stdin": run.typed} for run in runs]
        try:
            kept["training"] = _found(student, rng, how, adapter)
        except StudentFault as fault:
            # The program has run before: that it does not come to its end once more is no fault of its training.
            kept["training"] = Finding(Verdict.UNSURE, f"The training could not be looked at. {fault.message}")
    finding: Finding = kept["training"]
    return finding


def _found(student: Student, rng: np.random.Generator, how: Sequence[Mapping[str, Any]], adapter: str) -> Finding:
    """Return what the program's own training shows, or what an adapter does."""
    finding = look_for_backpropagation(student, rng, how)
    if finding.verdict is Verdict.UNSURE or adapter:
        asked = ask_adapter(student, rng, how[0], adapter)
        return finding if asked is None else replace(asked, trained=finding.trained)
    return finding
