"""All experiments by name."""

from __future__ import annotations

from collections.abc import Callable

from . import grids
from .options import Options

EXPERIMENTS: dict[str, Callable[[Options], None]] = {"grids": grids.run}
