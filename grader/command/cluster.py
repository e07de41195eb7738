"""Create the certificates and the key for the machines of a Dask cluster."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``cluster``."""
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help="a new folder, which only you may read")
    add(
        "--seen-as",
        metavar="PATH",
        help="the folder's path on the machines of the cluster (default: the same as here)",
    )


def run(options: argparse.Namespace) -> int:
    """Write the folder, explain how to use it, and return 0."""
    from grader.executors.dask.credentials import DAYS, write_credentials

    seen = options.seen_as or str(options.folder.absolute())
    for path in write_credentials(options.folder, seen):
        print(path)
    print(f"\nAnyone who can read this folder can run code on the cluster for {DAYS} days. To use it, run")
    print(f"  export DASK_CONFIG={seen}")
    print("before you start the scheduler, the workers and the command grade; see docs/scale.md.")
    return 0
