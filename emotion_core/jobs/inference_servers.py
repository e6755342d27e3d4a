"""The inference server of a worker: started for a scan or ahead of one, lent to scans, and kept for the next one.

A server stays after a scan that ended well, and each scan has a channel of its own. After any other end of a scan the
server is ended too: nothing of a scan that was killed, cancelled or failed reaches the next one. It also ends by itself
once both the worker and the scan are gone. Windows passes no descriptors on to a child; there, scans run the model
themselves.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from ..errors import EmotionError
from ..expression.checkpoints import locate
from ..library import Job, database, job_table
from ..settings import ScanSettings, scan_from_json
from ..storage import Home, try_lock
from ..system import Child, TimeoutExpired, end_family, python_module, spawn
from . import launcher
from .spares import SpareScan

MODULE = "emotion_core.processes.inference_server"
KEEP = 60.0
"""Seconds after which an unused server ends, even while its worker lives on. That of the embedded checkpoint holds
0.4 GB and takes no processor time.
"""
REST = 1.0
"""Seconds after a scan before which no spare process of a next one is started: a browser draws the numbers first."""
_END = 5.0
"""Seconds within which a server whose channel broke must have ended."""
_LEAVE = 0.5
"""Seconds in which a server leaves a scan, or ends, by itself."""


@dataclass(frozen=True, slots=True)
class InferenceServer:
    """A server's process, and the socket over which it is given the channels of scans."""

    settings: ScanSettings
    """Of the scan for which it was started."""
    process: Child
    control: socket.socket
    log: IO[bytes]
    """Its standard error."""

    def connect(self) -> socket.socket | None:
        """A scan's end of a new channel; None where the server is gone."""
        with contextlib.ExitStack() as opened, contextlib.suppress(OSError):
            ours, theirs = map(opened.enter_context, socket.socketpair())
            socket.send_fds(self.control, [b"c"], [theirs.fileno()])
            theirs.close()
            opened.pop_all()
            return ours
        return None

    def is_free(self) -> bool:
        """Whether the last scan has closed its channel, and nobody that it started holds it."""
        try:
            self.control.settimeout(_LEAVE)
            return bool(self.control.recv(1))
        except OSError:
            return False

    def exit_code(self) -> int:
        """The exit code of a server that ended; one that did not is killed."""
        try:
            return self.process.wait(_END)
        except TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def output(self) -> bytes:
        """The end of its standard error, at most 4000 bytes."""
        with contextlib.suppress(OSError):
            length = self.log.seek(0, 2)
            self.log.seek(max(0, length - 4000))
            return self.log.read()
        return b""

    def end(self) -> None:
        """End it and what it started."""
        self.control.close()
        try:
            self.process.wait(_LEAVE)
        except TimeoutExpired:
            with contextlib.suppress(psutil.NoSuchProcess):
                end_family(psutil.Process(self.process.pid))
        self.process.wait()
        self.log.close()


class InferenceServers:
    """The servers of a worker, of which one lives at a time for each scan that may run at once."""

    def __init__(self, home: Path, slot: int = 0) -> None:
        """`slot` as in launcher.begin: that of the scans for which they are."""
        self._home = home
        self.slot = slot
        self._server: InferenceServer | None = None
        self._threads: int | None = None
        """Threads that its model was asked for."""
        self._unused_since: float | None = None
        """Monotonic time; None while a scan uses the server."""
        self.spare = SpareScan(home)
        """The spare process of the next scan, which is started ahead of it as the server is."""
        self._ended_at: float | None = None
        """Monotonic time at which the last scan ended well, until something was started ahead of a next one."""

    @property
    def is_warm(self) -> bool:
        """Whether a server waits for the next scan."""
        return self._server is not None and self._server.process.poll() is None

    @property
    def is_rested(self) -> bool:
        """Whether a scan ended some time ago, and nothing was started since: who added one film may add another."""
        return self._ended_at is not None and self.is_warm and time.monotonic() - self._ended_at >= REST

    @property
    def is_resting(self) -> bool:
        """Whether a scan ended well a moment ago: its numbers are drawn now."""
        return self._ended_at is not None and time.monotonic() - self._ended_at < REST

    def start_ahead(self) -> None:
        """Start what a scan that will be requested in a moment needs and is not there: its process, and the server with
        the model that was used last.
        """
        self._ended_at = None
        self.spare.start()
        if self.is_warm:
            return
        with contextlib.suppress(EmotionError):
            self._start(_settings(self._home, self._newest_scan()) or ScanSettings())

    def _newest_scan(self) -> Job | None:
        with contextlib.closing(database.connect(Home(self._home).database)) as connection:
            return job_table.newest(connection, "scan")

    def lend(self, job: Job) -> InferenceServer | None:
        """The server for a job: the one that lives if it fits, else a new one. None for a job that needs none, or
        where none can be started: the scan then runs the model itself.
        """
        settings = _settings(self._home, job)
        if settings is None:
            return None
        return self.lend_for(settings, any_engine=job.kind == "top_up", ahead=job.kind == "scan")

    def lend_for(
        self, settings: ScanSettings, *, any_engine: bool = False, ahead: bool = True, threads: int | None = None
    ) -> InferenceServer | None:
        """The server for a scan with these settings, or with any engine. `ahead`: a new one opens its model at once.

        `threads` as in ModelRequest.
        """
        fits = self._server is not None and self.is_warm and _fits(self._server, settings, any_engine=any_engine)
        if not fits or threads != self._threads:
            self._threads = threads
            self._start(settings, ahead=ahead)
        self._unused_since = self._ended_at = None
        return self._server

    def take_back(self, server: InferenceServer | None, *, ended_well: bool) -> None:
        """Keep the server of a scan that ended well for the next one; end that of any other."""
        if server is None:
            return
        self._unused_since = time.monotonic()
        self._ended_at = self._unused_since if ended_well else None
        if not (ended_well and server.is_free()):
            self._end_server()

    def end_unused(self) -> None:
        """End a server and a spare process that were not used for long."""
        self.spare.end_unused()
        if self._unused_since is not None and time.monotonic() - self._unused_since > KEEP:
            self._end_server()

    def close(self) -> None:
        """End the server and the spare process."""
        self.spare.close()
        self._end_server()

    def _end_server(self) -> None:
        if self._server is not None:
            self._server.end()
        self._server = None
        self._unused_since = None

    def _start(self, settings: ScanSettings, *, ahead: bool = True) -> None:
        self._end_server()
        if sys.platform == "win32":
            return
        with contextlib.suppress(OSError), contextlib.ExitStack() as opened:
            lock = Home(self._home).scan_locks[self.slot]
            with try_lock(lock) as is_free:  # another scan or a benchmark would be disturbed
                ahead = ahead and is_free
            ours, theirs = map(opened.enter_context, socket.socketpair())
            log = opened.enter_context(tempfile.TemporaryFile())
            request = {"checkpoint": settings.checkpoint, "engine": settings.engine, "batch": settings.batch}
            words = json.dumps({**request, "unchanged": None, "threads": self._threads})
            command = python_module(MODULE, str(theirs.fileno()), words, str(int(ahead)))
            process = spawn(
                command,
                home=self._home,
                offline=True,
                variables=launcher.variables_of(1, self.slot),
                stdout=log,
                stderr=log,
                descriptors=[theirs.fileno()],
            )
            theirs.close()
            opened.pop_all()
            self._server = InferenceServer(settings, process, ours, log)
            self._unused_since = time.monotonic()


def _settings(home: Path, job: Job | None) -> ScanSettings | None:
    """The settings of a job's scan; None if it is no scan, or one that will report its own error."""
    if job is None or job.kind not in ("scan", "top_up"):
        return None
    with contextlib.suppress(ValueError, KeyError, TypeError, EmotionError):
        return scan_from_json(launcher.request_fields(home, job)["settings"])
    return None


def _fits(server: InferenceServer, settings: ScanSettings, *, any_engine: bool) -> bool:
    """Whether a server that was started for other settings may hold the model of these; it verifies that itself."""
    same_engine = any_engine or server.settings.engine == settings.engine
    if not same_engine or server.settings.batch != settings.batch:
        return False
    if server.settings.checkpoint == settings.checkpoint:
        return True
    try:
        return locate(server.settings.checkpoint).folder == locate(settings.checkpoint).folder
    except EmotionError:
        return False
