"""Small slips at one place of a right formula, each with the words for it. Pure; works on ``ast``.

A slip is what stands at the place instead, and how the result then differs from the right one, as the end of a sentence: "with the sign of one
term turned". Words name a piece of the formula only where the student has been given them; any other piece is just one of its terms.
"""

from grader.judge.diagnosis.slips.formulas import of_call, of_matrices, of_nested, of_power, of_product, of_sum
from grader.judge.diagnosis.slips.scope import GIVEN, Scope, Slips, chained_in, with_fields
from grader.judge.diagnosis.slips.statements import of_loop, of_returned, of_statement
from grader.judge.diagnosis.slips.values import (
    of_case,
    of_comparison,
    of_list,
    of_names,
    of_number,
    of_pair,
    of_variable,
    other_numbers,
)

SLIPS: tuple[Slips, ...] = (
    of_product, of_sum, of_power, of_call, of_matrices, of_number, of_comparison, of_case, of_statement, of_loop, of_nested, of_list, of_names, of_pair,
    of_variable, of_returned,
)  # fmt: skip

__all__ = ["GIVEN", "SLIPS", "Scope", "chained_in", "other_numbers", "with_fields"]
