"""Confines the loader's process for good, layer by layer.

The order matters: each step needs what a later one takes away. `docs/fence.md` explains it.
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import tempfile
from pathlib import Path
from typing import Any

from _walls import census, filesystem, identity, landlock, linux, seccomp, seclusion

LOADER_DESCRIPTOR = 3
INIT_DESCRIPTOR = 4
_STACK_BYTES = 8 * 2**20
# Timers and waiting signals: each uses memory of the kernel.
_PENDING_SIGNALS = 256
_FOLDERS = ("home", "tmp", "matplotlib", "shm")


def make_scratch(scratch: Path, owner: int) -> None:
    """Make the writable folders of one session for the user `owner`."""
    scratch.mkdir(mode=0o711, exist_ok=True)
    for name in _FOLDERS:
        (scratch / name).mkdir(mode=0o700)
        if owner != os.getuid():
            os.chown(scratch / name, owner, owner)


def adopt(descriptors: list[int], said: int, parent: int) -> None:
    """Become the leader of a new process group and keep only the needed descriptors.

    Parameters
    ----------
    descriptors : list of int
        The loader's socket, stdout, stderr.
    said : int
        The pipe to the init.
    parent : int
        What `os.getppid` must return.
    """
    linux.die_with_parent(parent)
    os.setsid()
    os.umask(0o077)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    loader, stdout, stderr = descriptors
    wanted = (os.open(os.devnull, os.O_RDONLY), stdout, stderr, loader, said)
    # Copy to higher numbers first, because the final numbers may still be in use.
    copies = [fcntl.fcntl(source, fcntl.F_DUPFD, len(wanted)) for source in wanted]
    for place, copy in enumerate(copies):
        os.dup2(copy, place)
    os.closerange(len(wanted), os.sysconf("SC_OPEN_MAX"))


def confine(config: dict[str, Any], scratch: Path, parent: int) -> None:
    """Apply every layer that is in force to this process.

    Parameters
    ----------
    config : dict
        ``limits`` of the session, and the clean parent's ``plan`` with its ``layers``.
    scratch : Path
        The writable folder.
    parent : int
        What `os.getppid` must return.

    Raises
    ------
    OSError
        If a layer refuses.
    """
    plan = config["plan"]
    layers = plan["layers"]
    if "namespaces" in layers:
        seclusion.enter_loader()
    elif os.getuid() == 0:
        identity.become(config["user"], keep_reading=plan["keep_reading"])
    # A change of user resets this setting.
    linux.die_with_parent(parent)
    _enter(scratch)
    _set_limits(config["limits"], alone="namespaces" in layers)
    identity.drop_capabilities(keep_reading=plan["keep_reading"])
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in layers:
        # It keeps other sessions out of this one; the init must still be able to inspect this process.
        linux.prctl(linux.PR_SET_DUMPABLE, 1)
    elif "namespaces" not in layers:
        linux.close_to_others()
    if "landlock" in layers:
        process = ["/proc", "/etc/passwd"] if "namespaces" in layers else [f"/proc/{os.getpid()}"]
        folders = [str(scratch / name) for name in _FOLDERS]
        landlock.restrict([*plan["readable"], *process], folders, filesystem.DEVICES)
    if "seccomp" in layers:
        seccomp.install(seccomp.FILTER)


def _enter(scratch: Path) -> None:
    """Make the scratch folder the working folder and the place for all files."""
    home, temporary, matplotlib, _ = (str(scratch / name) for name in _FOLDERS)
    os.chdir(home)
    os.environ.update(HOME=home, USER="student", LOGNAME="student", TMPDIR=temporary, MPLCONFIGDIR=matplotlib)
    tempfile.tempdir = None


def _set_limits(limits: dict[str, Any], *, alone: bool) -> None:
    """Set the kernel's limits of one process, soft and hard alike; `alone` says that no other session is counted with it."""
    with open("/proc/self/statm", "rb") as file:
        size_bytes = int(file.read().split()[0]) * resource.getpagesize()
    others = 0 if alone else census.tasks_of(os.getuid())
    chosen = {
        resource.RLIMIT_CPU: int(limits["cpu_seconds"]) + 1,
        resource.RLIMIT_AS: size_bytes + limits["memory_bytes"],
        resource.RLIMIT_NPROC: limits["processes"] + others,
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_STACK: _STACK_BYTES,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: _PENDING_SIGNALS,
    }
    for kind, value in chosen.items():
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))
