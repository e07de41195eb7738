"""A submission that tries to get out: the self-test gives it to a fenced child like a student's submission.

Imports nothing of ours. Each function tries one thing and returns what it got; wherever it can, the judge checks on
its own side whether the attempt got through.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import resource
import signal
import socket
import time
from pathlib import Path


def start_daemon() -> None:
    """Leave a detached process behind that still holds the standard output."""
    if os.fork() == 0:
        with contextlib.suppress(OSError):
            os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    os.wait()


def read_all(paths: list[str]) -> list[list[str]]:
    """Return what could be read of each path: the names in a folder, the beginning of a file, or nothing."""
    return [_read(path) for path in paths]


def _read(path: str) -> list[str]:
    try:
        if os.path.isdir(path):
            return os.listdir(path)[:1000]
        with open(path, "rb") as file:
            return [file.read(100).hex()]
    except OSError:
        return []


def write_file(path: str) -> None:
    """Make a file in a folder that all users may write to."""
    try:
        Path(path).write_text("written", encoding="utf-8")
    except OSError:
        return


def change_file(path: str) -> None:
    """Cut off, close and date back a file that all users may write to, each by its name alone."""
    for change in (lambda: os.truncate(path, 0), lambda: os.chmod(path, 0), lambda: os.utime(path, (0, 0))):
        with contextlib.suppress(OSError):
            change()


def reach(port: int, abstract_name: str) -> None:
    """Try to reach the judge's listeners: TCP, UDP, and a socket with an abstract name."""
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port)),
        (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", port)),
        (socket.AF_UNIX, socket.SOCK_DGRAM, "\0" + abstract_name),
    ):
        try:
            with socket.socket(family, kind) as knocking:
                knocking.settimeout(0.2)
                knocking.connect(address)
                knocking.send(b"x")
        except OSError:
            continue


def read_memory(pid: int, address: int, size: int) -> bytes:
    """Return bytes of the judge's memory, or none."""
    try:
        descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
        return os.pread(descriptor, size, address)
    except OSError:
        return b""


def look_at(pid: int) -> bytes:
    """Return the command line of the judge, or nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def process_numbers() -> str:
    """Return the namespace of the process numbers, or nothing."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def reach_by_signal(pid: int) -> bool:
    """Return whether the judge could be sent a signal; signal 0 only asks."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def multiply(most: int) -> int:
    """Return how many children could be alive at once, up to `most`."""
    children: list[int] = []
    try:
        while len(children) < most:
            pid = os.fork()
            if pid == 0:
                time.sleep(600)
                os._exit(0)
            children.append(pid)
    except OSError:
        pass
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)
    return len(children)


def fill_disk(most_bytes: int, file_bytes: int) -> int:
    """Return how many bytes could be written into the working folder, up to `most_bytes`."""
    written = 0
    try:
        while written < most_bytes:
            Path(f"fill{written}").write_bytes(bytes(file_bytes))
            written += file_bytes
    except OSError:
        pass
    for path in Path().glob("fill*"):
        path.unlink()
    return written


def take_memory(size_bytes: int) -> int:
    """Return how many bytes of memory could be allocated at once."""
    try:
        return len(bytearray(size_bytes))
    except MemoryError:
        return 0


def enlarge_buffers(size_bytes: int) -> list[str]:
    """Return which kernel memory could be allocated that no limit counts."""
    had = []
    one, other = socket.socketpair()
    reading, writing = os.pipe()
    for name, enlarge in (
        ("socket", lambda: one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size_bytes)),
        ("pipe", lambda: fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, size_bytes)),
        ("shared", lambda: mmap.mmap(-1, mmap.PAGESIZE).close()),
        ("descriptors on their way", lambda: socket.send_fds(one, [b"x"], [other.fileno()])),
    ):
        with contextlib.suppress(OSError):
            enlarge()
            had.append(name)
    for descriptor in (reading, writing, one.detach(), other.detach()):
        os.close(descriptor)
    return had


def cpu_limit_seconds() -> int:
    """Return the CPU time that the kernel grants this process; -1 without limit."""
    return resource.getrlimit(resource.RLIMIT_CPU)[1]


def ask_the_forbidden() -> int:
    """Return the wait status of a child that makes a call that no program of the exercise makes."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(OSError):
            os.chroot(".")
        os._exit(0)
    return os.waitpid(pid, 0)[1]


start_daemon()
