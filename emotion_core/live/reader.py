"""The live reader: a confined process that finds and reads faces on pictures from a browser, seen from the app.

One serves all sessions of a library. It starts with the first session, ends when it is unused, and is replaced after it
crashed or hung. Pictures go through a pipe and are nowhere else.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from ..errors import EmotionError, EngineError, error_from_fields
from ..expression import Scaling
from ..expression.checkpoints import calibration
from ..expression.selection import Agreement, LiveSize
from ..observations import CheckpointIdentity, EngineIdentity
from ..system import DEVNULL, PIPE, Child, end_family, python_module, spawn
from . import channel
from .channel import ChannelError, Kind
from .turns import Turns
from .viewer_face import Place

MODULE = "emotion_core.processes.live_reader"
OPENS_WITHIN = 600.0
"""Seconds without a word while the model opens; the first time on a machine engines are tried, and say so."""
READS_WITHIN = 20.0
"""Seconds for a picture, after which the reader counts as hung."""
KEEP = 120.0
"""Seconds after which an unused reader ends. That of the embedded checkpoint holds 0.4 GB."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The model that reads."""

    checkpoint: CheckpointIdentity
    engine: EngineIdentity
    scaling: Scaling
    size: LiveSize | None = None
    """At how many pixels it reads, where that was measured."""

    @property
    def side(self) -> int:
        """Pixels a side of its input where that is smaller than its own; else 0."""
        return self.size.side if self.size is not None and self.size.is_smaller else 0


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """A face on a picture."""

    box: tuple[float, float, float, float]
    """Left, top, width and height in shares of the picture."""
    why: str | None
    """The rule that leaves it out, see viewer_face; None where it counts."""


@dataclass(frozen=True, slots=True)
class PictureRead:
    """What a picture shows."""

    faces: tuple[FaceSeen, ...]
    viewer: int | None
    """Index of the viewer's face; None where none counts."""
    logits: tuple[float, ...]
    """Of the viewer's face; empty without one."""

    @property
    def place(self) -> Place | None:
        """Where the viewer's face is."""
        if self.viewer is None:
            return None
        left, top, width, height = self.faces[self.viewer].box
        return left + width / 2, top + height / 2


class ReaderEndedError(EngineError):
    """The reader crashed, hung or was ended."""


class Reader:
    """Starts the process when it is needed; threads may share it: pictures take turns."""

    def __init__(self, home: Path, *, checkpoint: str | None = None, module: str = MODULE) -> None:
        """`checkpoint` as ScanSettings.checkpoint."""
        self._home, self._checkpoint, self._module = home, checkpoint, module
        self._turn = Turns()
        self._process: Child | None = None
        self._opened: Opened | None = None
        self._used = time.monotonic()
        self.activity = ""
        """What opening does, in words."""

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return None if self._process is None else self._process.pid

    def open(self) -> Opened:
        """Start the process unless it lives; waits until the model is open. Raises EmotionError."""
        with self._turn:
            self._used = time.monotonic()
            if self._opened is None or self._process is None or self._process.poll() is not None:
                self._end()
                self._opened = self._start()
            return self._opened

    def read(self, jpeg: bytes, near: Place | None) -> PictureRead:
        """The faces on a picture; `near` as in viewer_face. Raises EmotionError; ReaderEndedError without a process."""
        with self._turn:
            self._used = time.monotonic()
            if self._opened is None or self._process is None or self._process.stdin is None:
                raise _ended()
            with self._within(READS_WITHIN) as process:
                channel.send(process.stdin, Kind.PICTURE, {"near": near}, jpeg)  # type: ignore[arg-type]  # a PIPE
                kind, fields, _ = channel.receive(process.stdout)  # type: ignore[arg-type]  # a PIPE
                if kind == Kind.ERROR:
                    raise _error(fields)
                return _picture_read(kind, fields, len(self._opened.checkpoint.labels))

    def end_unused(self) -> None:
        """End the process if nobody used it for long."""
        if self._process is not None and time.monotonic() - self._used > KEEP and self._turn.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._turn.release()

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    def _start(self) -> Opened:
        command = python_module(self._module, *([] if self._checkpoint is None else [self._checkpoint]))
        self.activity = ""
        try:
            # Its standard error is dropped: what a decoder writes about a picture must not reach a file.
            self._process = spawn(
                command, home=self._home, offline=True, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, own_session=False
            )
        except OSError as error:
            raise EngineError("The process that reads faces did not start.", "Try again in a moment.") from error
        while True:
            with self._within(OPENS_WITHIN) as process:
                kind, fields, _ = channel.receive(process.stdout)  # type: ignore[arg-type]  # a PIPE
                if kind == Kind.OPENED:
                    checkpoint, engine = _identities(fields)
                    size = _size(fields)
                    break
                if kind == Kind.ERROR:
                    raise _opening_failed(_error(fields))
            self.activity = str(fields.get("doing", ""))
        self.activity = ""
        scaling = calibration.resolve_temperature(None, checkpoint.hash, self._home).scaling
        return Opened(checkpoint, engine, scaling, size)

    @contextlib.contextmanager
    def _within(self, seconds: float) -> Iterator[Child]:
        """The process, which is killed after `seconds`. Raises ReaderEndedError where it ends or sends nonsense."""
        process = self._process
        assert process is not None
        timer = threading.Timer(seconds, process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield process
        except (ChannelError, _OpeningError) as error:
            self._end()
            raise error.reason if isinstance(error, _OpeningError) else _ended() from error
        finally:
            timer.cancel()

    def _end(self) -> None:
        process, self._process, self._opened = self._process, None, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        with contextlib.suppress(psutil.NoSuchProcess):
            end_family(psutil.Process(process.pid))
        process.wait()


class _OpeningError(Exception):
    def __init__(self, reason: EmotionError) -> None:
        self.reason = reason
        super().__init__(str(reason))


def _opening_failed(reason: EmotionError) -> _OpeningError:
    return _OpeningError(reason)


def _ended() -> ReaderEndedError:
    return ReaderEndedError(
        "The process that reads faces ended.", "The readings so far are kept: begin again, or keep what there is."
    )


def _error(fields: dict[str, Any]) -> EmotionError:
    return error_from_fields(*(str(fields.get(name, "")) for name in ("kind", "problem", "advice")))


def _identities(fields: dict[str, Any]) -> tuple[CheckpointIdentity, EngineIdentity]:
    try:
        labels = tuple(map(str, fields["checkpoint"]["labels"]))
        return CheckpointIdentity(**{**fields["checkpoint"], "labels": labels}), EngineIdentity(**fields["engine"])
    except (KeyError, TypeError) as error:
        raise ChannelError("no identities") from error


def _size(fields: dict[str, Any]) -> LiveSize | None:
    try:
        if (size := fields["size"]) is None:
            return None
        agreement = None if size["agreement"] is None else Agreement(**size["agreement"])
        return LiveSize(**{**size, "agreement": agreement})
    except (KeyError, TypeError) as error:
        raise ChannelError("no size") from error


def _picture_read(kind: Kind, fields: dict[str, Any], labels: int) -> PictureRead:
    try:
        if kind != Kind.READ:
            raise ChannelError("another message than the one expected")
        width, height = map(int, fields["size"])
        faces = []
        for face in fields["faces"]:
            left, top, across, down = map(float, face["box"])
            box = (left / width, top / height, across / width, down / height)
            faces.append(FaceSeen(box, None if face["why"] is None else str(face["why"])))
        viewer = None if fields["viewer"] is None else int(fields["viewer"])
        logits = tuple(map(float, fields["logits"]))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ChannelError("no reading") from error
    if (viewer is None) != (not logits) or (logits and len(logits) != labels):
        raise ChannelError("logits of another model")
    if viewer is not None and not 0 <= viewer < len(faces):
        raise ChannelError("no such face")
    return PictureRead(tuple(faces), viewer, logits)
