"""Runs a program once more with its training left out: right answers that it still gives do not come from that training.

The loop that trains is left when its second round begins, and its parameters get values that the judge has drawn. The
rest of the program runs as always.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from typing import Any

from _child.rehearsal import MARK, Rehearsal, held_at, moved, place_of, write
from _child.sealed import BUILTINS as __builtins__  # noqa: F401

_getframe = sys._getframe


class Untrained(Rehearsal):
    """One more run of a program to its end, without the training of one of its loops.

    Parameters
    ----------
    run, is_own : callable
        As for a `Rehearsal`.
    plan : dict
        ``loop`` is left; ``places`` are those of its parameters and of all else that it changes, ``values`` what they are given, and ``weights`` tells how many of them are parameters.
    """

    def __init__(
        self, run: Callable[[Callable[[str, str], Any]], None], is_own: Callable[[str], bool], plan: dict[str, Any]
    ) -> None:
        super().__init__(run, is_own, plan)
        self._paths: list[Any] | None = None
        self._filled = 0
        self._left = 0
        self._begun = False
        self._trains_elsewhere = False
        self._shapes = {value.shape for value in plan["values"][: plan["weights"]]}
        # For each loop, how often the wanted one had been left at its last round.
        self._left_at: dict[int, int] = {}

    def perform(self) -> dict[str, Any]:
        """Run the program; return how often the loop was left, whether another one trains, and the name of the exception that ended it."""
        setattr(builtins, MARK, self._at)
        try:
            self._run(self.marked)
        except BaseException as error:
            self._error = type(error).__name__
        delattr(builtins, MARK)
        return {
            "left": self._left,
            "filled": self._filled,
            "elsewhere": self._trains_elsewhere,
            "error": self._error,
        }

    def _at(self, number: int) -> bool:
        """Return whether a loop is to be left."""
        if self._stopped:
            self.stop()
        frame = _getframe(1)
        if self._loops[number][:2] == self._wanted:
            self._fill(frame)
            self._left += self._begun
            self._begun = not self._begun
            return not self._begun
        if not self._begun and not self._is_around(number):
            self._watch(number, frame)
        return False

    def _fill(self, frame: Any) -> None:
        """Give the parameters the values that were drawn, wherever they are now."""
        frames = self._frames(frame)
        if self._paths is None:
            named = {place_of(paths[0]): paths for paths, _ in self._arrays(frame).reached}
            self._paths = [named.get(place, []) for place in self._plan["places"]]
        for paths, value in zip(self._paths, self._plan["values"], strict=True):
            for path in paths:
                self._filled += write(held_at(frames, path), value)

    def _watch(self, number: int, frame: Any) -> None:
        """Notice a loop that changes what looks like weights, and does not go round the one that is left."""
        if self._left_at.get(number) != self._left:
            self._left_at[number] = self._left
            self._last.pop(number, None)
            self._counts[number] = 0
        count = self._counts[number] = self._counts.get(number, 0) + 1
        if count > self.LOOKS:
            return
        now = self.now(frame)
        before = self._last.get(number)
        if before is not None and before[0] is frame:
            changed = {now[path].shape for path, value in before[1].items() if path in now and moved(value, now[path])}
            self._trains_elsewhere = any(map(self._may_be_weights, changed))
            if self._trains_elsewhere:
                self.stop()
        self._last[number] = (frame, now)

    def _may_be_weights(self, shape: tuple[int, ...]) -> bool:
        """Return whether an array may be one of weights; what a network keeps of one answer is a row or a column, as biases are."""
        return (len(shape) == 2 and min(shape) > 1) or (len(shape) == 1 and shape in self._shapes)
