"""What an assignment of another tool says, in one form for both: serves READ to CHECKED. Imports none of its readers.

A `Form` is read once, from the author's own files. Its tests are texts: whoever runs them decides where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Kind = Literal["nbgrader", "otter"]
CaseKind = Literal["cell", "doctest", "function"]
# "given" is free text or code of the author's; "locked" must stand in a hand-in as the author wrote it; "answer" is the student's,
# judged by tests; "test" is a cell of tests; "manual" is the student's, judged by a person; "task" only asks, and a person judges.
Role = Literal["given", "locked", "answer", "test", "manual", "task"]
CellType = Literal["code", "markdown", "raw"]
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Case:
    """One test.

    Attributes
    ----------
    source : str
        All that is judged, hidden parts in their places. For a "cell" the whole cell; for a "doctest" examples with ``>>>``,
        dedented; for a "function" the definition of ``function``, without its decorator.
    visible : str
        What of it the student has: a cell without its hidden regions, a public case whole, nothing of a hidden case. Only this
        text may ever run in the student's process.
    hidden : bool
        Whether something of it is kept from the student: its name and message are for the author then.
    points : float
        What it earns when it passes, already shared out as the tool does it.
    name : str
        What the author calls it; "q1 - 2" for the second case of a question without names.
    success, failure : str
        What the author says to a student when it passed, or did not; may be empty.
    setup : str
        For a "function": all else that stands at the top level of its file, to be run before it in the same globals.
    function : str
        For a "function": its name. It is called with values by parameter name; ``env`` is all globals of the submission.
    line : int
        In its file or cell, the line that ``source`` begins on, counted from 1.
    """

    source: str
    visible: str
    hidden: bool = False
    kind: CaseKind = "cell"
    points: float = 0.0
    name: str = ""
    success: str = ""
    failure: str = ""
    setup: str = ""
    function: str = ""
    line: int = 1


@dataclass(frozen=True)
class Question:
    """What earns points together.

    Attributes
    ----------
    id : str
        The grade id of a cell of nbgrader, the name of a question of Otter; unique in its notebook.
    points : float
        The most that it earns.
    tests : tuple of Case
        In their order; none for what only a person judges. A cell of nbgrader is one case.
    manual : bool
        Whether a person gives the points.
    task : bool
        Whether it is a cell that only asks: the answer may stand anywhere.
    all_or_nothing : bool
        Whether one failing case costs all points.
    text : str
        What is asked, in Markdown, as far as it can be told; may be empty.
    scheme : str
        For the people who grade: the mark scheme or the model answer; may be empty. Never shown to a student.
    unchanged : str
        The text that an untouched answer has; such an answer earns nothing. Empty where that cannot be told.
    notebook : str
        The name of the notebook that it stands in, without its ending; "" for Otter.
    """

    id: str
    points: float
    tests: tuple[Case, ...] = ()
    manual: bool = False
    task: bool = False
    all_or_nothing: bool = False
    text: str = ""
    scheme: str = ""
    unchanged: str = ""
    notebook: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of the author's notebook.

    Attributes
    ----------
    source : str
        As the author wrote it, solutions and hidden tests in their places.
    type : {"code", "markdown", "raw"}
    role : str
        Who may change it, and who judges it; see ``Role``.
    id : str
        The cell's own id in the notebook; empty in older ones.
    grade_id : str
        The name that nbgrader gave it; empty for cells that it does not know.
    released : str
        What students receive of it: no solutions, no hidden tests, no mark scheme.
    question : str
        The id of the question that is judged here; empty for most cells.
    """

    source: str
    type: CellType
    role: Role = "given"
    id: str = ""
    grade_id: str = ""
    released: str = ""
    question: str = ""


@dataclass(frozen=True)
class Notebook:
    """One notebook of the author's: its name without the ending, and its cells in order."""

    name: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Settings:
    """What Otter's configuration says that can move a score.

    Attributes
    ----------
    score_threshold : float or None
        The share of the points from which on an assignment counts as passed: all points then, else none.
    points_possible : float or None
        What the whole assignment is worth, in place of the sum of its questions.
    seed : int or None
        Given to ``random`` and ``numpy.random`` before each cell, or to the variable ``seed_variable`` where there is one.
    seed_variable : str
        See above; empty for none.
    assignment : str
        The name that a hand-in must carry to belong here; empty when any may.
    """

    score_threshold: float | None = None
    points_possible: float | None = None
    seed: int | None = None
    seed_variable: str = ""
    assignment: str = ""


@dataclass(frozen=True)
class Form:
    """One assignment of another tool.

    Attributes
    ----------
    name : str
        The assignment's.
    kind : {"nbgrader", "otter"}
    folder : Path
        What it was read from: a folder, a notebook or an archive.
    notebooks : tuple of Notebook
        In the order of their names. Otter has one, or none where only tests are given.
    questions : tuple of Question
        Of all notebooks, in the order in which they are judged.
    settings : Settings
        Otter's; nbgrader has nothing that matters.
    files : mapping of str to bytes
        What lies beside the notebook when it runs, by its path there.
    language : str
        Always "python"; others are refused when they are read.
    remarks : tuple of str
        What the author should know: whole sentences, such as that hidden tests are missing in a release.
    """

    name: str
    kind: Kind
    folder: Path
    notebooks: tuple[Notebook, ...] = ()
    questions: tuple[Question, ...] = ()
    settings: Settings = field(default_factory=Settings)
    files: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    language: str = "python"
    remarks: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """What can be earned: Otter's own total where its settings name one, else the sum of the questions."""
        return self.settings.points_possible or sum(question.points for question in self.questions)

    def question(self, id: str, notebook: str = "") -> Question | None:
        """Return the question with an id, of one notebook where that is named; None when there is none."""
        places = ("", notebook)
        found = (one for one in self.questions if one.id == id)
        return next((one for one in found if not notebook or one.notebook in places), None)
