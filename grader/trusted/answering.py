"""Answers the requests of checks in this process, by the child's own program, for code that is trusted.

CHECKED; serves the diagnosis, the audit and the tests, and never a submission. May not import fence, judge, report or reference.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any

from grader.trusted.execution import Loaded, replay_of
from grader.wire.inside import exchange, packages_inside

with packages_inside():
    from _child import wire
    from _child.answering import Answers

# The warnings that an interpreter ignores by default; pytest, which may run this, shows all of them.
_IGNORED = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


class InProcess:
    """An ``ask`` for code that runs here: a check gets the same values as from a student's child, over both ends of the wire.

    Parameters
    ----------
    code : Loaded or mapping
        The code, or names and their values.
    """

    def __init__(self, code: Loaded | Mapping[str, Any]) -> None:
        loaded = code if isinstance(code, Loaded) else Loaded.of(code)
        self.requests = 0
        self._answers = Answers(loaded.namespace, loaded.sources, loaded.history, lambda: replay_of(loaded.text))

    def __call__(self, request: Mapping[str, Any], reply_bytes: int | None = None) -> dict[str, Any]:
        """Return the reply to one request; exceptions of the code become a ``StudentFault``."""
        self.requests += 1
        return exchange(self._answer, request, reply_bytes)

    def _answer(self, body: bytes) -> bytes:
        streams = sys.stdout, sys.stderr
        self._answers.begin()
        try:
            with warnings.catch_warnings():
                _filter_as_at_start()
                return wire.encode(self._answers.answer(wire.decode(body)))
        finally:
            sys.stdout, sys.stderr = streams


def _filter_as_at_start() -> None:
    """Show warnings as a newly started interpreter does, as in a child."""
    warnings.simplefilter("default")
    for kind in _IGNORED:
        warnings.simplefilter("ignore", kind)
