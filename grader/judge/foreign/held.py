"""What came of the submission and can be changed in place: the same object here for the same one there, and what the test has changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.judge.foreign.changes import change, is_small, mark_of

Place = tuple[int, str]
_MOST_RESULTS = 16


class Held:
    """Lists, dicts, sets and arrays by their numbers in the child, each with what it was and the name of what holds it there."""

    def __init__(self) -> None:
        self._values: dict[int, tuple[Any, bytes, Place | None]] = {}
        self._places: dict[Place, int] = {}

    def keep(self, number: Any, value: Any, place: Place | None = None) -> Any:
        """Return a value, or what stands for it since it came before: what a test gets twice is one list, as it is there."""
        if type(number) is not int or not is_small(value):
            return value
        mark = mark_of(value)
        known, before, _ = self._values.get(number, (None, b"", None))
        if known is not None and mark != before:
            # The submission has changed it since.
            known = change(known, value) if type(known) is type(value) else None
        if known is not None and mark_of(known) == mark:
            value = known
        self._values[number] = value, mark, place
        self._leave(number, place)
        return value

    def _leave(self, number: int, place: Place | None) -> None:
        """Forget what is looked at no longer, so that it costs nothing: older results, and what a property has made before."""
        if place is not None:
            before = self._places.get(place, number)
            self._places[place] = number
            if before != number:
                self._values.pop(before, None)
            return
        results = [each for each, (_, _, held_by) in self._values.items() if held_by is None]
        for each in results[:-_MOST_RESULTS]:
            del self._values[each]

    def __contains__(self, value: object) -> bool:
        return any(held is value for held, _, _ in self._values.values())

    def changed(self) -> Iterator[tuple[int, Any, Place | None]]:
        """Yield the number, the value and the place of each that the test has changed since the last time."""
        for number, (value, before, place) in list(self._values.items()):
            mark = mark_of(value)
            if mark != before:
                self._values[number] = value, mark, place
                yield number, value, place
