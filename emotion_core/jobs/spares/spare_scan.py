"""The spare process of a worker: a scan's process, started before its scan is known.

It has imported what a scan needs, has one thread and no file open, and waits for its request. Then it confines itself
and goes on as any scan's process does: it is used for one scan only. None is started again until a further film is
expected, or, beside the app, a scan ended well; after such a scan a moment passes first. Where it is not there, or does
not accept the request, a process is started as ever. Only Linux tells that nothing of a process stays outside its
confinement, so there are no spare processes elsewhere.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from ...storage import Home
from ...system import Child, TimeoutExpired, python_module, spawn
from . import handover

MODULE = "emotion_core.processes.scan"
SPARE = "spare"
"""The word of its command that says so."""
KEEP = 60.0
"""Seconds after which an unused spare process ends, as an inference server does. It holds some 40 MB of its own, and
takes no processor time.
"""
_LEAVE = 0.5
"""Seconds in which it ends by itself."""


class SpareScan:
    """The spare process of one slot of a worker, if there is one."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.name = ""
        """Of the process, by which it is found; empty without one."""
        self._process: Child | None = None
        self._control: socket.socket | None = None
        self._since = 0.0
        """Monotonic time of its start."""

    @property
    def is_ready(self) -> bool:
        """Whether there is one that waits, or will in a moment."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start one, unless one waits."""
        if sys.platform != "linux" or self.is_ready:
            return
        self.close()
        with contextlib.suppress(OSError), contextlib.ExitStack() as opened:
            ours, theirs = map(opened.enter_context, socket.socketpair())
            name = f"spare-{uuid.uuid4().hex}"
            word = str(Home(self._home).spare_process(name))
            command = python_module(MODULE, SPARE, str(theirs.fileno()), word)
            process = spawn(command, home=self._home, offline=True, descriptors=[theirs.fileno()])
            theirs.close()
            opened.pop_all()
            self.name, self._process, self._control, self._since = name, process, ours, time.monotonic()

    def hand_over(self, request: Path, descriptors: Sequence[int]) -> Child | None:
        """Let the process do the job of `request`, and return it; None where it did not accept it, and has ended.

        `descriptors` as in handover.send. The process is no spare one any more. One that was terminated meanwhile is
        returned, too: by the request whoever cancels the job finds it, and ends it as the job's.
        """
        process, control = self._process, self._control
        if process is None or control is None or not handover.send(control, request, descriptors):
            self.close()
            return process if process is not None and process.returncode == -signal.SIGTERM else None
        control.close()
        self.name, self._process, self._control = "", None, None
        return process

    def end_unused(self) -> None:
        """End one that was not used for long."""
        if self._process is not None and time.monotonic() - self._since > KEEP:
            self.close()

    def close(self) -> None:
        """End it."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(_LEAVE)
            except TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self.name, self._process, self._control = "", None, None
