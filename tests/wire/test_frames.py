"""The judge's half of the wire takes right frames as they are and refuses all others in one way."""

import math
import random
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.wire.agreed import ProtocolError
from grader.wire.decoding import MAX_DEPTH, MAX_VALUES
from grader.wire.frames import HEADER_BYTES, MAX_BODY_BYTES, decode_body, encode_frame
from grader.wire.values import Generator, Handle, Ref
from tests.fence.mutation import BODIES, NONCE, mutated

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def body_of(value):
    """Return the body of the frame that carries `value`."""
    return encode_frame(NONCE, value)[HEADER_BYTES:]


def raw(text):
    """Return a body whose value is these bytes."""
    return NONCE + text


@given(PLAIN)
def test_wire_returns_plain_values_as_they_were(value):
    """Whatever is plain comes back equal, with the nonce."""
    assert decode_body(body_of(value)) == (NONCE, value)


@pytest.mark.parametrize("code", "?bBhHiIqQefdFD")
def test_wire_returns_arrays_of_every_dtype(code):
    """Shape, dtype and entries of each allowed dtype survive, also of a transposed and of an empty array."""
    for array in (np.ones((2, 3), dtype=code).T, np.zeros((0, 4), dtype=code), np.array([[[1]]], dtype=code)):
        _, result = decode_body(body_of(array))
        assert result.dtype == array.dtype
        assert result.shape == array.shape
        assert np.array_equal(result, array)


def test_wire_returns_long_lists_of_reals_as_they_were():
    """A list of nothing but reals, such as the losses of a training, comes back to the last bit, and as a tuple where it was one."""
    losses = [*np.random.default_rng(0).standard_normal(4000).tolist(), math.inf, -0.0, 5e-324]
    assert decode_body(encode_frame(NONCE, losses)[HEADER_BYTES:])[1] == losses
    assert decode_body(encode_frame(NONCE, [tuple(losses), [*losses[:2], 1]])[HEADER_BYTES:])[1] == [
        tuple(losses), [*losses[:2], 1],
    ]  # fmt: skip


def test_wire_counts_the_reals_of_a_list():
    """Lists of reals are as many values as they hold: no more of them pass than of others."""
    body = encode_frame(NONCE, [[0.0] * 50_000] * 4)[HEADER_BYTES:]
    with pytest.raises(ProtocolError, match="a frame may hold 200000 values"):
        decode_body(body)


def test_wire_returns_fresh_writable_arrays():
    """An array from the wire owns its memory: nothing of the frame stays behind it."""
    _, result = decode_body(body_of(np.arange(3.0)))
    assert result.flags.owndata
    assert result.flags.writeable


def test_wire_keeps_numpy_scalars():
    """A NumPy scalar comes back as one of its type."""
    _, result = decode_body(body_of(np.float32(1.5)))
    assert type(result) is np.float32
    assert result == np.float32(1.5)


def test_wire_accepts_big_endian_arrays():
    """An array in the other byte order goes over by its values."""
    _, result = decode_body(body_of(np.arange(3, dtype=">f8")))
    assert result.tolist() == [0.0, 1.0, 2.0]


def test_wire_keeps_handles_apart_from_text():
    """A handle comes back as a handle."""
    assert decode_body(body_of(Handle(7, "Linear")))[1] == Handle(7, "Linear")


@pytest.mark.parametrize(("value", "ending"), [(Generator(3), b"g" + struct.pack(">Q", 3)), (Ref(2), b"r\0\0\0\2")])
def test_wire_sends_generators_and_references_one_way(value, ending):
    """What only the judge may send is encoded for the child, and refused from it."""
    body = body_of(value)
    assert body.endswith(ending)
    with pytest.raises(ProtocolError, match="no value begins with"):
        decode_body(body)


@pytest.mark.parametrize("value", [object(), np.array([None]), np.zeros((1,) * 9)])
def test_wire_sends_nothing_outside_its_kinds(value):
    """Objects, and arrays of other dtypes or more dimensions have no form."""
    with pytest.raises(TypeError, match="cannot be handed to a submission"):
        encode_frame(NONCE, value)


@pytest.mark.parametrize("value", [2 ** (8 * 2**16), bytes(MAX_BODY_BYTES)], ids=["integer", "bytes"])
def test_wire_sends_nothing_too_large(value):
    """An integer beyond 64 KiB and a frame beyond the cap are refused before they are sent."""
    with pytest.raises(ValueError, match="may "):
        encode_frame(NONCE, value)


MALFORMED = {
    "no nonce": (b"abc", "a body needs 8 bytes for its nonce and has 3"),
    "no value": (raw(b""), "1 bytes are announced and 0 are left"),
    "two values": (raw(b"NN"), "1 bytes follow the value"),
    "unknown tag": (raw(b"z"), "no value begins with the byte 122"),
    "integer without bytes": (raw(b"i\0"), "an integer takes 1 to 64 bytes, not 0"),
    "integer too long": (raw(b"i\x41" + bytes(65)), "an integer takes 1 to 64 bytes, not 65"),
    "text not UTF-8": (raw(b"s\0\0\0\1\xff"), "a text is not UTF-8"),
    "surrogate": (raw(b"s\0\0\0\3\xed\xa0\x80"), "a text is not UTF-8"),
    "text cut off": (raw(b"s\0\0\0\5ab"), "5 bytes are announced and 2 are left"),
    "list of everything": (raw(b"l\xff\xff\xff\xff"), "4294967295 values are announced and 0 bytes are left"),
    "map with a number as key": (raw(b"m\0\0\0\1NN"), "a name must be a text"),
    "map with one key twice": (raw(b"m\0\0\0\2" + b"s\0\0\0\1aN" * 2), "a map has one key twice"),
    "handle without a type": (raw(b"h\0\0\0\1N"), "a name must be a text"),
    "object dtype": (raw(b"aO\0"), "no array has the dtype code 79"),
    "nine dimensions": (raw(b"ad\x09" + bytes(72)), "an array may have 8 dimensions, not 9"),
    "array cut off": (raw(b"ad\1" + struct.pack(">Q", 2) + bytes(8)), "16 bytes are announced and 8 are left"),
    "array with bytes left": (raw(b"ad\1" + struct.pack(">Q", 1) + bytes(16)), "8 bytes follow the value"),
    "huge and empty": (raw(b"ad\2" + struct.pack(">QQ", 0, 2**63)), "the dimensions of an array are too large"),
    "overflowing": (raw(b"ad\2" + struct.pack(">QQ", 2**33, 2**33)), "the dimensions of an array are too large"),
    "truth value of 2": (raw(b"a?\1" + struct.pack(">Q", 3) + b"\1\2\0"), "a truth value is neither 0 nor 1"),
    "too deep": (raw(b"l\0\0\0\1" * (MAX_DEPTH + 1) + b"N"), "values may nest 16 deep"),
    "too many": (raw(b"l" + struct.pack(">I", MAX_VALUES) + b"N" * MAX_VALUES), "a frame may hold 200000 values"),
}


@pytest.mark.parametrize(("body", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_wire_refuses_a_malformed_body(body, message):
    """Each way to be wrong has its sentence."""
    with pytest.raises(ProtocolError) as caught:
        decode_body(body)
    assert str(caught.value) == message


@given(st.binary(max_size=300))
def test_wire_meets_random_bytes_with_its_own_error_only(noise):
    """Bytes at random decode or raise ProtocolError."""
    try:
        decode_body(NONCE + noise)
    except ProtocolError:
        return


def decode_all(seed, count):
    """Decode `count` mutated bodies; return how many were refused."""
    rng = random.Random(seed)
    refused = 0
    for _ in range(count):
        try:
            decode_body(mutated(rng))
        except ProtocolError:
            refused += 1
    return refused


def test_wire_meets_mutated_frames_with_its_own_error_only():
    """Of 20,000 frames changed in a few places none raises anything else; some are still right, most are not."""
    assert 5_000 < decode_all(0, 20_000) < 20_000


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 9))
def test_wire_meets_a_million_mutated_frames(seed):
    """125,000 frames a seed, without another exception and without memory beyond a few times the longest."""
    tracemalloc.start()
    try:
        assert decode_all(seed, 125_000) > 0
        assert tracemalloc.get_traced_memory()[1] < 100 * max(map(len, BODIES)) * 40 + 2**20
    finally:
        tracemalloc.stop()


def test_wire_allocates_by_what_arrived():
    """A short frame that announces gigabytes costs no memory."""
    tracemalloc.start()
    try:
        for text in (
            b"s\xff\xff\xff\xff",
            b"l\xff\xff\xff\xff",
            b"m\xff\xff\xff\xff",
            b"ad\1" + struct.pack(">Q", 2**30),
        ):
            with pytest.raises(ProtocolError):
                decode_body(raw(text))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
