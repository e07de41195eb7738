"""What the fence guarantees, in words, and which level needs which guarantee. Of our modules it imports only levels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from grader.fence.levels import IsolationLevel

_NAMESPACES = (
    "Allow user namespaces: on Ubuntu 24.04 and later `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, elsewhere "
    "`sudo sysctl user.max_user_namespaces=10000`; in Docker start the container with `--security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined --security-opt systempaths=unconfined`."
)
_LANDLOCK = (
    "Use Linux 5.13 or later with Landlock switched on (`cat /sys/kernel/security/lsm` must name it; if not, add it to "
    "the boot option `lsm=`), or allow user namespaces."
)
_SECCOMP = (
    "Use Linux on x86-64 or aarch64, a Python for 64 bits, and a kernel with seccomp filters (CONFIG_SECCOMP_FILTER)."
)
_LIMITS = "Grade on Linux; the kernel holds these limits there."


@dataclass(frozen=True)
class Guarantee:
    """One guarantee of the fence.

    Parameters
    ----------
    name : str
        Short name, as a word.
    claim : str
        What a submission cannot do if it is held.
    loss : str
        What it can do if it is not held, as a sentence.
    remedy : str
        What to try.
    """

    name: str
    claim: str
    loss: str
    remedy: str


GUARANTEES = (
    Guarantee("answers", "cannot read files of the judge", "A submission can read files of this user.", _LANDLOCK),
    Guarantee("network", "cannot reach a network", "A submission can open network connections.", _SECCOMP),
    Guarantee("memory", "cannot read the judge's memory", "A submission can read the judge's memory.", _SECCOMP),
    Guarantee(
        "writing", "cannot write outside its folder", "A submission can write files outside its folder.", _LANDLOCK
    ),
    Guarantee("calls", "cannot make rare system calls", "A submission can make any system call.", _SECCOMP),
    Guarantee("leftovers", "leaves no process behind", "A submission can leave processes behind.", _NAMESPACES),
    Guarantee("processes", "cannot multiply without end", "A submission can start any number of processes.", _LIMITS),
    Guarantee("memory_limit", "cannot take all memory", "A submission can take all memory.", _LIMITS),
    Guarantee(
        "kernel_memory",
        "cannot take memory that no limit counts",
        "A submission can take memory that no limit counts.",
        _SECCOMP,
    ),
    Guarantee("time_limit", "cannot compute without end", "A submission can compute without end.", _LIMITS),
    Guarantee("signals", "cannot signal the judge", "A submission can end the grader with a signal.", _NAMESPACES),
    Guarantee("other_processes", "cannot see other processes", "A submission can list other processes.", _NAMESPACES),
    Guarantee("disk", "cannot fill the disk", "A submission can fill the disk below its folder.", _NAMESPACES),
)

_CONFIDENTIAL = {"answers", "network", "memory", "writing", "calls"}
_BOUNDED = {"leftovers", "processes", "memory_limit", "kernel_memory", "time_limit"}
NEEDED = {
    IsolationLevel.FULL: {guarantee.name for guarantee in GUARANTEES},
    IsolationLevel.NO_NAMESPACES: _CONFIDENTIAL | _BOUNDED,
    IsolationLevel.NO_LANDLOCK: {guarantee.name for guarantee in GUARANTEES},
}


def level_held(level: IsolationLevel, lost: Collection[str]) -> IsolationLevel:
    """Return `level` if no guarantee that it needs is lost, else the next weaker level that does not need the lost ones.

    Parameters
    ----------
    level : IsolationLevel
        The level of the layers in force.
    lost : collection of str
        Names of the guarantees that were tested and do not hold.
    """
    if level is IsolationLevel.FULL and set(lost) & NEEDED[level]:
        level = IsolationLevel.NO_NAMESPACES
    return IsolationLevel.PROCESS_ONLY if set(lost) & NEEDED.get(level, set()) else level
