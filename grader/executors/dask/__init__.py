"""Grading on the processes of a Dask cluster in place of this machine's cores. May not import fence, checks, report or reference."""

from grader.executors.dask.client import Cluster

__all__ = ["Cluster"]
