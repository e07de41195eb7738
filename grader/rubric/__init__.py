"""What a person grades: questions, answers, the sheet for the graders, the points they gave. May not import fence, checks, judge or reference.

The assignment's reader imports ``questions`` alone; the rest is imported where it is used.
"""

from grader.rubric.questions import Criterion, Question, Rubric, load_rubric

__all__ = ["Criterion", "Question", "Rubric", "load_rubric"]
