"""Which of a submission's files is graded, if several could be.

Students leave the template beside their work, hand in the whole folder that they were given, keep a copy, or try out a
single module. The work that defines most of the assignment's names is taken, so that a stub never hides an answer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

from _child import documents
from _child.sealed import BUILTINS as __builtins__  # noqa: F401
from _child.sources import Source

_DEFINITION = re.compile(r"(?m)^[ \t]*+(?:async ++def|def|class) ++(\w++)")
_CALL = re.compile(r"\b(\w{1,60}+)[ \t]*+\(")
_DEFINED, _GETS_DATA = re.compile(r"(?m)^[ \t]*+def ++\w++"), re.compile(r"(?i)gen|data|make|load|get|create")
_ASSIGNED = "="
MAIN = "main.py"
# Libraries that make `import layers` find `layers.ipynb`.
NOTEBOOK_LOADERS = frozenset({"import_ipynb", "nbimporter", "ipynb", "importnb"})
_IN_IPYNB = re.compile(r"\Aipynb\.fs\.(?:full|defs)\.")
_STUB = re.compile(r"\braise +NotImplementedError\b")


@dataclass(frozen=True)
class Work:
    """Files that belong together: a program with the modules that it imports, or one notebook with them.

    Attributes
    ----------
    entry : str or None
        The file that is run, None if none of the modules is a program.
    files : tuple of str
        All of them, sorted.
    written : frozenset of str
        The assignment's names that they define, with a dot for methods, without stubs.
    stubs : frozenset of str
        The assignment's names that they contain as stubs.
    size : tuple of int
        The number of definitions that are not stubs, and the number of characters.
    is_broken : bool
        Whether none of the texts can be parsed: it earns nothing, whatever it seems to define.
    programs : tuple of str
        The files that may be run, which none of the others imports; the entry is one of them.
    """

    entry: str | None
    files: tuple[str, ...]
    written: frozenset[str]
    stubs: frozenset[str]
    size: tuple[int, int]
    is_broken: bool = False
    programs: tuple[str, ...] = ()

    def is_part_of(self, other: Work) -> bool:
        """Return whether all of it belongs to another work, too."""
        return set(self.files) <= set(other.files)

    @property
    def is_notebook(self) -> bool:
        """Whether a notebook is the program."""
        return self.entry is not None and self.entry.lower().endswith((".ipynb", *documents.ENDINGS))

    @property
    def is_document(self) -> bool:
        """Whether the program is a notebook that is a text, which may be a report beside the work."""
        return self.is_notebook and documents.is_called_document(str(self.entry))

    @property
    def title(self) -> str:
        """Its name in sentences."""
        return self.entry or ", ".join(self.files[:3])


def works(
    scripts: Mapping[str, Source],
    notebooks: Mapping[str, list[Source]],
    names: Collection[str],
    usual: str = MAIN,
) -> list[Work]:
    """Return the works of a submission, the one to grade first.

    Parameters
    ----------
    scripts : mapping
        Path to the source of each module.
    notebooks : mapping
        Path to the sources of the cells of each notebook.
    names : collection of str
        What the assignment asks for; when empty, every function and class counts.
    usual : str
        What the assignment calls the program, perhaps with the folder that it lies in.
    """
    imports = {path: _imported(path, source, scripts) for path, source in scripts.items()}
    groups = _connected(imports)
    found = [_program(group, scripts, imports, names, usual, notebooks) for group in groups]
    for path, cells in notebooks.items():
        reached = _reached({file for cell in cells for file in _imported(path, cell, scripts)}, imports)
        if any(
            (_is_called(file, usual) or basename(file) == MAIN) and scripts[file].has_main_guard for file in reached
        ):
            # A report beside a program: what it takes from there is the program's.
            reached = set()
        run = _notebooks_used({path: cells}, notebooks) - {path}
        sources = [*cells, *(scripts[file] for file in reached), *(cell for file in run for cell in notebooks[file])]
        files = tuple(sorted({path, *reached, *run}))
        found.append(Work(path, files, *_told(sources, names), _all_broken(sources), (path,)))
    return sorted(found, key=lambda work: _rank(work, usual, found))


def joined(
    first: Work, others: Iterable[Work], *, asked: bool = False, by_names: bool = False
) -> tuple[Work, list[Work]]:
    """Return the first work with the works that belong to it, and the works that define the same names again.

    If it was `asked` for, its stubs count, too: no other work replaces them. `by_names` says that the assignment asks for
    names, so that notebooks with different ones, such as one for each task, are one work.

    Modules that do not import one another may still be one work: `layers.py` and `losses.py`, without a program.
    """
    if first.is_notebook:
        return _joined_notebooks(first, others) if by_names and not asked else (first, list(others))
    parts, aside = [first], []
    written = set(first.written | first.stubs if asked else first.written)
    for work in others:
        if work.is_notebook or (work.written | work.stubs) & written:
            aside.append(work)
        else:
            parts.append(work)
            written |= work.written
    files = tuple(sorted({file for part in parts for file in part.files}))
    entry = files[0] if len(files) == 1 else next((part.entry for part in parts if part.entry is not None), None)
    return Work(entry, files, frozenset(written), first.stubs, first.size), aside


def _joined_notebooks(first: Work, others: Iterable[Work]) -> tuple[Work, list[Work]]:
    parts, aside, names = [first], list[Work](), _made(first)
    for work in others:
        own = _made(work)
        if work.is_notebook and own - work.stubs and not own & names and not work.is_part_of(first):
            parts.append(work)
            names |= own
        else:
            aside.append(work)
    if len(parts) == 1:
        return first, aside
    parts.sort(key=lambda work: work.title)
    files = tuple(sorted({file for part in parts for file in part.files}))
    written = frozenset(name for part in parts for name in part.written)
    programs = tuple(part.title for part in parts)
    stubs = frozenset(name for part in parts for name in part.stubs) - written
    return Work(programs[0], files, written, stubs, first.size, programs=programs), aside


def _made(work: Work) -> set[str]:
    """Return the functions and classes of a work, stubs included; several tasks may assign a variable of one name."""
    return {name for name in work.written | work.stubs if not name.startswith(_ASSIGNED)}


def one_for_each(found: Iterable[Work], texts: Mapping[str, str], notes: str, about: Sequence[str]) -> list[str]:
    """Return the programs of a hand-in that has one for each of what its runs are about, in their order; none where that is not plain.

    Parameters
    ----------
    found : iterable of Work
        The best one first.
    texts : mapping
        What each program says.
    notes : str
        What the hand-in says of itself, as in its README.
    about : sequence of str
        The names of the runs, such as those of data sets.
    """
    chosen: dict[str, str] = {}
    for path in (path for work in found for path in work.programs):
        told = _is_about(path, texts[path], notes, about)
        if told is not None:
            chosen.setdefault(told, path)
    return [chosen[each] for each in about] if about and len(chosen) == len(about) else []


def _is_about(path: str, text: str, notes: str, about: Sequence[str]) -> str | None:
    """Return what a program is about: the one that its name holds, that alone is called in it, or that stands beside it in the notes."""
    stem = basename(path).rpartition(".")[0]
    beside = " ".join(line for line in notes.splitlines() if basename(path) in line)
    for words in (stem, " ".join(_called_in(text)), beside):
        held = [each for each in about if each.lower() in words.lower()]
        if len(held) == 1:
            return held[0]
    return None


def _called_in(text: str) -> list[str]:
    """Return the names of the functions that a text calls to get data; where it defines one, that is no call."""
    return [name for name in _CALL.findall(_DEFINED.sub(" ", text)) if _GETS_DATA.search(name)]


def _is_called(path: str, usual: str) -> bool:
    """Return whether a file is called as a program is; a name with a folder counts wherever the folder lies."""
    return f"/{path}".endswith(f"/{usual}")


def _rank(work: Work, usual: str, found: Iterable[Work]) -> tuple[object, ...]:
    """Order by what is written; a notebook before the modules that it was exported to, a short path before a longer one.

    What another work uses as a whole comes after it, as does a report beside what it is about.
    """
    path = work.title
    definitions, characters = work.size
    return (
        # Half of the best work still earns more than a work that cannot be run.
        -len(work.written) // (2 if work.is_broken else 1),
        work.is_broken,
        any(work.is_part_of(other) and len(work.files) < len(other.files) for other in found),
        work.is_document,
        not (work.written and work.is_notebook),
        -definitions,
        not work.is_notebook,
        path.count("/"),
        not _is_called(path, usual),
        basename(path) != MAIN,
        -characters,
        len(path),
        path,
    )


def _program(
    group: frozenset[str],
    scripts: Mapping[str, Source],
    imports: Mapping[str, set[str]],
    names: Collection[str],
    usual: str,
    notebooks: Mapping[str, list[Source]],
) -> Work:
    used = _notebooks_used({path: [scripts[path]] for path in group}, notebooks)
    sources = [*(scripts[path] for path in sorted(group)), *(cell for path in sorted(used) for cell in notebooks[path])]
    begins = group - {file for path in group for file in imports[path]}
    entry = _entry(group, begins, scripts, imports, usual)
    acting = sorted(path for path in begins if scripts[path].has_main_guard or _acts(scripts[path]))
    programs = tuple(dict.fromkeys([*filter(None, [entry]), *acting]))
    return Work(entry, tuple(sorted(group | used)), *_told(sources, names), _all_broken(sources), programs)


def _all_broken(sources: Iterable[Source]) -> bool:
    """Return whether there are texts, and none of them can be parsed."""
    trees = [source.tree for source in sources if source.text is None or source.text.strip()]
    return bool(trees) and all(tree is None for tree in trees)


def _entry(
    group: frozenset[str],
    begins: frozenset[str],
    scripts: Mapping[str, Source],
    imports: Mapping[str, set[str]],
    usual: str,
) -> str | None:
    """Return the file of a group that is its program: what is called so, `main.py`, what has a main guard, or what does something at its top.

    A module that another one imports is not a program, even if it has a main guard for trying it out.
    """
    guarded = {path for path in group if scripts[path].has_main_guard}
    for candidates in (
        {path for path in group if _is_called(path, usual)},
        {path for path in group if basename(path) == MAIN},
        {path for path in group if basename(path) == "__main__.py"},
        guarded & begins,
        guarded,
        {path for path in begins if _acts(scripts[path])},
    ):
        if candidates:
            return min(candidates, key=lambda path: (path.count("/"), -len(_reached({path}, imports)), len(path), path))
    return None


def _acts(source: Source) -> bool:
    """Return whether a module does something besides defining and importing."""
    return any(
        isinstance(node, ast.Expr | ast.For | ast.While) and not _is_nothing(node)
        for node in _statements_of(source.tree.body if source.tree is not None else ())
    )


def _connected(imports: Mapping[str, set[str]]) -> list[frozenset[str]]:
    """Return the groups of files that import one another, directly or not."""
    neighbours: dict[str, set[str]] = {path: set() for path in imports}
    for path, files in imports.items():
        for file in files:
            neighbours[path].add(file)
            neighbours[file].add(path)
    groups, seen = [], set[str]()
    for path in sorted(neighbours):
        if path not in seen:
            group = _reached({path}, neighbours)
            seen |= group
            groups.append(frozenset(group))
    return groups


def _reached(start: set[str], imports: Mapping[str, set[str]]) -> set[str]:
    """Return the given files and those that they import."""
    reached, waiting = set(start), list(start)
    while waiting:
        for file in imports[waiting.pop()] - reached:
            reached.add(file)
            waiting.append(file)
    return reached


def _imported(path: str, source: Source, scripts: Mapping[str, Source]) -> set[str]:
    """Return the files of the submission that a text imports, found by their names, the nearest one first."""
    found: set[str] = set()
    for module, names, level in _statements(source):
        for dotted in (f"{module}.{name}".strip(".") for name in ("", *names)):
            file = _file_of(dotted, path, level, scripts)
            if file is not None and file != path:
                found.add(file)
    return found | (_files_run(path, source, scripts) - {path})


def _files_run(path: str, source: Source, files: Collection[str]) -> set[str]:
    """Return those of some files that a text runs by their names, as `%run layers.py` does."""
    return _files_named(_names_run(source), path, files)


def _files_named(names: Iterable[str], path: str, files: Collection[str]) -> set[str]:
    """Return those of some files that are meant by names in the text at `path`: beside it, or the first one called so."""
    found = set()
    for name in names:
        wanted = normpath(join(dirname(path), name.replace("\\", "/")))
        named = [file for file in (wanted, f"{wanted}.py") if file in files]
        named = named or [file for file in files if basename(file) == basename(wanted)]
        found.update(named[:1])
    return found


def _names_run(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("run_line_magic", "magic"):
                words = " ".join(_texts(node)).split()
                yield from (word.strip("'\"") for word in words[1:] if words[0] == "run" and not word.startswith("-"))
            elif called in ("exec", "run_path", "spec_from_file_location"):
                yield from (text for text in _texts(node) if text.endswith(".py") and "\n" not in text)


def _notebooks_used(texts: Mapping[str, Sequence[Source]], notebooks: Mapping[str, list[Source]]) -> set[str]:
    """Return the notebooks that texts, by their paths, run, open, or import with the help of a library for that; and those that these use."""
    used: set[str] = set()
    waiting = [(path, sources, False) for path, sources in texts.items()]
    while waiting:
        path, sources, imports = waiting.pop()
        # Once such a library is there, the notebooks that are imported find others, too.
        imports = imports or any(loads_notebooks(source) for source in sources)
        for source in sources:
            named = {*_names_run(source), *_notebooks_read(source)}
            if imports:
                modules = [module_of(module) for module, _, _ in _statements(source)]
                named.update(f"{module.replace('.', '/')}.ipynb" for module in modules)
            for file in _files_named(named, path, notebooks) - used - {path}:
                used.add(file)
                waiting.append((file, notebooks[file], imports))
    return used


def _notebooks_read(source: Source) -> Iterator[str]:
    """Yield the names of the notebooks that a text reads by itself, as ``open("layers.ipynb")`` does."""
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("open", "read", "Path"):
                yield from (text for text in _texts(node) if text.lower().endswith(".ipynb"))


def loads_notebooks(source: Source) -> bool:
    """Return whether a text imports a library that makes notebooks importable."""
    return any(statement.module.partition(".")[0] in NOTEBOOK_LOADERS for statement in source.imports)


def module_of(name: str) -> str:
    """Return the name under which a notebook is imported without the package of `ipynb` in front: `ipynb.fs.full.layers`."""
    return _IN_IPYNB.sub("", name)


def _texts(node: ast.AST) -> list[str]:
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _statements(source: Source) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield the module, the names and the number of dots of each import of a text."""
    for statement in source.imports:
        yield statement.module, statement.names, 0
    for node in ast.walk(source.tree) if source.tree is not None else ():
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.module or "", tuple(alias.name for alias in node.names), node.level


def _file_of(dotted: str, path: str, level: int, scripts: Mapping[str, Source]) -> str | None:
    inner = dotted.replace(".", "/")
    if level:
        folder = normpath(join(dirname(path), *[".."] * (level - 1)))
        places = [join(folder, inner)]
    else:
        # The folder of the program, the folders above it, and any other that may be on the search path.
        above = dirname(path)
        places = [join(above, inner)]
        while above:
            above = dirname(above)
            places.append(join(above, inner))
        places += sorted(
            (file.removesuffix(".py").removesuffix("/__init__") for file in scripts if _ends(file, inner)),
            key=lambda place: (place.count("/"), place),
        )
    for place in map(normpath, places):
        for file in (f"{place}.py", f"{place}/__init__.py"):
            if file in scripts:
                return file
    return None


def _ends(file: str, inner: str) -> bool:
    return file.endswith((f"/{inner}.py", f"/{inner}/__init__.py"))


def _told(sources: Iterable[Source], names: Collection[str]) -> tuple[frozenset[str], frozenset[str], tuple[int, int]]:
    """Return the names that texts define, the names of their stubs, and their size."""
    sources = list(sources)
    found = [definition for source in sources for definition in _definitions(source)]
    asked = [(name, stub) for name, stub in found if _counts(name, names)]
    written = frozenset(name for name, stub in asked if not stub)
    size = len({name for name, stub in found if not stub}), sum(len(source.text or "") for source in sources)
    return written, frozenset(name for name, stub in asked if stub) - written, size


def _counts(definition: str, names: Collection[str]) -> bool:
    if not names:
        return not definition.startswith(_ASSIGNED)
    return definition.removeprefix(_ASSIGNED).partition(".")[0] in names


def _definitions(source: Source) -> Iterator[tuple[str, bool]]:
    """Yield the names of functions, methods and top-level assignments, and whether each is a stub.

    Assigned names have a mark in front, because they count only if they are asked for.
    """
    if source.tree is None:
        # If it cannot be parsed, take the names that its lines begin to define; as many of them as there are raises may
        # be stubs.
        begun = _DEFINITION.findall(source.text or "")
        stubs = len(_STUB.findall(source.text or ""))
        yield from ((name, place < stubs) for place, name in enumerate(begun))
        return
    for node in _statements_of(source.tree.body):
        if isinstance(node, ast.ClassDef):
            methods = [member for member in node.body if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)]
            yield from ((f"{node.name}.{method.name}", _is_stub(method)) for method in methods)
            if not methods:
                yield node.name, all(map(_is_nothing, node.body)) and not node.bases
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, _is_stub(node)
        elif isinstance(node, ast.Assign):
            yield from ((f"{_ASSIGNED}{target.id}", False) for target in node.targets if isinstance(target, ast.Name))


def _statements_of(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, those in its blocks included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from _statements_of([*node.body, *getattr(node, "orelse", ())])


def _is_stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a function does nothing, or only raises `NotImplementedError`."""
    body = [node for node in function.body if not _is_nothing(node)]
    if len(body) != 1 or not isinstance(body[0], ast.Raise):
        return not body
    raised = body[0].exc.func if isinstance(body[0].exc, ast.Call) else body[0].exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _is_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
