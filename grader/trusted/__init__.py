"""CHECKED: the child's own program in this process, for trusted code: the answer key, its mutants and variants."""

from grader.trusted.answering import InProcess
from grader.trusted.execution import Loaded, executed, pin_entropy, run_of

__all__ = ["InProcess", "Loaded", "executed", "pin_entropy", "run_of"]
