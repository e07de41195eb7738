"""Frames as an attacker might send them: valid ones, broken in every way, drawn from a seed."""

import random
import struct
from typing import Any

import numpy as np

from grader.wire.frames import HEADER_BYTES, encode_frame
from grader.wire.values import Handle

NONCE = b"\x00\x01\x02\x03\x04\x05\x06\x07"
SAMPLES: tuple[Any, ...] = (
    {"value": np.arange(12.0).reshape(3, 4), "warnings": []},
    {"value": [np.array([True, False]), np.float32(1.5), np.zeros((2, 0, 3), dtype=np.int8)], "warnings": []},
    {"raised": {"type": "ValueError", "message": "é" * 20, "frames": [{"file": "a.py", "line": 3}]}},
    {"value": (1, -1, 2**300, 1.5, 2j, None, True, b"raw", "text"), "warnings": [{"category": "UserWarning"}]},
    {"value": Handle(7, "generator"), "warnings": []},
    {"value": [[[[[[[["deep"]]]]]]]], "warnings": []},
)
BODIES = tuple(encode_frame(NONCE, sample)[HEADER_BYTES:] for sample in SAMPLES)
_TAGS = b"NTFifcsblumahgr?BdDq\x00\xff"
_COUNTS = (0, 1, 2, 15, 16, 17, 255, 65535, 200_001, 2**31 - 1, 2**31, 2**32 - 1)
_EXTENTS = (0, 1, 2**20, 2**31, 2**32, 2**62, 2**63, 2**64 - 1)


def mutated(rng: random.Random) -> bytes:
    """Return a body changed in one to four places."""
    body = bytearray(rng.choice(BODIES))
    for _ in range(rng.randint(1, 4)):
        rng.choice(_CHANGES)(rng, body)
    return bytes(body)


def _flip(rng: random.Random, body: bytearray) -> None:
    if body:
        body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)


def _set_tag(rng: random.Random, body: bytearray) -> None:
    if body:
        body[rng.randrange(len(body))] = rng.choice(_TAGS)


def _set_count(rng: random.Random, body: bytearray) -> None:
    place = rng.randrange(len(body) + 1)
    body[place : place + 4] = struct.pack(">I", rng.choice(_COUNTS))


def _set_extent(rng: random.Random, body: bytearray) -> None:
    place = rng.randrange(len(body) + 1)
    body[place : place + 8] = struct.pack(">Q", rng.choice(_EXTENTS))


def _cut(rng: random.Random, body: bytearray) -> None:
    place = rng.randrange(len(body) + 1)
    del body[place : place + rng.randint(1, 16)]


def _repeat(rng: random.Random, body: bytearray) -> None:
    place = rng.randrange(len(body) + 1)
    body[place:place] = body[place : place + rng.randint(1, 64)] * rng.randint(1, 40)


def _nest(rng: random.Random, body: bytearray) -> None:
    place = rng.randrange(len(body) + 1)
    body[place:place] = (rng.choice(b"lu").to_bytes() + struct.pack(">I", 1)) * rng.randint(1, 40)


def _splice(rng: random.Random, body: bytearray) -> None:
    other = rng.choice(BODIES)
    place = rng.randrange(len(body) + 1)
    start = rng.randrange(len(other))
    body[place:] = other[start:]


_CHANGES = (_flip, _flip, _set_tag, _set_count, _set_extent, _cut, _repeat, _nest, _splice)
