"""The proof of an assignment's checks: wrong answers that they must reject, right ones that they must accept."""

from grader.material.cases import Case, mutants, variants
from grader.material.script import merged

__all__ = ["Case", "merged", "mutants", "variants"]
