"""The judge never imports, compiles, unpickles, unzips or loads a student's bytes: it watches itself while it grades."""

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile

import nbformat
import numpy as np
import pytest

from grader.submissions import Submission
from tests.grading import PROJECT, RIGHT, TINY, environment

MARK = "a_mark_that_only_the_student_writes"

WATCH = f"""
import sys
MARK = {MARK!r}
seen = []

def holds(value):
    if isinstance(value, (bytes, bytearray)):
        return MARK.encode() in value
    return isinstance(value, str) and MARK in value

def watch(event, arguments):
    if event in ("compile", "import", "exec", "marshal.loads", "pickle.find_class", "os.system", "subprocess.Popen"):
        if any(holds(getattr(a, "co_filename", a)) or holds(a) for a in arguments):
            seen.append(event)
            sys.stderr.write(f"CAUGHT {{event}}\\n")
            sys.stderr.flush()

sys.addaudithook(watch)

def guard(module, name):
    real = getattr(module, name)
    def guarded(source, *args, **kwargs):
        content = source if isinstance(source, (str, bytes)) else b""
        if holds(content) or not isinstance(source, (str, bytes)):
            sys.stderr.write(f"CAUGHT {{module.__name__}}.{{name}}\\n")
            sys.stderr.flush()
        return real(source, *args, **kwargs)
    setattr(module, name, guarded)

import ast, nbformat, numpy, pickle, tokenize, zipfile
guard(nbformat, "reads"); guard(nbformat, "read"); guard(numpy, "load"); guard(pickle, "loads"); guard(pickle, "load")
guard(zipfile, "ZipFile"); guard(tokenize, "tokenize")
"""

CONTROL = (
    WATCH + f"ast.parse('{MARK} = 1')\nnbformat.reads({{}} and '' or '{{}}'.replace('{{}}', '{MARK}'), as_version=4)\n"
)

JUDGE = WATCH + "from grader.judge.__main__ import main\nsys.exit(main())\n"


def handed_in(folder):
    """Write one submission of each form, all with the mark in them; return their jobs."""
    source = f"{RIGHT}\n{MARK} = 1\n"
    (folder / "script.py").write_text(source)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, id="one")])
    (folder / "notebook.ipynb").write_text(nbformat.writes(notebook))
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("main.py", source)
        array = io.BytesIO()
        np.save(array, np.ones(3))
        archive.writestr(f"{MARK}.npy", array.getvalue())
        archive.writestr(f"{MARK}.pkl", pickle.dumps({MARK: 1}))
    jobs = []
    for name, form in (("script.py", "file"), ("notebook.ipynb", "file"), ("packed.zip", "zip")):
        slug = name.partition(".")[0]
        jobs.append(Submission(slug, slug, folder / name, form).as_job() | {"repeat": ""})
    return jobs


def test_judge_never_parses_what_a_student_wrote(tmp_path):
    """A script, a notebook and a zip are graded with full points, and not a byte of them is interpreted by the judge."""
    order = {"assignment": str(TINY), "seed": "s", "out": str(tmp_path), "isolation": None, "notebooks": True}
    order |= {"provenance": "", "rubric": False, "submissions": [], "allow": []}
    lines = [json.dumps(line) for line in (order, *handed_in(tmp_path))]
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(os.getpid())],
        input="\n".join(lines) + "\n",
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "CAUGHT" not in done.stderr
    for slug in ("script", "notebook", "packed"):
        record = json.loads((tmp_path / "records" / f"{slug}.json").read_text())
        points = {check["id"]: check["earned"] for check in record["checks"]}
        assert points["check_double"] == 4, record


@pytest.mark.parametrize("event", ["compile", "nbformat.reads"])
def test_judge_watch_sees_what_it_is_to_see(event):
    """The control: the same watch does catch a parse of a student's bytes."""
    done = subprocess.run(
        [sys.executable, "-c", CONTROL], cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300
    )
    assert f"CAUGHT {event}" in done.stderr
