"""The handover of a job to a spare process: accepted by one that has one thread, and that is confined whole then."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.jobs.requests import ScanRequest
from emotion_core.jobs.spares import handover
from emotion_core.sandbox import landlock
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support.repository import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no spare processes")

SPARE = """
import os, socket, sys, threading
from emotion_core.jobs.spares import handover
if sys.argv[2] == "threaded":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
given = handover.receive(socket.socket(fileno=int(sys.argv[1])))
if given is not None:
    print(given.request, given.channel is not None, flush=True)
    print("a warning", file=sys.stderr, flush=True)
os._exit(0)
"""

CONFINED = """
import sys, threading
from pathlib import Path
from emotion_core.processes import scan
given = scan._as_spare(int(sys.argv[1]))
scan.confine(given.request)
def tried(file):
    try:
        return Path(file).read_text()
    except OSError as error:
        return error.strerror
print(tried(sys.argv[3]), flush=True)
reader = threading.Thread(target=lambda: print(tried(sys.argv[4]), tried(sys.argv[3]), flush=True))
reader.start()
reader.join()
"""


def handed_over(code: str, tmp_path: Path, *words: str, request: Path = Path("/jobs/a.request")) -> tuple[bool, Path]:
    """Hand a job over to a process that runs `code`; whether it was accepted, and the file of its events."""
    ours, theirs = socket.socketpair()
    events = tmp_path / "events"
    with ours, events.open("wb") as output, (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-c", code, str(theirs.fileno()), *words]
        with subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()]) as process:
            theirs.close()
            accepted = handover.send(ours, request, [output.fileno(), log.fileno()])
            assert process.wait(60) == 0
    return accepted, events


def test_a_job_is_handed_over(tmp_path: Path) -> None:
    """The job's files become the standard streams of the process that accepts it."""
    accepted, events = handed_over(SPARE, tmp_path, "")
    assert accepted
    assert events.read_text() == "/jobs/a.request False\n"
    assert (tmp_path / "log").read_text() == "a warning\n"


def test_a_process_with_threads_takes_no_job(tmp_path: Path) -> None:
    """Threads that run already would not be confined: such a process ends, and has done nothing."""
    accepted, events = handed_over(SPARE, tmp_path, "threaded")
    assert not accepted
    assert events.read_bytes() == b""


def test_a_process_that_is_gone_takes_no_job(tmp_path: Path) -> None:
    """Whether it ended before the job came, or ends with it in its hands."""
    for code in ("", "import socket, sys; socket.socket(fileno=int(sys.argv[1])).recv(9)"):
        assert handed_over(code, tmp_path) == (False, tmp_path / "events")


def test_a_process_that_hangs_takes_no_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "ACCEPT_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    with ours, theirs, Path(os.devnull).open("wb") as nothing:
        assert not handover.send(ours, tmp_path, [nothing.fileno(), nothing.fileno()])


def test_a_spare_scan_is_confined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a scan needs is imported before its process is confined, without a thread that would stay outside."""
    if not landlock.version():
        pytest.skip("the kernel has no Landlock")
    home, film, secret = tmp_path / "home", tmp_path / "film.mp4", tmp_path / "secret.txt"
    monkeypatch.setenv("EMOTION_HOME", str(home))
    home.mkdir()
    film.write_text("film")
    secret.write_text("secret")
    request = ScanRequest(
        film=film, content_id="a", name="Film", store=home / "scans" / "a", settings=ScanSettings(),
        wanted=ReportSettings(), lock=home / "scan.lock",
    )  # fmt: skip
    request.write(home / "a.request")
    accepted, events = handed_over(CONFINED, tmp_path, "", str(secret), str(film), request=home / "a.request")
    assert accepted, (tmp_path / "log").read_text()
    no = "Permission denied"
    assert events.read_text() == f"{no}\nfilm {no}\n"
