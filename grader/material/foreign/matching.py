"""From a hand-in's cells to what runs, in order: the author's test cells are put back and the places to judge are marked; serves READ.

A hand-in is hostile data; nothing here trusts a type in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.material.foreign.forms import Form


@dataclass(frozen=True)
class Step:
    """One thing to do with a submission.

    Attributes
    ----------
    kind : {"run", "judge", "show"}
        Run ``source`` in the child; judge a question with the state that is there now; or nothing: text to show only.
    source : str
        The code, or the text. Empty for "judge".
    question : str
        The id of the question to judge, or that the text answers; else empty.
    cell : int or None
        The number of the cell in the hand-in, from 0; None for what was put back.
    type : str
        "code", "markdown" or "raw".
    """

    kind: str
    source: str = ""
    question: str = ""
    cell: int | None = None
    type: str = "code"


@dataclass(frozen=True)
class Matched:
    """What a hand-in comes to: the steps in order, the answers that people judge by question, and what is to be said of it."""

    steps: tuple[Step, ...]
    answers: Mapping[str, str]
    remarks: tuple[str, ...] = ()


def match(form: Form, notebook: Mapping[str, Any], name: str = "") -> Matched:
    """Return what to do with a notebook that was handed in for an assignment, or for the notebook ``name`` of it.

    Parameters
    ----------
    form : Form
    notebook : mapping
        The hand-in's JSON, of any shape.
    name : str
        Which of the author's notebooks it is; the only one by default.
    """
    raise NotImplementedError
