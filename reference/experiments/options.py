"""The options of an experiment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Where results go, and how much is computed.

    Attributes
    ----------
    out : Path
        Folder for the CSV files and the figures.
    seeds : int
        Networks trained for each cell of a grid.
    epochs : int or None
        Instead of the published number of epochs.
    jobs : int
        Processes that train at the same time.
    full : bool
        Whether rows that take very long are computed, too.
    """

    out: Path
    seeds: int = 20
    epochs: int | None = None
    jobs: int = 1
    full: bool = False
