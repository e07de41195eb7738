"""Which system calls a submission may make, and the filter of it.

Three answers besides yes: a call that no library for numbers makes ends the process; one that libraries try and
can do without fails with EPERM; one that this list does not know, such as a call of a later kernel, fails with
ENOSYS, on which C libraries fall back to an older one. Numbers are those of x86-64; elsewhere there is no filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct

from _walls import bpf, linux

_AUDIT_X86_64 = 0xC000003E
_SET_MODE_FILTER = 1

_ALLOWED = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "pread64": 17, "pwrite64": 18, "readv": 19, "writev": 20, "access": 21, "pipe": 22, "select": 23,
    "sched_yield": 24, "mremap": 25, "msync": 26, "mincore": 27, "madvise": 28, "dup": 32, "dup2": 33, "pause": 34,
    "nanosleep": 35, "getitimer": 36, "alarm": 37, "setitimer": 38, "getpid": 39, "sendfile": 40, "sendto": 44,
    "recvfrom": 45, "recvmsg": 47, "shutdown": 48, "getsockname": 51, "getpeername": 52,
    "getsockopt": 55, "fork": 57, "vfork": 58, "exit": 60, "wait4": 61, "uname": 63,
    "flock": 73, "fsync": 74, "fdatasync": 75, "truncate": 76, "ftruncate": 77, "getdents": 78,
    "getcwd": 79, "chdir": 80, "fchdir": 81, "rename": 82, "mkdir": 83, "rmdir": 84, "link": 86, "unlink": 87,
    "symlink": 88, "readlink": 89, "umask": 95, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99,
    "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "getpgrp": 111,
    "getgroups": 115, "getresuid": 118, "getresgid": 120, "getpgid": 121, "getsid": 124, "rt_sigpending": 127,
    "rt_sigtimedwait": 128, "rt_sigsuspend": 130, "sigaltstack": 131, "utime": 132, "statfs": 137, "fstatfs": 138,
    "getpriority": 140, "sched_getparam": 143, "sched_getscheduler": 145, "sched_get_priority_max": 146,
    "sched_get_priority_min": 147, "arch_prctl": 158, "setrlimit": 160, "gettid": 186, "tkill": 200, "time": 201,
    "futex": 202, "sched_getaffinity": 204, "epoll_create": 213, "getdents64": 217, "set_tid_address": 218,
    "restart_syscall": 219, "fadvise64": 221, "timer_create": 222, "timer_settime": 223, "timer_gettime": 224,
    "timer_getoverrun": 225, "timer_delete": 226, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
    "exit_group": 231, "epoll_wait": 232, "epoll_ctl": 233, "tgkill": 234, "utimes": 235, "waitid": 247,
    "mkdirat": 258, "futimesat": 261, "newfstatat": 262, "unlinkat": 263, "renameat": 264, "linkat": 265,
    "symlinkat": 266, "readlinkat": 267, "faccessat": 269, "pselect6": 270, "ppoll": 271, "set_robust_list": 273,
    "get_robust_list": 274, "utimensat": 280, "epoll_pwait": 281, "signalfd": 282, "timerfd_create": 283,
    "eventfd": 284, "fallocate": 285, "timerfd_settime": 286, "timerfd_gettime": 287, "signalfd4": 289,
    "eventfd2": 290, "epoll_create1": 291, "dup3": 292, "pipe2": 293, "preadv": 295, "pwritev": 296,
    "getcpu": 309, "renameat2": 316, "getrandom": 318, "membarrier": 324, "mlock2": 325, "copy_file_range": 326,
    "preadv2": 327, "pwritev2": 328, "statx": 332, "rseq": 334, "close_range": 436, "faccessat2": 439,
}  # fmt: skip

# Libraries try these and go on without them, or a student gets a PermissionError that names what was tried. `setsockopt`
# makes buffers larger that no limit counts, and `sendmsg` keeps descriptors, with such buffers, on their way.
_REFUSED = {
    "shmget": 29, "shmat": 30, "shmctl": 31, "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50,
    "sendmsg": 46, "setsockopt": 54, "execve": 59, "semget": 64, "semop": 65, "semctl": 66, "shmdt": 67, "msgget": 68, "msgsnd": 69, "msgrcv": 70,
    "msgctl": 71, "chown": 92, "fchown": 93, "lchown": 94, "setuid": 105, "setgid": 106, "setpgid": 109, "setsid": 112,
    "setreuid": 113, "setregid": 114, "setgroups": 116, "setresuid": 117, "setresgid": 119, "setfsuid": 122,
    "setfsgid": 123, "capget": 125, "capset": 126, "rt_sigqueueinfo": 129, "mknod": 133, "personality": 135,
    "setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144, "mlock": 149, "munlock": 150, "mlockall": 151,
    "munlockall": 152, "sched_setaffinity": 203, "io_setup": 206,
    "mbind": 237, "set_mempolicy": 238, "get_mempolicy": 239, "mq_open": 240, "ioprio_set": 251, "inotify_init": 253,
    "fchownat": 260, "mknodat": 259, "splice": 275, "tee": 276, "vmsplice": 278, "accept4": 288, "inotify_init1": 294,
    "rt_tgsigqueueinfo": 297, "sched_setattr": 314, "sched_getattr": 315, "memfd_create": 319, "execveat": 322,
    "seccomp": 317, "pkey_mprotect": 329, "pkey_alloc": 330, "pkey_free": 331, "pidfd_send_signal": 424,
    "pidfd_open": 434, "landlock_create_ruleset": 444, "landlock_add_rule": 445, "landlock_restrict_self": 446,
}  # fmt: skip

# Copying a file asks for these; where a filesystem has none, nobody minds.
_UNSUPPORTED = {
    "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "getxattr": 191, "lgetxattr": 192, "fgetxattr": 193,
    "listxattr": 194, "llistxattr": 195, "flistxattr": 196,
}  # fmt: skip

# No program of this exercise has a use for these.
_DEADLY = {
    "ptrace": 101, "syslog": 103, "ustat": 136, "modify_ldt": 154, "pivot_root": 155, "_sysctl": 156, "adjtimex": 159,
    "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168,
    "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "create_module": 174,
    "init_module": 175, "delete_module": 176, "get_kernel_syms": 177, "query_module": 178, "quotactl": 179,
    "nfsservctl": 180, "lookup_dcookie": 212, "clock_settime": 227, "vserver": 236, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "migrate_pages": 256, "unshare": 272, "move_pages": 279,
    "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304,
    "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
    "finit_module": 313, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425,
    "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429, "fsopen": 430,
    "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442,
    "memfd_secret": 447,
}  # fmt: skip

_OPEN, _IOCTL, _SOCKETPAIR, _CLONE, _CHMOD, _FCHMOD, _CREAT = 2, 16, 53, 56, 90, 91, 85
_PRCTL, _OPENAT, _FCHMODAT, _PRLIMIT64, _CLONE3, _FCHMODAT2 = 157, 257, 268, 302, 435, 452
_MMAP, _KILL, _FCNTL = 9, 62, 72
_EVERYBODY = 0xFFFFFFFF
_AF_UNIX = 1
# SOCK_STREAM, alone and with SOCK_NONBLOCK, SOCK_CLOEXEC and both.
_STREAMS = (0x1, 0x801, 0x80001, 0x80801)
_SET_USER_OR_GROUP_BITS = 0o6000
_NEW_NAMESPACES = 0x7E020000
_CLONE_PARENT = 0x8000
# Ask a terminal or a file for its state, close it on exec, make it non-blocking: all that libraries do.
_HARMLESS_CONTROLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# Copy a descriptor, its flags, the size of a pipe, seals: neither larger pipes, nor signals to others (F_SETOWN, F_SETSIG), nor
# leases and notices of what others do.
_HARMLESS_CONTROLS_OF_FILES = (0, 1, 2, 3, 4, 1030, 1032, 1033, 1034)
# Locks of parts of a file: each is memory of the kernel that no limit counts. `flock` locks a whole one.
_LOCKS = (5, 6, 7, 36, 37, 38)
# Shared memory without a file stays when it is taken out of a process, where nobody counts it.
_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20
# PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_SET_VMA
_HARMLESS_ATTRIBUTES = (1, 2, 3, 15, 16, 21, 0x53564D41)


def build() -> bytes:
    """Return the whole filter as a program for the kernel."""
    refused, deadly = bpf.refuse(errno.EPERM), bpf.verdict(bpf.KILL_PROCESS)
    rules = {number: bpf.verdict(bpf.ALLOW) for number in _ALLOWED.values()}
    rules |= dict.fromkeys(_REFUSED.values(), refused)
    rules |= dict.fromkeys(_UNSUPPORTED.values(), bpf.refuse(errno.EOPNOTSUPP))
    rules |= dict.fromkeys(_DEADLY.values(), deadly)
    for number, index in (
        (_CHMOD, 1),
        (_FCHMOD, 1),
        (_FCHMODAT, 2),
        (_FCHMODAT2, 2),
        (_CREAT, 1),
        (_OPEN, 2),
        (_OPENAT, 3),
    ):
        rules[number] = bpf.argument_without(index, _SET_USER_OR_GROUP_BITS, refused)
    rules[_FCNTL] = bpf.argument_in(
        1, _HARMLESS_CONTROLS_OF_FILES, bpf.argument_in(1, _LOCKS, refused, bpf.refuse(errno.ENOLCK))
    )
    rules[_MMAP] = bpf.argument_without_both(3, _MAP_SHARED, _MAP_ANONYMOUS, refused)
    rules[_CLONE] = bpf.argument_without(0, _NEW_NAMESPACES | _CLONE_PARENT, deadly)
    rules[_CLONE3] = bpf.refuse(errno.ENOSYS)
    rules[_IOCTL] = bpf.argument_in(1, _HARMLESS_CONTROLS, bpf.refuse(errno.ENOTTY))
    rules[_PRCTL] = bpf.argument_in(0, _HARMLESS_ATTRIBUTES, refused)
    # Streams only: a pair of datagram sockets could still send to any address of its family.
    rules[_SOCKETPAIR] = bpf.argument_in(0, (_AF_UNIX,), refused, bpf.argument_in(1, _STREAMS, refused))
    rules[_KILL] = bpf.argument_in(0, (_EVERYBODY,), bpf.verdict(bpf.ALLOW), refused)
    # Only of the caller itself: a check child must not raise the limits of another.
    rules[_PRLIMIT64] = bpf.argument_in(0, (0,), refused)
    return bpf.assemble(_AUDIT_X86_64, rules, bpf.refuse(errno.ENOSYS))


FILTER = build()


def install(program: bytes) -> None:
    """Put this process and all that it forks under `program`, for good.

    Raises
    ------
    OSError
        When the kernel refuses; the caller has set no_new_privs.
    """
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    linux.syscall(linux.SYS_SECCOMP, _SET_MODE_FILTER, 0, header)


def works() -> bool:
    """Return whether a filter really binds here: a throw-away child tries what must end it."""
    if platform.machine() != "x86_64":
        return False
    pid = os.fork()
    if pid == 0:
        try:
            linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
            install(FILTER)
            linux.syscall(linux.SYS_UNSHARE, 0)
        finally:
            os._exit(0)
    status = os.waitpid(pid, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS
