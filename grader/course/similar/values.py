"""Finds wrong values that two hand-ins share bit for bit, from their records. Pure.

The inputs are random, so a wrong value cannot be copied from elsewhere, and independent mistakes round differently.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# A mistake made by more students than this is common and says nothing about any two of them.
COMMON_SHARE = 0.05
LEAST_COMMON = 2


@dataclass(frozen=True)
class SharedValue:
    """A check, or part of one, in which two hand-ins gave the same wrong value; ``holders`` of the class gave it."""

    task: str
    title: str
    part: str
    holders: int


def shared_values(records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[SharedValue, ...]]:
    """Return the wrong values shared by pairs, by their sorted slugs, that hardly any other student gave.

    A named mistake of the assignment always counts as common.
    """
    given: dict[tuple[str, ...], dict[str, SharedValue]] = {}
    count = 0
    for record in records:
        count += 1
        for key, value in _wrong(record):
            given.setdefault(key, {})[str(record["slug"])] = value
    most = max(LEAST_COMMON, int(count * COMMON_SHARE))
    found: dict[tuple[str, str], list[SharedValue]] = {}
    for holders in given.values():
        if 2 <= len(holders) <= most:
            for one, other in itertools.combinations(sorted(holders), 2):
                value = holders[one]
                found.setdefault((one, other), []).append(
                    SharedValue(value.task, value.title, value.part, len(holders))
                )
    return {pair: tuple(values) for pair, values in found.items()}


def _wrong(record: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], SharedValue]]:
    """Yield each wrong value of a record with its identity: the inputs, the check and the bits."""
    drawn = (str(record.get("seed_id")), str(record["assignment"]["id"]))
    for check in record["checks"]:
        for told, part in ((check, ""), *((part, part["name"]) for part in check["parts"])):
            if told.get("value") and not told.get("diagnosis"):
                value = SharedValue(check["task"], check["title"], part, 0)
                yield (*drawn, check["id"], part, told["value"]), value
