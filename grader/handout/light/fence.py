"""The words of the fence that the judge's steps use; at home there is no fence. Stands in the place of `grader.fence`."""

from __future__ import annotations

from typing import Any

from grader.errors import FenceError
from grader.wire.limits import Output, SessionLimits

Session = Any
Zygote = Any

__all__ = ["FenceError", "Output", "Session", "SessionLimits", "Zygote"]
