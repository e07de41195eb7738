"""Linux system calls for which Python has no function."""

from __future__ import annotations

import ctypes
import os
import signal

from _walls.calls import HERE

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

# The only number that differs between machines: no C library has a function for this call. Without a number the kernel
# refuses it.
SYS_SECCOMP = HERE.numbers["seccomp"] if HERE else -1
SYS_MOUNT_SETATTR = 442
SYS_LANDLOCK_CREATE_RULESET = 444
SYS_LANDLOCK_ADD_RULE = 445
SYS_LANDLOCK_RESTRICT_SELF = 446

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_GET_NAME = 16
PR_SET_KEEPCAPS = 8
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_MADV_COLLAPSE = 25

# Loaded once, before any filter, and without a search path.
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def syscall(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make one system call.

    Raises
    ------
    OSError
        With the kernel's error number.
    """
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *words))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"system call {number}: {os.strerror(code)}")
    return result


def _checked(name: str, result: int) -> None:
    """Raise OSError if a function of the C library reports that its system call has failed."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def prctl(option: int, value: int = 0) -> None:
    """Set one attribute of this process; raises OSError if the kernel refuses."""
    if _libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)) < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {option}: {os.strerror(code)}")


def name_process(name: str) -> None:
    """Give this process a name, of 15 bytes at most, by which others find it."""
    buffer = ctypes.create_string_buffer(name.encode("ascii", "replace"))
    prctl(PR_SET_NAME, ctypes.addressof(buffer))


def process_name() -> str:
    """Return the name of this process."""
    buffer = ctypes.create_string_buffer(16)
    prctl(PR_GET_NAME, ctypes.addressof(buffer))
    return buffer.value.decode("ascii", "replace")


def unshare(flags: int) -> None:
    """Move this process into new namespaces (`os.unshare` exists only from Python 3.12 on)."""
    _checked("unshare", _libc.unshare(flags))


def setns(descriptor: int, flags: int) -> None:
    """Move this process, or its future children, into the namespace behind `descriptor`."""
    _checked("setns", _libc.setns(descriptor, flags))


def capset(header: bytes, sets: bytes) -> None:
    """Set the capabilities of this process; raises OSError if the kernel refuses."""
    _checked("capset", _libc.capset(header, sets))


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and put the old one at `old`; raises OSError if the kernel refuses."""
    _checked("pivot_root", _libc.pivot_root(new.encode(), old.encode()))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount, bind or remount; raises OSError naming the target."""
    result = _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"mount {kind or source}: {os.strerror(code)}", target)


def collapse(start: int, size: int) -> None:
    """Gather a range of memory into huge pages; raises OSError if the kernel cannot, or only in part."""
    if _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), _MADV_COLLAPSE) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def umount(target: str, flags: int = 0) -> None:
    """Unmount; raises OSError naming the target."""
    if _libc.umount2(target.encode(), flags) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), target)


def close_to_others() -> None:
    """Keep other processes of this user from reading this one's memory and descriptors."""
    prctl(PR_SET_DUMPABLE, 0)


def die_with_parent(parent: int, how: int = signal.SIGKILL) -> None:
    """Ask for a signal when the parent dies, and end at once if it already has.

    Parameters
    ----------
    parent : int
        What `os.getppid` must return; 0 for a parent outside of the PID namespace.
    how : int
        Number of the signal.
    """
    prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:
        os._exit(1)
