"""The fence around student code, judge's side: CONFINED. May import neither `reference` nor `grader.checks`.

A name is imported when it is used: the command line needs the name of a level and not NumPy, and the clean parent can
start before the judge's side has imported what it compares with.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.errors import FenceError
    from grader.fence.acceptance import acceptable, accepted_level, require_level
    from grader.fence.clean_parent import CleanParent, CleanParentInfo
    from grader.fence.doctor import diagnose
    from grader.fence.levels import IsolationLevel
    from grader.fence.session import Session
    from grader.wire.limits import Output, SessionLimits

_PLACES = {
    "FenceError": "grader.errors",
    "IsolationLevel": "grader.fence.levels",
    "Output": "grader.wire.limits",
    "Session": "grader.fence.session",
    "SessionLimits": "grader.wire.limits",
    "CleanParent": "grader.fence.clean_parent",
    "CleanParentInfo": "grader.fence.clean_parent",
    "acceptable": "grader.fence.acceptance",
    "accepted_level": "grader.fence.acceptance",
    "diagnose": "grader.fence.doctor",
    "require_level": "grader.fence.acceptance",
}

__all__ = [
    "CleanParent",
    "CleanParentInfo",
    "FenceError",
    "IsolationLevel",
    "Output",
    "Session",
    "SessionLimits",
    "acceptable",
    "accepted_level",
    "diagnose",
    "require_level",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)
