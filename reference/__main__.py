"""``python -m reference`` does the exercise: it trains on both data sets, prints every point and draws the results."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .exercise import main


def _save_figures(folder: Path) -> None:
    """Write every open figure to ``folder`` as figure-1.png, figure-2.png, ..."""
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    for number in plt.get_fignums():
        plt.figure(number).savefig(folder / f"figure-{number}.png", dpi=120)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m reference", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the points and of the initial weights (default: 0)"
    )
    parser.add_argument("--figures", type=Path, metavar="FOLDER", help="also save the figures in this folder")
    options = parser.parse_args()
    main(np.random.default_rng(options.seed))
    if options.figures:
        _save_figures(options.figures)
