"""The paths that students' code must not read in one run: the assignment, its answer key, the class, the reports, the seed, the checkout."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable
from pathlib import Path

from grader.fence.privacy import Private
from grader.material.assignment import ROOT, Assignment
from grader.seed import key_path, seed_path


def private_paths(
    assignment: Assignment | None = None, submissions: Iterable[str | Path] = (), out: str | Path | None = None
) -> list[Private]:
    """Return the paths that exist; without an assignment, those that every run has."""
    found = [] if assignment is None else [Private("the assignment", assignment.folder), *_answer_key(assignment)]
    found += [Private("the submission or class", Path(path), linked=False) for path in submissions]
    found += [] if out is None else [Private("the folder of reports", Path(out))]
    found += [
        Private("the secret seed", seed_path()),
        Private("the key of fingerprints", key_path()),
        Private("the grader itself", ROOT),
    ]
    # Code that runs as this user cannot read what this user may not read, such as the seed of another user.
    return [each for each in found if os.path.exists(each.path)]


def _answer_key(assignment: Assignment) -> list[Private]:
    own = assignment.own_answer_key
    if own is not None:
        return [Private("the answer key", own)]
    try:
        spec = importlib.util.find_spec(assignment.reference.partition(".")[0])
    except (ImportError, ValueError):
        return []
    places = [] if spec is None else spec.submodule_search_locations or [spec.origin or ""]
    return [Private("the answer key", Path(place)) for place in places if place]
