"""The part of the filesystem that a session sees.

`readable` is the only list of what students' code may read: where namespaces work, a private root is made from it,
and Landlock always gets it. The folders are as narrow as an interpreter allows, because a checkout of
the grader may lie below /usr, and an interpreter below a home or below the checkout.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

from _walls import linux

SCRATCH = "/student"
WARM = "/warm"
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 32, 4096, 16384, 1 << 18
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MNT_DETACH = 2
_SYSTEM = (
    "/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/share", "/usr/local/lib", "/usr/local/share",
    "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/opt/hostedtoolcache",
)  # fmt: skip
_OF_A_PREFIX = ("lib", "lib64", "bin", "share", "etc", "pyvenv.cfg")
# Not /dev/zero: memory mapped from it is shared memory that is not counted.
DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")


def readable() -> list[str]:
    """Return the existing paths that students' code may read: interpreter, its packages, system libraries, fonts."""
    prefixes = dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix))
    wanted = [*_SYSTEM, *(os.path.join(prefix, part) for prefix in prefixes for part in _OF_A_PREFIX)]
    wanted += [os.path.realpath(path) for path in wanted]
    return [path for path in dict.fromkeys(wanted) if os.path.exists(path)]


def trim_search_path(allowed: list[str]) -> None:
    """Remove from `sys.path` what students' code cannot read, such as an editable checkout."""
    inside = tuple(path + "/" for path in allowed)
    sys.path[:] = [entry for entry in sys.path if (entry + "/").startswith(inside)]


def make_private_root(allowed: list[str], owner: int) -> None:
    """Replace the root of this mount namespace by one that holds only `allowed`, devices and /proc.

    Parameters
    ----------
    allowed : list of str
        Paths that are bound read-only.
    owner : int
        Number of the user and group that will own the writable folders.

    Raises
    ------
    OSError
        If this machine refuses a mount.
    """
    # Built over a folder that exists everywhere and contains nothing of `allowed`.
    place = "/sys"
    linux.mount("", "/", flags=_MS_REC | _MS_PRIVATE)
    linux.mount("root", place, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=755,size=16m")
    for path in allowed:
        _bind(path, place, _MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    for path in DEVICES:
        _bind(path, place, _MS_NOSUID | _MS_NOEXEC)
    _bind("/proc", place, _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    for folder in (SCRATCH, WARM):
        os.mkdir(place + folder, 0o700)
        os.chown(place + folder, owner, -1)
    os.makedirs(place + "/etc", exist_ok=True)
    Path(place, "etc/passwd").write_text(f"student:x:{owner}:{owner}::{SCRATCH}/home:/bin/false\n", encoding="ascii")
    os.symlink(SCRATCH + "/shm", place + "/dev/shm")
    os.chdir(place)
    linux.pivot_root(".", ".")
    # Both roots are now stacked; remove the old one.
    linux.umount(".", _MNT_DETACH)
    os.chdir("/")


def _bind(path: str, place: str, flags: int) -> None:
    """Bind `path` to the same place below the new root."""
    target = place + path
    if os.path.islink(path) and path.count("/") == 1:
        os.symlink(os.readlink(path), target)
        return
    if os.path.lexists(target):
        return
    os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
    if os.path.isdir(path):
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
    linux.mount(path, target, flags=_MS_BIND | _MS_REC)
    # struct mount_attr: attr_set, attr_clr, propagation, userns_fd.
    attributes = struct.pack("=4Q", flags, 0, 0, 0)
    linux.syscall(linux.SYS_MOUNT_SETATTR, _AT_FDCWD, target.encode(), _AT_RECURSIVE, attributes, len(attributes))


def seal_root() -> None:
    """Make the private root read-only; folders mounted on it keep their own rights."""
    linux.mount("", "/", flags=_MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)


def mount_proc() -> None:
    """Mount a /proc that shows only this PID namespace."""
    linux.mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)


def mount_scratch(size_bytes: int, files: int) -> None:
    """Mount an empty writable folder that holds at most `size_bytes` and `files` files and folders."""
    # Its root and the four folders below it are files, too.
    options = f"mode=700,size={size_bytes},nr_inodes={files + 5}"
    linux.mount("scratch", SCRATCH, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, options)
