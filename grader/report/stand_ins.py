"""Replaces a record that cannot be shown by a stand-in that says so, so that the class still gets its reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from grader.errors import GraderError

Made = TypeVar("Made")


class StandIns:
    """The records of a class, with a stand-in for each record that cannot be reported.

    Parameters
    ----------
    records : callable
        Returns a fresh iterator over all records.
    faults : dict, optional
        The stand-ins known so far, by slug; new ones are added.
    """

    def __init__(
        self, records: Callable[[], Iterator[Mapping[str, Any]]], faults: dict[str, dict[str, Any]] | None = None
    ) -> None:
        self.records = records
        self.faults = {} if faults is None else faults

    def __call__(self) -> Iterator[Mapping[str, Any]]:
        """Yield every record or its stand-in."""
        for record in self.records():
            yield self.faults.get(str(record.get("slug")), record)

    def each(self, make: Callable[[Mapping[str, Any]], Made]) -> Iterator[Made]:
        """Yield the result of ``make`` for every record, or for its stand-in if ``make`` raises."""
        for record in self():
            try:
                made = make(record)
            except GraderError:
                raise
            except Exception as error:
                made = make(self._stand_in(record, error))
            yield made

    def _stand_in(self, record: Mapping[str, Any], error: Exception) -> dict[str, Any]:
        fault = {"where": "report", "message": f"{type(error).__name__}: {error}"}
        stand_in: dict[str, Any] = {
            "student": str(record.get("student")),
            "slug": record["slug"],
            "status": "grader_fault",
            "faults": [fault],
        }
        self.faults[str(record["slug"])] = stand_in
        return stand_in
