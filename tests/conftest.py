"""Distributes the tests over workers, and prints which part of the attacks runs here (the rest runs in the soak)."""

from hypothesis import HealthCheck, settings

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

# The same examples in every run, and none is a failure because the machine was busy with other work.
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_report_header(config):
    """Print the part; here, because workers print nothing."""
    whole = "soak" in config.option.markexpr and "not soak" not in config.option.markexpr
    share = f"{len(PART)} of {len(ATTACKS)} attacks ({len(PART) / len(ATTACKS):.0%})"
    return (
        f"the gallery of attacks: {'all ' + str(len(ATTACKS)) if whole else share + '; all of them in `tox -e soak`'}"
    )
