"""Tests of the bundle for students: what is in it, what is not, and that nothing of it gives a solution away."""

from __future__ import annotations

import ast
import io
import json
import marshal
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import numpy as np
import pytest

from grader.errors import AssignmentError
from grader.handout.archive import zipped
from grader.handout.closure import imported
from grader.handout.students import student_files
from grader.handout.template.write import solution_notebook, template_files
from grader.material.assignment import find_assignment
from grader.material.script import answer_key
from tests.precheck.bundles import NAMES, files_of

BACKPROP = find_assignment("backprop")
OTHERS = [name for name in NAMES if name != "backprop"]
HIDDEN = ("check_linear_initial_values", "check_linear_set", "check_xor_set")
# Lines that every program has, and that tell nothing.
ORDINARY = re.compile(
    r"(return (self|None|\w+)|else:|try:|finally:|yield|pass|for [\w, ]+ in [\w.()]+:|@\w+|\W+|\w+ = \[\]|import .*|from .* import .*|\w+ = \w+)"
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The files of the bundle."""
    return files_of("backprop")


def code_of(path: str, text: str) -> str:
    """Return a script as it is, and the cells of a notebook as one text."""
    if not path.endswith(".ipynb"):
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def solution_lines(name: str = "backprop") -> set[str]:
    """Return the lines of the bodies of the answer key that students are to write: all of it that the template does not hold."""
    folder = find_assignment(name)
    given = {line.strip() for path, text in template_files(folder).items() for line in code_of(path, text).splitlines()}
    notebook, key = solution_notebook(folder), answer_key(folder)
    assert key is not None
    lines: set[str] = set()
    if notebook is not None:
        # Every cell that is not handed out is a body, in functions or beside them.
        lines, key = {line.strip() for line in code_of(".ipynb", notebook[1]).splitlines()}, ""
    for node in ast.walk(ast.parse(key)):
        if isinstance(node, ast.FunctionDef):
            body = (
                node.body[1:]
                if isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
                else node.body
            )
            lines |= {
                line.strip()
                for statement in body
                for line in (ast.get_source_segment(key, statement) or "").splitlines()
            }
    return {line for line in lines - given if line and not ORDINARY.fullmatch(line)}


def texts(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield every text of the bundle: of sources, of notebooks, of arrays of bytes and strings, and of what they compile to."""
    for path, content in files.items():
        if path.endswith(".npz"):
            with np.load(io.BytesIO(content), allow_pickle=False) as archive:
                yield path, "\n".join(archive[name].tobytes().decode("utf-8", "replace") for name in archive.files)
            continue
        text = content.decode("utf-8")
        yield path, text
        if path.endswith(".ipynb"):
            yield path, code_of(path, text)
        if path.endswith(".py"):
            code = marshal.loads(marshal.dumps(compile(text, path, "exec")))
            yield path, "\n".join(constants(code))


def constants(code: CodeType) -> Iterator[str]:
    """Yield the strings inside compiled code."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from constants(constant)
        elif isinstance(constant, str):
            yield constant


@pytest.mark.parametrize("name", ["backprop", *(pytest.param(other, marks=pytest.mark.soak) for other in OTHERS)])
def test_no_line_of_a_solution_is_in_the_bundle(name: str):
    """No line of a solution's body stands in any file, compiled code or array."""
    wanted = solution_lines(name)
    assert len(wanted) > 50, "the solution was not found"
    found = {
        (path, line.strip())
        for path, text in texts(files_of(name))
        for line in text.splitlines()
        if line.strip() in wanted
    }
    assert found == set()


def test_the_search_finds_a_solution(files):
    """The same search finds a line that was put into a file, a string or an array."""
    line = sorted(solution_lines(), key=len)[-1]
    buffer = io.BytesIO()
    np.savez(buffer, hidden=np.frombuffer(line.encode(), np.uint8))
    for path, content in (("a.py", line.encode()), ("b.py", repr(line).encode()), ("c.npz", buffer.getvalue())):
        try:
            seen = list(texts({path: content}))
        except SyntaxError:
            seen = [(path, content.decode())]
        assert any(line in text for _, text in seen), path


def test_hidden_checks_and_what_gives_away_are_left_out(files):
    """No hidden check, mutant, variant, rubric or module of the answer key is in the bundle, and its size is below a megabyte."""
    whole = b"\n".join(content for path, content in files.items() if path.endswith(".py"))
    assert not [name for name in HIDDEN if f"def {name}".encode() in whole]
    assert not [
        path for path in files if re.search(r"mutants|variants|rubric\.toml|misconceptions\.toml|(^|/)reference/", path)
    ]
    assert len(zipped(files, "backprop")) < 1_000_000


def test_what_is_recorded_are_values(files):
    """The recording holds numbers and a document, no object and no code."""
    with np.load(io.BytesIO(files["precheck_files/assignment/recorded.npz"]), allow_pickle=False) as archive:
        kinds = {archive[name].dtype.kind for name in archive.files}
        document = json.loads(archive["document"].tobytes())
    assert kinds <= set("biufc")
    assert set(document) == {"version", "answers", "mistakes"}
    assert all(set(mistake) == {"id", "title", "checks", "words", "shows"} for mistake in document["mistakes"])


def test_all_that_is_imported_is_there(files):
    """Every module of ours that a file of the bundle imports is in the bundle, wherever the import stands."""
    inner = {
        path.removeprefix("precheck_files/"): text.decode() for path, text in files.items() if path.endswith(".py")
    }
    for path, text in inner.items():
        for name in imported(text):
            words = name.split("/")[0].split(".")
            candidates = [
                f"{'/'.join(words[:end])}{tail}"
                for end in (len(words), len(words) - 1)
                for tail in (".py", "/__init__.py")
            ]
            assert any(each in inner for each in candidates), f"{path}: {name}"


def test_nothing_that_confines_is_there(files):
    """The bundle runs a submission and never confines it: neither side of the fence is in it, nor named by it."""
    packages = (
        "grader/fence",
        "grader/inside/_walls",
        "grader/audit",
        "grader/handout",
        "grader/executors",
        "grader/command",
    )
    assert not [path for path in files if path.removeprefix("precheck_files/").startswith(packages)]
    texts = {path: content.decode() for path, content in files.items() if path.endswith(".py")}
    assert not [path for path, text in texts.items() if "_walls" in text or "grader.fence" in text]


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_two_bundles_are_equal_and_small(name: str):
    """What is recorded does not depend on chance: the zips are the same, byte for byte, and below a megabyte."""
    again = zipped(student_files(find_assignment(name)), name)
    assert again == zipped(files_of(name), name)
    assert len(again) < 1_000_000


def test_a_check_that_depends_on_the_student_is_refused(tmp_path: Path):
    """A check that asks the answer key about the student's own weights is named, with the remedy."""
    folder = tmp_path / "backprop"
    folder.mkdir()
    text = (BACKPROP / "assignment.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[[task]]")
    tasks = re.findall(r"\[\[task\]\].*?(?=\n\[)", "[[task]]" + rest, re.S)
    tail = rest[rest.index("[limits]") :]
    head = head.replace("total = 100", "total = 1").replace("bonus = 20", "bonus = 0")
    (folder / "assignment.toml").write_text(head + "\n".join(tasks) + "\n" + tail)
    (folder / "check_one.py").write_text(
        "import pytest\n\n@pytest.mark.points(1)\n@pytest.mark.task('2.1')\ndef check_own(student, reference, rng):\n"
        '    """Linear at its own weights."""\n    weight = student.Linear(3, 4, student.generator(1)).weight.value\n'
        "    layer = reference.Linear(3, 4)\n    layer.weight.value = weight\n    layer.forward(rng.standard_normal((2, 3)))\n"
    )
    with pytest.raises(AssignmentError) as raised:
        student_files(folder)
    assert str(raised.value) == (
        f"The check check_own of {folder} cannot be recorded for the pre-check: nothing was recorded for Linear.weight.value = .... "
        "Let the check draw what it needs instead of reading it from the student, give each part that draws its own generator "
        '(`first, second = rng.spawn(2)`), or mark it visibility("hidden").'
    )
    text = (folder / "check_one.py").read_text()
    (folder / "check_one.py").unlink()
    (folder / "check_two.py").write_text(
        text.replace("mark.points(1)\n", "mark.points(0)\n@pytest.mark.requires('check_secret')\n").replace(
            "own", "other"
        )
        + '\n@pytest.mark.points(1)\n@pytest.mark.task("2.1")\n@pytest.mark.visibility("hidden")\ndef check_secret(student):\n    """Hidden."""\n'
    )
    with pytest.raises(AssignmentError) as raised:
        student_files(folder)
    assert str(raised.value) == (
        f"The public check check_other of {folder} requires check_secret, which is hidden; hide check_other as well, or make check_secret public."
    )
