"""CHECKED: tries the checks on the answer key, and on an empty hand-in, before the first student is graded.

An author's mistake shows here, with its file and line, and not as a fault of the grader for each student. The answer
key goes through the fence like a hand-in. The rehearsal is not repeated until the grader, the assignment or the
packages change.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.cache import cache_folder, is_ours_alone
from grader.checks.claims import is_claim
from grader.checks.examination import Run
from grader.checks.labels import cut
from grader.errors import AssignmentError
from grader.files import write_atomically
from grader.judge.findings import Findings
from grader.judge.grading import examination_of
from grader.judge.load import load_submission
from grader.judge.mistakes import of_check, refuse_another_key, refuse_doubles, takes
from grader.judge.plugin import PARTS, PHASES
from grader.judge.setup import Setup
from grader.judge.trusted_code import run_on_trusted
from grader.judge.verdict import CheckRun, run_checks
from grader.material.answer_key import import_answer_key
from grader.material.assignment import Assignment
from grader.material.document import Document, line_in, mistake, near
from grader.material.percent import is_percent, read_cells
from grader.material.promised import require_promised
from grader.material.script import answer_key
from grader.outcomes import Result, StudentFault, Why
from grader.record.score import exact_sum
from grader.submissions import Submission
from grader.trusted import Loaded
from grader.trusted.forked import Forked

# An empty hand-in.
NOTHING = "pass\n"
# Not the secret seed: the result must not depend on the machine.
SEED = "rehearsal"
MOST_TOLD = 5
MOST_KEPT = 500
CORRECT = "Correct the check or the answer key."
NOTHING_GRADED = "Nobody was graded."


def rehearse(setup: Setup, installed: str) -> None:
    """Try the checks, unless they were tried before and nothing has changed since.

    Parameters
    ----------
    setup : Setup
    installed : str
        The digest of everything that the outcome depends on; empty if it is not known.

    Raises
    ------
    AssignmentError
        If something is wrong with a check, the answer key or ``assignment.toml``.
    """
    if _is_known(installed):
        return
    refuse_mistakes(setup.assignment, [item for item, _ in setup.checks])
    source, setup = answer_key(setup.assignment.folder, handed_in=True), replace(setup, seed=SEED)
    if source is not None or setup.assignment.own_answer_key is not None:
        told = Forked(lambda: _complaints(setup, source), setup.judge_limits.cpu_seconds).result()
        if told is None:
            raise mistake(
                setup.assignment.folder / "assignment.toml",
                None,
                "trying the checks on the answer key did not come to its end.",
            )
        if told:
            more = [f"and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
            raise AssignmentError(*told[:MOST_TOLD], *more, NOTHING_GRADED)
    _keep(installed)


def import_key(assignment: Assignment) -> None:
    """Import the answer key, once for all submissions; raises ``AssignmentError`` if the import fails or prints something."""
    with _listening(assignment, "when it is imported") as printed:
        import_answer_key(assignment)
    if printed:
        raise printed[0]


def refuse_mistakes(assignment: Assignment, items: list[pytest.Item]) -> None:
    """Raise ``AssignmentError`` for the first mistake found by reading the files of an assignment."""
    require_promised(assignment)
    paths = list(dict.fromkeys(item.path for item in items))
    refuse_doubles(paths)
    if assignment.own_answer_key is not None:
        refuse_another_key(paths, assignment.reference)


def _is_known(installed: str) -> bool:
    folder = cache_folder("rehearsals") if installed else None
    return folder is not None and is_ours_alone(folder) and (folder / installed).is_file()


def _keep(installed: str) -> None:
    folder = cache_folder("rehearsals") if installed else None
    if folder is not None:
        with contextlib.suppress(OSError):
            write_atomically(folder / installed, b"")
            for path in sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime)[:-MOST_KEPT]:
                path.unlink()


def _complaints(setup: Setup, source: str | None) -> list[str]:
    """Return a sentence for each mistake, in order; runs in a fork."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        folder = Path(name)
        with _listening(setup.assignment, "when a check asks it") as printed:
            found = _of_module(setup) if source is None else _of_key(setup, _as_hand_in(source, folder))
        found = found or printed
        if not found:
            empty = _handed_in(folder / "nothing.py", NOTHING)
            found = _of_nothing(setup, empty)
    return [str(each) for each in found]


def _as_hand_in(source: str, folder: Path) -> Submission:
    if not is_percent(source):
        return _handed_in(folder / "answer_key.py", source)
    cells: list[dict[str, Any]] = [
        {
            "cell_type": cell.kind,
            "id": f"cell-{number:03d}",
            "metadata": {"tags": list(cell.tags)},
            "source": cell.source,
        }
        | ({"outputs": [], "execution_count": None} if cell.kind == "code" else {})
        for number, cell in enumerate(read_cells(source, "the answer key"), 1)
    ]
    return _handed_in(
        folder / "answer_key.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )


def _handed_in(path: Path, text: str) -> Submission:
    path.write_text(text, encoding="utf-8")
    return Submission(path.stem, path.stem, path, "file")


def _of_key(setup: Setup, key: Submission) -> list[AssignmentError]:
    found: list[AssignmentError] = []
    findings = Findings()
    with ExitStack() as stack:
        session = load_submission(key, setup, findings, stack)
        found += _forbidden(findings, setup.assignment)
        found += [_of_loading(fault, setup.assignment) for fault in _stops(findings, setup)]
        if not found:
            examination = examination_of(setup, findings, session)
            for run in run_checks(setup.checks, lambda: examination):
                found += complaints_of(run, setup.assignment)
    return found


def _stops(findings: Findings, setup: Setup) -> list[StudentFault]:
    """Return what stops the key when it is loaded and, if a check looks at the run, when it is run."""
    runs = any("script" in item.fixturenames for item, _ in setup.checks)  # type: ignore[attr-defined]
    ended = [findings.load_fault, findings.run.fault if runs and isinstance(findings.run, Run) else None]
    return list(dict.fromkeys(fault for fault in ended if fault is not None))


def _of_module(setup: Setup) -> list[AssignmentError]:
    """Return the mistakes of a key that is only a module, which no student could hand in; nothing is run as a script."""
    loaded = Loaded.of(vars(import_answer_key(setup.assignment)))
    found: list[AssignmentError] = []
    for item, spec in setup.checks:
        if "script" not in item.fixturenames:  # type: ignore[attr-defined]
            found += complaints_of(run_on_trusted(item, spec, loaded, setup.assignment, SEED), setup.assignment)
    return found


def _of_nothing(setup: Setup, empty: Submission) -> list[AssignmentError]:
    findings = Findings()
    with ExitStack() as stack:
        session = load_submission(empty, setup, findings, stack)
        examination = examination_of(setup, findings, session)
        return [
            of_check(
                run.item,
                f"gives {run.outcome.earned:g} of {run.spec.points:g} points to a hand-in in which nothing is written; let it "
                "call `student` before it may pass.",
            )
            for run in run_checks(setup.checks, lambda: examination)
            if run.outcome.earned > 0
        ]


def _forbidden(findings: Findings, assignment: Assignment) -> list[AssignmentError]:
    """Return a sentence for each import of the answer key that students may not use."""
    document = Document.read(assignment.folder / "assignment.toml")
    modules = dict.fromkeys(each["module"] for each in findings.reading.get("forbidden", ()))
    return [
        document.fail(
            ("imports", "allowed"),
            f"the answer key imports {module}, which 'allowed' does not name, so students may not; name it there, or do without.",
        )
        for module in modules
    ]


def _of_loading(fault: StudentFault, assignment: Assignment) -> AssignmentError:
    """Return the sentence about a key that stops; the script made from its modules has other line numbers."""
    said = f"the answer key cannot be handed in like a student's work: {fault.message}"
    for path in sorted(assignment.answer_key.glob("*.py")):
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
        # The line of the innermost frame in the key's own code.
        for frame in reversed(fault.frames):
            if frame.code.strip() in lines and frame.code.strip() != "main()":
                return mistake(path, lines.index(frame.code.strip()) + 1, said)
    return Document.read(assignment.folder / "assignment.toml").fail(("assignment", "reference"), said)


def complaints_of(run: CheckRun, assignment: Assignment) -> Iterator[AssignmentError]:
    """Yield the mistakes of a check that the answer key does not pass; nothing for a check that was skipped because another failed."""
    outcome, parts = run.outcome, run.item.stash.get(PARTS, None)
    if outcome.result is Result.PASSED or outcome.mend_first is not None:
        return
    ended = next((info.value for info in run.item.stash.get(PHASES, {}).values() if info is not None), None)
    if ended is None and parts is not None and parts.first_fault is not None:
        ended = parts.first_fault
    if ended is None and not outcome.parts:
        yield of_check(run.item, f"cannot be run: {run.our_fault}")
        return
    if ended is None:
        total = float(exact_sum(part.points for part in outcome.parts))
        listed = ", ".join(f"{part.name} {part.points:g}" for part in outcome.parts)
        yield of_check(
            run.item,
            f"has parts that add up to {total:g} ({listed}), but its mark says points({run.spec.points:g}); make the two equal.",
        )
        return
    place = line_in(ended, assignment.folder)
    if isinstance(ended, StudentFault):
        yield _of_fault(run, ended, place)
    elif isinstance(ended, AssertionError) and is_claim(ended):
        said = _sentence(str(ended) or "an assertion does not hold")
        yield of_check(run.item, f"fails on the answer key: {said} {CORRECT}", _line(run, place))
    elif outcome.result is Result.NOT_CHECKED:
        yield of_check(
            run.item,
            f"ends early on the answer key ({ended}); a check that is skipped can earn nothing.",
            _line(run, place),
        )
    else:
        yield _of_error(run, ended, place, assignment)


def _line(run: CheckRun, place: tuple[Path, int] | None) -> int | None:
    return place[1] if place is not None and place[0] == run.item.path else None


def _of_fault(run: CheckRun, fault: StudentFault, place: tuple[Path, int] | None) -> AssignmentError:
    line = _line(run, place)
    if fault.missing is not None:
        guess = fault.message.partition(" Did you mean ")[2].rstrip("?")
        words = f"; did you mean {guess}?" if guess else "; correct the name, or write it."
        return of_check(run.item, f"asks for `{fault.missing}`, which the answer key does not define{words}", line)
    if fault.why is Why.TIMED_OUT or fault.why is Why.OUT_OF_MEMORY:
        return of_check(
            run.item,
            f"is too much for the answer key: {fault.message} Let it do less, or raise the limit in [limits].",
            line,
        )
    return of_check(run.item, f"fails on the answer key: {_sentence(fault.message)} {CORRECT}", line)


def _of_error(
    run: CheckRun, error: BaseException, place: tuple[Path, int] | None, assignment: Assignment
) -> AssignmentError:
    """Return the sentence about an exception that is the author's fault."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, AttributeError) and error.obj is import_answer_key(assignment):
        known = [name for name in vars(error.obj) if not name.startswith("_")]
        sentence = f"asks the answer key for {error.name!r}, which it does not have{near(str(error.name), known)}"
        return of_check(run.item, sentence, _line(run, place))
    if isinstance(error, KeyError) and isinstance(error.args[0], str) and "settings" in run.item.fixturenames:  # type: ignore[attr-defined]
        sentence = f"asks for the key {error.args[0]!r}, which does not exist{near(error.args[0], _keys(assignment))}"
        return of_check(run.item, sentence, _line(run, place))
    if isinstance(error, TypeError) and "()" in str(error):
        said = _sentence(said) + takes(str(error).partition("()")[0].rpartition(".")[2])
    if place is not None and place[0] != run.item.path:
        return mistake(*place, f"the answer key stops here with {said}, when {run.item.name} asks it; correct it.")
    return of_check(run.item, f"stops with {_sentence(said)} Correct this line.", _line(run, place))


def _sentence(text: str) -> str:
    """Return a text as one line of limited length, with a full stop at its end."""
    text = cut(text, 400)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _keys(assignment: Assignment) -> list[str]:
    """Return the keys of ``[settings]`` and of the tables in it."""
    tables = [value for value in assignment.settings.values() if isinstance(value, dict)]
    return [key for table in (assignment.settings, *tables) for key in table]


class _Listener(io.StringIO):
    """Records where the answer key prints."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.heard: dict[tuple[str, int], str] = {}

    def write(self, text: str) -> int:
        """Keep the place of a print in the answer key; drop other output."""
        frame: Any = sys._getframe(1)
        while frame is not None and text.strip():
            if Path(frame.f_code.co_filename).is_relative_to(self.folder):
                self.heard.setdefault((frame.f_code.co_filename, frame.f_lineno), text.strip()[:60])
                break
            frame = frame.f_back
        return len(text)


@contextlib.contextmanager
def _listening(assignment: Assignment, when: str) -> Iterator[list[AssignmentError]]:
    """Yield a list that holds, after the block, a sentence for each line of the answer key that printed inside it."""
    found: list[AssignmentError] = []
    listener = _Listener(assignment.answer_key)
    with contextlib.redirect_stdout(listener):
        yield found
    for (path, line), text in listener.heard.items():
        found.append(mistake(Path(path), line, f"the answer key prints {text!r} {when}; print in main() alone."))
