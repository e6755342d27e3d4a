"""The processes that a fork server forks, as its client sees them: each as if it had been started.

Where there is none, or it does not answer, the client starts a process as ever. A server whose program or packages were
replaced on the disk is ended, and another one started: a process never runs other code than one that starts now would.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import time
import weakref
from pathlib import Path
from typing import IO

import psutil

from ...package_root import installed_stamp
from ...storage import Home
from ...system import Child, TimeoutExpired, is_alive, python_module, spawn, threads
from . import fork_server
from .handover import ACCEPT_SECONDS
from .spare_scan import KEEP

_LOOK = 0.05
"""Seconds between two looks at a process whose server is gone."""
_LEAVE = 0.1
"""Seconds in which a server ends that has no process any more."""
_MOST_FAILURES = 3
"""Failures in a row after which processes are started as ever."""
_ROOM = 256
"""Bytes by which the name of a request may be longer than the folder `jobs`."""


class Forked:
    """A process that a server forked: what a Child has of it."""

    def __init__(self, pid: int, reply: socket.socket, request: Path) -> None:
        self.pid, self.args = pid, [str(request)]
        self.returncode: int | None = None
        """As Child.returncode; that of a killed process where the server is gone, which alone knows it."""
        self.stdin: IO[bytes] | None = None
        self._reply: socket.socket | None = reply
        self._process = psutil.Process(pid)

    def poll(self) -> int | None:
        """Its exit code; None while it lives."""
        self._hear(0.0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended. Raises TimeoutExpired after so many seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = None if end is None else max(0.0, end - time.monotonic())
            self._hear(left)
            if self.returncode is not None:
                return self.returncode
            if left == 0.0:
                raise TimeoutExpired(self.args, timeout or 0.0)

    def _told(self) -> bytes:
        assert self._reply is not None
        try:
            return self._reply.recv(16)
        except ConnectionResetError:  # it was killed before it read GO; its exit code comes after that
            return self._reply.recv(16)

    def _hear(self, seconds: float | None) -> None:
        """Learn the exit code, if it comes within so many seconds; None: wait for it, for a while at least."""
        if self.returncode is not None:
            return
        if self._reply is not None:
            self._reply.settimeout(seconds)
            try:
                message = self._told()
            except (BlockingIOError, TimeoutError):
                return
            except OSError:
                message = b""
            self._reply.close()
            self._reply = None
            if message:
                self.returncode = int(message)
                return
        if not is_alive(self._process):
            self.returncode = -signal.SIGKILL
        elif seconds != 0.0:
            time.sleep(_LOOK if seconds is None else min(_LOOK, seconds))


class ForkServer:
    """The fork server of one kind of process, if there is one. One thread uses it at a time."""

    def __init__(self, home: Path, module: str, *, secrets: bool = False) -> None:
        """`module` is what the processes run, `secrets` as in system.spawn."""
        self._home, self._module, self._secrets = home, module, secrets
        self._process: Child | None = None
        self._control: socket.socket | None = None
        self._ended: list[Child] = []
        """Servers that end once their processes have."""
        self._stamp: object = None
        """Of the program and the packages that it runs."""
        self._used = 0.0
        """Monotonic time of its newest process."""
        self._failures = 0

    def fork(
        self, request: Path, stdout: int, stderr: int, *, channel: int | None = None, tied: bool = False,
        takes_orders: bool = False,
    ) -> Forked | None:  # fmt: skip
        """A new process that does `request`, with these descriptors; None where there can be none.

        `tied` as in system.spawn; one that `takes_orders` has a pipe as its standard input.
        """
        if self._failures >= _MOST_FAILURES:
            return None
        try:
            self._start()
            forked = (
                None if self._control is None else self._forked(request, stdout, stderr, channel, tied, takes_orders)
            )
        except (OSError, ValueError, psutil.Error):  # it does not answer as it should
            self._failures += 1
            self.close()
            return None
        self._failures, self._used = 0, time.monotonic()
        return forked

    def _start(self) -> None:
        """Start one, unless one of the program on the disk is there."""
        self._ended = [process for process in self._ended if process.poll() is None]
        if sys.platform != "linux":
            return
        stamp = installed_stamp()
        if self._process is not None and self._process.poll() is None and stamp == self._stamp:
            return
        self.close()
        with contextlib.ExitStack() as opened:
            ours, theirs = map(opened.enter_context, socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            room = f"{Home(self._home).jobs / fork_server.FORKS}{'-' * _ROOM}"
            command = python_module(self._module, fork_server.FORKS, str(theirs.fileno()), room)
            alone = (
                {} if threads.BLAS_THREADS in os.environ else {threads.BLAS_THREADS: "1", fork_server.ONE_THREAD: "1"}
            )
            self._process = spawn(
                command, home=self._home, offline=True, variables=alone, descriptors=[theirs.fileno()],
                secrets=self._secrets,
            )  # fmt: skip
            theirs.close()
            opened.pop_all()
            self._control, self._stamp = ours, stamp

    def _forked(
        self, request: Path, stdout: int, stderr: int, channel: int | None, tied: bool, takes_orders: bool
    ) -> Forked:
        assert self._control is not None
        given = {"stdout": stdout, "stderr": stderr} | ({} if channel is None else {fork_server.CHANNEL: channel})
        with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
            reply, answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.enter_context(reply)
            theirs.enter_context(answering)
            given[fork_server.REPLY] = answering.fileno()
            tie = orders = -1
            if tied:
                given[fork_server.TIE], tie = _pipe(theirs, ours)
            if takes_orders:
                given["stdin"], orders = _pipe(theirs, ours)
            message = {"request": str(request), "descriptors": list(given)}
            self._control.settimeout(ACCEPT_SECONDS)
            socket.send_fds(self._control, [json.dumps(message).encode()], list(given.values()))
            theirs.close()
            reply.settimeout(ACCEPT_SECONDS)
            forked = Forked(int(reply.recv(16)), reply, request)
            reply.send(fork_server.GO)
            ours.pop_all()
        if tied:
            weakref.finalize(forked, os.close, tie)
        if takes_orders:
            forked.stdin = os.fdopen(orders, "wb", buffering=0)
        return forked

    def end_unused(self) -> None:
        """End one that was not used for long."""
        if self._process is not None and time.monotonic() - self._used > KEEP:
            self.close()

    def close(self) -> None:
        """End it, once its processes have ended."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._ended.append(self._process)
            with contextlib.suppress(TimeoutExpired):
                self._process.wait(_LEAVE if self._failures == 0 else 0.0)
            if self._failures and self._process.poll() is None:  # it would fork one later
                self._process.kill()
        self._process = self._control = None


def _pipe(theirs: contextlib.ExitStack, ours: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe: the end that is read, which `theirs` closes, and the one that is written, which `ours` does."""
    read, write = os.pipe()
    theirs.callback(os.close, read)
    ours.callback(os.close, write)
    return read, write
