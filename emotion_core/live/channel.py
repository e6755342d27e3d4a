"""The channel between the app and its live reader: messages over two pipes, each a length, a kind and its content.

Neither side trusts the other: the reader decodes pictures from a browser, and every length is checked.
"""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import IO, Any

PICTURE_BYTES = 256 * 1024
"""Largest picture, JPEG: one of 640 x 480 pixels has 60 KB at the quality that the page asks for."""
PICTURE_SIDE = 1280
"""Longest side of a picture, pixels."""
_CONTENT = PICTURE_BYTES + 64 * 1024
"""Bytes of the longest message."""
_HEAD = struct.Struct("=IB")
_WORDS = struct.Struct("=I")


class Kind(IntEnum):
    """Kinds of messages; PICTURE is the app's, the others are the reader's."""

    PICTURE = 1
    """Words, then a picture: "near" is where the viewer's face was, [x, y] in shares of the picture, or None."""
    ACTIVITY = 2
    """What opening the model does, in words, under "doing"."""
    OPENED = 3
    """The identities of "checkpoint" and "engine", and the "size" of its input, LiveSize or None."""
    READ = 4
    """What a picture shows: "size", "faces", "viewer" (index of the viewer's face, or None) and its "logits"."""
    ERROR = 5
    """An EmotionError, as errors.error_fields. After a PICTURE the reader goes on, else it ends."""


class ChannelError(Exception):
    """The other side is gone, or what came is no message."""


def send(stream: IO[bytes], kind: Kind, fields: dict[str, Any], content: bytes = b"") -> None:
    """Send a message of words and, for a PICTURE, its bytes. Raises ChannelError."""
    words = json.dumps(fields).encode()
    try:
        stream.write(_HEAD.pack(_WORDS.size + len(words) + len(content), kind))
        stream.write(_WORDS.pack(len(words)) + words + content)
        stream.flush()
    except (OSError, ValueError) as error:
        raise ChannelError("the other side is gone") from error


def receive(stream: IO[bytes]) -> tuple[Kind, dict[str, Any], bytes]:
    """Wait for a message: its kind, its words and its bytes. Raises ChannelError."""
    length, kind = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if not _WORDS.size <= length <= _CONTENT:
        raise ChannelError("a message of no possible length")
    content = _exactly(stream, length)
    (words,) = _WORDS.unpack_from(content)
    try:
        fields = json.loads(content[_WORDS.size : _WORDS.size + words])
        if not isinstance(fields, dict):
            raise ChannelError("words without fields")
        return Kind(kind), fields, content[_WORDS.size + words :]
    except ValueError as error:
        raise ChannelError("no message") from error


def _exactly(stream: IO[bytes], length: int) -> bytes:
    try:
        content = stream.read(length)
    except (OSError, ValueError) as error:
        raise ChannelError("the other side is gone") from error
    if content is None or len(content) != length:
        raise ChannelError("the other side is gone")
    return content
