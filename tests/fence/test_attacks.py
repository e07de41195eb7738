"""Each layer of the fence stops an attack that succeeds without it."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.fence.levels import IsolationLevel
from grader.outcomes import StudentFault
from tests.fence.attacks import ATTACKS, NEEDS_NAMESPACES, PRELUDE

LEVELS = (IsolationLevel.FULL, IsolationLevel.NO_NAMESPACES)


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[dict[str, object]]:
    """What the attacks aim at: a readable file, a writable folder, a listener."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o777)
    canary = tmp_path / "canary"
    canary.write_text("secret", encoding="ascii")
    canary.chmod(0o666)
    checkout = Path(__file__).parents[2] / "grader" / "outcomes.py"
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with bystander, socket.create_server(("127.0.0.1", 0)) as listener:
        yield {
            "bystander": bystander.pid,
            "canary": str(canary),
            "checkout": str(checkout),
            "beside": str(tmp_path / "written"),
            "port": listener.getsockname()[1],
        }


@pytest.fixture
def written(targets: dict[str, object]) -> Callable[[str], str]:
    """Writes the source of an attack."""
    return lambda name: PRELUDE + ATTACKS[name].format(**targets)


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_done_without_the_fence(name, written, tmp_path):
    """The probe works: in a plain interpreter nothing stops it."""
    program = written(name) + "\nprint(attempt())\n"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.stdout.split()[-1:] == ["done"], ran.stderr


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_stopped_by_the_fence(name, level, written, clean_parents, fenced, call):
    """As a submission the same probe gets nowhere, at every level that claims it."""
    if level is IsolationLevel.NO_NAMESPACES and name in NEEDS_NAMESPACES:
        # Stated, not claimed: the level's report says that the disk is not held.
        assert "disk" in {f.guarantee.name for f in clean_parents(level).start().report.findings if not f.held}
        return
    session = fenced(written(name), parent=clean_parents(level))
    try:
        assert call(session, "attempt") != "done"
    except StudentFault as fault:
        assert fault.why in ("blocked", "crashed", "out_of_memory"), fault.message


def test_fence_gives_the_child_nothing_of_the_judge(fenced, call):
    """Environment, arguments, descriptors and capabilities of a submission are its own."""
    os.environ["GRADER_TEST_SECRET"] = "visible"
    try:
        session = fenced(
            "import os, sys\ndef look():\n"
            "    status = open('/proc/self/status').read()\n"
            "    caps = [line.split()[1] for line in status.splitlines() if line.startswith('Cap')]\n"
            "    return [sorted(os.environ), sys.argv, caps, len(os.listdir('/proc/self/fd')), os.getcwd()]\n"
        )
        environment, arguments, capabilities, descriptors, folder = call(session, "look")
    finally:
        del os.environ["GRADER_TEST_SECRET"]
    assert "GRADER_TEST_SECRET" not in environment
    assert not [name for name in environment if name.startswith(("GRADER", "PYTEST", "SSH", "GITHUB"))]
    assert not any("inside" in argument for argument in arguments)
    assert set(capabilities) == {"0" * 16}
    assert descriptors <= 8
    assert folder == "/student/home"
