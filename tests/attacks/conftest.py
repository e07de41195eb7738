"""Says which part of the attacks runs here (the rest runs in the soak), and makes folders that attackers can reach."""

import contextlib
import tempfile
from pathlib import Path

import pytest

from tests.attacks.attack import ATTACKS, PART


def pytest_report_collectionfinish(config):
    """Print the part."""
    share = f"{len(PART)} of {len(ATTACKS)} attacks ({len(PART) / len(ATTACKS):.0%})"
    whole = "soak" in config.option.markexpr and "not soak" not in config.option.markexpr
    return (
        f"the gallery of attacks: {'all ' + str(len(ATTACKS)) if whole else share + '; all of them in `tox -e soak`'}"
    )


@pytest.fixture(scope="module")
def everybodys():
    """Makes folders that every user can reach, so that it is the fence that refuses and not a file's owner.

    Not below pytest's own folder, which every start of pytest closes to others.
    """
    with contextlib.ExitStack() as stack:

        def make() -> Path:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attacks-", dir="/tmp")))
            folder.chmod(0o777)
            return folder

        yield make
