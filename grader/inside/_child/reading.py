"""Turns a submission's files into a plan of what to run, only by reading them.

Executes nothing: the files are written to the scratch folder and parsed, and the judge gets whole
sentences about what was found, what is wrong and what was left out.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from posixpath import basename, commonpath, dirname
from typing import Any

from _child import documents
from _child.answers import find_answers
from _child.archives import Bundle, Limits, collect
from _child.cell_names import cells_read
from _child.cells import Cell, Notebook, cell_sources, in_a_row, read_notebook
from _child.choosing import MAIN, NOTEBOOK_LOADERS, Work, joined, loads_notebooks, one_for_each, works
from _child.faults import Sources, problem
from _child.imports import Policy, survey
from _child.outline import outline
from _child.plain_text import plain
from _child.saved import exported
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import Source, Uses, hidden_names, is_hollow, names_used_again, read_source, uses_in_functions

MAX_LISTED = 400
_READERS: dict[str, Callable[[str, bytes], Source | Notebook]] = {".py": read_source, ".ipynb": read_notebook}
HARMLESS = ("google.colab", "tqdm", "alive_progress", "progressbar", "rich.progress")
# Additional imports that every notebook may use.
NOTEBOOK_MODULES = ("IPython", "matplotlib_inline", "nbformat")


@dataclass
class Submission:
    """The submission to run.

    Attributes
    ----------
    kind : {"script", "notebook", "modules"} or None
        None if nothing can be run.
    entry : str or None
        The file that is run as the program.
    base : str
        The folder, relative to the scratch folder, from which imports start.
    modules : dict
        Path to the read source of every module.
    aside : list of str
        The modules that are not meant to be loaded: tests, set-up scripts, and files that were not chosen.
    files : tuple of str
        The paths of all files.
    asked : frozenset of str
        The names that the assignment asks for.
    hidden : dict
        Those of them that are defined only inside something, and where, in words.
    package : str
        The name of the whole folder as a package, if its modules import one another that way; else empty.
    uses : Uses
        How functions use the names that are reused further down.
    goes_on : bool
        Whether it is run past each statement that fails, only to tell what the work would have earned without them.
    args : tuple of str
        What stands on its command line.
    usual : str
        What the assignment calls the program.
    programs : list of str
        The programs that are run one after the other, where there is one for each of what the runs are about; else none.
    as_cell : bool
        Whether a script is run as a notebook of one cell, which can be stopped within.
    notebook_modules : dict
        Path to each notebook that others may import, which is none unless a library for that is imported.
    """

    folder: str
    kind: str | None = None
    entry: str | None = None
    base: str = ""
    modules: dict[str, Source] = field(default_factory=dict)
    aside: list[str] = field(default_factory=list)
    package: str = ""
    uses: Uses = field(default_factory=Uses)
    goes_on: bool = False
    args: tuple[str, ...] = ()
    usual: str = MAIN
    programs: list[str] = field(default_factory=list)
    as_cell: bool = False
    notebook: Notebook | None = None
    asked: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    hidden: dict[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=lambda: Policy((), (), ()))
    sources: Sources = field(default_factory=lambda: Sources(""))
    problems: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    notebook_modules: dict[str, Notebook] = field(default_factory=dict)

    def module_name(self, path: str) -> str:
        """Return the dotted name under which the module at `path` is imported."""
        if self.modules[path].is_relative:
            # It imports its neighbours with a dot, so it is part of a package, regardless of the program's folder.
            return f"{self.package_name(path)}.{basename(path).removesuffix('.py')}".removesuffix(".__init__")
        inner = path[len(self.base) + 1 :] if self.base and path.startswith(self.base + "/") else path
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def uses_again(self, source: Source) -> bool:
        """Return whether a module rebinds a name whose function or class is still needed: asked for, or called by others."""
        return source.tree is not None and bool(
            names_used_again(source.tree) & (self.asked | self.uses.called | self.uses.held.keys())
        )

    def package_name(self, path: str) -> str:
        """Return the dotted name of the package of the module at `path`."""
        return dirname(path).replace("/", ".") or self.package


def read(message: dict[str, Any], folder: str) -> tuple[Submission, dict[str, Any]]:
    """Return the submission in `message`, written below `folder`, and the reading for the judge.

    Parameters
    ----------
    message : dict
        The request: `files`, `name`, `form`, `allowed_imports`, and perhaps `harmless`, `limits`, `given` (files),
        `questions`, `names` (what the assignment asks for), `about` (what each of several runs is about), `usual` (what the program is called), `folders` (that hold no file), `entry` (the file to grade) and `plain` (whether code that cannot be read
        is read as if it had been saved as plain text).
    folder : str
        Absolute path of the scratch folder.
    """
    limits = Limits(**{key: value for key, value in message.get("limits", {}).items() if key in Limits.__annotations__})
    files = [(path, content) for path, content in message["files"]]
    bundle = collect(files, message["form"], limits, message.get("folders", ()))
    if message.get("plain"):
        _make_plain(bundle)
    submission = Submission(folder, sources=Sources(folder), problems=bundle.problems, remarks=bundle.remarks)
    _write(bundle, submission)
    submission.files = tuple(bundle.files)
    submission.asked = frozenset(message.get("names", ()))
    submission.usual = str(message.get("usual") or MAIN)
    submission.as_cell = bool(message.get("cells"))
    _choose(bundle, submission, message.get("entry"), message.get("about", ()))
    submission.package = _package([*bundle.wrappers[::-1], str(message.get("name", ""))], submission)
    _note_modules(submission)
    allowed = [*message.get("allowed_imports", ()), *(NOTEBOOK_MODULES if submission.notebook else ())]
    own = [*map(submission.module_name, submission.modules), submission.package, *_names_of_notebooks(submission)]
    submission.policy = Policy(allowed, message.get("harmless", HARMLESS), own)
    _write_given(message.get("given", ()), submission)
    _bring_near(bundle, submission)
    for path, source in submission.modules.items():
        if path not in submission.aside:
            submission.hidden.update(hidden_names(source, submission.asked))
    report = _report(bundle, submission)
    report["cells"] = cells_read(submission.notebook) if message.get("cells") else []
    report["answers"] = find_answers(message.get("questions", ()), submission.notebook, bundle.files)
    return submission, report


def _names_of_notebooks(submission: Submission) -> list[str]:
    """Return the names under which notebooks are imported, and those of the libraries with which they are."""
    stems = [basename(path).removesuffix(".ipynb") for path in submission.notebook_modules]
    return [*stems, *NOTEBOOK_LOADERS] if stems else []


def _make_plain(bundle: Bundle) -> None:
    """Convert code that Python or Jupyter cannot read, as if its author had saved it as plain text."""
    for path, content in bundle.files.items():
        reader = next((reader for ending, reader in _READERS.items() if path.lower().endswith(ending)), None)
        if reader is not None and reader(path, content).fault:
            bundle.files[path] = next((each for each in plain(content) if not reader(path, each).fault), content)


def _write(bundle: Bundle, submission: Submission) -> None:
    for path, content in bundle.files.items():
        target = Path(submission.folder, path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            submission.problems.append(problem("wrong", f"{path} could not be unpacked: {reason}.", None, file=path))
    for folder in bundle.folders:
        # If a file has its name, the file takes precedence.
        with contextlib.suppress(OSError):
            Path(submission.folder, folder).mkdir(parents=True, exist_ok=True)


def _write_given(given: Iterable[tuple[str, bytes]], submission: Submission) -> None:
    """Write the files that every submission is given, replacing its own with the same names, where its code looks for them."""
    folder = Path(submission.folder)
    for name, content in given:
        for place in dict.fromkeys((folder, folder / submission.base)):
            try:
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(content)
            except OSError as error:
                message = f"The file {name}, which is given, could not be written: {error.strerror}."
                hint = "Hand in only your own source files."
                if (place / name).is_dir():
                    message = f"A folder has the name of the file {name}, which is given."
                    hint = "Call the folder something else."
                submission.problems.append(problem("wrong", message, hint, file=name))


def _bring_near(bundle: Bundle, submission: Submission) -> None:
    """Let the program, which runs in its own folder, also find data in the folders above it.

    An author who started it from the folder above has written file names relative to that folder.
    """
    base = submission.base
    near, above = Path(submission.folder, base), base
    with_code = {folder for path in submission.modules for folder in _folders(path)}
    while above:
        above = dirname(above)
        prefix = f"{above}/" if above else ""
        paths = [*bundle.files, *bundle.folders]
        names = {path[len(prefix) :].partition("/")[0] for path in paths if path.startswith(prefix)}
        for name in sorted(names):
            path = prefix + name
            if path in with_code or path in submission.modules or f"{base}/".startswith(f"{path}/"):
                continue
            # If a system has no links, or the name is taken, it is only found in its place.
            with contextlib.suppress(OSError, NotImplementedError):
                (near / name).symlink_to(Path(submission.folder, path))


def _folders(path: str) -> Iterator[str]:
    """Yield the folders of a file, the innermost first."""
    while path := dirname(path):
        yield path


def _choose(bundle: Bundle, submission: Submission, entry: str | None, about: Sequence[str]) -> None:
    scripts = [path for path in bundle.files if path.lower().endswith(".py") and not _is_handed_out(path, bundle)]
    submission.modules = {path: read_source(path, bundle.files[path]) for path in scripts}
    for path, source in submission.modules.items():
        submission.sources.add(path, source.text or "")
    submission.aside = [path for path in scripts if _is_aside(path)]
    named = [
        path
        for path, content in bundle.files.items()
        if path.lower().endswith(".ipynb") or documents.is_document(path, content)
    ]
    if entry not in named:
        named = [path for path in named if not _is_hidden(path)] or ([] if submission.modules else named)
    notebooks = {path: read_notebook(path, bundle.files[path]) for path in named}
    found = _works(submission, notebooks, entry)
    if entry is not None and not found:
        held = _listing([*submission.modules, *notebooks]) if scripts or notebooks else "no code"
        message = f"There is no file {entry} to grade; the submission holds {held}."
        submission.problems.append(problem("wrong", message, "Name one of its files."))
    elif found:
        if entry is None and sum(len(work.programs) for work in found) > 1:
            texts = {path: _text_of(path, submission, notebooks) for work in found for path in work.programs}
            submission.programs = one_for_each(found, texts, _notes(bundle), about)
        first = next((work for work in found if set(work.programs) & set(submission.programs)), found[0])
        found.sort(key=lambda work: work is not first)
        if submission.programs:
            own = [path for path in submission.programs if path in first.programs]
            found[0] = replace(first, entry=first.entry if first.entry in own else own[0])
        _take(found, notebooks, submission, entry is not None)
    elif not submission.problems:
        submission.problems.append(_nothing(bundle))
    submission.base = _base(submission)


def _works(submission: Submission, notebooks: Mapping[str, Notebook], entry: str | None) -> list[Work]:
    """Return the works that may be graded, first the one to grade: the one asked for, or the one that defines most names."""
    usual = [path for path in submission.modules if path not in submission.aside] or list(submission.modules)
    wanted = {path: source for path, source in submission.modules.items() if path in usual or path == entry}
    alone = len(wanted) + len(notebooks) == 1
    cells = {
        path: cell_sources(notebook) if notebook.fault is None and not alone else []
        for path, notebook in notebooks.items()
    }
    found = works(wanted, cells, submission.asked, submission.usual)
    if entry is None:
        return found
    first = next((work for work in found if entry == work.entry), None)
    first = first or next((work for work in found if entry in work.files and not work.is_notebook), None)
    others = [work for work in found if work is not first]
    return [replace(first, entry=entry), *others] if first is not None else []


def _take(found: list[Work], notebooks: Mapping[str, Notebook], submission: Submission, asked: bool) -> None:
    """Make the first work the one that is graded, and say among which works it was chosen."""
    chosen, aside = joined(found[0], found[1:], asked=asked, by_names=bool(submission.asked))
    submission.entry = chosen.entry
    aside = [work for work in aside if not work.is_part_of(chosen)]
    rivals = [work for work in aside if work.is_notebook or work.written or work.stubs]
    if asked:
        submission.remarks.append(f"{chosen.entry} was graded, because the person who graded this has chosen it.")
    elif submission.programs:
        submission.remarks.append(f"These programs were run one after the other: {', '.join(submission.programs)}.")
    elif rivals:
        why = _why_chosen(chosen, rivals)
        others = _listing([work.title for work in rivals])
        submission.remarks.append(f"{chosen.title} was graded: {why}. Not graded: {others}.")
    run = {None, chosen.entry, *(chosen.programs if chosen.is_notebook else ())}
    apart = [work for work in found if work not in aside and not work.is_part_of(found[0])]
    programs = [str(work.entry) for work in apart if work.entry not in run]
    if programs and not submission.programs:
        submission.remarks.append(f"{chosen.entry} was run as the program. Not run: {_listing(programs)}.")
    notebook = _notebook_of(chosen, notebooks, submission)
    if notebook is not None:
        _take_notebook(notebook, submission)
    else:
        _take_modules(list(chosen.files), submission)
    loaded = frozenset(chosen.files)
    submission.notebook_modules = _importable(loaded, notebook, notebooks, submission)
    submission.aside = [path for path in submission.modules if path not in loaded]


def _importable(
    loaded: Collection[str], program: Notebook | None, notebooks: Mapping[str, Notebook], submission: Submission
) -> dict[str, Notebook]:
    """Return the notebooks that the files of a work may import."""
    others = {path: notebooks[path] for path in sorted(loaded) if path in notebooks and notebooks[path] is not program}
    if not others:
        return {}
    cells = [cell for path in loaded if path in notebooks for cell in cell_sources(notebooks[path])]
    modules = [source for path, source in submission.modules.items() if path in loaded]
    return others if any(map(loads_notebooks, [*cells, *modules])) else {}


def _text_of(path: str, submission: Submission, notebooks: Mapping[str, Notebook]) -> str:
    """Return the text of a program, of a notebook that of its cells."""
    if path in notebooks:
        notebook = notebooks[path]
        return "\n".join(cell.text or "" for cell in cell_sources(notebook)) if notebook.fault is None else ""
    return submission.modules[path].text or ""


def _notes(bundle: Bundle) -> str:
    """Return what files say that tell how programs are started."""
    named = [path for path in bundle.files if basename(path).lower().startswith("readme")]
    return "\n".join(bundle.files[path][:100_000].decode("utf-8", "replace") for path in named[:5])


def _why_chosen(chosen: Work, rivals: list[Work]) -> str:
    if any(work.is_broken and len(work.written) >= len(chosen.written) for work in rivals) and not chosen.is_broken:
        return "it has written most of what is asked for and can be read"
    equal = any(len(work.written) == len(chosen.written) for work in rivals)
    return "it comes first of those that have written as much" if equal else "it has written most of what is asked for"


def _notebook_of(chosen: Work, notebooks: Mapping[str, Notebook], submission: Submission) -> Notebook | None:
    """Return the notebook to run: the entry, or the one from which it was saved."""
    if chosen.entry is None:
        return None
    if chosen.is_notebook and len(chosen.programs) > 1:
        submission.remarks.append(f"These notebooks were run one after the other: {', '.join(chosen.programs)}.")
        return in_a_row(chosen.entry, [notebooks[path] for path in chosen.programs])
    if chosen.is_notebook:
        return notebooks[chosen.entry]
    source = submission.modules[chosen.entry]
    notebook = exported(chosen.entry, source, alone=len(chosen.files) == 1)
    if notebook is None and submission.as_cell and source.text is not None:
        notebook = Notebook(chosen.entry, [Cell(0, "code", source.text, number=1, source_line=1)])
    if notebook is not None:
        del submission.modules[chosen.entry]
    return notebook


def _take_notebook(notebook: Notebook, submission: Submission) -> None:
    submission.notebook = notebook
    submission.remarks += notebook.remarks
    if notebook.fault is not None:
        submission.problems.append(notebook.fault)
    else:
        submission.kind = "notebook"


def _take_modules(files: list[str], submission: Submission) -> None:
    scripts = [path for path in files if path in submission.modules]
    if len(scripts) == 1:
        source = submission.modules[scripts[0]]
        fault = source.fault or _hollow(source)
        submission.problems += [fault] if fault else []
        submission.kind = None if fault else "script"
        return
    sound = [path for path in scripts if submission.modules[path].fault is None]
    submission.kind = "modules" if any(not is_hollow(_tree(submission, path)) for path in sound) else None
    if submission.kind is None and sound:
        submission.problems.append(
            problem("missing", "No module of the submission holds code.", "Save your work first.")
        )


def _note_modules(submission: Submission) -> None:
    """Report modules that cannot be loaded, and names that hide others."""
    for path, source in submission.modules.items():
        empty = source.fault is not None and source.fault["why"] == "missing"
        if source.fault is not None and source.fault not in submission.problems and not empty:
            submission.problems.append(source.fault)
        elif empty and path != submission.entry and basename(path) != "__init__.py":
            submission.remarks.append(f"{path} is empty.")
        name = submission.module_name(path).partition(".")[0]
        if name in sys.stdlib_module_names or name in ("numpy", "scipy", "matplotlib"):
            submission.remarks.append(f"{path} has the name of the library module `{name}`; rename it.")


def _report(bundle: Bundle, submission: Submission) -> dict[str, Any]:
    notebook = submission.notebook
    cells = cell_sources(notebook) if notebook is not None and notebook.fault is None else []
    submission.problems += [source.fault for source in cells if source.fault is not None]
    loaded = [source for path, source in submission.modules.items() if path not in submission.aside]
    sources = [*loaded, *cells]
    foreign, forbidden = survey(sources, submission.modules, submission.policy)
    entry = submission.modules.get(submission.entry or "")
    names = sorted({name for source in sources for name in source.names})
    submission.uses = _uses([source.tree for source in sources if source.tree is not None])
    return {
        "kind": submission.kind,
        "entry": submission.entry,
        "programs": submission.programs,
        "files": [{"path": path, "size": len(content)} for path, content in bundle.files.items()],
        "has_main_guard": entry is not None and entry.has_main_guard,
        "names": names[: 5 * MAX_LISTED],
        "hidden": sorted(submission.hidden)[:MAX_LISTED],
        "imports": foreign[:MAX_LISTED],
        "forbidden": forbidden[:MAX_LISTED],
        "problems": submission.problems[:100],
        "remarks": submission.remarks[:100],
        **outline(sources),
    }


def _uses(trees: list[ast.Module]) -> Uses:
    used_again = vars(builtins).keys() | {name for tree in trees for name in names_used_again(tree)}
    return uses_in_functions(trees).among(used_again)


def _base(submission: Submission) -> str:
    if submission.entry is not None:
        return dirname(submission.entry)
    folders = {dirname(path) for path in submission.modules if path not in submission.aside}
    common = commonpath(folders) if folders and "" not in folders else ""
    return "" if f"{common}/__init__.py" in submission.modules else common


def _is_handed_out(path: str, bundle: Bundle) -> bool:
    """Return whether a file is the pre-check of the students' zip."""
    return basename(path) == "precheck.py" and b"precheck_files" in bundle.files[path]


def _package(names: list[str], submission: Submission) -> str:
    """Return the name of the folder as a package: the name that its modules import, or that of the hand-in.

    Parameters
    ----------
    names : list of str
        The names of the folders that contained all files, the innermost first, and that of the hand-in.
    """
    stems = [
        re.sub(r"\.(zip|tar|tgz|tar\.gz|py|ipynb)$", "", name, flags=re.IGNORECASE).replace(".", "_") for name in names
    ]
    stem = stems[-1]
    sources = submission.modules.values()
    if any(source.is_relative and "/" not in source.path for source in sources):
        return stem if stem and stem not in sys.stdlib_module_names else "submission_package"
    asked = {statement.module.partition(".")[0] for source in sources for statement in source.imports}
    return next((stem for stem in stems if stem in asked and stem not in _top_names(submission)), "")


def _top_names(submission: Submission) -> frozenset[str]:
    """Return the names of modules that a package could hide: the standard library's, and those beside it."""
    return (
        frozenset(path.partition("/")[0].removesuffix(".py") for path in submission.modules) | sys.stdlib_module_names
    )


def _is_aside(path: str) -> bool:
    """Return whether a module is for tests or installation, or is hidden, so that it is not meant to be loaded."""
    name = basename(path)
    folders = path.split("/")[:-1]
    return (
        _is_hidden(path)
        or name in ("setup.py", "conftest.py", "noxfile.py")
        or name.startswith("test_")
        or name.endswith("_test.py")
        or bool({"test", "tests", "docs"} & set(folders))
    )


def _is_hidden(path: str) -> bool:
    """Return whether a file is hidden, like an editor's former versions; in a folder that is handed in, none is read."""
    return any(part.startswith(".") for part in path.split("/"))


def _tree(submission: Submission, path: str) -> Any:
    return submission.modules[path].tree


def _hollow(source: Source) -> dict[str, Any] | None:
    if source.tree is None or not is_hollow(source.tree):
        return None
    message = f"{source.path} holds no code, only comments."
    return problem("missing", message, "Save your work in the editor, then hand in the file again.", file=source.path)


def _nothing(bundle: Bundle) -> dict[str, Any]:
    held = f"holds {_listing(list(bundle.files))}, but no" if bundle.files else "holds no"
    return problem("missing", f"The submission {held} .py or .ipynb file.", "Hand in the code itself.")


def _listing(paths: list[str]) -> str:
    shown = sorted(paths)
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
