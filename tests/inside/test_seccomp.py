"""The filter gives each system call the verdict that the lists say, for its arguments, too."""

import errno
import struct

import pytest
from _walls import bpf, seccomp

X86_64, I386 = 0xC000003E, 0x40000003
EPERM = 0x00050000 | errno.EPERM
ENOSYS = 0x00050000 | errno.ENOSYS
ENOTTY = 0x00050000 | errno.ENOTTY


def verdict_of(number, *arguments, architecture=X86_64, program=seccomp.FILTER):
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


LISTS = [
    (seccomp._ALLOWED, bpf.ALLOW),
    (seccomp._REFUSED, EPERM),
    (seccomp._UNSUPPORTED, 0x00050000 | errno.EOPNOTSUPP),
    (seccomp._DEADLY, bpf.KILL_PROCESS),
]


@pytest.mark.parametrize(("calls", "verdict"), LISTS, ids=["allowed", "refused", "unsupported", "deadly"])
def test_filter_follows_its_lists(calls, verdict):
    """Every number of a list gets the list's verdict."""
    assert {name: verdict_of(number) for name, number in calls.items()} == dict.fromkeys(calls, verdict)


def test_filter_knows_no_number_twice():
    """No call stands in two lists."""
    numbers = [number for calls, _ in LISTS for number in calls.values()]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("number", [500, 1000, 2**30 - 1])
def test_filter_does_not_know_later_calls(number):
    """A number of a later kernel looks as on an old one."""
    assert verdict_of(number) == ENOSYS


@pytest.mark.parametrize(("number", "architecture"), [(2**30, X86_64), (2**30 + 1, X86_64), (20, I386), (0, 0)])
def test_filter_kills_other_tables(number, architecture):
    """The 32-bit and the x32 numbers never reach their tables."""
    assert verdict_of(number, architecture=architecture) == bpf.KILL_PROCESS


ARGUMENTS = {
    "own limits": ((302, 0, 7), bpf.ALLOW),
    "limits of another": ((302, 1234, 7), EPERM),
    "plain mode": ((90, 0, 0o755), bpf.ALLOW),
    "set-user-ID mode": ((90, 0, 0o4755), EPERM),
    "set-group-ID mode of a new file": ((257, 0, 0, 0o100, 0o2644), EPERM),
    "fork": ((56, 0x01200011), bpf.ALLOW),
    "thread": ((56, 0x3D0F00), bpf.ALLOW),
    "new user namespace": ((56, 0x10000011), bpf.KILL_PROCESS),
    "sibling": ((56, 0x8011), bpf.KILL_PROCESS),
    "newer fork": ((435,), ENOSYS),
    "is it a terminal": ((16, 0, 0x5401), bpf.ALLOW),
    "typing into a terminal": ((16, 0, 0x5412), ENOTTY),
    "name of a thread": ((157, 15), bpf.ALLOW),
    "dumpable": ((157, 4, 1), EPERM),
    "stream pair": ((53, 1, 0x80001), bpf.ALLOW),
    "datagram pair": ((53, 1, 2), EPERM),
    "internet pair": ((53, 2, 1), EPERM),
    "duplicate of a descriptor": ((72, 3, 1030, 100), bpf.ALLOW),
    "larger pipe": ((72, 3, 1031, 2**20), EPERM),
    "signal by a file": ((72, 3, 8, 1), EPERM),
    "lock of a part of a file": ((72, 3, 6, 0), 0x00050000 | errno.ENOLCK),
    "memory of its own": ((9, 0, 4096, 3, 0x22), bpf.ALLOW),
    "shared file": ((9, 0, 4096, 3, 0x01), bpf.ALLOW),
    "shared memory without a file": ((9, 0, 4096, 3, 0x21), EPERM),
    "shared memory without a file, validated": ((9, 0, 4096, 3, 0x23), EPERM),
    "signal to a child": ((62, 1234, 9), bpf.ALLOW),
    "signal to everybody": ((62, 0xFFFFFFFF, 9), EPERM),
    "signal to everybody, sign-extended": ((62, 2**64 - 1, 9), EPERM),
}


@pytest.mark.parametrize(("call", "verdict"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_filter_looks_at_arguments(call, verdict):
    """Where only some uses of a call are harmless, only those are allowed."""
    assert verdict_of(*call) == verdict


def test_filter_works_in_this_kernel():
    """A throw-away child under the filter is really killed."""
    assert seccomp.works()


def test_assemble_finds_every_rule():
    """Lone numbers, neighbours and gaps get their own rules, also the first and the last."""
    numbers = (0, 1, 2, 7, 9, 10, 300)
    rules = {number: bpf.refuse(number + 1) for number in numbers}
    program = bpf.assemble(X86_64, rules, bpf.verdict(bpf.ALLOW))
    for number in range(400):
        expected = 0x00050000 | (number + 1) if number in rules else bpf.ALLOW
        assert verdict_of(number, program=program) == expected
