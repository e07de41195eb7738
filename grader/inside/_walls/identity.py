"""Who a process is: user, groups, capabilities."""

from __future__ import annotations

import contextlib
import os
import struct

from _walls import linux

_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 2
_LAST_CAPABILITY = 63
# The range that systemd gives to services while they run: no person has such a number.
_FIRST_ID, _IDS = 61184, 4336


def unprivileged_id(number: int) -> int:
    """Return a user number without rights; within one process, equal `number`s give equal results."""
    return _FIRST_ID + (os.getpid() * 61 + number) % _IDS


def become(user: int, *, keep_reading: bool = False) -> None:
    """Give up root for good and become `user`, in only the group of the same number.

    Parameters
    ----------
    user : int
        Number of the user and of the group.
    keep_reading : bool
        Keep CAP_DAC_READ_SEARCH, for an interpreter that this user cannot reach. Landlock must then limit it.
    """
    if keep_reading:
        linux.prctl(linux.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def map_to_itself(user: int, group: int) -> None:
    """Map one user and one group of a fresh user namespace onto the same numbers outside."""
    # A process that is closed to others does not own these files.
    linux.prctl(linux.PR_SET_DUMPABLE, 1)
    for name, content in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)


def drop_capabilities(*, keep_reading: bool = False) -> None:
    """Drop every capability, including those that a later program could regain.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            linux.prctl(linux.PR_CAPBSET_DROP, capability)
        except OSError:
            # Beyond the last capability that this kernel knows, or there is no right to drop it.
            break
    with contextlib.suppress(OSError):
        linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL)
    kept = 1 << _CAP_DAC_READ_SEARCH if keep_reading else 0
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    linux.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0))
