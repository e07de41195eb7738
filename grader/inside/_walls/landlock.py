"""Limits this process to a few folders for good, with Landlock.

Source: the kernel's "Landlock: unprivileged access control" (userspace-api/landlock) and `linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from _walls import linux

_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
_MAKE_CHAR, _MAKE_SOCK, _MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
_EXECUTE, _IOCTL_DEV = 1 << 0, 1 << 15
# Rights that a rule for a plain file may have; others give EINVAL there.
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_OF_A_DEVICE = _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV
# The highest filesystem bit of each ABI.
_BITS = {1: 13, 2: 14, 3: 15, 4: 15}
_LATEST_BITS = 16
_TCP = 0b11
_SCOPES = 0b11
_NET_ABI = 4
_SCOPE_ABI = 6


def abi() -> int:
    """Return the ABI version of this kernel; 0 if Landlock is missing or switched off."""
    try:
        return linux.syscall(linux.SYS_LANDLOCK_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """Allow only reading below `readable`, and reading and writing below `writable` and of `devices`.

    Paths that do not exist are left out. From ABI 4 on, TCP is refused; from ABI 6 on, also signals and abstract
    sockets to the outside. The caller has set no_new_privs.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    version = abi()
    everything = (1 << _BITS.get(version, _LATEST_BITS)) - 1
    attributes = struct.pack("=Q", everything)
    if version >= _NET_ABI:
        attributes += struct.pack("=Q", _TCP)
    if version >= _SCOPE_ABI:
        attributes += struct.pack("=Q", _SCOPES)
    ruleset = linux.syscall(linux.SYS_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        may_write = everything & ~(_EXECUTE | _MAKE_CHAR | _MAKE_BLOCK | _MAKE_SOCK | _IOCTL_DEV)
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR)
        for path in writable:
            _allow(ruleset, path, may_write)
        for path in devices:
            _allow(ruleset, path, everything & _OF_A_DEVICE)
        linux.syscall(linux.SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= _FILE_RIGHTS
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, parent))
        linux.syscall(linux.SYS_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(parent)
