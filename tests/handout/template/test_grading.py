"""What students receive is worth nothing as it is, and its report is a list of what to do."""

import json
import shutil
import subprocess
import sys

from tests.grading import PROJECT, environment

TEMPLATE = PROJECT / "student_template" / "backprop"


def test_untouched_template_earns_nothing_and_reads_as_a_list(tmp_path):
    """As modules, as a script and as a notebook: no point, nothing crashed, and a friendly page in the order of the tasks."""
    folder = tmp_path / "class"
    folder.mkdir()
    shutil.copytree(TEMPLATE / "modules", folder / "modules", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TEMPLATE / "script" / "backprop.py", folder / "script.py")
    shutil.copy(TEMPLATE / "notebook" / "backprop.ipynb", folder / "notebook.ipynb")
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        str(folder),
        "--out",
        str(tmp_path / "out"),
        "--assignment",
        "backprop",
    ]
    done = subprocess.run(command, cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("nothing written yet") == 3
    for name in ("modules", "script", "notebook"):
        record = json.loads((tmp_path / "out" / "records" / f"{name}.json").read_text())
        assert record["score"]["sum"] == 0
        assert {check["why"] for check in record["checks"] if check["result"] == "failed"} == {"missing"}
        assert record["lead"] == record["checks"][0]["id"]
        assert "this page is your list of what to do" in (tmp_path / "out" / "students" / f"{name}.html").read_text()
