"""How strongly a machine can confine, as words and as the layers behind them."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class IsolationLevel(StrEnum):
    """Levels from the strongest to the weakest."""

    FULL = "full"
    NO_NAMESPACES = "no-namespaces"
    NO_LANDLOCK = "no-landlock"
    PROCESS_ONLY = "process-only"


_LAYERS = {
    IsolationLevel.FULL: ("namespaces", "landlock", "seccomp"),
    IsolationLevel.NO_NAMESPACES: ("landlock", "seccomp"),
    IsolationLevel.NO_LANDLOCK: ("namespaces", "seccomp"),
    IsolationLevel.PROCESS_ONLY: (),
}


def layers_of(level: IsolationLevel | None) -> tuple[str, ...]:
    """Return the layers to try at `level`; all of them if no level is given."""
    return _LAYERS[IsolationLevel.FULL if level is None else level]


def level_of(layers: Collection[str]) -> IsolationLevel:
    """Return the strongest level whose layers are all available."""
    return next(level for level, needed in _LAYERS.items() if set(needed) <= set(layers))
