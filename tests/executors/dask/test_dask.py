"""Grading on a Dask cluster gives the records of a local run, also when a worker dies."""

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import dask.config

from grader.executors.dask import at_work
from grader.executors.dask.parcel import Parcel, parcel_bytes, reply_from
from grader.executors.dask.seal import seal, unseal
from grader.executors.workers import Order
from grader.material.assignment import load_assignment
from grader.record.provenance import installation
from tests.foreign.test_guides import nbgrader_course
from tests.grading import PROJECT, RIGHT, TINY, command, environment, grade, write_class
from tests.judge.foreign.course import grade_foreign
from tests.material.foreign.writing import text

SLOW = RIGHT.replace("return 2.0 * x", "import time\n    time.sleep(0.5)\n    return 2.0 * x")


def lasting(records):
    """Return records without what differs between two runs on one machine: their times and the line that names the folder."""
    return {slug: {key: value for key, value in record.items() if key != "times"} for slug, record in records.items()}


def a_class(folder):
    """Write a class in which every form of hand-in occurs, right and wrong ones and one that is too large to read."""
    write_class(folder, s001=RIGHT, s002=RIGHT.replace("2.0 * x", "x"), s003="def broken(:\n", s004="import torch\n")
    (folder / "s005").mkdir()
    (folder / "s005" / "main.py").write_text("from layers import *\nprint(42)\n")
    (folder / "s005" / "layers.py").write_text(RIGHT)
    (folder / "s005" / "key.py").symlink_to(TINY / "check_tiny.py")
    (folder / "s005" / "report.pdf").write_bytes(b"%PDF-1.4")
    with zipfile.ZipFile(folder / "s006.zip", "w") as packed:
        packed.writestr("s006.py", RIGHT)
    (folder / "s007.py").write_bytes(b"#" * (60 * 2**20))
    return folder


def test_dask_gives_the_records_of_a_local_run(tmp_path, workplace):
    """Whatever was handed in, a record from a cluster equals the local one but for its times."""
    folder = a_class(tmp_path / "class")
    local = grade(folder, tmp_path / "local")
    remote = grade(folder, tmp_path / "remote", *workplace.options(), **workplace.settings)
    assert lasting(remote) == lasting(local)
    assert list(local) == ["s001", "s002", "s003", "s004", "s005", "s006", "s007"]
    assert remote["s005"]["remarks"] == ["'key.py' is a link and was left out."]
    assert (tmp_path / "remote" / "students" / "s006.html").exists()
    assert (tmp_path / "remote" / "handed-in" / "s005.pdf").read_bytes() == b"%PDF-1.4"


def test_dask_grades_an_assignment_of_nbgrader(tmp_path, workplace):
    """Tests, files beside them and answers for people cross to a cluster, and its records equal those of this machine."""
    nbgrader_course(tmp_path)
    source, handed_in = tmp_path / "source" / "ps1", tmp_path / "submitted"
    text(source / "data.csv", "1\n2\n")
    local = grade_foreign(source, handed_in, tmp_path / "local")
    remote = grade_foreign(source, handed_in, tmp_path / "remote", *workplace.options(), **workplace.settings)
    assert lasting(remote) == lasting(local)
    assert {student: [check["result"] for check in record["checks"]] for student, record in remote.items()} == {
        "s001": ["passed", "passed"],
        "s002": ["failed", "passed"],
    }


def test_dask_repeats_what_a_killed_worker_had(tmp_path, workplace):
    """One of two workers is killed while it grades: every record is there all the same, and as it would have been."""
    folder = write_class(tmp_path / "class", **{f"s{k:03}": SLOW for k in range(12)})
    records = tmp_path / "remote" / "records"

    def kill_one():
        end = time.monotonic() + 120
        while len(list(records.glob("*.json"))) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        workplace.kill(workplace.workers[0])

    killer = threading.Thread(target=kill_one)
    killer.start()
    remote = grade(folder, tmp_path / "remote", *workplace.options(), **workplace.settings)
    killer.join()
    assert workplace.workers[0].poll() is not None
    workplace.workers[0] = workplace.hire()
    assert lasting(remote) == lasting(grade(folder, tmp_path / "local"))


def test_dask_is_interrupted_in_one_sentence(tmp_path, workplace):
    """A Ctrl-C keeps what was graded, says so and ends; the same cluster then grades the rest."""
    folder = write_class(tmp_path / "class", **{f"s{k:03}": SLOW for k in range(12)})
    records = tmp_path / "remote" / "records"
    words = command(folder, "--out", tmp_path / "remote", *workplace.options())
    with subprocess.Popen(
        words, cwd=PROJECT, env=environment(**workplace.settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as grading:  # fmt: skip
        end = time.monotonic() + 120
        while len(list(records.glob("*.json"))) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        grading.send_signal(signal.SIGINT)
        said, complained = grading.communicate(timeout=300)
    graded = {path: path.read_bytes() for path in records.glob("*.json")}
    assert (grading.returncode, complained) == (
        130,
        "grader: interrupted; everything graded so far is kept. Run the same command to continue from there.\n",
    )
    assert "Traceback" not in said
    assert 2 <= len(graded) < 12
    remote = grade(folder, tmp_path / "remote", *workplace.options(), **workplace.settings)
    assert {path: path.read_bytes() for path in graded} == graded
    assert lasting(remote) == lasting(grade(folder, tmp_path / "local"))


def test_dask_leaves_nothing_on_the_workers(tmp_path, workplace):
    """When the grading is over, the judges of the workers have ended and their folders are gone."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    grade(folder, tmp_path / "out", *workplace.options(), **workplace.settings)
    left = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:  # those of other tests come and go at any moment
            words, parent = path.read_bytes().split(b"\0"), path.with_name("stat").read_text()
            group = os.getpgid(int(path.parent.name))
        except OSError:
            continue
        if b"grader.judge" in words and group in {p.pid for p in workplace.processes}:
            left.append(parent)
    assert not left


def test_dask_needs_an_address(tmp_path):
    """Without the address of a scheduler the sentence says where to name it."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    done = subprocess.run(
        command(folder, "--executor", "dask", "--out", tmp_path / "out"),
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (
        2,
        "grader: The executor dask needs the address of a scheduler; try --scheduler tls://127.0.0.1:8786, or set "
        "DASK_SCHEDULER_ADDRESS.\n",
    )


def test_dask_says_that_no_scheduler_answers(tmp_path, settings):
    """A wrong address ends in one sentence with the address and the remedy, and nothing is graded."""
    folder = write_class(tmp_path / "class", s001=RIGHT)
    # As the command does, but for how long it waits.
    code = "from grader.command import main; from grader.executors.dask import client; client.CONNECT_SECONDS = 2; raise SystemExit(main())"
    words = command(folder, "--out", tmp_path / "out", "--executor", "dask", "--scheduler", "tls://127.0.0.1:9")[3:]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=PROJECT,
        env=environment(**settings),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "Plain folder: 1 student\n")
    assert done.stderr.startswith(
        "grader: A Dask scheduler with the same certificates must answer at tls://127.0.0.1:9, but: "
    )
    assert done.stderr.endswith(
        ". Start one, with the DASK_CONFIG of this command: python -m distributed.cli.dask_scheduler --host HOST --no-dashboard\n"
    )


def test_a_worker_refuses_to_grade_with_another_grader(tmp_path, settings):
    """Where grader, assignment or packages differ from the asking machine's, records would differ, too."""
    assignment = load_assignment(TINY)
    order = Order(TINY, "seed", tmp_path, "", installation=installation(assignment))
    file = Path(settings["DASK_CONFIG"]) / "run.key"
    key = file.read_text().strip().encode()

    def ready(asked):
        sealed = seal(key, "order", parcel_bytes(Parcel("a run", asked)))
        return reply_from(unseal(key, "reply", at_work.ready(sealed), answers=sealed.seal))

    with dask.config.set({"grader.key-file": str(file)}):
        reply = ready(replace(order, installation="another"))
        assert reply.error_status == 2
        assert reply.error.endswith("but they differ. Start it from the same checkout in the same environment.")
        try:
            assert ready(order).isolation["level"]
        finally:
            at_work.dismiss()
