"""Starts a command as if on another machine: ``python machine.py [--user N] [--open] [--level LEVEL] COMMAND ...``.

``--level`` takes away, by a filter that the command inherits, the kernel's calls that only a stronger level has; ``--user``
goes on as an ordinary user. Where the interpreter lies below a closed folder, such as root's home, that folder is replaced,
for this command alone, by an open one that holds nothing but the interpreter; ``--open`` does this for root, who needs it at `process-only`.
"""

import argparse
import errno
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "grader" / "inside"))

from _walls import bpf, calls, linux, seccomp

_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_NAMESPACES = {calls.HERE.numbers[name]: bpf.refuse(errno.EPERM) for name in ("unshare", "setns")}
_LANDLOCK = {linux.SYS_LANDLOCK_CREATE_RULESET: bpf.refuse(errno.ENOSYS)}
# This very program installs the last filter of its own, so `seccomp` is refused by number and every other filter with it.
_SECCOMP = {linux.SYS_SECCOMP: bpf.refuse(errno.EINVAL)}
MISSING = {
    "full": {},
    "no-namespaces": _NAMESPACES,
    "no-landlock": _LANDLOCK,
    "process-only": _NAMESPACES | _LANDLOCK | _SECCOMP,
}


def calls_of(source: str) -> dict[str, int]:
    """Return this machine's numbers of the system calls that a source names, as in `CALLS["ptrace"]`."""
    return {name: calls.HERE.numbers[name] for name in re.findall(r'CALLS\["(\w+)"\]', source)}


def main() -> None:
    """Become the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user", type=int)
    parser.add_argument("--open", action="store_true")
    parser.add_argument("--level", choices=MISSING, default="full")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.user is not None or options.open:
        # The interpreter itself, and the environment that a folder of tox may close.
        for program in (Path(sys.executable).resolve(), Path(sys.executable).absolute()):
            open_way(program)
    if options.user is not None:
        os.setgroups([])
        os.setresgid(options.user, options.user, options.user)
        os.setresuid(options.user, options.user, options.user)
    if MISSING[options.level]:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.install(bpf.assemble(calls.HERE.architecture, MISSING[options.level], bpf.verdict(bpf.ALLOW)))
    os.execvp(options.command[0], options.command)


def open_way(program: Path) -> None:
    """Let every user reach `program`'s prefix, in a mount namespace of our own."""
    if os.geteuid() != 0:
        return
    closed = [folder for folder in program.parents if not folder.stat().st_mode & 0o001]
    if not closed:
        return
    mask = os.umask(0o022)
    prefix, top = program.parents[1], closed[-1]
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("", "/", flags=_MS_REC | _MS_PRIVATE)
    held = os.open(prefix, os.O_RDONLY | os.O_DIRECTORY)
    linux.mount("home", str(top), "tmpfs", 0, "mode=755")
    prefix.mkdir(parents=True)
    linux.mount(f"/proc/self/fd/{held}", str(prefix), flags=_MS_BIND | _MS_REC)
    os.close(held)
    os.umask(mask)


if __name__ == "__main__":
    main()
