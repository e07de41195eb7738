"""The audit of an assignment's checks, with wrong answers they must reject and right ones they must accept."""

from grader.material.cases import Case, mutants, variants
from grader.material.script import merged

__all__ = ["Case", "merged", "mutants", "variants"]
