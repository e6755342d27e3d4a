"""A fork server: a process that has imported what a kind of job needs, and forks a process for each one.

`python -m MODULE forks CONTROL ROOM` is one, where MODULE calls `serve`. It opens no file of a job, has one thread and
reads nothing but requests. Each process that it forks is used for one job, has none of its descriptors, and confines
itself as one that was started would; the system's list shows it under the command of one, so that it is found alike.
ROOM makes the command long enough for that. Only Linux has what this takes.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ...sandbox import confinement
from ...system import fork, threads, tie_to
from .handover import Handover

ONE_THREAD = "EMOTION_ONE_THREAD"
"""Variable of a fork server for which threads.BLAS_THREADS was set: only while it imports its packages."""
FORKS = "forks"
"""The word of its command that says so."""
GO = b"g"
"""By this the client says that it has heard a process's number, and wants it still."""
STREAMS = ("stdin", "stdout", "stderr")
REPLY, TIE, CHANNEL = "reply", "tie", "channel"
"""Names of the descriptors in a message, beside STREAMS: the socket for a process's number and its exit code, see
system.tie_to, and as in launcher.begin.
"""
_MESSAGE_BYTES = 64 * 1024
_MOST_DESCRIPTORS = 6


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as it came."""

    request: Path
    descriptors: dict[str, int]

    def close(self) -> None:
        for descriptor in self.descriptors.values():
            os.close(descriptor)


def serve(control: int, import_ahead: Callable[[], object]) -> Handover:
    """Fork a process for each request that comes over the socket `control`, until that is closed.

    Returns in each of them, with its request; this process ends here, once they have.
    """
    with contextlib.suppress(Exception):  # the processes report what is wrong
        import_ahead()
    if os.environ.pop(ONE_THREAD, None):
        os.environ.pop(threads.BLAS_THREADS, None)
    gc.collect()
    gc.freeze()  # what all of them share stays shared
    kept = _open_descriptors() - {control}
    try:
        return _Server(socket.socket(fileno=control), kept).run()
    except OSError:
        _leave()


def _leave() -> NoReturn:
    os._exit(0)


class _Server:
    def __init__(self, control: socket.socket, kept: set[int]) -> None:
        self._control, self._kept = control, kept
        self._children: dict[int, tuple[int, int]] = {}
        """Number and reply descriptor of each process, by the descriptor that tells of its end."""
        self._look = select.poll()

    def run(self) -> Handover:
        control = self._control.fileno()
        self._look.register(control, select.POLLIN)
        is_wanted = True
        while is_wanted or self._children:
            for descriptor, _ in self._look.poll():
                if descriptor in self._children:
                    self._reap(descriptor)
                elif (asked := _receive(self._control)) is None:
                    is_wanted = False
                    self._look.unregister(control)
                elif (given := self._fork(asked)) is not None:
                    return given
        _leave()

    def _fork(self, asked: _Asked) -> Handover | None:
        """None in this process."""
        if not confinement.has_one_thread():  # its locks would stay locked in the other one
            asked.close()
            return None
        number = fork()
        if number is None:
            try:
                return self._begin(asked)
            except BaseException:
                os._exit(1)
        reply = asked.descriptors.pop(REPLY)
        asked.close()
        ends = os.pidfd_open(number)
        self._children[ends] = number, reply
        self._look.register(ends, select.POLLIN)
        return None

    def _reap(self, ends: int) -> None:
        self._look.unregister(ends)
        number, reply = self._children.pop(ends)
        os.close(ends)
        code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        with socket.socket(fileno=reply) as told, contextlib.suppress(OSError):
            told.send(str(code).encode(), socket.MSG_DONTWAIT)

    def _begin(self, asked: _Asked) -> Handover:
        """In the new process: become the one of this job."""
        given = dict(asked.descriptors)
        for descriptor in _open_descriptors() - self._kept - set(given.values()):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        for number, name in enumerate(STREAMS):
            if name in given:
                os.dup2(given[name], number)
                os.close(given.pop(name))
        if TIE in given:
            tie_to(given[TIE])
        channel = given.get(CHANNEL)
        words = [*([] if channel is None else [str(channel)]), str(asked.request)]
        rename(sys.orig_argv[: sys.orig_argv.index(FORKS)], words)
        with socket.socket(fileno=given[REPLY]) as reply:
            reply.send(str(os.getpid()).encode())
            if reply.recv(1) != GO:
                _leave()
        return Handover(asked.request, channel)


def _receive(control: socket.socket) -> _Asked | None:
    message, descriptors, *_ = socket.recv_fds(control, _MESSAGE_BYTES, _MOST_DESCRIPTORS)
    if not message:
        return None
    words = json.loads(message)
    return _Asked(Path(words["request"]), dict(zip(words["descriptors"], descriptors, strict=True)))


def _open_descriptors() -> set[int]:
    found = {int(entry.name) for entry in Path("/proc/self/fd").iterdir()}
    return {number for number in found if _is_open(number)}  # without the one that listed them


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def length(words: Sequence[str]) -> int:
    """Bytes that a command takes."""
    return sum(len(os.fsencode(word)) + 1 for word in words)


def rename(command: Sequence[str], last: Sequence[str]) -> None:
    """Show this process under the command of these words, with one of spaces between the two lists.

    The words lie in its own memory: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. Raises ValueError where
    they are too long.
    """
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begin, end = int(fields[45]), int(fields[46])  # fields 48 and 49, the first of these being the third
    room = end - begin - length(command) - length(last) - 1
    if room < 0:
        raise ValueError("The command is too long.")
    words = [*command, " " * room, *last]
    content = b"".join(os.fsencode(word) + b"\0" for word in words)
    ctypes.memmove(begin, content, len(content))
