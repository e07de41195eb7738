"""A channel takes one reply a request, in time and in bounds, and keeps the output pipes empty meanwhile."""

import os
import socket
import threading
import time

import pytest

from grader.fence.channel import Channel, DeadlineError, Drain, EndOfFile
from grader.wire.agreed import ProtocolError
from grader.wire.frames import decode_body, encode_frame
from grader.wire.limits import KEPT_OUTPUT_BYTES, SHOWN_OUTPUT_BYTES, output_of

PATIENCE_SECONDS = 120.0


def soon(seconds=PATIENCE_SECONDS):
    """Return a deadline."""
    return time.monotonic() + seconds


@pytest.fixture
def pair():
    """A channel and the other end of its socket."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    with theirs:
        yield channel, theirs
    channel.close()


@pytest.fixture
def pipe():
    """A drain and the writing end of its pipe."""
    reading, writing = os.pipe()
    drain = Drain(reading)
    yield drain, writing
    drain.close()


def request_at(theirs):
    """Return the nonce and the value of the request that arrived."""
    return decode_body(theirs.recv(65536)[4:])


def test_channel_returns_the_reply_to_its_request(pair):
    """What was asked arrives whole, and so does the answer."""
    channel, theirs = pair
    nonce = channel.send({"op": "names"}, soon())
    assert request_at(theirs) == (nonce, {"op": "names"})
    theirs.sendall(encode_frame(nonce, {"value": 3}))
    assert channel.receive(nonce, soon()) == {"value": 3}


def test_channel_passes_descriptors(pair):
    """A descriptor arrives with the first byte of its request."""
    channel, theirs = pair
    reading, writing = os.pipe()
    channel.send({"do": "check"}, soon(), [writing])
    os.close(writing)
    _, (received,), _, _ = socket.recv_fds(theirs, 4, 1)
    os.write(received, b"through")
    os.close(received)
    assert os.read(reading, 16) == b"through"
    os.close(reading)


def test_channel_drops_late_replies(pair):
    """A reply with another nonce is dropped and counted, and the right one is still found."""
    channel, theirs = pair
    nonce = channel.send(None, soon())
    theirs.sendall(encode_frame(b"tooLate!", "old") + encode_frame(nonce, "new"))
    assert channel.receive(nonce, soon()) == "new"
    assert channel.late_frames == 1


def test_channel_gives_up_on_floods_of_replies(pair):
    """Sixty-five replies to nothing are an end."""
    channel, theirs = pair
    nonce = channel.send(None, soon())
    theirs.sendall(encode_frame(b"tooLate!", None) * 65)
    with pytest.raises(ProtocolError) as caught:
        channel.receive(nonce, soon())
    assert str(caught.value) == "more than 64 replies belong to no request"


def test_channel_refuses_long_replies_unread(pair):
    """A length beyond what was asked for ends the request before a byte of it is taken."""
    channel, theirs = pair
    nonce = channel.send(None, soon())
    theirs.sendall((2**32 - 1).to_bytes(4, "big"))
    with pytest.raises(ProtocolError) as caught:
        channel.receive(nonce, soon(), max_bytes=100)
    assert str(caught.value) == "a reply of 4294967295 bytes is longer than the 100 that were asked for"


def test_channel_ends_with_the_other_side(pair):
    """An end of file in the middle of a reply is told apart from silence."""
    channel, theirs = pair
    nonce = channel.send(None, soon())
    theirs.sendall(b"\0\0")
    theirs.shutdown(socket.SHUT_RDWR)
    with pytest.raises(EndOfFile):
        channel.receive(nonce, soon())


def test_channel_cuts_dripping_replies_off(pair):
    """Bytes that keep coming do not move the deadline."""
    channel, theirs = pair
    nonce = channel.send(None, soon())
    frame = encode_frame(nonce, "x" * 10_000)
    stop = threading.Event()

    def drip():
        for byte in frame:
            if stop.wait(0.01):
                return
            theirs.sendall(bytes([byte]))

    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises(DeadlineError):
        channel.receive(nonce, soon(0.3))
    stop.set()
    dripping.join()


def test_channel_does_not_wait_to_send_for_ever(pair):
    """A child that reads nothing cannot hold a large request up."""
    channel, _ = pair
    with pytest.raises(DeadlineError):
        channel.send(bytes(8 * 2**20), soon(0.2))


def test_drain_keeps_the_beginning_and_the_end(pipe):
    """What is more than is kept is thrown away but for its end, and said to be."""
    drain, writing = pipe
    os.set_blocking(writing, False)
    for number in range(KEPT_OUTPUT_BYTES // 8192 + 100):
        assert os.write(writing, b"%07d|" % number * 1024) == 8192
        drain.pump()
    os.close(writing)
    drain.pump()
    head, tail, lost = drain.taken()
    assert (len(head), len(tail), lost, drain.ended) == (KEPT_OUTPUT_BYTES, SHOWN_OUTPUT_BYTES, True, True)
    assert head.startswith(b"0000000|")
    assert tail.endswith(b"%07d|" % number)


def test_drain_decodes_whatever_comes(pipe):
    """Bytes that are no text become replacement characters."""
    drain, writing = pipe
    os.write(writing, b"ok \xff")
    os.close(writing)
    drain.pump()
    output = output_of(drain.taken(), (b"", b"", False))
    assert (output.stdout, output.printed, output.truncated) == ("ok \ufffd", "ok \ufffd", False)


def test_output_shows_beginning_and_end():
    """Of a long output the beginning and the end are shown, with how much stands between; checks read all of it."""
    output = output_of(
        (b"a" * SHOWN_OUTPUT_BYTES + b"b" * 100, b"", False), (b"e" * (SHOWN_OUTPUT_BYTES + 1), b"", False)
    )
    assert (output.stdout, len(output.stderr)) == ("a" * SHOWN_OUTPUT_BYTES, SHOWN_OUTPUT_BYTES)
    assert (output.truncated, output.lost, len(output.printed)) == (True, False, SHOWN_OUTPUT_BYTES + 100)
    shown = output.with_end().stdout
    assert shown.startswith("aaa")
    assert shown.endswith("b" * 100)
    assert "\n\n[… 100 characters are not shown …]\n\n" in shown


def test_channel_empties_the_pipes_while_it_waits(pipe):
    """A child that must print a megabyte before it answers is not stuck."""
    drain, writing = pipe
    ours, theirs = socket.socketpair()
    channel = Channel(ours, [drain])
    nonce = channel.send(None, soon())

    def print_then_answer():
        for _ in range(16):
            os.write(writing, bytes(65536))
        os.close(writing)
        theirs.sendall(encode_frame(nonce, "done"))

    printing = threading.Thread(target=print_then_answer)
    printing.start()
    assert channel.receive(nonce, soon()) == "done"
    printing.join()
    channel.close()
    theirs.close()


def test_channel_hears_the_bell():
    """An end that is told elsewhere ends the waiting, but not before what had arrived is taken."""
    other, ringing = socket.socketpair()
    ours, theirs = socket.socketpair()
    channel = Channel(ours, bell=other)
    nonce = channel.send(None, soon())
    theirs.sendall(encode_frame(nonce, "in time"))
    ringing.sendall(b"!")
    assert channel.receive(nonce, soon()) == "in time"
    with pytest.raises(EndOfFile):
        channel.receive(nonce, soon())
    for end in (other, ringing, theirs):
        end.close()
    channel.close()
