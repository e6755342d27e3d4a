"""A model in another process, an inference server: the scan's side of the channel."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EmotionError, error_from_fields
from ..expression.checkpoints.preprocessing import Resizing
from ..observations import CheckpointIdentity, EngineIdentity
from ..system import PartnerEndedError
from . import inference_channel
from .inference_channel import ChannelError, Kind, Message
from .model_choice import ModelRequest, Say, open_model
from .model_thread import Model


class ServerFault(Exception):
    """An exception that is no EmotionError ended the server's work; the message is its traceback."""


class InferenceClient:
    """Opens one model in the server at the other end of a channel, and reads crops with it. One thread uses it."""

    def __init__(self, descriptor: int) -> None:
        """`descriptor` is this end of the channel; the client owns it."""
        self._connection = Connection(descriptor)

    def open(self, request: ModelRequest, say: Say) -> Model:
        """The model of `request`, in the server, or in this process where the server holds another one: an Opener.

        Raises the EmotionError, OSError or MemoryError that the server met, ServerFault or PartnerEndedError.
        """
        with _server_lives():
            inference_channel.send_words(self._connection, Kind.OPEN, request.to_json())
        kind, content = self._receive()
        while kind == Kind.ACTIVITY:
            with _server_lives():
                activity = str(inference_channel.words(content).get("doing", ""))
            say(activity)
            kind, content = self._receive()
        if kind == Kind.OTHER:
            self._connection.close()
            return open_model(request, say)
        with _server_lives():
            return self._model(inference_channel.words(_expected(Kind.OPENED, kind, content)))

    def _model(self, fields: dict[str, Any]) -> Model:
        try:
            identity = CheckpointIdentity.from_json(fields["checkpoint"])
            engine, resizing = EngineIdentity(**fields["engine"]), fields["resizing"]
            resize = None if resizing is None else Resizing(**resizing)
            return Model(identity, _ServedEngine(engine, len(identity.labels), self), resize)
        except (KeyError, TypeError) as error:
            raise ChannelError("no identities") from error

    def logits(self, crops: Sequence[NDArray[np.uint8]], labels: int) -> NDArray[np.float32]:
        """The logits (n, labels) of a batch of crops, as Engine.logits. Raises as `open`."""
        with _server_lives():
            inference_channel.send_crops(self._connection, crops)
        kind, content = self._receive()
        with _server_lives():
            return inference_channel.logits(_expected(Kind.LOGITS, kind, content), len(crops), labels)

    def _receive(self) -> Message:
        """The next message. Raises what ERROR and FAULT report."""
        with _server_lives():
            kind, content = inference_channel.receive(self._connection)
            fields = inference_channel.words(content) if kind in (Kind.ERROR, Kind.FAULT) else {}
        if kind == Kind.ERROR:
            raise _error(fields)
        if kind == Kind.FAULT:
            raise _fault(fields)
        return kind, content


@contextlib.contextmanager
def _server_lives() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, ChannelError) as error:
        raise PartnerEndedError("the inference server ended") from error


def _expected(expected: Kind, kind: Kind, content: bytes) -> bytes:
    if kind != expected:
        raise ChannelError("another message than the one expected")
    return content


@dataclass(frozen=True, slots=True)
class _ServedEngine:
    """An Engine."""

    identity: EngineIdentity
    labels: int
    client: InferenceClient

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        most, labels = inference_channel.MOST_CROPS, self.labels
        parts = [self.client.logits(crops[start : start + most], labels) for start in range(0, len(crops), most)]
        return np.concatenate([np.empty((0, labels), dtype=np.float32), *parts])


def _error(fields: dict[str, Any]) -> EmotionError:
    return error_from_fields(*(str(fields.get(name, "")) for name in ("kind", "problem", "advice")))


def _fault(fields: dict[str, Any]) -> Exception:
    traceback, system = str(fields.get("traceback", "")), fields.get("system")
    if fields.get("memory"):
        return MemoryError(traceback)
    return ServerFault(traceback) if system is None else OSError(*system)
