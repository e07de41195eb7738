"""Reads an assignment of nbgrader: its notebooks, from ``source`` with the gradebook and the release to help; serves READ.

``source`` comes first, as hidden tests stand there. The gradebook holds them, too, and what nbgrader made of its own
AUTOTEST lines; in a release there are only the tests that students see.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import AssignmentError
from grader.material.foreign.config import CONFIG, Course, read_config
from grader.material.foreign.forms import Case, Cell, Form, Notebook, Question, Role
from grader.material.foreign.gradebook import Stored, read_gradebook
from grader.material.foreign.notebooks import RawCell, RawNotebook, read_notebook, table
from grader.material.foreign.regions import Mending, Region, inside, solved, stubbed, without
from grader.material.foreign.sources import Sources, open_sources, refuse

NEWEST = 3
# What an author may have put there for this grader.
LIMITS = "grader-limits.toml"
MOST_BESIDE = 30
AUTOTEST = "AUTOTEST"
HIDDEN_IN_RELEASE = (
    "{folder} is what students received: tests that nbgrader hid from them are not in it. "
    "Name the folder of source/ to grade with all tests."
)


@dataclass(frozen=True)
class Marked:
    """What nbgrader's metadata says of a cell, in version 3."""

    grade: bool
    solution: bool
    locked: bool
    task: bool
    grade_id: str
    points: float
    checksum: str

    @property
    def role(self) -> Role:
        """Who writes the cell, and who judges it."""
        if self.task:
            return "task"
        if self.grade:
            return "manual" if self.solution else "test"
        return "answer" if self.solution else "locked"


@dataclass(frozen=True)
class _Place:
    """Where an assignment lies: its folder, the course around it, and what its gradebook and its release hold besides."""

    name: str
    root: Path
    sources: Sources
    course: Course
    is_release: bool
    stored: Mapping[str, Mapping[str, Stored]]
    released: Mapping[str, RawNotebook]
    only: str = ""


def read_nbgrader(path: Path) -> Form:
    """Read an assignment of nbgrader.

    Parameters
    ----------
    path : Path
        The folder of one assignment below ``source`` or ``release``, a course with a single assignment, a ``gradebook.db``
        of a course with a single assignment, or one notebook.

    Raises
    ------
    AssignmentError
        With the file, the cell and what to do.
    """
    place = _place(path)
    names = [name for name in place.sources.names if "/" not in name and name.endswith(".ipynb")]
    notebooks: list[Notebook] = []
    questions: list[Question] = []
    for name in [name for name in names if place.only in ("", name)]:
        stem = name.removesuffix(".ipynb")
        cells = [*_around(place.course.header, place), *_cells(read_notebook(place.sources, name), stem, place)]
        cells += _around(place.course.footer, place)
        notebooks.append(Notebook(stem, tuple(cells)))
        questions += _questions(cells, stem, place)
    if not names:
        notebooks = [
            Notebook(stem, tuple(_stored_cells(stored, place))) for stem, stored in sorted(place.stored.items())
        ]
        questions = [one for each in notebooks for one in _questions(list(each.cells), each.name, place)]
    if not questions:
        raise refuse(path, "no cell in its notebooks has points; mark the cells to grade in nbgrader first.")
    return Form(
        name=place.only.removesuffix(".ipynb") or place.name,
        kind="nbgrader",
        folder=path,
        notebooks=tuple(notebooks),
        questions=tuple(questions),
        files=place.sources.files(_beside(place)),
        remarks=(*place.course.remarks, *_remarks(place, path)),
    )


def _beside(place: _Place) -> list[str]:
    """Return the files that lie beside the notebooks; of a notebook in a folder of anything, none."""
    found = [name for name in place.sources.names if not name.endswith((".ipynb", ".db", ".pyc", LIMITS))]
    is_assignment = place.sources.place.parent.name in (place.course.source, place.course.release)
    return found if not place.only or is_assignment or len(found) <= MOST_BESIDE else []


def _around(name: str, place: _Place) -> list[Cell]:
    """Return the cells of a header or footer, which nbgrader puts around each notebook that it releases."""
    if not name or place.is_release:
        return []
    path = place.root / name
    notebook = read_notebook(Sources(path.parent, (path.name,)), path.name)
    return [Cell(raw.source, raw.type, "given", raw.id, released=raw.source) for raw in notebook.cells]


def marked(cell: RawCell, path: str) -> Marked | None:
    """Return what the metadata of a cell says, brought to version 3; None for a cell that nbgrader does not know.

    Raises
    ------
    AssignmentError
        When it is newer, or contradicts itself.
    """
    said = cell.metadata.get("nbgrader")
    if not isinstance(said, dict) or not said:
        return None
    where = f"{path}, cell {cell.number}"
    version = said.get("schema_version", 0)
    if type(version) is not int or version < 0:
        raise refuse(where, f"the version of its nbgrader metadata must be a number up to {NEWEST}, not {version!r}.")
    if version > NEWEST:
        raise refuse(where, f"its nbgrader metadata has version {version}, and versions up to {NEWEST} are read.")
    flags = {key: said.get(key) is True for key in ("grade", "solution", "locked", "task")}
    if not any(flags.values()):
        return None
    grade_id = said.get("grade_id")
    if not isinstance(grade_id, str) or not grade_id:
        raise refuse(where, "it has no grade id; open the notebook with nbgrader's toolbar and give it one.")
    found = Marked(**flags, grade_id=grade_id, points=_points(said, where), checksum=str(said.get("checksum") or ""))
    if found.role == "test" and cell.type != "code":
        raise refuse(where, f"{grade_id!r} is a cell of tests, but holds no code; mark it as graded by hand.")
    if found.role == "answer" and cell.type == "markdown":
        raise refuse(where, f"{grade_id!r} is an answer in words, but is not graded; mark it as graded by hand.")
    return found


def _points(said: Mapping[str, Any], where: str) -> float:
    if not (said.get("grade") is True or said.get("task") is True):
        return 0.0
    value = said.get("points", 0)
    try:
        points = float(value) if value not in ("", None) and not isinstance(value, bool) else 0.0
    except (TypeError, ValueError):
        points = float("nan")
    if not points < float("inf"):
        raise refuse(where, f"its points must be a number, not {value!r}.")
    return max(points, 0.0)


def checksum(cell: RawCell, said: Marked) -> str:
    """Return the checksum by which nbgrader tells that a cell was not changed."""
    parts = [cell.source, cell.type, said.grade, said.solution]
    parts += [not said.solution and (said.grade or said.locked), said.grade_id]
    parts += [said.points] if said.grade else []
    return hashlib.md5("".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def _cells(notebook: RawNotebook, stem: str, place: _Place) -> list[Cell]:
    """Return the cells of a notebook, each with its role and what students receive of it."""
    cells: list[Cell] = []
    ids: dict[str, int] = {}
    for raw in notebook.cells:
        said = marked(raw, notebook.path)
        if said is not None and said.grade_id in ids:
            where = f"{notebook.path}, cell {raw.number}"
            raise refuse(
                where, f"cell {ids[said.grade_id]} has the grade id {said.grade_id!r}, too; each needs its own."
            )
        if said is not None:
            ids[said.grade_id] = raw.number
        try:
            cells.append(_cell(raw, said, stem, place))
        except Mending as problem:
            raise refuse(f"{notebook.path}, cell {raw.number}", str(problem)) from problem
    return cells


def _cell(raw: RawCell, said: Marked | None, stem: str, place: _Place) -> Cell:
    marks = place.course.marks
    if said is None:
        return Cell(raw.source, raw.type, id=raw.id, released=raw.source)
    stored = place.stored.get(stem, {}).get(said.grade_id)
    if said.role == "test":
        source = _tests(raw, said, stem, stored, place)
        released = without(source, Region.HIDDEN, marks)
    elif said.role == "task":
        source = stored.source if stored is not None and place.is_release else raw.source
        released = without(source, Region.SCHEME, marks)
    else:
        source, released = raw.source, _released(raw, said, place)
        released = without(without(released, Region.HIDDEN, marks), Region.SCHEME, marks)
    judged = said.grade_id if said.grade or said.task else ""
    return Cell(source, raw.type, said.role, raw.id, said.grade_id, released, judged)


def _tests(raw: RawCell, said: Marked, stem: str, stored: Stored | None, place: _Place) -> str:
    """Return the tests of a cell: as its author wrote them, or as nbgrader made them of AUTOTEST lines."""
    has_lines = any(AUTOTEST in line and line.lstrip().startswith("#") for line in raw.lines)
    if place.is_release or has_lines:
        if stored is not None:
            return stored.source
        if has_lines:
            return _made(said.grade_id, stem, place, raw)
    return raw.source


def _made(grade_id: str, stem: str, place: _Place, raw: RawCell) -> str:
    release = place.released.get(stem)
    for cell in release.cells if release is not None else ():
        if table(cell.metadata.get("nbgrader")).get("grade_id") == grade_id:
            return cell.source
    raise refuse(
        f"{place.sources.place}, cell {raw.number} of {stem}.ipynb",
        f"{grade_id!r} has AUTOTEST lines, of which only nbgrader makes tests: run `nbgrader generate_assignment` and keep "
        "its release/ or gradebook.db beside source/.",
    )


def _released(raw: RawCell, said: Marked, place: _Place) -> str:
    """Return what students receive of a cell that is not one of tests."""
    marks = place.course.marks
    found = stubbed(raw.source, _stub(raw, place), marks)
    if found is not None or not said.solution:
        return found if found is not None else raw.source
    if place.is_release or checksum(raw, said) == said.checksum:
        return raw.source
    return _stub(raw, place)


def _stub(raw: RawCell, place: _Place) -> str:
    return place.course.marks.code_stub if raw.type == "code" else place.course.marks.text_stub


def _questions(cells: list[Cell], stem: str, place: _Place) -> Iterator[Question]:
    points = place_points(place, stem)
    asked = ""
    for cell in cells:
        if cell.type == "markdown" and cell.role in ("given", "locked"):
            asked = cell.source
        if not cell.question:
            continue
        worth = points[cell.question]
        manual = cell.role != "test"
        yield Question(
            id=cell.question,
            points=worth,
            tests=() if manual else (_case(cell, worth, place),),
            manual=manual,
            task=cell.role == "task",
            text=cell.released if cell.role == "task" else asked,
            scheme=_scheme(cell, place) if manual else "",
            unchanged=cell.released if cell.role == "manual" else "",
            notebook=stem,
        )


def place_points(place: _Place, stem: str) -> dict[str, float]:
    """Return what each cell of a notebook is worth, by its grade id."""
    name = f"{stem}.ipynb"
    if name not in place.sources.names:
        return {grade_id: stored.points for grade_id, stored in place.stored.get(stem, {}).items()}
    notebook = read_notebook(place.sources, name)
    said = [marked(raw, notebook.path) for raw in notebook.cells]
    return {one.grade_id: one.points for one in said if one is not None}


def _case(cell: Cell, points: float, place: _Place) -> Case:
    hides = solved(cell.source, Region.HIDDEN, place.course.marks)
    return Case(cell.source, cell.released, hidden=hides, points=points, name=cell.grade_id)


def _scheme(cell: Cell, place: _Place) -> str:
    if cell.role == "task":
        return inside(cell.source, Region.SCHEME, place.course.marks)
    return cell.source if cell.source != cell.released else ""


def _stored_cells(stored: Mapping[str, Stored], place: _Place) -> Iterator[Cell]:
    """Yield the cells that a gradebook knows of a notebook, in the order in which nbgrader saved them."""
    for grade_id, each in stored.items():
        released = without(without(each.source, Region.HIDDEN, place.course.marks), Region.SCHEME, place.course.marks)
        judged = grade_id if each.role in ("test", "manual", "task") else ""
        yield Cell(each.source, each.type, each.role, "", grade_id, released, judged)


def _remarks(place: _Place, path: Path) -> Iterator[str]:
    if place.is_release and not place.stored:
        yield HIDDEN_IN_RELEASE.format(folder=path)


def _place(path: Path) -> _Place:
    """Return where an assignment lies that was named in one of the ways that people name it."""
    if path.is_file() and path.suffix == ".ipynb":
        return replace(_of_folder(path.parent), only=path.name)
    if path.is_file():
        return _of_gradebook(path)
    course = read_course(path)
    assignments = _assignments(path, course)
    if not assignments and any(path.glob("*.ipynb")):
        return _of_folder(path)
    if len(assignments) == 1:
        return _of_folder(assignments[0])
    if not assignments:
        return _of_gradebook(path / course.gradebook)
    listed = ", ".join(each.name for each in assignments)
    raise refuse(path, f"this course has several assignments: {listed}. Name one of them, such as {assignments[0]}.")


def _assignments(path: Path, course: Course) -> list[Path]:
    """Return the assignments of a course, or of its folder of sources."""
    places = [
        path / course.source,
        path / course.release,
        *([path] if path.name in (course.source, course.release) else []),
    ]
    found = (sorted({each.parent for each in place.glob("*/*.ipynb")}) for place in places)
    return next((each for each in found if each), [])


def read_course(root: Path) -> Course:
    """Return how a course is laid out; as nbgrader does it by default when it has no configuration."""
    if not (root / CONFIG).is_file():
        return Course()
    return read_config(Sources(root, (CONFIG,)))


def _of_folder(folder: Path) -> _Place:
    folder = folder.absolute()
    root = _root(folder)
    course = read_course(root)
    sources = open_sources(folder)
    is_release = folder.parent == root / course.release
    source = root / course.source / folder.name
    if is_release and any(source.glob("*.ipynb")):
        return _of_folder(source)
    released = root / course.release / folder.name
    gradebook = root / course.gradebook
    stored = read_gradebook(gradebook, folder.name, course.marks) if gradebook.is_file() else {}
    notebooks = {} if is_release else _notebooks(released)
    return _Place(folder.name, root, sources, course, is_release, stored, notebooks)


def _root(folder: Path) -> Path:
    """Return the root of the course that a folder of an assignment lies in."""
    for each in folder.parents:
        if (each / CONFIG).is_file():
            return each
    return folder.parent.parent


def _notebooks(folder: Path) -> dict[str, RawNotebook]:
    if not folder.is_dir():
        return {}
    sources = open_sources(folder)
    names = [name for name in sources.names if "/" not in name and name.endswith(".ipynb")]
    return {name.removesuffix(".ipynb"): read_notebook(sources, name) for name in names}


def _of_gradebook(path: Path) -> _Place:
    course = read_course(path.parent)
    name, stored = read_gradebook_of_one(path, course)
    if not stored:
        raise AssignmentError(f"{path}: it holds no cells; name the folder of an assignment below source/ instead.")
    return _Place(name, path.parent, Sources(path.parent, ()), course, False, stored, {})


def read_gradebook_of_one(path: Path, course: Course) -> tuple[str, Mapping[str, Mapping[str, Stored]]]:
    """Return the only assignment that a gradebook holds cells of, and these; raises ``AssignmentError`` when there are several."""
    from grader.material.foreign.gradebook import assignments_in

    names = assignments_in(path)
    if len(names) != 1:
        listed = f"several assignments: {', '.join(names)}" if names else "no assignment"
        raise refuse(path, f"it holds {listed}; name the folder of one assignment below source/ or release/ instead.")
    return names[0], read_gradebook(path, names[0], course.marks)
