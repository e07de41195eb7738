"""The test double of the child: what the product uses for trusted code."""

from grader.trusted import InProcess, open_figures

__all__ = ["InProcess", "open_figures"]
