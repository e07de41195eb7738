"""Compares the grader's verdicts with those of tests inside the student's process: ``python -m tests.foreign.material``.

The material: what nbgrader's source distribution has of assignments and hand-ins, read when this runs and never kept; and our own
courses of constructs and an assignment of Otter. Every verdict is had twice, and each that differs is printed with its cause; one
without a known cause ends the command with 1. Last come the shares of the three words that say how far a verdict can be trusted.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.material.foreign.forms import Form
from grader.material.foreign.reading import read_form
from grader.material.foreign.release import release
from tests.foreign import otter_courses, otter_suite
from tests.foreign.constructs import Construct, constructs
from tests.foreign.course_files import course_names, write_course
from tests.foreign.in_process import verdicts
from tests.material.foreign.writing import archive, as_json, cell, marked, notebook, raw

ROOT = Path(__file__).parents[2]
NBGRADER = "nbgrader==0.9.6"
SECONDS = 600
STDERR = "nbgrader gives nothing for a test that writes to stderr; here what it asserts decides"
HOSTILE, REFUSED = "hostile", "a forgery that is full marks there, and nothing here"
NOTHING_SEEN = "the test looks at nothing of the submission: full points there, none here"
# Why a verdict may differ, by corpus and question; "" stands for every corpus.
CAUSES: dict[tuple[str, str], str] = {
    ("nbgrader, arrays", "walk-1"): "the hand-in has replaced np.abs, which fails an honest comparison there",
    ("validating-environment-variable", "cell-bfbdf1784663b6b6"): NOTHING_SEEN,
    ("submitted-unchanged", "foo"): NOTHING_SEEN,
}


@dataclass
class Corpus:
    """An assignment, and hand-ins by their names: one notebook each, or several by the names of the author's."""

    name: str
    assignment: Path
    hand_ins: dict[str, Mapping[str, Any] | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One verdict that differs."""

    corpus: str
    student: str
    question: str
    case: int
    ours: float
    theirs: float

    @property
    def cause(self) -> str:
        """Why, as far as it is known; empty when it is not."""
        if self.student == HOSTILE and self.ours < self.theirs:
            return REFUSED
        return CAUSES.get((self.corpus, self.question)) or CAUSES.get(("", self.question), "")

    def __str__(self) -> str:
        where = f"{self.corpus}, {self.student}, {self.question}, case {self.case + 1}"
        return f"{where}: {self.ours:g} here, {self.theirs:g} in the process: {self.cause or 'NOT EXPLAINED'}"


@dataclass
class Findings:
    """What came of all material."""

    verdicts: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    # By corpus and student: what passes in the process.
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Difference]:
        """The differences without a known cause."""
        return [one for one in self.differences if not one.cause]

    def lines(self) -> Iterator[str]:
        """Yield what the command prints."""
        different = Counter(one.corpus for one in self.differences)
        for name, count in self.verdicts.items():
            yield f"{name:<44} {count - different[name]:>5} of {count:>5} verdicts are the same"
        total = self.verdicts.total()
        yield f"{'all':<44} {total - len(self.differences):>5} of {total:>5} verdicts are the same"
        yield from map(str, self.differences)
        for word, count in self.words.most_common():
            yield f"{word:<44} {count:>5} of {self.words.total():>5} questions, {count / self.words.total():.1%}"


def compare(corpora: Sequence[Corpus], folder: Path) -> Findings:
    """Have every hand-in of every corpus judged in both ways."""
    findings = Findings()
    for number, corpus in enumerate(corpora):
        form = read_form(corpus.assignment)
        records = _graded(corpus, form, folder / f"graded{number}")
        for student, handed_in in corpus.hand_ins.items():
            theirs = _in_process(form, handed_in)
            for question in form.questions:
                check = records[student].get(_number(form, question))
                if not question.tests or check is None:
                    continue
                findings.words[check["evidence"] or "not judged"] += 1
                for case, ours in enumerate(_shares(check, len(question.tests))):
                    cases = range(len(question.tests)) if question.all_or_nothing else (case,)
                    wanted = min(theirs[question.notebook, question.id, each] for each in cases)
                    findings.verdicts[corpus.name] += 1
                    findings.passed[corpus.name, student] += wanted == 1
                    if abs(ours - wanted) > 1e-9:
                        findings.differences.append(Difference(corpus.name, student, question.id, case, ours, wanted))
    return findings


def _number(form: Form, question: Any) -> str:
    return str(1 + next(k for k, each in enumerate(form.questions) if each is question))


def _shares(check: Mapping[str, Any], cases: int) -> list[float]:
    """Return the share that each case of a question earned."""
    parts = check["parts"]
    if len(parts) == cases and cases > 1:
        return [float(part["result"] == "passed") for part in parts]
    share = check["earned"] / check["points"] if check["points"] else float(check["result"] == "passed")
    return [share] * cases


def _in_process(form: Form, handed_in: Mapping[str, Any] | str) -> dict[tuple[str, str, int], float]:
    """Return the shares of all cases by notebook, question and case."""
    several = not isinstance(handed_in, str) and "cells" not in handed_in
    parts = handed_in.items() if several else [(form.notebooks[0].name if form.notebooks else "", handed_in)]  # type: ignore[union-attr]
    found = {}
    for name, part in parts:
        of = {question.id: question.notebook for question in form.questions if question.notebook in ("", name)}
        for (question, case), share in verdicts(form, part, name).items():
            found[of[question], question, case] = share
    return found


def _graded(corpus: Corpus, form: Form, folder: Path) -> dict[str, dict[str, Any]]:
    """Grade with the command; return each student's checks by the number of their task."""
    for student, handed_in in corpus.hand_ins.items():
        several = not isinstance(handed_in, str) and "cells" not in handed_in
        for name, part in handed_in.items() if several else [(student, handed_in)]:  # type: ignore[union-attr]
            path = folder / "in" / student / (f"{name}.py" if isinstance(part, str) else f"{name}.ipynb")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(part if isinstance(part, str) else json.dumps(part), encoding="utf-8")
    command = [sys.executable, "-m", "grader", "grade", str(folder / "in"), "--assignment", str(corpus.assignment)]
    command += ["--out", str(folder / "out"), "--anyway", "--quiet"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS)
    if ended.returncode:
        raise SystemExit(f"{corpus.name}: {ended.stdout}{ended.stderr}")
    records = (json.loads(path.read_text(encoding="utf-8")) for path in (folder / "out" / "records").glob("*.json"))
    return {record["student"]: {check["task"]: check for check in record["checks"]} for record in records}


def written_courses(folder: Path) -> Iterator[Corpus]:
    """Yield whole courses as authors of either tool write them, with hostile hand-ins."""
    for name in course_names():
        course = write_course(name, folder / "courses")
        yield Corpus(f"nbgrader, {name}", course.assignment, dict(course.hand_ins))
    for number, write in enumerate(otter_courses.COURSES):
        course = write(folder / f"otter{number}")
        hand_ins = {student: next(iter(parts.values())) for student, parts in course.hand_ins.items()}
        yield Corpus(course.name, course.assignment, hand_ins)


def own_courses(folder: Path) -> Iterator[Corpus]:
    """Yield our own material: constructs in four forms, and an assignment of Otter."""
    found = constructs()
    yield _nbgrader_course(found, folder / "nbgrader")
    for name, write in (("OK", _ok_master), ("functions", _functions_master)):
        yield _otter_course(found, folder / name, f"Otter, masters, {name}", write)
    yield Corpus(
        "Otter, seven files of tests",
        archive(folder / "autograder.zip", otter_suite.files()),
        {name: otter_suite.hand_in(name) for name in otter_suite.CLASS},
    )
    yield Corpus(
        "Otter, the same as scripts",
        archive(folder / "again.zip", otter_suite.files()),
        {name: otter_suite.script(name) for name in otter_suite.CLASS},
    )


def _mixed(found: Sequence[Construct]) -> dict[str, list[str]]:
    """Return the answers of four students: right, wrong, and by turns."""
    return {
        "right": [each.right for each in found],
        "wrong": [each.wrong for each in found],
        "even": [each.right if number % 2 else each.wrong for number, each in enumerate(found)],
        "odd": [each.wrong if number % 2 else each.right for number, each in enumerate(found)],
    }


def _nbgrader_course(found: Sequence[Construct], folder: Path) -> Corpus:
    def cells(answers: Sequence[str]) -> Iterator[dict[str, Any]]:
        for each, answer in zip(found, answers, strict=True):
            yield marked(answer, f"answer-{each.name}", "answer")
            yield marked(each.test, each.name, "test", 3 if each.name == "partial_credit" else 1)

    solved = [f"### BEGIN SOLUTION\n{each.right}\n### END SOLUTION" for each in found]
    path = notebook(folder / "source" / "ps1" / "p.ipynb", *cells(solved))
    hand_ins: dict[str, Any] = {name: as_json(*cells(answers)) for name, answers in _mixed(found).items()}
    hand_ins["untouched"] = release(read_form(path.parent))["p"]
    return Corpus("nbgrader, constructs", path.parent, hand_ins)


def _ok_master(each: Construct) -> str | None:
    """Return a construct's test as a cell of a master; None where it shows something in between."""
    tree = ast.parse(each.test)
    silent = (ast.Assert, ast.Assign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.For, ast.Try, ast.Delete)
    return each.test if all(isinstance(node, silent) for node in tree.body) else None


def _functions_master(each: Construct) -> str | None:
    """Return a construct's test as a function that takes what it uses; None where it gives the submission's names new values."""
    tree = ast.parse(each.test)
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    answered = {node.id for node in ast.walk(ast.parse(each.right)) if isinstance(node, ast.Name)}
    answered |= {node.name for node in ast.parse(each.right).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    if bound & answered & read and any(isinstance(node, ast.Delete) for node in ast.walk(tree)):
        return None
    body = "\n".join(f"    {line}" for line in ast.unparse(tree).split("\n"))
    return f"def test_it({', '.join(sorted(read - bound - set(dir(builtins))))}):\n{body}"


def _otter_course(found: Sequence[Construct], folder: Path, name: str, write: Any) -> Corpus:
    """Return a master with those constructs that can be written so, and whose right answers pass in the process."""
    kept = [
        each
        for each in found
        if write(each) is not None and each.name not in ("helper_of_an_earlier_test", "partial_credit")
    ]
    while True:
        path = notebook(folder / "hw.ipynb", *_master(kept, write, ok=write is _ok_master))
        form = read_form(path)
        passed = verdicts(form, as_json(*(cell(each.right) for each in kept)))
        failing = {question for (question, _), share in passed.items() if share != 1}
        if not failing:
            break
        kept = [each for each in kept if each.name not in failing]
    hand_ins = {}
    for student, answers in _mixed(kept).items():
        cells = (
            part
            for each, answer in zip(kept, answers, strict=True)
            for part in (cell(answer), cell(f'grader.check("{each.name}")'))
        )
        hand_ins[student] = as_json(cell("import numpy as np\nimport otter\ngrader = otter.Notebook()"), *cells)
    return Corpus(name, path, hand_ins)


def _master(kept: Sequence[Construct], write: Any, *, ok: bool) -> Iterator[dict[str, Any]]:
    yield raw("# ASSIGNMENT CONFIG\ntests:\n  ok_format: " + str(ok).lower())
    yield cell("import numpy as np")
    for each in kept:
        yield raw(f"# BEGIN QUESTION\nname: {each.name}\npoints: 1")
        yield raw("# BEGIN SOLUTION")
        yield cell(each.right)
        yield raw("# END SOLUTION")
        yield raw("# BEGIN TESTS")
        yield cell(write(each))
        yield raw("# END TESTS")
        yield raw("# END QUESTION")


FORMS = {
    "submitted-unchanged": (
        "submitted-changed",
        "submitted-cheat-attempt",
        "submitted-cheat-attempt-alternative",
        "submitted-grade-cell-changed",
        "submitted-locked-cell-changed",
    ),
    "autotest-simple-unchanged": ("autotest-simple-changed",),
    "autotest-hashed-unchanged": ("autotest-hashed-changed",),
    "autotest-hidden-unchanged": ("autotest-hidden-changed-right", "autotest-hidden-changed-wrong"),
    "autotest-multi-unchanged": ("autotest-multi-changed",),
    "validating-environment-variable": (),
    "validation-zero-points": (),
}
ALIKE = ("test", "test-v0", "test-v1", "test-v2", "test-with-output", "test-hidden-tests")


def nbgrader_material(folder: Path) -> Iterator[Corpus]:
    """Yield what nbgrader's source distribution holds, which is fetched now; nothing of it stays."""
    root = fetched(folder)
    files, guide = root / "nbgrader" / "tests" / "apps" / "files", root / "nbgrader" / "docs" / "source" / "user_guide"
    wanted = {**FORMS, **{name: tuple(other for other in ALIKE if other != name) for name in ALIKE}}
    for name, others in wanted.items():
        source = folder / "courses" / name / "source" / name / f"{name}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_bytes((files / f"{name}.ipynb").read_bytes())
        hand_ins: dict[str, Any] = {each: _read(files / f"{each}.ipynb") for each in (name, *others)}
        hand_ins["untouched"] = release(read_form(source.parent))[name]
        yield Corpus(name, source.parent, hand_ins)
    ps1 = {student: guide / "submitted" / student / "ps1" for student in ("bitdiddle", "hacker")}
    ps1 |= {"source": guide / "source" / "ps1", "release": guide / "release" / "ps1"}
    hand_ins = {name: {path.stem: _read(path) for path in sorted(place.glob("*.ipynb"))} for name, place in ps1.items()}
    yield Corpus("user_guide/source/ps1", guide / "source" / "ps1", hand_ins)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def fetched(folder: Path) -> Path:
    """Download and unpack nbgrader's source distribution; return its root."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--no-binary",
        ":all:",
        "--no-build-isolation",
        NBGRADER,
    ]
    # pip asks a package for its name before it keeps it, which needs what builds it; isolated, it fetches that itself.
    command = [word for word in command if word != "--no-build-isolation"]
    command[command.index(":all:")] = "nbgrader"
    subprocess.run([*command, "--quiet", "--dest", str(folder)], check=True, cwd=folder)
    (packed,) = folder.glob("nbgrader-*.tar.gz")
    with tarfile.open(packed) as archived:
        archived.extractall(folder, filter="data")
    return folder / packed.name.removesuffix(".tar.gz")


def run(*, fetch: bool = True) -> Findings:
    """Compare all material; ``fetch`` says whether that of the index is part of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpora = [*own_courses(folder), *written_courses(folder)]
        corpora += list(nbgrader_material(folder)) if fetch else []
        return compare(corpora, folder)


def main() -> int:
    """Print what came of it; return 1 when a difference has no known cause."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="only our own material")
    findings = run(fetch=not parser.parse_args().offline)
    print(*findings.lines(), sep="\n")
    return 1 if findings.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
