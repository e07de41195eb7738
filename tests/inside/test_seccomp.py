"""The filter gives each system call the verdict that the lists say, for its arguments, too."""

import errno
import os
import re
import struct
from pathlib import Path

import pytest
from _walls import bpf, calls, seccomp

MACHINES = {"x86-64": calls.X86_64, "aarch64": calls.AARCH64}
FILTERS = {name: seccomp.build(machine) for name, machine in MACHINES.items()}
HEADERS = {
    "x86-64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    # The table that aarch64 uses as it is, on the headers of every machine.
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
# What a header of an older kernel may not have yet.
LATER = {"fchmodat2"}
I386, ARM = 0x40000003, 0x40000028
EPERM = 0x00050000 | errno.EPERM
ENOSYS = 0x00050000 | errno.ENOSYS
PRETENDED = 0x00050000
ENOTTY = 0x00050000 | errno.ENOTTY


def verdict_of(number, *arguments, architecture=calls.X86_64.architecture, program=FILTERS["x86-64"]):
    """Run the program as the kernel does and return its verdict."""
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *words)
    accumulator, place = 0, 0
    while True:
        code, jump_true, jump_false, constant = struct.unpack_from("=HBBI", program, 8 * place)
        place += 1
        if code == 0x06:
            return constant
        if code == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, constant)
        elif code == 0x05:
            place += constant
        else:
            tests = {0x15: accumulator == constant, 0x35: accumulator >= constant, 0x45: accumulator & constant != 0}
            place += jump_true if tests[code] else jump_false


def verdict_by_name(machine, name, *arguments):
    """Return the verdict that the filter of a machine gives a call by its name."""
    where = MACHINES[machine]
    return verdict_of(where.numbers[name], *arguments, architecture=where.architecture, program=FILTERS[machine])


LISTS = [
    (seccomp.ALLOWED, bpf.ALLOW),
    (seccomp.REFUSED, EPERM),
    (seccomp.UNSUPPORTED, 0x00050000 | errno.EOPNOTSUPP),
    (seccomp.DEADLY, bpf.KILL_PROCESS),
    (seccomp.PRETENDED, PRETENDED),
]
every_machine = pytest.mark.parametrize("machine", MACHINES)


@every_machine
@pytest.mark.parametrize(("names", "verdict"), LISTS, ids=["allowed", "refused", "unsupported", "deadly", "pretended"])
def test_filter_follows_its_lists(machine, names, verdict):
    """Every call of a list gets the list's verdict, by the number that it has on this machine, if it has one."""
    there = [name for name in names if name in MACHINES[machine].numbers]
    assert {name: verdict_by_name(machine, name) for name in there} == dict.fromkeys(there, verdict)
    # Later processors have only the newest of the calls that set times.
    assert len(there) > 0.7 * len(names) or (there and names is seccomp.PRETENDED)


def test_filter_knows_no_call_twice():
    """No call stands in two lists, and every call that a list names has a number on x86-64."""
    names = [name for listed, _ in LISTS for name in listed]
    assert len(names) == len(set(names))
    assert set(names) - set(calls.X86_64.numbers) == set()


@every_machine
def test_numbers_are_those_of_the_kernels_headers(machine):
    """Each number is the one in the kernel's own header, and what is left out there does not exist on that machine."""
    if not HEADERS[machine].exists():
        assert "CI" not in os.environ, f"install linux-libc-dev: {HEADERS[machine]} is missing"
        pytest.skip("there are no headers of the kernel here")
    defined = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text(encoding="ascii")))
    defined["newfstatat"] = defined.get("newfstatat") or defined["fstatat"]
    numbers = {name: int(defined[name]) for name in calls.X86_64.numbers if name in defined}
    ours = MACHINES[machine].numbers
    assert numbers == {name: number for name, number in ours.items() if name not in LATER - set(defined)}


@every_machine
@pytest.mark.parametrize("number", [500, 1000, 2**30 - 1])
def test_filter_does_not_know_later_calls(machine, number):
    """A number of a later kernel looks as on an old one."""
    where = MACHINES[machine]
    assert verdict_of(number, architecture=where.architecture, program=FILTERS[machine]) == ENOSYS


@pytest.mark.parametrize(
    ("machine", "number", "architecture"),
    [
        ("x86-64", 2**30, calls.X86_64.architecture),
        ("x86-64", 2**30 + 1, calls.X86_64.architecture),
        ("x86-64", 20, I386),
        ("x86-64", 0, 0),
        ("aarch64", 63, ARM),
        ("aarch64", 63, calls.X86_64.architecture),
    ],
)
def test_filter_kills_other_tables(machine, number, architecture):
    """The 32-bit and the x32 numbers never reach their tables, nor do those of another processor."""
    assert verdict_of(number, architecture=architecture, program=FILTERS[machine]) == bpf.KILL_PROCESS


ARGUMENTS = {
    "own limits": (("prlimit64", 0, 7), bpf.ALLOW),
    "limits of another": (("prlimit64", 1234, 7), EPERM),
    "plain mode": (("fchmodat", 0, 0, 0o755), PRETENDED),
    "plain mode of a new file": (("openat", 0, 0, 0o100, 0o644), bpf.ALLOW),
    "set-user-ID mode": (("fchmodat", 0, 0, 0o4755), EPERM),
    "set-group-ID mode of a new file": (("openat", 0, 0, 0o100, 0o2644), EPERM),
    "fork": (("clone", 0x01200011), bpf.ALLOW),
    "thread": (("clone", 0x3D0F00), bpf.ALLOW),
    "new user namespace": (("clone", 0x10000011), bpf.KILL_PROCESS),
    "sibling": (("clone", 0x8011), bpf.KILL_PROCESS),
    "newer fork": (("clone3",), ENOSYS),
    "is it a terminal": (("ioctl", 0, 0x5401), bpf.ALLOW),
    "typing into a terminal": (("ioctl", 0, 0x5412), ENOTTY),
    "name of a thread": (("prctl", 15), bpf.ALLOW),
    "dumpable": (("prctl", 4, 1), EPERM),
    "stream pair": (("socketpair", 1, 0x80001), bpf.ALLOW),
    "datagram pair": (("socketpair", 1, 2), EPERM),
    "internet pair": (("socketpair", 2, 1), EPERM),
    "duplicate of a descriptor": (("fcntl", 3, 1030, 100), bpf.ALLOW),
    "larger pipe": (("fcntl", 3, 1031, 2**20), EPERM),
    "signal by a file": (("fcntl", 3, 8, 1), EPERM),
    "lock of a part of a file": (("fcntl", 3, 6, 0), 0x00050000 | errno.ENOLCK),
    "memory of its own": (("mmap", 0, 4096, 3, 0x22), bpf.ALLOW),
    "shared file": (("mmap", 0, 4096, 3, 0x01), bpf.ALLOW),
    "shared memory without a file": (("mmap", 0, 4096, 3, 0x21), EPERM),
    "shared memory without a file, validated": (("mmap", 0, 4096, 3, 0x23), EPERM),
    "signal to a child": (("kill", 1234, 9), bpf.ALLOW),
    "signal to everybody": (("kill", 0xFFFFFFFF, 9), EPERM),
    "signal to everybody, sign-extended": (("kill", 2**64 - 1, 9), EPERM),
}


@every_machine
@pytest.mark.parametrize(("call", "verdict"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_filter_looks_at_arguments(machine, call, verdict):
    """Where only some uses of a call are harmless, only those are allowed."""
    assert verdict_by_name(machine, *call) == verdict


@pytest.mark.parametrize(
    ("name", "pointer_bytes", "machine"),
    [
        ("x86_64", 8, calls.X86_64),
        ("aarch64", 8, calls.AARCH64),
        ("x86_64", 4, None),
        ("aarch64", 4, None),
        ("riscv64", 8, None),
    ],
)
def test_numbers_are_those_of_the_program(name, pointer_bytes, machine):
    """A Python for 32 bits on a kernel for 64, as many boards have it, makes its calls by another table than the kernel's name says."""
    assert calls.machine_of(name, pointer_bytes) is machine


def test_filter_works_in_this_kernel():
    """A throw-away child under the filter is really killed."""
    assert seccomp.works()


def test_assemble_finds_every_rule():
    """Lone numbers, neighbours and gaps get their own rules, also the first and the last."""
    numbers = (0, 1, 2, 7, 9, 10, 300)
    rules = {number: bpf.refuse(number + 1) for number in numbers}
    program = bpf.assemble(calls.X86_64.architecture, rules, bpf.verdict(bpf.ALLOW))
    for number in range(400):
        expected = 0x00050000 | (number + 1) if number in rules else bpf.ALLOW
        assert verdict_of(number, program=program) == expected
