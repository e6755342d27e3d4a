"""Processes that a fork server forks: each as one that was started, and one is started where there is none."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import TimeoutExpired

import psutil
import pytest

from emotion_core.jobs.spares import Forked, ForkServer, forks
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no fork servers")

MODULE = "tests.support.forked"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ForkServer]:
    (tmp_path / "jobs").mkdir()
    with contextlib.closing(ForkServer(tmp_path, MODULE)) as server:
        yield server


def forked(server: ForkServer, tmp_path: Path, words: str, **how: bool) -> Forked | None:
    """A process that does what `words` say, see tests.support.forked."""
    request = tmp_path / "jobs" / f"{words}.request"
    with (tmp_path / "out").open("wb") as output, (tmp_path / "err").open("wb") as errors:
        return server.fork(request, output.fileno(), errors.fileno(), **how)


def started(server: ForkServer, tmp_path: Path, words: str, **how: bool) -> Forked:
    process = forked(server, tmp_path, words, **how)
    assert process is not None, (tmp_path / "err").read_text()
    return process


def test_a_process_is_found_and_ends_as_one_that_was_started(server: ForkServer, tmp_path: Path) -> None:
    """Under its own command, in a session of its own, with the exit code; it has no descriptor of another one."""
    waiting = started(server, tmp_path, "wait", takes_orders=True)
    process = psutil.Process(waiting.pid)
    assert process.cmdline()[:3] == [sys.executable, "-m", MODULE]
    assert process.cmdline()[-1] == str(tmp_path / "jobs/wait.request")
    assert os.getsid(waiting.pid) == waiting.pid
    assert waiting.poll() is None
    with pytest.raises(TimeoutExpired):
        waiting.wait(0.01)
    other = started(server, tmp_path, "descriptors")
    assert other.wait(10) == 0
    assert (tmp_path / "out").read_text().split() == ["0", "1", "2"]
    assert waiting.stdin is not None
    waiting.stdin.write(b"7\n")
    assert waiting.wait(10) == 7
    assert not process.is_running()
    assert [child.pid for child in psutil.Process(process.ppid()).children()] == [] if process.is_running() else True


def test_what_ends_it_is_told(server: ForkServer, tmp_path: Path) -> None:
    """A signal as of any child, also after the server was killed; it lives on without its server."""
    process = started(server, tmp_path, "wait", takes_orders=True)
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(10) == -signal.SIGTERM
    process = started(server, tmp_path, "wait", takes_orders=True)
    psutil.Process(process.pid).parent().kill()  # type: ignore[union-attr]
    until(lambda: process._reply is None or process.poll() is None)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    assert started(server, tmp_path, "exit").wait(10) == 3  # by another server


def test_a_tied_process_ends_with_its_client(server: ForkServer, tmp_path: Path) -> None:
    process = started(server, tmp_path, "tied", tied=True, takes_orders=True)
    number = process.pid
    until((tmp_path / "out").read_text)
    assert process.poll() is None
    del process
    until(lambda: not psutil.pid_exists(number))


def test_a_server_of_replaced_code_is_replaced(
    server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is begun under it goes on."""
    first = started(server, tmp_path, "wait", takes_orders=True)
    again = started(server, tmp_path, "wait", takes_orders=True)
    monkeypatch.setattr(forks, "installed_stamp", lambda: "another")
    other = started(server, tmp_path, "wait", takes_orders=True)
    parents = [psutil.Process(each.pid).ppid() for each in (first, again, other)]
    assert parents[0] == parents[1] != parents[2]
    assert first.stdin is not None
    first.stdin.write(b"5\n")
    assert first.wait(10) == 5
    for each in (again, other):
        os.kill(each.pid, signal.SIGKILL)


def test_without_a_server_there_is_no_process(tmp_path: Path) -> None:
    """One that has threads, ends at once or does not answer: None, and the client starts a process as ever."""
    (tmp_path / "jobs").mkdir()
    for module in ("tests.support.forked_threads", "tests.support.no_such_module"):
        with contextlib.closing(ForkServer(tmp_path, module)) as server:
            assert forked(server, tmp_path, "exit") is None
            assert (tmp_path / "out").read_bytes() == b""


def test_an_unused_server_ends(server: ForkServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = started(server, tmp_path, "wait", takes_orders=True)
    parent = psutil.Process(psutil.Process(process.pid).ppid())
    server.end_unused()
    assert parent.is_running()
    monkeypatch.setattr(forks, "KEEP", -1.0)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    server.end_unused()
    until(lambda: not parent.is_running() or parent.status() == psutil.STATUS_ZOMBIE)
