"""The container: its filter of system calls follows from the fence's own, and what an image gives is seen in one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.machines.container import CONTAINERFILE, PROFILE, ROOT, last, seccomp, steps

# What the fence itself does before it lets a submission in, and what gives a process nothing that its user has not.
OF_THE_FENCE = {"unshare", "setns", "mount", "umount2", "pivot_root", "mount_setattr", "sethostname"}
HARMLESS = {
    *("ptrace", "chroot", "setdomainname", "process_vm_readv", "process_vm_writev", "name_to_handle_at"),
    *("kcmp", "process_madvise", "pidfd_getfd", "migrate_pages", "move_pages"),
}


def test_the_profile_refuses_what_the_fence_kills_but_for_what_the_fence_needs():
    """A call that the filter of submissions learns to kill is refused in the container, too."""
    (rule,) = json.loads(PROFILE.read_bytes())["syscalls"]
    assert rule["action"] == "SCMP_ACT_ERRNO"
    assert rule["names"] == sorted(set(seccomp.DEADLY) - OF_THE_FENCE - HARMLESS)


def test_everything_that_the_image_copies_is_there():
    """Each COPY names files of the checkout, and the command is that of the grader, run by an ordinary user."""
    sources = [source for word, rest in steps() if word == "COPY" for source in rest.split()[:-1]]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {"grader", "reference", "constraints.txt"} <= set(sources)
    assert (last("USER"), json.loads(last("ENTRYPOINT"))[1:]) == ("grader", ["-P", "-m", "grader"])
    assert CONTAINERFILE.read_text(encoding="utf-8").splitlines()[2].startswith("FROM ")


@pytest.mark.soak
def test_an_image_grades_at_the_level_that_its_options_give(tmp_path):
    """With an engine's own filter the level is no-namespaces, with the shipped one and open paths it is full; scores are equal."""
    assert os.geteuid() == 0, "run this as root"
    assert shutil.which("debootstrap"), "install debootstrap"
    command, image, folder = [sys.executable, "tests/machines/container.py"], tmp_path / "image", tmp_path / "class"
    subprocess.run([*command, "build", image], cwd=ROOT, check=True)
    (folder / "submissions").mkdir(parents=True)
    shutil.copy(ROOT / "submissions" / "s001.py", folder / "submissions")
    for path in (tmp_path, folder):
        path.chmod(0o777)
    for level, options in (("no-namespaces", ["--filter", "default", "--masks"]), ("full", ["--filter", "ours"])):
        words = [
            *command,
            "run",
            *options,
            "--class",
            folder,
            image,
            "grade",
            "submissions",
            "--out",
            f"reports-{level}",
        ]
        subprocess.run(words, cwd=ROOT, check=True)
        record = json.loads((folder / f"reports-{level}" / "records" / "s001.json").read_bytes())
        assert (record["isolation"]["level"], record["score"]["sum"]) == (level, 100.0)
