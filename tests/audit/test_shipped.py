"""The audit of the shipped assignments: a seeded sample with the ordinary tests, the whole of it in the soak."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = ("backprop", "components", "autograd", "layers", "lab")
DRAWN = {"backprop": 500, "components": 200, "autograd": 200, "layers": 1000, "lab": 100}
UNUSUAL = {"backprop": 40, "components": 10, "autograd": 10, "layers": 40, "lab": 25}
# The lab's answer key is short, and trains in every trial.
SAMPLE = {"lab": "0.03"}


def audited(name: str, out: Path, *options: str) -> dict[str, Any]:
    """Run the command; return the result that it has written."""
    command = [sys.executable, "-m", "grader", "audit", name, "--out", str(out), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return dict(json.loads((out / f"audit-{name}.json").read_text(encoding="ascii")))


def failing(result: dict[str, Any]) -> list[str]:
    """Return what does not hold, with its numbers."""
    return [f"{verdict['claim']} {verdict['numbers']}" for verdict in result["verdicts"] if not verdict["holds"]]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_sample_of_the_audit_holds(name: str, tmp_path: Path):
    """Two or three mutants in a hundred of each assignment, with their names; answer key and template are tried in ``tests/assignments``."""
    parts = ("--part", "mutants", "--part", "diagnosis")
    result = audited(name, tmp_path, "--seed", "2026", "--sample", SAMPLE.get(name, "0.02"), *parts)
    assert failing(result) == []
    assert result["settled"]["drawn"] >= 4
    assert result["worth"]["elsewhere"] == []


@pytest.mark.soak
@pytest.mark.parametrize("name", SHIPPED)
def test_the_whole_audit_holds(name: str, tmp_path: Path):
    """Every part, every mutant, every variant, 300 seeds, with inputs from the operating system's entropy for the diagnosis."""
    result = audited(name, tmp_path, "--seed", "2026")
    print(f"the diagnosis drew its inputs from {result['diagnosis']['seed']}")
    assert failing(result) == []
    assert result["worth"]["elsewhere"] == []
    assert result["settled"]["drawn"] >= DRAWN[name]
    assert len(result["variants"]) >= UNUSUAL[name]
