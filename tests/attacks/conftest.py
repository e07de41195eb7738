"""Makes folders that attackers can reach."""

import contextlib
import tempfile
from pathlib import Path

import pytest


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
