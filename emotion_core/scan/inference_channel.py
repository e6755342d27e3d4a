"""The channel between a scan and its inference server: a socket pair on which both send messages.

A message is a kind, one byte, and its content: JSON for words, fixed binary headers and plain arrays for pictures and
numbers. Neither side trusts the other: a scan reads a film from outside, and every length is checked.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from enum import IntEnum
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import limits

MOST_CROPS = 256
"""In a batch."""
_WORDS = 1 << 20
"""Bytes of the longest message without pictures or numbers."""
_SIDES = struct.Struct("=II")
_ROWS = struct.Struct("=II")


class Kind(IntEnum):
    """Kinds of messages; OPEN and CROPS are the scan's, the others answer them."""

    OPEN = 1
    """A ModelRequest."""
    ACTIVITY = 2
    """What opening does, in words, under "doing"; OPENED, OTHER, ERROR or FAULT follows."""
    OPENED = 3
    """The identities of "checkpoint" and "engine", and under "resizing" how crops are resized first, or None."""
    OTHER = 4
    """This server holds another model, and ends."""
    ERROR = 5
    """An EmotionError, as errors.error_fields."""
    FAULT = 6
    """Any other exception: its "traceback"; "memory" where memory was lacking; for an OSError under "system" its
    errno, its message and the file.
    """
    CROPS = 7
    """The heights and widths of a batch; a message with the bytes of each crop follows."""
    LOGITS = 8
    """The answer to CROPS."""


Message = tuple[Kind, bytes]


class ChannelError(Exception):
    """What came through the channel is no message."""


def send_words(connection: Connection, kind: Kind, fields: dict[str, Any]) -> None:
    """Send a message with JSON. Raises OSError where the other side is gone."""
    connection.send_bytes(bytes([kind]) + json.dumps(fields).encode())


def receive(connection: Connection) -> Message:
    """Wait for a message. Raises EOFError or OSError where the other side is gone, ChannelError."""
    message = connection.recv_bytes(_WORDS)
    try:
        return Kind(message[0]), message[1:]
    except (IndexError, ValueError) as error:
        raise ChannelError("a message of no known kind") from error


def words(content: bytes) -> dict[str, Any]:
    """The fields of a message with JSON. Raises ChannelError."""
    try:
        fields = json.loads(content)
    except ValueError as error:
        raise ChannelError("words that are no JSON") from error
    if not isinstance(fields, dict):
        raise ChannelError("words without fields")
    return fields


def send_crops(connection: Connection, crops: Sequence[NDArray[np.uint8]]) -> None:
    """Send a batch of RGB crops (h, w, 3). Raises OSError."""
    sides = b"".join(_SIDES.pack(*crop.shape[:2]) for crop in crops)
    connection.send_bytes(bytes([Kind.CROPS]) + sides)
    for crop in crops:
        connection.send_bytes(np.ascontiguousarray(crop).data.cast("B"))


def receive_crops(connection: Connection, sides: bytes) -> list[NDArray[np.uint8]]:
    """The batch whose message has the content `sides`. Raises EOFError, OSError, ChannelError."""
    if len(sides) % _SIDES.size or not 0 < len(sides) <= _SIDES.size * MOST_CROPS:
        raise ChannelError("a batch of no known size")
    return [_receive_crop(connection, height, width) for height, width in _SIDES.iter_unpack(sides)]


def _receive_crop(connection: Connection, height: int, width: int) -> NDArray[np.uint8]:
    if not 0 < height * width <= limits.PIXELS:
        raise ChannelError("a crop of no possible size")
    content = connection.recv_bytes(height * width * 3)
    if len(content) != height * width * 3:
        raise ChannelError("a crop of another size")
    return np.frombuffer(content, dtype=np.uint8).reshape(height, width, 3)


def send_logits(connection: Connection, logits: NDArray[np.float32]) -> None:
    """Send the logits (n, k) of a batch. Raises OSError."""
    rows = np.ascontiguousarray(logits, dtype=np.float32)
    connection.send_bytes(bytes([Kind.LOGITS]) + _ROWS.pack(*rows.shape) + rows.tobytes())


def logits(content: bytes, rows: int, labels: int) -> NDArray[np.float32]:
    """The logits in a message, which must be of so many crops and labels. Raises ChannelError."""
    if content[: _ROWS.size] != _ROWS.pack(rows, labels) or len(content) != _ROWS.size + rows * labels * 4:
        raise ChannelError("logits of another shape")
    return np.frombuffer(content, dtype=np.float32, offset=_ROWS.size).reshape(rows, labels)
