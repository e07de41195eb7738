"""The fence around student code, judge's side: CONFINED. May import neither `reference` nor `grader.checks`."""

from grader.errors import FenceError
from grader.fence.acceptance import acceptable, accepted_level, require_level
from grader.fence.diagnosis import diagnose
from grader.fence.levels import IsolationLevel
from grader.fence.limits import Output, SessionLimits
from grader.fence.session import Session
from grader.fence.zygote import Zygote, ZygoteInfo

__all__ = [
    "FenceError",
    "IsolationLevel",
    "Output",
    "Session",
    "SessionLimits",
    "Zygote",
    "ZygoteInfo",
    "acceptable",
    "accepted_level",
    "diagnose",
    "require_level",
]
