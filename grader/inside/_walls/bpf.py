"""Assembles a system call filter for the kernel's packet filter machine.

A rule is a list of instructions that ends in a verdict; `assemble` finds the rule of a number by binary search,
which the kernel runs for every call. Source: the kernel's `linux/filter.h` and `linux/seccomp.h`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TypeAlias

Instruction: TypeAlias = tuple[int, int, int, int]
Rule: TypeAlias = tuple[Instruction, ...]

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
_LOAD, _JUMP, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_X32_BIT = 0x40000000


def verdict(action: int) -> Rule:
    """Return a rule that always ends in `action`."""
    return ((_RETURN, 0, 0, action),)


def refuse(number: int) -> Rule:
    """Return a rule that makes a call fail with this error number."""
    return verdict(_ERRNO | number)


# A call that is not made, and says that it was.
PRETEND = refuse(0)


def argument_in(index: int, values: tuple[int, ...], otherwise: Rule, then: Rule | None = None) -> Rule:
    """Return a rule that goes on to `then`, or allows, if argument `index` (its low 32 bits) is in `values`."""
    last = len(values) - 1
    tests = [(_JUMP_EQUAL, last - place + len(otherwise), 0, value) for place, value in enumerate(values)]
    return (_argument(index), *tests, *otherwise, *(then or verdict(ALLOW)))


def argument_without(index: int, bits: int, otherwise: Rule, then: Rule | None = None) -> Rule:
    """Return a rule that goes on to `then`, which is one instruction, or allows, if argument `index` has none of `bits`."""
    return (_argument(index), (_JUMP_SET, 1, 0, bits), *(then or verdict(ALLOW)), *otherwise)


def argument_without_both(index: int, bit: int, other: int, otherwise: Rule) -> Rule:
    """Return a rule that allows a call unless its argument `index` has both `bit` and `other`."""
    tests = ((_JUMP_SET, 0, 1, bit), (_JUMP_SET, 1, 0, other))
    return (_argument(index), *tests, *verdict(ALLOW), *otherwise)


def _argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)


def assemble(architecture: int, rules: Mapping[int, Rule], default: Rule) -> bytes:
    """Return the program that applies `rules` by number, and `default` to the others.

    Parameters
    ----------
    architecture : int
        The only architecture that may make calls: programs can reach other tables of numbers, with other meanings.
    """
    steps: list[tuple[int, Rule]] = [(0, default)]
    for number in sorted(rules):
        if steps[-1][0] == number:
            steps.pop()
        steps += [(number, rules[number]), (number + 1, default)]
    merged = [step for place, step in enumerate(steps) if place == 0 or step[1] != steps[place - 1][1]]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        *verdict(KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_GREATER_EQUAL, 0, 1, _X32_BIT),
        *verdict(KILL_PROCESS),
        *_search(merged),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _search(steps: list[tuple[int, Rule]]) -> list[Instruction]:
    """Return the tree that ends in the rule of the last step at or below the call's number."""
    if len(steps) == 1:
        return list(steps[0][1])
    middle = len(steps) // 2
    below, above = _search(steps[:middle]), _search(steps[middle:])
    # Conditional jumps reach 255 instructions, the unconditional one all of them.
    return [(_JUMP_GREATER_EQUAL, 0, 1, steps[middle][0]), (_JUMP, 0, 0, len(below)), *below, *above]
