"""What an assignment is made of, as frozen values: tasks, files, limits, runs; serves READ to REPORTED. Its readers import it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import AssignmentError
from grader.material.document import near
from grader.material.questions import Rubric

if TYPE_CHECKING:
    from grader.material.foreign.forms import Form

ROOT = Path(__file__).parents[2]
# They only show how far a loop has come, or belong to the place where a notebook was written.
HARMLESS = ("google.colab", "tqdm", "alive_progress", "progressbar", "rich.progress")


@dataclass(frozen=True)
class Task:
    """One row of the assignment's table: what a check belongs to.

    ``number`` is like ``"2.2"``; ``names`` are the qualified names (``"Linear.backward"``) a student writes for it.
    """

    number: str
    title: str
    names: tuple[str, ...] = ()
    bonus: bool = False


@dataclass(frozen=True)
class GivenFile:
    """A file that every submission finds beside itself: where it lies, and its path there, such as ``"data/points.csv"``."""

    path: Path
    name: str

    content: bytes | None = None

    def read_bytes(self) -> bytes:
        """Return its content, which may lie in an archive."""
        return self.path.read_bytes() if self.content is None else self.content


@dataclass(frozen=True)
class Template:
    """The table ``[template]``: what students receive is made of.

    Attributes
    ----------
    modules : tuple of str
        Modules of the answer key, in the order of the lecture.
    main : str
        The one of them that becomes the entry and has ``main()``.
    given : frozenset of str
        What stays whole, as qualified names.
    notebook : Path or None
        The text that an assignment in the form of a notebook is made from; then there are no modules.
    solution : str
        A file of the assignment that is one right hand-in, where what is handed out holds none of it; empty where it is made of the modules.
    """

    modules: tuple[str, ...] = ()
    main: str = ""
    given: frozenset[str] = frozenset()
    notebook: Path | None = None
    solution: str = ""


@dataclass(frozen=True)
class ProgramRun:
    """One table ``[[run]]``: how a program that asks for something is started.

    Attributes
    ----------
    name : str
        What the run is about, such as a data set: a program's help or prompt may name it.
    args : tuple of str
        What stands on the command line of a program that wants something there, and says not what.
    stdin : str
        What is typed, likewise.
    """

    name: str
    args: tuple[str, ...] = ()
    stdin: str = ""


@dataclass(frozen=True)
class Limits:
    """What a submission may use, and the judge of one; times in CPU seconds, sizes in bytes.

    ``judge_wall_seconds`` is by the clock; 0 stands for what the other limits allow on the slowest machine.
    """

    load_cpu_seconds: float = 60.0
    run_cpu_seconds: float = 120.0
    check_cpu_seconds: float = 10.0
    total_cpu_seconds: float = 600.0
    memory_bytes: int = 1 << 30
    scratch_bytes: int = 64 << 20
    submission_bytes: int = 32 << 20
    processes: int = 64
    judge_cpu_seconds: float = 600.0
    judge_memory_bytes: int = 2 << 30
    judge_wall_seconds: float = 0.0


@dataclass(frozen=True)
class Assignment:
    """Everything the harness knows of an assignment, apart from its checks and their points.

    ``total`` and ``bonus`` are what the points in the marks must add up to. ``reference`` is the importable name of the
    answer key, ``preload`` what the clean parent imports before it forks. ``files`` are given: they come
    with the template and are put beside every submission. ``rubric`` are the questions that a person
    grades, None when there are none or they are switched off. ``template`` is None for an assignment that hands nothing out. ``runs`` are
    how programs are started that ask for something, ``aliases`` the other names that a name may have. ``form`` is what an assignment of
    nbgrader or Otter says, None for our own; ``task_of`` gives the check of each of its questions, and ``asked`` the names that its
    solution defines.
    """

    id: str
    title: str
    folder: Path
    total: float
    bonus: float
    reference: str
    entry: str
    preload: tuple[str, ...]
    tasks: tuple[Task, ...]
    limits: Limits
    allowed_imports: tuple[str, ...]
    harmless_imports: tuple[str, ...]
    settings: Mapping[str, Any] = field(hash=False)
    rubric: Rubric | None = None
    files: tuple[GivenFile, ...] = ()
    template: Template | None = None
    runs: tuple[ProgramRun, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    form: Form | None = None
    task_of: Mapping[str, str] = field(default_factory=dict, hash=False)
    asked: tuple[str, ...] = ()

    @property
    def own_answer_key(self) -> Path | None:
        """The package of the answer key in the assignment's own folder, or None when it has none of its own."""
        package = self.folder.joinpath(*self.reference.split("."))
        return package if (package / "__init__.py").is_file() else None

    @property
    def answer_key(self) -> Path:
        """The folder of the answer key: the assignment's own, or the one that ships with the grader."""
        parts = self.reference.split(".")
        own = self.folder.joinpath(*parts)
        return own if own.is_dir() else ROOT.joinpath(*parts)

    @property
    def names(self) -> list[str]:
        """The names at the top level that the tasks ask for, sorted: of ``Linear.backward`` it is ``Linear``."""
        return sorted({*self.asked, *(name.partition(".")[0] for task in self.tasks for name in task.names)})

    def task(self, number: str) -> Task:
        """Return the task with this number; raises ``AssignmentError`` when there is none."""
        for task in self.tasks:
            if task.number == number:
                return task
        known = [task.number for task in self.tasks]
        raise AssignmentError(
            f"A check names task {number!r}, but {self.folder}/assignment.toml has none{near(number, known)}"
        )

    def written_points(self, *, bonus: bool) -> float:
        """Return the points of the questions that count towards the total, or towards the bonus."""
        if self.rubric is None or not self.rubric.counts:
            return 0.0
        return self.rubric.points_of([task.number for task in self.tasks if task.bonus is bonus])
