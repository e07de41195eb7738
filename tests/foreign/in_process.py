"""Judges one notebook as nbgrader and Otter do, tests inside the student's own process: what the judge outside is compared with.

``python -m tests.foreign.in_process`` reads an order as JSON on its standard input and writes the shares of all tests to file
descriptor 3. The rules of the tools are kept to the letter here, also those that the grader does not keep.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.material.foreign.forms import Case, Form, Question
from grader.material.foreign.matching import Matched, match, match_script

ROOT = Path(__file__).parents[2]
SECONDS = 120


def verdicts(form: Form, handed_in: Any, name: str = "") -> dict[tuple[str, int], float]:
    """Return the share that each case of each question earns, from 0 to 1; a case is named by its question and its number."""
    matched = match_script(form, handed_in) if isinstance(handed_in, str) else match(form, handed_in, name)
    order = {
        "kind": form.kind,
        "steps": list(_steps(form, matched, name)),
        "seed": form.settings.seed,
        "variable": form.settings.seed_variable,
    }
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as told:
        for path, content in form.files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(content)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "agg", "TOLD": str(told.fileno())}
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.foreign.in_process"],
            input=json.dumps(order).encode(),
            cwd=folder,
            env=environment,
            pass_fds=[told.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        told.seek(0)
        shares = json.loads(told.read() or b"{}")
    return {
        (question.id, number): shares.get(question.id, [])[number] if number < len(shares.get(question.id, [])) else 0.0
        for question in form.questions
        if name in ("", question.notebook) or not question.notebook
        for number in range(len(question.tests))
    }


def _steps(form: Form, matched: Matched, name: str) -> Any:
    for step in matched.steps:
        if step.kind == "run":
            yield {"run": step.source}
        elif step.kind == "judge":
            question = form.question(step.question, name)
            assert question is not None
            yield {"judge": _as_json(question)}


def _as_json(question: Question) -> dict[str, Any]:
    return {"id": question.id, "cases": [vars(case) for case in question.tests]}


class Runner:
    """One notebook in one IPython shell."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        self.shell = InteractiveShell.instance()
        self.order = order
        self.shares: dict[str, list[float]] = {}

    def run(self) -> None:
        """Run all steps; nothing that a cell raises stops the others."""
        for step in self.order["steps"]:
            if "run" in step:
                self.shell.run_cell(self._seeded(step["run"]))
            else:
                question = step["judge"]
                self.shares[question["id"]] = [self.judge(Case(**case)) for case in question["cases"]]

    def _seeded(self, source: str) -> str:
        seed = self.order["seed"]
        if seed is None or source.startswith("%%"):
            return source
        if self.order["variable"]:
            return f"{self.order['variable']} = {seed}\n{source}"
        return f"__import__('numpy').random.seed({seed}); __import__('random').seed({seed})\n{source}"

    def judge(self, case: Case) -> float:
        """Return the share that a test earns."""
        return {"cell": self._cell, "doctest": self._doctest, "function": self._function}[case.kind](case)

    def _cell(self, case: Case) -> float:
        written = io.StringIO()
        with contextlib.redirect_stderr(written):
            result = self.shell.run_cell(case.source)
        if not result.success or written.getvalue():
            return 0.0
        try:
            number = float(repr(result.result))
        except ValueError:
            return 1.0
        return number / case.points if 0 <= number <= case.points and case.points else 1.0

    def _doctest(self, case: Case) -> float:
        test = doctest.DocTestParser().get_doctest(case.source, self.shell.user_ns, case.name, None, None)
        test.globs = self.shell.user_ns
        with contextlib.redirect_stdout(io.StringIO()):
            return float(doctest.DocTestRunner(verbose=False).run(test, clear_globs=False).failed == 0)

    def _function(self, case: Case) -> float:
        import inspect

        own: dict[str, Any] = {}
        exec(case.setup + "\n" + case.source, own)
        names = inspect.signature(own[case.function]).parameters
        try:
            own[case.function](
                **{name: self.shell.user_ns if name == "env" else self.shell.user_ns.get(name) for name in names}
            )
        except BaseException:  # What pytest raises is derived from that.
            return 0.0
        return 1.0


class _Notebook:
    """What students' cells call `grader`: harmless here, as the order says where to judge."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


def _main() -> None:
    import types

    sys.modules["otter"] = types.ModuleType("otter")
    sys.modules["otter"].Notebook = _Notebook  # type: ignore[attr-defined]
    runner = Runner(json.load(sys.stdin))
    with contextlib.suppress(BaseException):
        runner.run()
    os.write(int(os.environ["TOLD"]), json.dumps(runner.shares).encode())
    os._exit(0)


if __name__ == "__main__":
    _main()
