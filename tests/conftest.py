"""Distributes the tests over workers, and prints which part of the attacks runs here (the rest runs in the soak)."""

from tests.attacks.attack import ATTACKS, PART
from tests.workers import (
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)

__all__ = [
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_report_header",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
]


def pytest_report_header(config):
    """Print the part; here, because workers print nothing."""
    whole = "soak" in config.option.markexpr and "not soak" not in config.option.markexpr
    share = f"{len(PART)} of {len(ATTACKS)} attacks ({len(PART) / len(ATTACKS):.0%})"
    return (
        f"the gallery of attacks: {'all ' + str(len(ATTACKS)) if whole else share + '; all of them in `tox -e soak`'}"
    )
