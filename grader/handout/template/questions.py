"""The written questions in the template: cells in the notebook, and the file ``answers.md`` for scripts and modules."""

from __future__ import annotations

from collections.abc import Iterator

from grader.material.questions import Question, Rubric

FILE = "answers.md"
Cell = tuple[str, str, tuple[str, ...]]
_HEAD = """\
# Answers: {title}

Write each answer below its question, in Markdown; formulas stand between dollar signs, as in $x^2$. Keep the lines that begin with
`##`, since they tell which answer is which, and hand this file in with your code.
"""


def question_cells(rubric: Rubric) -> Iterator[Cell]:
    """Yield kind, text and tags of two cells for each question: one with its text, and one for the answer."""
    if rubric.questions:
        yield "markdown", "## Questions", ()
    for question in rubric.questions:
        lines = [f"### Question {question.id}: {question.title} ({_points(question)})", question.asks]
        yield "markdown", "\n\n".join(filter(None, lines)), ()
        answer = [f"**Answer {question.id}**", rubric.placeholder]
        yield "markdown", "\n\n".join(filter(None, answer)), (f"answer:{question.id}",)


def answers_form(rubric: Rubric, title: str) -> str:
    """Return the form for answers; the grader takes none of its lines for an answer."""
    parts = [_HEAD.format(title=title)]
    for question in rubric.questions:
        asked = "\n".join(f"> {line}".rstrip() for line in [*_asked(question), f"({_points(question)})"])
        parts.append("\n\n".join(filter(None, [f"## {question.id}", asked, rubric.placeholder])) + "\n")
    return "\n".join(parts)


def _asked(question: Question) -> list[str]:
    return [question.title, *(["", *question.asks.splitlines()] if question.asks else []), ""]


def _points(question: Question) -> str:
    return f"{question.points:g} point{'' if question.points == 1 else 's'}"
