"""The real app on a free port, as a user starts it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.support.repository import ROOT

STARTS_WITHIN = 90
"""Seconds for the app's first answer."""


def free_port() -> int:
    """A free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class App:
    """The app in a child process; however it ended, it can be started again on the same port."""

    def __init__(self, home: Path, *flags: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.home = home
        self._flags = flags
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process after the start."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        options = [f"--server.port={self.port}", "--server.headless=true"]
        env = {**os.environ, "EMOTION_HOME": str(self.home), "HF_HUB_CACHE": str(self.home / "hub")}
        with (self.home / "app.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *options, *self._flags],
                cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._wait(self._process)

    def kill(self) -> None:
        """Kill it without warning, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        log = (self.home / "app.log").read_text()
        process.kill()
        raise AssertionError(f"The app did not answer within {STARTS_WITHIN} s:\n{log}")


@contextlib.contextmanager
def serving(home: Path, *flags: str, port: int | None = None) -> Iterator[str]:
    """The app with its library in `home`, started with further `flags`; gives its address, and ends it afterwards."""
    app = App(home, *flags, port=port)
    app.start()
    try:
        yield app.address
    finally:
        app.end()
