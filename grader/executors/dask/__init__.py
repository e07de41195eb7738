"""Grading on the processes of a Dask cluster in place of this machine's cores."""

from grader.executors.dask.client import Cluster

__all__ = ["Cluster"]
