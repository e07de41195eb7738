"""FOUND: how each system lays out its downloads; one module per system, each a pure function of a tree of names."""

from grader.submissions.layouts.asked import Asked
from grader.submissions.layouts.recognition import LAYOUTS, Recognised, recognise

__all__ = ["LAYOUTS", "Asked", "Recognised", "recognise"]
