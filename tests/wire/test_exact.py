"""Values cross both ways with the types that they have, where a test of another tool may look at these."""

import datetime
import json
import struct
import subprocess
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from grader.wire.agreed import ProtocolError
from grader.wire.frames import HEADER_BYTES, decode_body, encode_frame
from tests.fence.mutation import NONCE
from tests.grading import PROJECT

VALUES = [
    *(
        {1, "a", (2, 3)},
        frozenset({1.5}),
        {(1, "b"): [None], 2: {3}},
        range(2, 9, 3),
        slice(1, None),
        ...,
        2**4000,
        -(2**600),
    ),
    *(
        np.array(["a", "bcd"]),
        np.str_("x"),
        np.array([b"ab"]),
        np.datetime64("2024-02-29"),
        np.array([1, 2], "timedelta64[s]"),
    ),
    *(
        Fraction(1, 3),
        Decimal("1.50"),
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 1, 2, 3, 4, 5, 6),
        datetime.timedelta(1, 2),
    ),
    *(
        deque([1, 2], 5),
        Counter("abca"),
        OrderedDict(b=1, a=2),
        defaultdict(list, {1: [2]}),
        np.float32(1.5),
        (1, [2, {"k": (3,)}]),
    ),
]
# The child's half, which imports nothing of the grader: reads bodies, writes them anew.
CHILD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from _child.wire import decode, encode
bodies = [bytes.fromhex(each) for each in json.loads(sys.stdin.read())]
print(json.dumps([encode(decode(body), exact=True).hex() for body in bodies]))
"""


def _there_and_back(values):
    bodies = [encode_frame(NONCE, value)[HEADER_BYTES + len(NONCE) :].hex() for value in values]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(PROJECT / "grader" / "inside")],
        input=json.dumps(bodies),
        capture_output=True,
        text=True,
        check=True,
    )
    return [decode_body(NONCE + bytes.fromhex(each))[1] for each in json.loads(done.stdout)]


def _shown(value):
    """Return the repr of a value; the order of a set is that of its hashes, and of how it was filled."""
    return repr(sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value)


def test_values_come_back_as_they_went():
    """With their types and those of what they hold, and bit for bit."""
    for value, back in zip(VALUES, _there_and_back(VALUES), strict=True):
        assert type(back) is type(value)
        assert _shown(back) == _shown(value)
        assert np.asarray(back == value).all()


@pytest.mark.parametrize(
    "body",
    [
        b"S" + struct.pack(">I", 2**30) + b"N",
        b"S" + struct.pack(">I", 1) + b"l" + struct.pack(">I", 0),
        b"M" + struct.pack(">I", 2) + b"NNNN",
        b"M" + struct.pack(">I", 1) + b"m" + struct.pack(">I", 0) + b"N",
        b"I" + struct.pack(">I", 2**20),
        b"R" + b"NNN",
        b"R" + b"i\x01\x01i\x01\x01i\x01\x00",
        b"n" + b"s" + struct.pack(">I", 4) + b"exec",
        b"U" + struct.pack(">I", 3) + b"|O8" + b"\x00",
        b"U" + struct.pack(">I", 3) + b"<U1" + b"\x00" + b"\xff\xff\xff\xff",
        b"L" + b"s" + struct.pack(">I", 8) + b"Fraction" + b"u" + struct.pack(">I", 2) + b"i\x01\x01i\x01\x00",
        b"L" + b"s" + struct.pack(">I", 4) + b"eval" + b"u" + struct.pack(">I", 0),
        b"L" + b"s" + struct.pack(">I", 13) + b"pandas.Series" + b"N",
    ],
)
def test_what_is_no_such_value_is_refused(body):
    """Counts that lie, keys that cannot be hashed, types and dtypes outside the lists, letters that are none, and what cannot be put together."""
    with pytest.raises(ProtocolError):
        decode_body(NONCE + body)
