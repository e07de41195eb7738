"""Which system calls a submission may make, and the filter for them.

Calls that are not allowed get one of four answers: a call that no numeric library makes ends the process; one that
libraries try and can do without fails with EPERM; one that changes the mode or the times of a file is not made and seems
to succeed; one that is not in this list, such as a call of a later kernel, fails with ENOSYS, so that C libraries fall
back to an older one. If `calls` has no numbers for a machine, there is no filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import struct

from _walls import bpf, linux
from _walls.calls import HERE, Machine

_SET_MODE_FILTER = 1

ALLOWED = [
    "read",
    "write",
    "close",
    "stat",
    "fstat",
    "lstat",
    "poll",
    "lseek",
    "mprotect",
    "munmap",
    "brk",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "pread64",
    "pwrite64",
    "readv",
    "writev",
    "access",
    "pipe",
    "select",
    "sched_yield",
    "mremap",
    "msync",
    "mincore",
    "madvise",
    "dup",
    "dup2",
    "pause",
    "nanosleep",
    "getitimer",
    "alarm",
    "setitimer",
    "getpid",
    "sendfile",
    "sendto",
    "recvfrom",
    "recvmsg",
    "shutdown",
    "getsockname",
    "getpeername",
    "getsockopt",
    "fork",
    "vfork",
    "exit",
    "wait4",
    "uname",
    "flock",
    "fsync",
    "fdatasync",
    "ftruncate",
    "getdents",
    "getcwd",
    "chdir",
    "fchdir",
    "rename",
    "mkdir",
    "rmdir",
    "link",
    "unlink",
    "symlink",
    "readlink",
    "umask",
    "gettimeofday",
    "getrlimit",
    "getrusage",
    "sysinfo",
    "times",
    "getuid",
    "getgid",
    "geteuid",
    "getegid",
    "getppid",
    "getpgrp",
    "getgroups",
    "getresuid",
    "getresgid",
    "getpgid",
    "getsid",
    "rt_sigpending",
    "rt_sigtimedwait",
    "rt_sigsuspend",
    "sigaltstack",
    "statfs",
    "fstatfs",
    "getpriority",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "arch_prctl",
    "setrlimit",
    "gettid",
    "tkill",
    "time",
    "futex",
    "sched_getaffinity",
    "epoll_create",
    "getdents64",
    "set_tid_address",
    "restart_syscall",
    "fadvise64",
    "timer_create",
    "timer_settime",
    "timer_gettime",
    "timer_getoverrun",
    "timer_delete",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "exit_group",
    "epoll_wait",
    "epoll_ctl",
    "tgkill",
    "waitid",
    "mkdirat",
    "newfstatat",
    "unlinkat",
    "renameat",
    "linkat",
    "symlinkat",
    "readlinkat",
    "faccessat",
    "pselect6",
    "ppoll",
    "set_robust_list",
    "get_robust_list",
    "epoll_pwait",
    "signalfd",
    "timerfd_create",
    "eventfd",
    "fallocate",
    "timerfd_settime",
    "timerfd_gettime",
    "signalfd4",
    "eventfd2",
    "epoll_create1",
    "dup3",
    "pipe2",
    "preadv",
    "pwritev",
    "getcpu",
    "renameat2",
    "getrandom",
    "membarrier",
    "mlock2",
    "copy_file_range",
    "preadv2",
    "pwritev2",
    "statx",
    "rseq",
    "close_range",
    "faccessat2",
]

# Libraries try these and go on without them, or a student gets a PermissionError that names what was tried.
# `setsockopt` enlarges buffers that no limit counts, and `sendmsg` keeps descriptors, with such buffers, in flight.
REFUSED = [
    "shmget",
    "shmat",
    "shmctl",
    "socket",
    "connect",
    "accept",
    "bind",
    "listen",
    "sendmsg",
    "setsockopt",
    "execve",
    "semget",
    "semop",
    "semctl",
    "shmdt",
    "msgget",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "chown",
    "fchown",
    "lchown",
    "setuid",
    "setgid",
    "setpgid",
    "setsid",
    "setreuid",
    "setregid",
    "setgroups",
    "setresuid",
    "setresgid",
    "setfsuid",
    "setfsgid",
    "capget",
    "capset",
    "rt_sigqueueinfo",
    "mknod",
    "personality",
    "setpriority",
    "sched_setparam",
    "sched_setscheduler",
    "mlock",
    "munlock",
    "mlockall",
    "munlockall",
    "sched_setaffinity",
    "io_setup",
    "mbind",
    "set_mempolicy",
    "get_mempolicy",
    "mq_open",
    "ioprio_set",
    "inotify_init",
    "fchownat",
    "mknodat",
    "splice",
    "tee",
    "vmsplice",
    "accept4",
    "inotify_init1",
    "rt_tgsigqueueinfo",
    "sched_setattr",
    "sched_getattr",
    "memfd_create",
    "execveat",
    "seccomp",
    "pkey_mprotect",
    "pkey_alloc",
    "pkey_free",
    "pidfd_send_signal",
    "pidfd_open",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
    # Landlock knows it only from ABI 3 on; `ftruncate` needs a file that may be written.
    "truncate",
]

# Copying a file uses these, and Landlock knows none of them: as the same user, a program could close or date back files of others.
PRETENDED = ["utime", "utimes", "futimesat", "utimensat"]

# Copying a file uses these; programs accept filesystems without them.
UNSUPPORTED = [
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "getxattr",
    "lgetxattr",
    "fgetxattr",
    "listxattr",
    "llistxattr",
    "flistxattr",
]

# No program of this exercise needs these.
DEADLY = [
    "ptrace",
    "syslog",
    "ustat",
    "modify_ldt",
    "pivot_root",
    "_sysctl",
    "adjtimex",
    "chroot",
    "acct",
    "settimeofday",
    "mount",
    "umount2",
    "swapon",
    "swapoff",
    "reboot",
    "sethostname",
    "setdomainname",
    "iopl",
    "ioperm",
    "create_module",
    "init_module",
    "delete_module",
    "get_kernel_syms",
    "query_module",
    "quotactl",
    "nfsservctl",
    "lookup_dcookie",
    "clock_settime",
    "vserver",
    "kexec_load",
    "add_key",
    "request_key",
    "keyctl",
    "migrate_pages",
    "unshare",
    "move_pages",
    "perf_event_open",
    "fanotify_init",
    "name_to_handle_at",
    "open_by_handle_at",
    "clock_adjtime",
    "setns",
    "process_vm_readv",
    "process_vm_writev",
    "kcmp",
    "finit_module",
    "kexec_file_load",
    "bpf",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "pidfd_getfd",
    "process_madvise",
    "mount_setattr",
    "memfd_secret",
]

# The index of the argument with the mode of the file that a call makes, or would change: that is pretended as well.
_MAKE_WITH_A_MODE = {"open": 2, "openat": 3, "creat": 1}
_CHANGE_A_MODE = {"chmod": 1, "fchmod": 1, "fchmodat": 2, "fchmodat2": 2}
_EVERYBODY = 0xFFFFFFFF
_AF_UNIX = 1
# SOCK_STREAM, alone and with SOCK_NONBLOCK, SOCK_CLOEXEC and both.
_STREAMS = (0x1, 0x801, 0x80001, 0x80801)
_SET_USER_OR_GROUP_BITS = 0o6000
_NEW_NAMESPACES = 0x7E020000
_CLONE_PARENT = 0x8000
# Ask a terminal or a file for its state, close it on exec, make it non-blocking: libraries need only these.
_HARMLESS_CONTROLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# Copy a descriptor, its flags, the size of a pipe, seals: neither larger pipes, nor signals to others (F_SETOWN, F_SETSIG), nor
# leases and notices of what others do.
_HARMLESS_CONTROLS_OF_FILES = (0, 1, 2, 3, 4, 1030, 1032, 1033, 1034)
# Locks of parts of a file: each is memory of the kernel that no limit counts. `flock` locks a whole one.
_LOCKS = (5, 6, 7, 36, 37, 38)
# Shared memory without a file stays after it is unmapped, where it is not counted.
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20
# PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_SET_VMA
_HARMLESS_ATTRIBUTES = (1, 2, 3, 15, 16, 21, 0x53564D41)


def build(machine: Machine) -> bytes:
    """Return the whole filter of a kind of processor as a program for its kernel."""
    refused, deadly = bpf.refuse(errno.EPERM), bpf.verdict(bpf.KILL_PROCESS)
    rules = dict.fromkeys(ALLOWED, bpf.verdict(bpf.ALLOW))
    rules |= dict.fromkeys(REFUSED, refused)
    rules |= dict.fromkeys(UNSUPPORTED, bpf.refuse(errno.EOPNOTSUPP))
    rules |= dict.fromkeys(DEADLY, deadly)
    for name, index in _MAKE_WITH_A_MODE.items():
        rules[name] = bpf.argument_without(index, _SET_USER_OR_GROUP_BITS, refused)
    rules |= dict.fromkeys(PRETENDED, bpf.PRETEND)
    for name, index in _CHANGE_A_MODE.items():
        rules[name] = bpf.argument_without(index, _SET_USER_OR_GROUP_BITS, refused, bpf.PRETEND)
    rules["fcntl"] = bpf.argument_in(
        1, _HARMLESS_CONTROLS_OF_FILES, bpf.argument_in(1, _LOCKS, refused, bpf.refuse(errno.ENOLCK))
    )
    rules["mmap"] = bpf.argument_without_both(3, _MAP_SHARED, _MAP_ANONYMOUS, refused)
    rules["clone"] = bpf.argument_without(0, _NEW_NAMESPACES | _CLONE_PARENT, deadly)
    rules["clone3"] = bpf.refuse(errno.ENOSYS)
    rules["ioctl"] = bpf.argument_in(1, _HARMLESS_CONTROLS, bpf.refuse(errno.ENOTTY))
    rules["prctl"] = bpf.argument_in(0, _HARMLESS_ATTRIBUTES, refused)
    # Streams only: a pair of datagram sockets could still send to any address of its family.
    rules["socketpair"] = bpf.argument_in(0, (_AF_UNIX,), refused, bpf.argument_in(1, _STREAMS, refused))
    rules["kill"] = bpf.argument_in(0, (_EVERYBODY,), bpf.verdict(bpf.ALLOW), refused)
    # Only for the caller itself: a check child must not raise the limits of another process.
    rules["prlimit64"] = bpf.argument_in(0, (0,), refused)
    numbered = {machine.numbers[name]: rule for name, rule in rules.items() if name in machine.numbers}
    return bpf.assemble(machine.architecture, numbered, bpf.refuse(errno.ENOSYS))


FILTER = b"" if HERE is None else build(HERE)


def install(program: bytes) -> None:
    """Apply `program` to this process and all its forks, for good.

    Raises
    ------
    OSError
        If the kernel refuses; the caller has set no_new_privs.
    """
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    linux.syscall(linux.SYS_SECCOMP, _SET_MODE_FILTER, 0, header)


def works() -> bool:
    """Return whether a filter really works here: a throw-away child makes a call that must end it."""
    if HERE is None:
        return False
    pid = os.fork()
    if pid == 0:
        try:
            linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
            install(FILTER)
            linux.unshare(0)
        finally:
            os._exit(0)
    status = os.waitpid(pid, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS
