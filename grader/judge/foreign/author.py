"""What the author of a foreign assignment has written around the tests: imports, and which names are free in what; nothing of it runs here but imports."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from grader.errors import AssignmentError
from grader.judge.foreign.exchange import writes
from grader.judge.foreign.patches import changes_modules
from grader.material.foreign.forms import Case, Form, Question
from grader.material.foreign.imports import MOST_KEPT, code_of, imported, nodes_of, tree_of

# What only the student's process can tell: its figures, its cells, its own text.
_ONLY_THERE = frozenset({"In", "Out", "get_ipython", "_", "__", "_oh", "_ih", "id"})
# What a test does to the process of whoever is tested: it puts something in the place of a keyboard, listens to a log, allows depth.
_DONE_THERE = frozenset({"stdin", "input", "assertLogs", "assertNoLogs", "setrecursionlimit"})
MODULES_THERE = frozenset(
    {"matplotlib", "inspect", "mock", "seaborn", "plotly", "dis", "gc", "ast", "IPython", "bokeh", "altair", "asyncio"}
)
# Of the libraries; the builtin `eval` has a stand-in.
_EVALUATE_TEXTS = frozenset({"eval", "query", "sympify", "parse_expr"})
# What makes objects of bytes or texts that a submission may have written, by running what these say.
_UNPICKLES = frozenset(
    {"pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve", "marshal", "read_pickle", "allow_pickle"}
    | {"unsafe_load", "unsafe_load_all"}
)
_OWN_GENERATOR = re.compile(r"\brandom\.(?:default_rng|RandomState|Generator|Random)\b")
_COMPARES = re.compile(r"assert|equal|close|same|match|check")


class Author:
    """Everything that is known of a form before anybody is graded.

    Raises
    ------
    AssignmentError
        When a test is no Python, or imports what is not installed where the judge runs.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self._cells = [cell for notebook in form.notebooks for cell in notebook.cells if cell.type == "code"]
        self._trees = [tree for cell in self._cells if (tree := tree_of(cell.source)) is not None]
        for question in form.questions:
            for case in question.tests:
                self._examine(question, case)

    def _examine(self, question: Question, case: Case) -> None:
        for text in (case.setup, case.source):
            for code in self._code_of(question, case, text):
                try:
                    tree = ast.parse(code)
                except (SyntaxError, ValueError) as error:
                    line = getattr(error, "lineno", None)
                    raise AssignmentError(
                        f"{self.form.folder}: the test of {question.id!r} is no Python, so that nobody could pass it: {error.args[0]}"
                        f"{f' (line {line} of the test)' if line else ''}."
                    ) from None
                for module in imported(tree):
                    self._require(question, module)

    def _code_of(self, question: Question, case: Case, text: str) -> list[str]:
        try:
            return code_of(case, text)
        except ValueError as error:
            raise AssignmentError(
                f"{self.form.folder}: the examples of {question.id!r} cannot be read: {error}."
            ) from None

    def _require(self, question: Question, module: str) -> None:
        root = module.partition(".")[0]
        beside = {path.partition("/")[0].removesuffix(".py") for path in self.form.files}
        if root in ("nose", "otter", "__main__", "IPython") or root in beside or root in sys.stdlib_module_names:
            return
        if importlib.util.find_spec(root) is None and not any(root in _written_modules(tree) for tree in self._trees):
            raise AssignmentError(
                f"{self.form.folder}: the test of {question.id!r} imports {root}, which is not installed where the work is graded. Write "
                "the name of its package behind `deps =` in the section [testenv:grade] of tox.ini and run `tox -e grade` again."
            )

    @cached_property
    def imports(self) -> dict[str, Any]:
        """What the author's own cells import, by name, as far as a test uses it."""
        used = {name for tree in self._test_trees() for name in _names(tree)}
        found: dict[str, Any] = {}
        for tree in self._trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    _import(node, used, found)
        return found

    @cached_property
    def written(self) -> frozenset[str]:
        """Names of builtins that the author's cells bind themselves: an exercise asks for them."""
        bound = {name for cell in self._cells if cell.role != "test" for name in binds(cell.source)}
        return frozenset(bound & vars(builtins).keys())

    @cached_property
    def helpers(self) -> dict[str, Any]:
        """The functions that the author's own cells define, as code: no answer of a student's takes their place in a test.

        Not those without a body, which are for students to write, and none where no cell is marked as an answer.
        """
        if all(cell.role != "answer" for cell in self._cells):
            return {}
        asked = {name for cell in self._cells if cell.role in ("answer", "test") for name in binds(cell.source)}
        found: dict[str, Any] = {}
        for cell in self._cells:
            tree = tree_of(cell.source) if cell.role in ("given", "locked") else None
            for node in tree.body if tree is not None else ():
                if isinstance(node, ast.FunctionDef) and node.name not in asked and not _is_stub(node):
                    found[node.name] = compile(ast.Module([node], []), f"{node.name} of the assignment", "exec")
        return found

    def _test_trees(self) -> Iterator[ast.Module]:
        for question in self.form.questions:
            for case in question.tests:
                for text in (case.setup, case.source):
                    for code in code_of(case, text):
                        if (tree := tree_of(code)) is not None:
                            yield tree

    @cached_property
    def mutated(self) -> frozenset[str]:
        """The global names that functions of the author's solution give new values: a test that sets one sets the submission's."""
        trees = [tree for cell in self._cells if cell.role == "answer" and (tree := tree_of(cell.source)) is not None]
        nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Global))
        return frozenset(name for node in nodes for name in node.names)

    def unpickles(self, case: Case) -> bool:
        """Return whether a test makes objects of bytes or texts in a way that runs what these say."""
        return _runs_texts(text_of(case))

    @cached_property
    def _names_there(self) -> frozenset[str]:
        """The names under which the author's cells import what only the student's process can tell."""
        return frozenset(name for tree in self._trees for name in _names_of_modules(tree, MODULES_THERE))

    @cached_property
    def computing(self) -> frozenset[Case]:
        """The tests that leave modules, files and generators of random numbers as they are, wherever they run."""
        cases = [case for question in self.form.questions for case in question.tests]
        return frozenset(case for case in cases if not self._does_more(case))

    def _does_more(self, case: Case) -> bool:
        tree = tree_of(text_of(case))
        found = self.only_there(case) or self.unpickles(case) or draws_shared(case)
        return found or changes_modules(tree, self.imports) or writes(tree)

    def look(self) -> None:
        """Find now what judges ask of the texts, so that each finds it known."""
        _ = self.imports, self.written, self.helpers, self.mutated, self.computing
        for question in self.form.questions:
            for case in question.tests:
                text = text_of(case)
                whole = text if case.kind != "function" else f"{case.setup}\n{text}"
                _ = (
                    free_names(text),
                    binds(text),
                    used_names(case.source),
                    compared_names(text),
                    nodes_of(tree_of(whole)),
                )

    def only_there(self, case: Case) -> bool:
        """Return whether a test looks at what only the student's process can tell."""
        return case in self._only_there

    @cached_property
    def _only_there(self) -> frozenset[Case]:
        return frozenset(case for question in self.form.questions for case in question.tests if self._looks_there(case))

    def _looks_there(self, case: Case) -> bool:
        if case.hidden:
            return False
        tree = tree_of(text_of(case))
        if tree is None:
            return False
        if self.unpickles(case):
            return True
        drawn = self._names_there | set(_names_of_modules(tree, MODULES_THERE))
        own = set(binds(text_of(case)))
        for node in nodes_of(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                if node.id in drawn or (node.id in _ONLY_THERE and node.id not in own):
                    return True
            elif (isinstance(node, ast.Compare) and _asks_for_identity(node)) or (
                isinstance(node, ast.Attribute) and (node.attr in _DONE_THERE or ast.unparse(node) == "unittest.main")
            ):
                return True
        return False


def _is_stub(node: ast.FunctionDef) -> bool:
    """Return whether a function does nothing yet."""
    return all(
        isinstance(each, ast.Pass)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        or (isinstance(each, ast.Raise) and "NotImplemented" in ast.unparse(each))
        or (isinstance(each, ast.Return) and (each.value is None or ast.unparse(each.value) in ("None", "...")))
        for each in node.body
    )


@lru_cache(maxsize=MOST_KEPT)
def _runs_texts(text: str) -> bool:
    return any(map(_unpickles, nodes_of(tree_of(text))))


def _unpickles(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        # Tables and SymPy evaluate texts; those that the test holds itself are its author's.
        called = getattr(node.func, "attr", "")
        evaluates = called in _EVALUATE_TEXTS or getattr(node.func, "id", "") in _EVALUATE_TEXTS - {"eval", "query"}
        return evaluates and not all(isinstance(each, ast.Constant) for each in node.args)
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = [alias.name for alias in node.names]
        modules += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        return any(module.partition(".")[0] in _UNPICKLES for module in modules)
    words = [
        getattr(node, "attr", None),
        getattr(node, "id", None),
        node.arg if isinstance(node, ast.keyword) else None,
    ]
    return not _UNPICKLES.isdisjoint(words)


@lru_cache(maxsize=MOST_KEPT)
def text_of(case: Case) -> str:
    """Return the Python of a test as one text."""
    return case.source if case.kind == "cell" else "\n".join(code_of(case, case.source))


def _asks_for_identity(node: ast.Compare) -> bool:
    """Return whether a comparison asks whether two things are one, other than a constant."""
    operands = (node.left, *node.comparators)
    return any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops) and not any(
        isinstance(each, ast.Constant) or getattr(getattr(each, "func", None), "id", "") == "type" for each in operands
    )


@lru_cache(maxsize=MOST_KEPT)
def binds(text: str) -> tuple[str, ...]:
    """Return the names that a text binds at its top level, sorted."""
    tree = tree_of(text)
    if tree is None:
        return ()
    found = {node.id for node in nodes_of(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    found |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return tuple(sorted(found))


@lru_cache(maxsize=MOST_KEPT)
def used_names(text: str) -> frozenset[str]:
    """Return the names that a text reads."""
    return frozenset(
        node.id for node in nodes_of(tree_of(text)) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


@lru_cache(maxsize=MOST_KEPT)
def free_names(text: str) -> frozenset[str]:
    """Return the names that a text reads, or may read, before it has bound them itself."""
    tree, bound, free = tree_of(text), set[str](), set[str]()
    for statement in tree.body if tree is not None else ():
        nodes = list(ast.walk(statement))
        read = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)}
        changed = [node.target for node in nodes if isinstance(node, ast.AugAssign)]
        free |= (read | {node.id for node in changed if isinstance(node, ast.Name)}) - bound
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            bound |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            bound.add(statement.name)
    return frozenset(free)


def draws_shared(case: Case) -> bool:
    """Return whether a test may draw from the generators that it shares with the submission; one of its own shares nothing."""
    text = _OWN_GENERATOR.sub("", f"{case.setup}\n{case.source}")
    return "random" in text or "seed" in text


@lru_cache(maxsize=MOST_KEPT)
def compared_names(text: str) -> frozenset[str]:
    """Return the names that a test compares with: they never reach the submission."""
    found: set[str] = set()
    for node in nodes_of(tree_of(text)):
        if isinstance(node, ast.Compare | ast.Assert):
            found |= set(_names(node))
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if _COMPARES.search(str(called).lower()):
                found |= set(_names(node))
    return frozenset(found)


def _import(node: ast.Import | ast.ImportFrom, used: set[str], found: dict[str, Any]) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        module = alias.name if isinstance(node, ast.Import) else str(node.module)
        root = module.partition(".")[0]
        if alias.name == "*" and isinstance(node, ast.ImportFrom) and not node.level and _is_installed(root):
            found |= _starred(module, used)
        elif name in used and root not in MODULES_THERE and root != "otter":
            one = ast.Module([type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]})], [])
            names: dict[str, Any] = {}
            try:
                exec(compile(ast.fix_missing_locations(one), "<author's import>", "exec"), names)
            except Exception:
                continue
            found.setdefault(name, names[name])


def _starred(module: str, used: set[str]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(f"from {module} import *", names)
    return {name: value for name, value in names.items() if name in used and not name.startswith("__")}


def _is_installed(root: str) -> bool:
    return importlib.util.find_spec(root) is not None


def _names_of_modules(tree: ast.AST, roots: Iterable[str]) -> Iterator[str]:
    """Yield the names under which a text imports from some libraries."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                module = alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
                if not set(module.split(".")).isdisjoint(roots):
                    yield alias.asname or alias.name.partition(".")[0]


def _written_modules(tree: ast.AST) -> set[str]:
    """Return the names of modules that a text mentions as files, which it may write."""
    values = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {value.removesuffix(".py") for value in values if value.endswith(".py")}


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            # Otter's test functions take what they need by its name.
            yield node.arg
