"""CHECKED: names the likely cause of a failed check, where it can be told. May not import fence, judge, report or reference."""

from grader.diagnosis.catalogue import Misconception, misconceptions
from grader.diagnosis.likeness import alike, told_apart
from grader.diagnosis.naming import Named, diagnosed
from grader.diagnosis.transformations import transformation

__all__ = ["Misconception", "Named", "alike", "diagnosed", "misconceptions", "told_apart", "transformation"]
