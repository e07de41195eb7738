"""One small attack per layer of the fence: `attempt()` returns "done" if nothing stops it.

Each runs twice: in a plain interpreter, where it must succeed, and as a submission, where it must fail.
"""

import platform

from tests.attacks.machine import calls_of

PRELUDE = """
import os, sys, time, socket, resource, signal, ctypes, mmap, struct
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *words):
    return libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, words))
"""

# Layer or rule -> attack. {canary} is a file of the judge that everybody may read, {port} its listener.
ATTACKS = {
    "private root: a file of the judge": 'def attempt(): return "done" if open({canary!r}).read() else "empty"',
    "private root: the list of users": 'def attempt(): return "done" if "root:" in open("/etc/passwd").read() else "hidden"',
    "private root: the reference": 'def attempt(): return "done" if os.path.exists({checkout!r}) and open({checkout!r}).read() else "hidden"',
    "write beside the folder": 'def attempt():\n    open({beside!r}, "w").close()\n    return "done" if os.lstat({beside!r}) else "elsewhere"',
    "network: a listener of the judge": 'def attempt():\n    socket.create_connection(("127.0.0.1", {port}), 5).close()\n    return "done"',
    "network: a datagram pair": 'def attempt():\n    socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n    return "done"',
    "execute a program": 'def attempt():\n    if os.fork() == 0:\n        try:\n            os.execv("/bin/true", ["true"])\n        finally:\n            os._exit(1)\n    return "done" if os.wait()[1] == 0 else "refused"',
    "leave the process group": 'def attempt():\n    if os.fork() == 0:\n        try:\n            os.setsid()\n            os._exit(0)\n        finally:\n            os._exit(1)\n    return "done" if os.wait()[1] == 0 else "refused"',
    "raise the limits of another process": 'def attempt():\n    resource.prlimit(os.getppid(), resource.RLIMIT_CORE, resource.prlimit(os.getppid(), resource.RLIMIT_CORE))\n    return "done"',
    "set-user-ID file": 'def attempt():\n    open("tool", "w").close()\n    os.chmod("tool", 0o4755)\n    return "done" if os.stat("tool").st_mode & 0o4000 else "dropped"',
    "32-bit system calls": 'def attempt():\n    code = bytes.fromhex("b814000000cd80c3")\n    page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)\n    page.write(code)\n    address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n    return "done" if ctypes.CFUNCTYPE(ctypes.c_int)(address)() == os.getpid() else "other"',
    "new user namespace": 'def attempt():\n    if os.fork() == 0:\n        os._exit(0 if call(CALLS["unshare"], 0x10000000) == 0 else 1)\n    return "done" if os.wait()[1] == 0 else "refused"',
    "trace a process": 'def attempt():\n    pid = os.fork()\n    if pid == 0:\n        time.sleep(600)\n    traced = call(CALLS["ptrace"], 16, pid, 0, 0)\n    os.kill(pid, 9)\n    return "done" if traced == 0 else "refused"',
    "memory without a file": 'def attempt():\n    os.close(os.memfd_create("x"))\n    return "done"',
    "shared memory that stays": 'def attempt():\n    number = call(CALLS["shmget"], 0, 4096, 0o1600)\n    call(CALLS["shmctl"], number, 0, 0)\n    return "done" if number >= 0 else "refused"',
    "real-time priority for others": 'def attempt():\n    os.setpriority(os.PRIO_PROCESS, 0, 5)\n    return "done" if os.getpriority(os.PRIO_PROCESS, 0) == 5 else "as before"',
    "code from the working folder": 'def attempt():\n    import _ctypes\n    open("own.so", "wb").write(open(_ctypes.__file__, "rb").read())\n    ctypes.CDLL("./own.so")\n    return "done"',
    "a large file": 'def attempt():\n    with open("large", "wb") as file:\n        for _ in range(8):\n            file.write(bytes(1 << 20))\n    os.unlink("large")\n    return "done"',
    "very many files": 'def attempt():\n    for n in range(500):\n        open(f"many{{n}}", "w").close()\n    return "done"',
    "very many descriptors": 'def attempt():\n    held = [os.dup(0) for _ in range(200)]\n    os.closerange(held[0], held[-1] + 1)\n    return "done"',
    "very many threads": 'def attempt():\n    import threading\n    gate = threading.Event()\n    threads = [threading.Thread(target=gate.wait) for _ in range(40)]\n    try:\n        for thread in threads:\n            thread.start()\n    finally:\n        gate.set()\n    return "done"',
    "locked memory": 'def attempt():\n    return "done" if call(CALLS["mlock"], ctypes.addressof(ctypes.create_string_buffer(4096)), 4096) == 0 else "refused"',
    "a signal to everybody": 'def attempt():\n    return "done" if call(CALLS["kill"], -1, 0) == 0 else "refused"',
    "the environment of another process": 'def attempt(): return "done" if open("/proc/{bystander}/environ", "rb").read() else "hidden"',
}  # fmt: skip

if platform.machine() != "x86_64":
    del ATTACKS["32-bit system calls"]  # there is one table only

PRELUDE += "CALLS = " + repr(calls_of("".join(ATTACKS.values()))) + "\n"

# Attacks that only the mounts or the namespaces stop: without those the guarantee is not claimed.
NEEDS_NAMESPACES = {"code from the working folder", "very many files"}
