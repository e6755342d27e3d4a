"""The channel to an inference server: batches and answers pass unchanged, and nonsense from either side is refused."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

import numpy as np
import pytest

from emotion_core.observations import CheckpointIdentity
from emotion_core.scan import ModelRequest, inference_channel
from emotion_core.scan.inference_channel import ChannelError, Kind
from emotion_core.scan.inference_client import InferenceClient, ServerFault
from emotion_core.system import PartnerEndedError

REQUEST = ModelRequest(checkpoint=None, engine="default", batch=4)


@pytest.fixture
def ends() -> Iterator[tuple[Connection, Connection]]:
    one, other = (Connection(end.detach()) for end in socket.socketpair())
    with one, other:
        yield one, other


def test_batches_and_answers_pass_unchanged(ends: tuple[Connection, Connection]) -> None:
    """Crops of any size, also views, and rows of numbers arrive as they are."""
    one, other = ends
    draw = np.random.default_rng(1)
    frame = draw.integers(0, 256, (90, 120, 3), dtype=np.uint8)
    crops = [frame[3:8, 5:90], frame[::2], draw.integers(0, 256, (700, 600, 3), dtype=np.uint8)]
    sending = threading.Thread(target=inference_channel.send_crops, args=(one, crops))
    sending.start()
    kind, sides = inference_channel.receive(other)
    arrived = inference_channel.receive_crops(other, sides)
    sending.join()
    assert kind == Kind.CROPS
    assert all(map(np.array_equal, arrived, crops))
    rows = draw.normal(size=(3, 7)).astype(np.float32)
    inference_channel.send_logits(other, rows)
    kind, content = inference_channel.receive(one)
    assert kind == Kind.LOGITS
    np.testing.assert_array_equal(inference_channel.logits(content, 3, 7), rows)
    with pytest.raises(ChannelError):
        inference_channel.logits(content, 7, 3)


@pytest.mark.parametrize(
    "sides",
    [b"", b"1234", b"\0" * 8, b"\xff" * 8, b"\0\0\0\1" * 2 * 257],
    ids=["none", "torn", "0 x 0", "vast", "many"],
)
def test_a_batch_that_cannot_be_is_refused(ends: tuple[Connection, Connection], sides: bytes) -> None:
    with pytest.raises(ChannelError):
        inference_channel.receive_crops(ends[1], sides)


def test_a_message_that_is_too_long_is_refused(ends: tuple[Connection, Connection]) -> None:
    """Nothing is read of a message that announces more than its kind may have."""
    one, other = ends
    sending = threading.Thread(target=one.send_bytes, args=(bytes(64),))
    sending.start()
    with pytest.raises(OSError, match="bad message length"):
        inference_channel.receive_crops(other, np.array([2, 2], dtype="=u4").tobytes())
    sending.join()


def test_a_request_passes_as_json() -> None:
    then = CheckpointIdentity("faces", "folder", "", "0" * 64, ("bright", "dark"), "Mean", "1" * 64)
    request = ModelRequest(checkpoint="/a", engine="torch", batch=4, unchanged=then)
    assert ModelRequest.from_json(request.to_json()) == request


def answered(answer: Callable[[Connection], object]) -> InferenceClient:
    """A client whose server gives this answer and ends."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        with Connection(theirs.detach()) as connection:
            inference_channel.receive(connection)
            answer(connection)

    threading.Thread(target=serve).start()
    return InferenceClient(ours.detach())


def test_a_server_that_ends_is_noticed() -> None:
    for answer in (lambda _: None, lambda c: c.send_bytes(b"\xff"), lambda c: c.send_bytes(bytes([Kind.OPENED]))):
        with pytest.raises(PartnerEndedError):
            answered(answer).open(REQUEST, lambda _: None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"memory": True, "traceback": "torn"}, MemoryError),
        ({"system": [13, "No", "/a"], "traceback": "torn"}, PermissionError),
        ({"traceback": "torn"}, ServerFault),
    ],
)
def test_an_exception_of_the_server_is_one_of_the_scan(fields: dict[str, object], expected: type[Exception]) -> None:
    """An exception passes as what the scan treats it as; a fault with its traceback, for the log."""
    client = answered(lambda connection: inference_channel.send_words(connection, Kind.FAULT, fields))
    with pytest.raises(expected, match="torn" if expected is not PermissionError else "/a"):
        client.open(REQUEST, lambda _: None)
