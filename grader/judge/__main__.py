"""The judge's worker process: ``python -m grader.judge PARENT`` with its parent's process id; it reads lines of JSON from standard input.

The first line is the order: ``assignment`` (folder), ``seed``, ``seed_id``, ``out``, ``isolation`` (the lowest
level to accept), ``notebooks`` (whether any may come), ``submissions`` (where they lie), ``provenance`` (kept in each record), ``installation`` (what the rehearsal of the checks depends on), ``allow`` (what may be imported besides), ``evidence`` (the weakest verdict of another tool's test that counts, or null), ``rehearsed`` (whether they were tried before). Each further line is a job with ``id``,
``slug``, ``path``, ``form``, ``unreadable`` (why, or null) and ``repeat``, or says with ``at_once`` how many may be under way. Events go to standard output, one JSON object a line; everything else that is
printed goes to standard error.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.fence.folders import Folder
from grader.fence.parent_process import ParentProcess
from grader.judge.process import die_with_parent
from grader.terminal import lines_of


def main() -> int:
    """Serve one order; return 0, or the exit status of the error that was sent as the last event."""
    die_with_parent(int(sys.argv[1]))
    # Imports make no garbage; looking for it takes a tenth of the time.
    gc.disable()
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def send(event: dict[str, Any]) -> None:
        events.write(json.dumps(event) + "\n")

    try:
        _serve(ParentProcess(), send)
    except GraderError as error:
        send({"event": "error", "message": "\n".join(lines_of(error)), "status": error.exit_status})
        return error.exit_status
    except Exception as error:
        from grader.unforeseen import unforeseen

        send({"event": "error", "message": unforeseen(error), "status": 3})
        return 3
    return 0


def _first_line() -> bytes:
    """Read one line byte by byte, so that the jobs after it stay in the pipe."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            raise SystemExit(0)
        line += byte
    return line


def _serve(process: ParentProcess, send: Any) -> None:
    """Read the order and serve it; the clean parent has started, and this process imports its modules at the same time."""
    try:
        from grader.fence import CleanParent
        from grader.judge.private import private_paths
        from grader.material.assignment import load_assignment

        order = json.loads(_first_line())
        assignment = load_assignment(Path(order["assignment"]), rubric=order["rubric"], allow=order["allow"])
        private = private_paths(assignment, order["submissions"], order["out"])
        clean_parent = CleanParent(
            preload=assignment.preload, preload_shell=order["notebooks"], process=process, private=private
        )
        clean_parent.launch()
        from grader.judge.pytest_session import run_foreign_session, run_session

        # What judges leave when they are killed.
        with Folder("grader-run-") as own:
            tempfile.tempdir = str(own)
            (run_session if assignment.form is None else run_foreign_session)(assignment, clean_parent, order, send)
    finally:
        tempfile.tempdir = None
        process.close()


if __name__ == "__main__":
    status = main()
    # Nothing is left to clean up, and shutting down the interpreter takes longer than starting it.
    sys.stderr.flush()
    os._exit(status)
