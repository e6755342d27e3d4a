"""Processes that begin with their modules loaded: one process imports them, and is forked for each that is run.

What is run is a process of its own, which may be confined, limited and crash; only the interpreter's start and the
imports are not done again and again.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from subprocess import CompletedProcess
from types import ModuleType
from typing import Self

import pytest

from emotion_core.decoding import isolated
from emotion_core.interchange.readers.timelines import aaf
from tests.support.repository import ROOT

RUN_AND_EXIT = """
import os, sys, traceback

def _run_and_exit(act, words):
    sys.argv[1:], code = words, 0
    try:
        act()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
"""
"""What a fork of a process does that is to be a process of its own, with words of its own."""

_SERVE = (
    RUN_AND_EXIT
    + """
import base64, json, select, signal, time

_load, _act = sys.argv[1:]
exec(_load, globals())
while _line := sys.stdin.readline():
    _asked = json.loads(_line)
    _pipes = {1: os.pipe(), 2: os.pipe()}
    if not (_pid := os.fork()):
        for _number, (_theirs, _ours) in _pipes.items():
            os.dup2(_ours, _number)
            os.close(_ours)
            os.close(_theirs)
        os.close(0)
        os.setsid()
        os.environ.clear()
        os.environ.update(_asked["environment"])
        _run_and_exit(lambda: exec(_act, globals()), _asked["words"])
    _said, _open, _until = {}, select.poll(), time.monotonic() + _asked["seconds"]
    for _theirs, _ours in _pipes.values():
        os.close(_ours)
        _said[_theirs] = []
        _open.register(_theirs)
    _left, _late = set(_said), False
    while _left:
        _ready = _open.poll(max(0, _until - time.monotonic()) * 1000)
        if not _ready:
            _late = True
            os.kill(_pid, signal.SIGKILL)
            break
        for _theirs, _ in _ready:
            if _part := os.read(_theirs, 65536):
                _said[_theirs].append(_part)
            else:
                _open.unregister(_theirs)
                _left.remove(_theirs)
    for _theirs in _said:
        os.close(_theirs)
    _code = os.waitstatus_to_exitcode(os.waitpid(_pid, 0)[1])
    _texts = [base64.b64encode(b"".join(_parts)).decode() for _parts in _said.values()]
    print(json.dumps({"code": _code, "late": _late, "said": _texts}), flush=True)
"""
)

_READER_IMPORTS = """
import runpy
import emotion_core.media, emotion_core.picture, emotion_core.sandbox.confinement, emotion_core.storage
import emotion_core.system.memory_limits, emotion_core.system.program_faults
from emotion_core.decoding import Decoder, read_band_energies, read_playback_facts
from emotion_core.observations import ObservationStore
from emotion_core.scan import matches_film
from emotion_core.picture import display_rgb, encode_jpeg
"""

_AAF_IMPORTS = """
import runpy
import aaf2, opentimelineio
import emotion_core.interchange, emotion_core.sandbox.confinement
opentimelineio.adapters.from_name("AAF").module()
"""


class Prepared:
    """A process that ran `load`, and runs `act`, with words of its own, in a fork of itself each time."""

    def __init__(self, load: str, act: str) -> None:
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, load, act],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, words: Sequence[str], seconds: float = 300) -> CompletedProcess[bytes]:
        """How a process with these words, and the environment of now, ended. Raises TimeoutExpired if it is late."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(
                json.dumps({"words": [*words], "environment": {**os.environ}, "seconds": seconds}) + "\n"
            )
            self._process.stdin.flush()
            told = json.loads(self._process.stdout.readline())
        if told["late"]:
            raise subprocess.TimeoutExpired([*words], seconds)
        return CompletedProcess([*words], told["code"], *map(base64.b64decode, told["said"]))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class PreparedReader(Prepared):
    """A process that reads in forks of itself what `process`, a module that is run, reads."""

    def __init__(self, process: str, load: str, runs_it: ModuleType) -> None:
        """`runs_it` is what runs the process otherwise, by its function `run`."""
        super().__init__(load, f"runpy.run_module({process!r}, run_name='__main__')")
        self._name, self._runs_it = process, runs_it

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Let it read all that this process wants read."""

        def run(command: Sequence[str], *, timeout: float, **_: object) -> CompletedProcess[bytes]:
            return self.run(command[command.index(self._name) + 1 :], timeout)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self._runs_it, "run", run)
            yield


def prepared_reader() -> PreparedReader:
    """Reads films."""
    return PreparedReader("emotion_core.processes.film_reader", _READER_IMPORTS, isolated)


def prepared_aaf_reader() -> PreparedReader:
    """Reads AAFs, with the adapter loaded."""
    return PreparedReader("emotion_core.processes.aaf_reader", _AAF_IMPORTS, aaf)
