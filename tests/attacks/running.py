"""Runs attacks, many at once with the real ``grade`` command or one by one against the naive grader; both are judged alike."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from grader.fence.guarantees import GUARANTEES
from tests.attacks.attack import HONEST, Attack
from tests.attacks.world import World
from tests.grading import PROJECT, command, environment
from tests.judge.test_kill import descendants

HERE = Path(__file__).parent
FLOOD_CHARACTERS = 2**20
ENDLESS_SECONDS = 2.5
VICTIMS = ("aa-victim", "zz-victim")


@dataclass(frozen=True)
class Evidence:
    """The observable effects of an attack.

    Attributes
    ----------
    text : str
        All text in the record.
    said : str
        The same without quoted lines of the submission's source, which prove nothing.
    """

    points: float
    text: str
    said: str
    traces: list[str] = field(default_factory=list)
    endless: bool = False
    silent: bool = False


def succeeded(attack: Attack, evidence: Evidence, world: World) -> bool:
    """Return whether an attack achieved its goal."""
    return {
        "points": evidence.points > attack.deserves,
        "said": world.done(attack) in evidence.said,
        "secret": any(word in evidence.text for word in world.secrets()),
        "trace": bool(evidence.traces),
        "endless": evidence.endless,
        "silent": evidence.silent,
        "flood": len(evidence.text) > FLOOD_CHARACTERS,
    }[attack.gain]


def hand_in(attack: Attack, world: World, folder: Path, user: int | None = None, name: str = "") -> Path:
    """Write the hand-ins of an attack's student and of the accomplice, and return the path."""
    prelude = world.prelude(attack, user)
    if attack.partner:
        (folder / f"{attack.id}-0.py").write_text(f"{prelude}\n{HONEST}\n{attack.partner}", encoding="utf-8")
    text = attack.text(prelude)
    if attack.form == "notebook":
        path = folder / f"{name or attack.id}.ipynb"
        cells = [nbformat.v4.new_code_cell(cell.strip()) for cell in re.split(r"(?m)^# %%.*$", text)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path
    if attack.form == "folder":
        path = folder / (name or attack.id)
        path.mkdir()
        for file, content in attack.files.items():
            target = path / file
            target.parent.mkdir(exist_ok=True)
            target.write_text(f"{prelude}\n{content}" if file.endswith(".py") else content, encoding="utf-8")
        (path / "main.py").write_text(text, encoding="utf-8")
        return path
    path = folder / f"{name or attack.id}.py"
    path.write_text(text, encoding="utf-8")
    return path


@dataclass
class Graded:
    """A class of attackers that was graded for real."""

    world: World
    level: str
    not_held: list[str]
    evidence: dict[str, Evidence]
    records: dict[str, Any]
    peak_bytes: int
    printed: str

    @property
    def lost(self) -> set[str]:
        """The guarantees that this machine does not hold."""
        return {guarantee.name for guarantee in GUARANTEES if guarantee.loss in self.not_held}


def grade_all(
    attacks: Iterable[Attack], world: World, *, user: int | None = None, level: str = "full", jobs: int = 2
) -> Graded:
    """Grade a class of attackers, and of victims before and behind them, on a machine that has no more than `level`."""
    attacks = list(attacks)
    (world.students / "victim.txt").write_text("untouched", encoding="utf-8")
    (world.students / "victim.txt").chmod(0o666)
    for victim in VICTIMS:
        (world.students / f"{victim}.py").write_text(f"{HONEST}# other-{world.token}\n", encoding="utf-8")
    for attack in attacks:
        hand_in(attack, world, world.students, user)
    records, watch, shown = run_grade(world, user=user, level=level, jobs=jobs)
    isolation = records[VICTIMS[0]]["isolation"]
    evidence = {attack.id: _evidence(attack, records[attack.id], world) for attack in attacks}
    return Graded(world, isolation["level"], isolation["not_held"], evidence, records, watch.peak_bytes, shown)


def run_grade(
    world: World, *, user: int | None = None, level: str = "full", jobs: int = 2
) -> tuple[dict[str, Any], Watch, str]:
    """Grade the class of a world with the real command; return the records, what was watched, and what was printed."""
    for path in [world.students, *world.students.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    machine = [sys.executable, str(HERE / "machine.py"), "--level", level, *(["--user", str(user)] if user else [])]
    machine += ["--open"] if level == "process-only" else []
    words = [*machine, *command(world.students, "--out", world.out, "--jobs", jobs, "--isolation", "process-only")]
    surroundings = environment(
        GRADER_SEED=world.seed,
        TMPDIR=str(world.folder / "temporary"),
        HOME=str(world.folder / "home"),
        XDG_CACHE_HOME=str(world.folder / "home"),
    )
    with open(world.folder / "printed", "w+b") as printed:
        running = subprocess.Popen(words, cwd=PROJECT, env=surroundings, stdout=printed, stderr=subprocess.STDOUT)
        watch = Watch(running.pid)
        try:
            status = running.wait(timeout=3000)
        finally:
            running.kill()
            watch.stop()
        printed.seek(0)
        shown = printed.read().decode("utf-8", "replace")
    assert status == 0, shown[-4000:]
    paths = sorted((world.out / "records").glob("*.json"))
    return {path.stem: json.loads(path.read_bytes()) for path in paths}, watch, shown


def _evidence(attack: Attack, record: Mapping[str, Any], world: World) -> Evidence:
    # The words with which to repeat the grading are the grader's own, and name the class.
    record = {**record, "repeat": ""}
    said = json.dumps({**record, "excerpts": []}, ensure_ascii=False)
    return Evidence(record["score"]["sum"], json.dumps(record, ensure_ascii=False), said, world.traces(attack))


class Watch:
    """Watches the processes of a grading while it runs.

    Attributes
    ----------
    peak_bytes : int
        The largest memory of a judge.
    seen : list of (float, int, int)
        The times, with the number of processes and their total memory in bytes.
    """

    def __init__(self, command_pid: int) -> None:
        self.peak_bytes = 0
        self.seen: list[tuple[float, int, int]] = []
        self._command = command_pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            processes = descendants(self._command)
            statuses = [status for pid in processes if (status := _status(pid))]
            self.seen.append((time.monotonic(), len(statuses), sum(status["VmRSS"] for status in statuses)))
            judges = [status["VmHWM"] for pid in processes if _is_judge(pid) and (status := _status(pid))]
            self.peak_bytes = max([self.peak_bytes, *judges])

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()


def _status(pid: int) -> dict[str, int]:
    """Return the memory of a process in bytes, as the kernel names it; empty when it has ended."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found = {name: int(kilobytes) * 1024 for name, kilobytes in re.findall(r"(Vm\w+):\s+(\d+) kB", text)}
    return found if {"VmRSS", "VmHWM"} <= found.keys() else {}


def _is_judge(pid: int) -> bool:
    try:
        return b"grader.judge" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def unfenced(attack: Attack, world: World, folder: Path) -> Evidence:
    """Run one attack against the naive grader, examine what it leaves, and clean up."""
    (world.students / "victim.txt").write_text("untouched", encoding="utf-8")
    (world.students / "victim.txt").chmod(0o666)
    folder.mkdir()
    other = world.students / "aa-victim.py"
    other.write_text(f"{HONEST}# other-{world.token}\n", encoding="utf-8")
    path = hand_in(attack, world, folder)
    if attack.partner:
        _naive(attack, folder / f"{attack.id}-0.py", world, folder)
    text, endless = _naive(attack, path, world, folder)
    scores = re.findall(r"(?m)^SCORE (\d+)$", text)
    evidence = Evidence(float(scores[-1]) if scores else 0.0, text, text, world.traces(attack), endless, not scores)
    clean(attack, world)
    return evidence


def _naive(attack: Attack, path: Path, world: World, folder: Path) -> tuple[str, bool]:
    surroundings = environment(GRADER_SEED=world.seed, HOME=str(folder), TMPDIR=str(world.folder / "temporary"))
    with open(folder / "printed", "w+b") as printed:
        running = subprocess.Popen(
            [sys.executable, str(HERE / "naive.py"), attack.control, str(path)],
            cwd=folder,
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        endless = False
        try:
            running.wait(timeout=ENDLESS_SECONDS if attack.gain == "endless" else 60.0)
        except subprocess.TimeoutExpired:
            endless = True
        if attack.gain != "trace":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=300)
        printed.seek(0)
        return printed.read(2 * FLOOD_CHARACTERS).decode("utf-8", "replace"), endless


def clean(attack: Attack, world: World) -> None:
    """Remove what an attack has left where nothing stopped it."""
    mark = world.mark(attack)
    for process in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            if process.read_text(encoding="utf-8", errors="replace").strip() == mark:
                os.kill(int(process.parent.name), signal.SIGKILL)
    for path in [*Path("/dev/shm").glob(f"{mark}*"), world.folder / f"beside-{mark}"]:
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    libc = ctypes.CDLL(None)
    number = world.number(attack)
    for find, remove in ((libc.shmget, libc.shmctl), (libc.msgget, libc.msgctl)):
        arguments = (number, 0, 0) if find is libc.shmget else (number, 0)
        if (found := find(*arguments)) >= 0:
            remove(found, 0, None)
    if (found := libc.semget(number, 0, 0)) >= 0:
        libc.semctl(found, 0, 0)
