"""Finds the layout, the students and the attempts in the paths of a command."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from unicodedata import normalize

from grader.errors import UsageError
from grader.submissions.download import MAX_MEMBERS, MAX_TEXT_BYTES, Download, is_zip, open_download
from grader.submissions.endings import form_of, is_no_code, student_of
from grader.submissions.entry import Entry, Origin, Part, Person
from grader.submissions.folder import NOBODYS, LeftOut, find_submissions, is_somebodys
from grader.submissions.layouts import LAYOUTS, Asked, Recognised, recognise
from grader.submissions.reader import listed, read_below
from grader.submissions.slug import slugs_of
from grader.submissions.submission import Piece, Submission
from grader.submissions.tree import Node, Tree

PLAIN = "plain"
CODE = (".py", ".ipynb")
# Two may be the two parts of one student's work.
PARTS_OF_A_CLASS = 3
_KINDS = {"file", "folder", "link", "other"}


@dataclass(frozen=True)
class Source:
    """One path of the command as read by a layout, and how its parts become files of a submission."""

    path: Path
    recognised: Recognised
    download: Download | None = None


@dataclass
class Intake:
    """What was found: hand-ins sorted by student, ignored entries, replaced attempts, and how the paths were read.

    ``hints`` are sentences for the instructor.
    """

    submissions: list[Submission] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def take_in(
    paths: Sequence[Path],
    out: Path | None = None,
    student: str | None = None,
    layout: str | None = None,
    asked: Asked | None = None,
) -> Intake:
    """Return the hand-ins of a class, from any supported download.

    A path that is the folder or zip of a learning platform is read by its layout; all others are plain classes and single
    hand-ins, read by ``find_submissions``. If a student has several hand-ins, the one from the last path counts.

    Parameters
    ----------
    paths : sequence of Path
    out : Path or None
        The folder of the reports, which is never a hand-in.
    student : str or None
        The only path is the hand-in of this student.
    layout : str or None
        The name of a layout to use, chosen by the instructor; for nbgrader, ``:`` and an assignment may follow.
    asked : Asked or None

    Raises
    ------
    UsageError
        If a path does not exist, nothing was found, or no file is named as the layout requires.
    """
    asked = asked or Asked()
    name, asked = _layout(layout, asked)
    sources = {} if student is not None else _sources(paths, name, asked)
    rest = [path for path in paths if path not in sources]
    intake = Intake()
    found: dict[str, list[Submission]] = {}
    for source in [source for path in paths for source in sources.get(path, ())]:
        for submission in _submissions(source, intake):
            found.setdefault(submission.id, []).append(submission)
    if rest:
        plain, left_out = find_submissions(rest, out, student)
        intake.left_out += left_out
        intake.titles.append(_plain_title(rest, plain, student))
        intake.hints += [] if student is not None else _hints(rest)
        for submission in plain:
            found.setdefault(submission.id, []).append(submission)
    intake.submissions = _newest(found, intake)
    return intake


def _layout(layout: str | None, asked: Asked) -> tuple[str | None, Asked]:
    if layout is None:
        return None, asked
    name, colon, assignment = layout.partition(":")
    if name not in LAYOUTS or (colon and name != "nbgrader"):
        raise UsageError(f"There is no layout {layout!r}; there are {', '.join(sorted(LAYOUTS))}.")
    return name, replace(asked, assignment=(assignment,)) if colon else asked


def _sources(paths: Sequence[Path], name: str | None, asked: Asked) -> dict[Path, list[Source]]:
    """Return the paths that are downloads of a platform, with the sources in each.

    Several zips count as downloads only if all of them are: among students' own zips, none can pose as a class.
    """
    # These two return False for a path that may not be examined; reading it as a plain class reports the trouble.
    zips = [path for path in paths if os.path.isfile(path) and is_zip(path)]
    found: dict[Path, list[Source]] = {}
    for path in paths:
        if os.path.isdir(path):
            found[path] = _of_folder(path, name, asked)
        elif path in zips:
            found[path] = _of_zip(path, name, asked)
    if name is None and not all(found[path] for path in zips):
        found |= {path: [] for path in zips}
    return {path: sources for path, sources in found.items() if sources}


def _of_folder(path: Path, name: str | None, asked: Asked) -> list[Source]:
    """Return the folder itself as a download, or the downloaded zips in it, oldest first."""
    if name == PLAIN:
        return []
    folder = Path(os.path.realpath(path))
    tree = _tree(folder)
    zips = [folder / node.name for node in tree.nodes() if node.kind == "file" and node.name.lower().endswith(".zip")]
    others = [node for node in tree.nodes() if folder / node.name not in zips and not is_no_code(node.name)]
    if zips and not others:
        inside = [
            _of_zip(each, name, asked) for each in sorted(zips, key=lambda each: (each.stat().st_mtime_ns, each.name))
        ]
        if all(inside):
            return [source for sources in inside for source in sources]
    recognised = recognise(tree, asked, name)
    return [Source(path, recognised)] if recognised is not None else []


def _of_zip(path: Path, name: str | None, asked: Asked) -> list[Source]:
    try:
        download = open_download(path)
        recognised = recognise(download.tree, asked, name)
    except UsageError:
        if name is not None:
            raise
        return []
    return [Source(path, recognised, download)] if recognised is not None else []


def _tree(folder: Path) -> Tree:
    """Return the tree of a folder on disk; each folder is listed only once."""
    known: dict[str, tuple[Node, ...]] = {}

    def nodes(inner: str) -> tuple[Node, ...]:
        if inner not in known:
            names = listed(folder, inner, MAX_MEMBERS)
            known[inner] = tuple(Node(name, kind) for name, kind in names if kind in _KINDS and is_somebodys(name))  # type: ignore[arg-type]
        return known[inner]

    return Tree(folder.name, nodes, lambda inner: read_below(folder, inner, MAX_TEXT_BYTES))


def _submissions(source: Source, intake: Intake) -> Iterator[Submission]:
    """Yield the submissions that a layout has read, and note what it has left out."""
    reading, layout = source.recognised.reading, source.recognised.layout
    entries = [*reading.entries, *_strays(source)]
    labels = _labels(entries)
    for entry, label in zip(entries, labels, strict=True):
        yield _submission(source, entry, label)
    intake.older += reading.older
    left_out = [*reading.ignored, *(source.download.refused if source.download else ())]
    taken = {part.path for entry in entries for part in entry.parts}
    tree = source.recognised.tree
    left_out += [
        (tree.path(name), f"is not named as in a {layout.title}")
        for name in reading.others
        if tree.path(name) not in taken
    ]
    intake.left_out += [LeftOut(source.path / path, why) for path, why in left_out]
    intake.titles.append(layout.title)


def _strays(source: Source) -> list[Entry]:
    """Return files that a person added to a download as hand-ins of the students they are named after, so none is lost."""
    tree, others = source.recognised.tree, frozenset(source.recognised.reading.others)
    if source.recognised.layout.name == PLAIN or not others:
        return []
    beside = replace(
        tree,
        listed=lambda place: tuple(node for node in tree.listed(place) if place != tree.place or node.name in others),
    )
    title = source.recognised.layout.title
    found = LAYOUTS[PLAIN].read(beside, Asked()).entries
    return [replace(entry, remark=f"is not named as in a {title}") for entry in found]


def _labels(entries: Sequence[Entry]) -> list[str]:
    """Return a label for each hand-in: its student or group, with the id added if two have the same name."""
    # A Mac stores accents in file names as separate characters.
    plain = [normalize("NFC", ", ".join(person.label for person in entry.people)) for entry in entries]
    times = Counter(plain)
    labels = [
        f"{label}_{entry.people[0].id}" if times[label] > 1 and entry.people[0].id else label
        for entry, label in zip(entries, plain, strict=True)
    ]
    seen: Counter[str] = Counter()
    for place, label in enumerate(labels):
        seen[label] += 1
        labels[place] = label if seen[label] == 1 else f"{label}_{seen[label]}"
    return labels


def _submission(source: Source, entry: Entry, label: str) -> Submission:
    student = _text(label)
    people = tuple(Person(*map(_text, vars(person).values())) for person in entry.people)
    origin = None
    if source.recognised.layout.name != PLAIN:
        layout = PLAIN if entry.remark.startswith("is not named") else source.recognised.layout.name
        origin = Origin(layout, people, entry.attempt, entry.submitted, entry.late, entry.remark)
    called, form = _called(source, entry.parts, student)
    made = Submission(student, "", source.path / called, form, origin=origin)
    if source.download is not None:
        members = tuple(member for part in entry.parts for member in source.download.below(part.path, part.into))
        return replace(made, members=members, unreadable=None if members else "The hand-in is empty.")
    folder = Path(os.path.realpath(source.path))
    pieces = tuple(Piece(folder / part.path, part.into) for part in entry.parts)
    return replace(made, pieces=pieces, unreadable=None if pieces else "The hand-in is empty.")


def _text(name: str) -> str:
    """Return a name with undecodable bytes escaped."""
    return name.encode("utf-8", "backslashreplace").decode()


def _called(source: Source, parts: tuple[Part, ...], student: str) -> tuple[str, str]:
    """Return the name of a hand-in and its form; a single file keeps its own name."""
    if len(parts) == 1 and parts[0].into and "/" not in parts[0].into:
        above, _, name = parts[0].path.rpartition("/")
        kind = next((node.kind for node in source.recognised.tree.listed(above) if node.name == name), "file")
        if kind != "folder":
            return parts[0].into, form_of(parts[0].into, is_folder=False)
    return student.replace("/", "_").replace("\0", "_")[:200] or "student", "folder"


def _newest(found: dict[str, list[Submission]], intake: Intake) -> list[Submission]:
    """Return one hand-in per student, each with its slug: the newest, or the last if neither time nor attempt is known."""
    chosen = {}
    for name, several in found.items():
        known = [each.origin for each in several if each.origin is not None]
        last = len(several) - 1
        for ranks in (
            [one.submitted.timestamp() for one in known if one.submitted],
            [one.attempt for one in known if one.attempt],
        ):
            if len(ranks) == len(several):
                last = max(zip(ranks, range(len(several)), strict=True))[1]
                break
        intake.older += [f"{each.path.parent.name}/{each.name}" for each in several if each is not several[last]]
        chosen[name] = several[last]
    slugs = slugs_of(chosen)
    return sorted((replace(each, id=name, slug=slugs[name]) for name, each in chosen.items()), key=lambda each: each.id)


def _plain_title(paths: Sequence[Path], found: Sequence[Submission], student: str | None) -> str:
    alone = student is not None or (len(found) == 1 and len(paths) == 1 and not os.path.isdir(paths[0]))
    return "One hand-in" if alone else LAYOUTS[PLAIN].title


def _hints(paths: Sequence[Path]) -> Iterator[str]:
    """Yield a sentence for each path that is read as less than it may be; refuse a zip that is a class by all that one sees.

    Raises
    ------
    UsageError
        When three or more parts of a zip look like hand-ins of their own.
    """
    for path in paths:
        if os.path.isfile(path) and is_zip(path):
            parts, alike = _parts(path)
            called = student_of(path.name, is_folder=False)
            if alike >= PARTS_OF_A_CLASS:
                raise UsageError(
                    f"{path} may be a class: {alike} of its parts look like hand-ins of their own. If it is one, add --layout plain; if it "
                    f"is the hand-in of one student, add --student {shlex.quote(called)}."
                )
            if parts > 1:
                yield f"{path} is read as the hand-in of one student, called {called}. If it holds a class, add --layout plain."
        elif os.path.isdir(path):
            zips = [name for name, kind in listed(path) if kind == "file" and name.lower().endswith(".zip")]
            if 0 < len(zips) <= 3:
                for name in zips:
                    yield from _download_inside(path / name)


def _download_inside(path: Path) -> Iterator[str]:
    try:
        recognised = recognise(open_download(path).tree, Asked())
    except UsageError:
        return
    if recognised is not None:
        yield f"{path} looks like a {recognised.layout.title}. If it is one, name it itself: grade {path}"


def _parts(path: Path) -> tuple[int, int]:
    """Return how many folders and archives a zip holds beside each other, and how many of them are archives or hold code of one name.

    Both are 0 where code lies beside them.
    """
    try:
        tree = open_download(path).tree
    except UsageError:
        return 0, 0
    nodes = tree.nodes()
    while len(nodes) == 1 and nodes[0].kind == "folder":
        tree = tree.inside(nodes[0].name)
        nodes = tree.nodes()
    if any(node.name.lower().endswith(CODE) for node in nodes):
        return 0, 0
    forms = {
        node.name: form_of(node.name, is_folder=node.kind == "folder") for node in nodes if node.name not in NOBODYS
    }
    folders, archives = ([name for name, form in forms.items() if form == kind] for kind in ("folder", "zip"))
    code = Counter(
        node.name
        for folder in folders
        for node in tree.nodes(folder)
        if node.name.lower().endswith(CODE) and node.name[:2] != "__"
    )
    return len(folders) + len(archives), len(archives) + max(code.values(), default=0)
