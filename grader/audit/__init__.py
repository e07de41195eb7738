"""The proof of an assignment's checks: wrong answers that they must reject, right ones that they must accept. Stands outside the flow."""

from grader.audit.answer_key import merged
from grader.audit.cases import Case, mutants, variants

__all__ = ["Case", "merged", "mutants", "variants"]
