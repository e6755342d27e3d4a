"""Run a model for scans: `python -m emotion_core.processes.inference_server CONTROL REQUEST AHEAD`.

CONTROL is the descriptor of a socket, over which the parent passes a channel for each scan; a byte comes back once that
scan is gone. REQUEST is a ModelRequest as JSON. The packages of an engine take a second or more to import, during which
a process does nothing else: so a model has a process of its own, beside the one that reads the film. With AHEAD "1" the
model is opened at once, unless an engine must be tried first. The process is confined to the checkpoint and the
compiled networks, and ends once its parent is gone, and the scan that it serves then.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import psutil

from ..errors import EmotionError, error_fields
from ..expression.checkpoints import hub_cache
from ..sandbox import confinement, scratch
from ..storage import Home, home
from ..system import memory_limits
from ..system.garbage import search_paused

if TYPE_CHECKING:  # imported after confinement: numpy starts threads
    from multiprocessing.connection import Connection

    from ..scan.model_choice import ModelChoice, ModelRequest
    from ..scan.model_thread import Model


def model_files(checkpoint: str | None) -> list[Path]:
    """Files and folders that a process must read to open the checkpoint of ScanSettings."""
    if checkpoint and (folder := Path(checkpoint)).is_dir():
        return [hub_cache(), folder, *(file.resolve() for file in folder.iterdir())]  # weights may be links elsewhere
    return [hub_cache()]


def confine(checkpoint: str | None, *, background: bool = True, takes_turns: bool = False) -> int:
    """Confine this process to the files of a checkpoint; call it before anything else. As confine_worker.

    `takes_turns`: it locks the library itself while it tries engines, where none of its parents does.
    """
    library = Home(home())
    locks = [library.scan_lock] if takes_turns else []
    for lock in locks:
        with contextlib.suppress(OSError):  # then its trials are not stored
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.touch()
    return confinement.confine_worker(
        read=[*model_files(checkpoint), library.earlier_trials],
        change=[library.networks, library.engines, *locks],
        background=background,
    )


def serve(
    control: socket.socket, ahead: ModelRequest | None, note_channel: Callable[[int], object] = lambda _: None
) -> None:
    """Serve one scan after another until `control` is closed, or one needs another model than the one opened.

    The model of `ahead` is opened before one asks for it. `note_channel` is called with each channel's descriptor.
    """
    from multiprocessing.connection import Connection

    server = _Server()
    if ahead is not None:
        server.open_ahead(ahead)
    while (channel := _next_channel(control)) is not None:
        note_channel(channel)
        with Connection(channel) as connection:
            if not server.serve(connection):
                return
        with contextlib.suppress(OSError):
            control.sendall(b"f")


def _next_channel(control: socket.socket) -> int | None:
    """The descriptor of the next scan's channel; None once the parent is gone."""
    with contextlib.suppress(OSError):
        return next(iter(socket.recv_fds(control, 1, 1)[1]), None)
    return None


class _TrialNeeded(Exception):
    """An engine would have to be tried."""


class _Server:
    """The model of this process, of which there is one at most: some engines change what others do."""

    _connection: Connection
    """The channel of the present scan."""

    def __init__(self) -> None:
        self._opened: tuple[ModelChoice, Model] | None = None

    def serve(self, connection: Connection) -> bool:
        """Serve a scan until it closes its end; False where this process cannot."""
        from ..scan import inference_channel
        from ..scan.inference_channel import Kind

        self._connection = connection
        with contextlib.suppress(EOFError, OSError):
            while True:
                kind, content = inference_channel.receive(connection)
                if kind == Kind.OPEN:
                    if not self.open(content):
                        return False
                elif kind == Kind.CROPS:
                    self.read(content)
                else:
                    raise inference_channel.ChannelError("a message that is no request")
        return True

    def open_ahead(self, request: ModelRequest) -> None:
        """Open a model before it is asked for; what is in the way shows when it is."""
        from ..scan import model_choice

        def refuse(activity: str) -> NoReturn:
            raise _TrialNeeded(activity)

        with contextlib.suppress(Exception), search_paused():
            self._open(model_choice.choose(request, refuse))

    def _open(self, choice: ModelChoice) -> tuple[ModelChoice, Model]:
        from ..scan import model_choice

        with search_paused():  # of the objects that an import makes none is garbage
            opened = self._opened = choice, model_choice.build(choice)
        memory_limits.release_freed()  # a tenth of all: opening takes more than keeping
        return opened

    def open(self, content: bytes) -> bool:
        """Answer an OPEN message; False where this process cannot serve what it asks for."""
        from ..scan import inference_channel, model_choice
        from ..scan.inference_channel import Kind
        from ..scan.model_choice import ModelRequest

        def say(activity: str) -> None:
            inference_channel.send_words(self._connection, Kind.ACTIVITY, {"doing": activity})

        try:
            request = ModelRequest.from_json(inference_channel.words(content))
            choice = model_choice.choose(request, say)
            opened, model = self._opened or self._open(choice)
        except Exception as error:
            self._report(error)
            return True
        if not choice.gives_numbers_of(opened):
            inference_channel.send_words(self._connection, Kind.OTHER, {})
            return False
        engine = replace(model.engine.identity, reason=choice.engine.reason)
        table = opened.checkpoint.facts.table
        resizing = table.resizing if table is not None else None
        fields = {
            "checkpoint": asdict(model.checkpoint),
            "engine": asdict(engine),
            "resizing": None if resizing is None else asdict(resizing),
        }
        inference_channel.send_words(self._connection, Kind.OPENED, fields)
        return True

    def read(self, content: bytes) -> None:
        """Answer a CROPS message."""
        from ..scan import inference_channel

        crops = inference_channel.receive_crops(self._connection, content)
        if self._opened is None:
            raise inference_channel.ChannelError("crops before a model")
        try:
            logits = self._opened[1].engine.logits(crops)
        except Exception as error:
            self._report(error)
        else:
            inference_channel.send_logits(self._connection, logits)

    def _report(self, error: Exception) -> None:
        from ..scan import inference_channel
        from ..scan.inference_channel import Kind

        if isinstance(error, EmotionError):
            inference_channel.send_words(self._connection, Kind.ERROR, error_fields(error))
            return
        fields: dict[str, object] = {"traceback": "".join(traceback.format_exception(error))[-100_000:]}
        if memory_limits.is_memory_error(error):
            fields["memory"] = True
        elif isinstance(error, OSError):
            name = error.filename
            path = os.fsdecode(name) if isinstance(name, (str, bytes)) else None
            fields["system"] = error.errno, error.strerror, path
        inference_channel.send_words(self._connection, Kind.FAULT, fields)


def _end_with(control: int, channels: list[int]) -> None:
    """End this process, and the trials that it started, once its parent is gone, and the scan of the last channel."""
    for descriptors in ([control], channels):
        for descriptor in descriptors[-1:]:
            hang_up = select.poll()
            hang_up.register(descriptor, 0)  # a hang-up is always reported
            hang_up.poll()
    _kill(psutil.Process().children(recursive=True))
    scratch.empty_temporary_folder()
    os._exit(0)


def _kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _main(descriptor: int, request: str, ahead: str) -> None:
    fields = json.loads(request)
    os.set_inheritable(descriptor, False)
    confine(fields["checkpoint"])
    channels: list[int] = []
    threading.Thread(target=_end_with, args=(descriptor, channels), daemon=True).start()
    from ..scan.model_choice import ModelRequest

    control = socket.socket(fileno=descriptor)
    serve(control, ModelRequest.from_json(fields) if ahead == "1" else None, channels.append)


if __name__ == "__main__":
    _main(int(sys.argv[1]), *sys.argv[2:])
    scratch.empty_temporary_folder()
    sys.stderr.flush()
    os._exit(0)  # unloading the engines takes seconds
