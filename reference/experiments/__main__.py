"""``python -m reference.experiments`` lists the experiments; with the name of one it runs it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from .catalogue import EXPERIMENTS
from .options import Options


def main() -> None:
    """Run the experiments that were named, or list all."""
    parser = argparse.ArgumentParser(prog="python -m reference.experiments", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="an experiment, or all")
    parser.add_argument(
        "--out", type=Path, default=Path("reports/experiments"), help="folder for CSV files and figures"
    )
    parser.add_argument("--seeds", type=int, default=20, help="networks for each cell of a grid (default: 20)")
    parser.add_argument("--epochs", type=int, help="instead of the published number, for a quick look")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one for each core)")
    parser.add_argument("--full", action="store_true", help="also the rows that take very long")
    arguments = vars(parser.parse_args())
    names = arguments.pop("names")
    if unknown := [name for name in names if name not in (*EXPERIMENTS, "all")]:
        parser.error(f"there is no experiment {unknown[0]!r}; choose from {', '.join(EXPERIMENTS)}, all")
    if not names:
        _list()
    for name in EXPERIMENTS if "all" in names else names:
        EXPERIMENTS[name](Options(**arguments))


def _list() -> None:
    width = max(map(len, EXPERIMENTS))
    for name, experiment in EXPERIMENTS.items():
        print(f"{name.ljust(width)}  {(experiment.__doc__ or '').splitlines()[0]}")


if __name__ == "__main__":
    main()
