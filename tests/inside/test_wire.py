"""The child's side of the wire agrees with the judge's, byte for byte."""

import numpy as np
import pytest
from _child import wire
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.wire.frames import decode_body, encode_frame
from grader.wire.values import Generator, Handle, Ref

NONCE = b"12345678"
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**500), 2**500)
    | st.floats()
    | st.complex_numbers()
    | st.binary()
    | st.text()
)
ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype(code) for code in wire.DTYPE_CODES]), hnp.array_shapes(min_dims=1, max_side=4, min_side=0)
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_wire_encodes_as_the_judge_does(value):
    """Both sides write the same bytes for plain values, and the judge reads them back."""
    body = wire.encode(value)
    assert NONCE + body == encode_frame(NONCE, value)[4:]
    assert decode_body(NONCE + body)[0] == NONCE


@given(VALUES)
def test_wire_decodes_what_the_judge_sends(value):
    """What the judge sends is the same value here."""
    got = wire.decode(encode_frame(NONCE, value)[12:])
    assert wire.encode(got) == wire.encode(value)


def test_wire_reads_the_judges_words_for_objects():
    """Handles, seeds and references stay words until they are resolved."""
    value = [Handle(3, "Linear"), Generator(2**64 - 1), Ref(2)]
    assert wire.decode(encode_frame(NONCE, value)[12:]) == [wire.Handle(3), wire.Seed(2**64 - 1), wire.Ref(2)]


@given(VALUES, st.integers(0, 200), st.integers(0, 255))
def test_wire_refuses_damaged_requests(value, place, byte):
    """A damaged request is a value or a MalformedFrame, nothing else."""
    body = bytearray(wire.encode(value))
    body[place % len(body)] = byte
    try:
        wire.decode(bytes(body))
    except (wire.MalformedFrame, MemoryError):
        return


@pytest.mark.parametrize("body", [b"", b"x", b"s\0\0\0\5ab", b"NN", b"a?\1" + b"\0" * 8 + b"x", b"az\0"])
def test_wire_names_what_is_malformed(body):
    """Cut, unknown and trailing bytes are refused."""
    with pytest.raises(wire.MalformedFrame):
        wire.decode(body)


def test_wire_counts_what_it_sends():
    """Too many values and too many bytes are refused before they are sent."""
    with pytest.raises(wire.ValueTooLarge, match="more than 150000 parts"):
        wire.encode([0] * 200_000)
    with pytest.raises(wire.ValueTooLarge, match="more than 64 MiB"):
        wire.encode(np.broadcast_to(1.0, (10**5, 10**5)))
    with pytest.raises(wire.ValueTooLarge, match="more than 50 bytes"):
        wire.encode("x" * 100, max_bytes=50)


def test_wire_keeps_no_objects_in_plain_messages():
    """A message of our own that holds an object is a mistake of ours."""
    with pytest.raises(TypeError, match="a set is no plain data"):
        wire.encode({1})
