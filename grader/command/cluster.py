"""Make the certificates and the key with which the machines of a Dask cluster know each other."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``cluster``."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet, for your eyes only")
    add(
        "--seen-as",
        metavar="PATH",
        help="where the folder lies on the machines of the cluster (default: where it lies here)",
    )


def run(options: argparse.Namespace) -> int:
    """Write the folder, and say how to use it; return 0."""
    from grader.executors.dask.credentials import DAYS, write_credentials

    seen = options.seen_as or str(options.folder.absolute())
    for path in write_credentials(options.folder, seen):
        print(path)
    print(f"\nWhoever can read this folder can run code on the cluster, for {DAYS} days. Use it by")
    print(f"  export DASK_CONFIG={seen}")
    print("where the scheduler, the workers and the command grade are started: docs/scale.md shows how.")
    return 0
