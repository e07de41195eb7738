"""Namespaces on the three levels of the fence.

The clean parent enters a user, mount and PID namespace of its own with a private root, once. Each session's init gets
PID, mount, network, IPC and UTS namespaces below that, and each loader a user namespace in which it has nothing.
Whether all this works is never inferred from a version: a trial goes the whole way first.
"""

from __future__ import annotations

import os
import socket
from typing import Any, NoReturn

from _walls import filesystem, identity, linux

_TRIAL_BYTES, _TRIAL_FILES = 1 << 20, 20


def works(plan: dict[str, Any]) -> bool:
    """Return whether a throw-away child gets through all three levels."""
    pid = os.fork()
    if pid == 0:
        _try(plan)
    return os.waitpid(pid, 0)[1] == 0


def _try(plan: dict[str, Any]) -> NoReturn:
    status = 1
    try:
        enter_clean_parent(plan)
        pid = os.fork()
        if pid == 0:
            filesystem.mount_proc()
            enter_session({"scratch_bytes": _TRIAL_BYTES, "scratch_files": _TRIAL_FILES})
            os.mkdir(filesystem.SCRATCH + "/trial")
            enter_loader()
            os._exit(0)
        status = os.waitpid(pid, 0)[1]
    finally:
        os._exit(min(status, 1))


def enter_clean_parent(plan: dict[str, Any]) -> None:
    """Move this process into a private root, without rights outside; its next child begins a PID namespace.

    Real root makes the root first and then becomes an ordinary user, so that an interpreter below a closed home
    stays readable; an ordinary user makes it with the rights it has inside its user namespace.

    Raises
    ------
    OSError
        If this machine refuses.
    """
    user = os.getuid()
    if user == 0:
        user = identity.unprivileged_id(0)
        linux.unshare(linux.CLONE_NEWNS)
        filesystem.make_private_root(plan["readable"], user)
        identity.become(user)
        _unshare_users(linux.CLONE_NEWNS | linux.CLONE_NEWPID)
    else:
        _unshare_users(linux.CLONE_NEWNS | linux.CLONE_NEWPID)
        filesystem.make_private_root(plan["readable"], user)


def _unshare_users(others: int) -> None:
    user, group = os.getuid(), os.getgid()
    linux.unshare(linux.CLONE_NEWUSER | others)
    identity.map_to_itself(user, group)


def enter_session(limits: dict[str, Any]) -> None:
    """Give the first process of a session its own mounts, network, System V objects and host name.

    Raises
    ------
    OSError
        If this machine refuses.
    """
    linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS)
    filesystem.mount_proc()
    filesystem.mount_scratch(limits["scratch_bytes"], limits["scratch_files"])
    socket.sethostname("fence")


def enter_loader() -> None:
    """Give the loader a user namespace, so that processes are counted for this session alone."""
    _unshare_users(0)
