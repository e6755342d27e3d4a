"""A fork server's own side: what it forks is confined whole, and shown under its own command. The rest: test_forks."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.jobs.requests import ScanRequest
from emotion_core.jobs.spares import ForkServer
from emotion_core.sandbox import landlock
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support.repository import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no fork servers")


def test_a_forked_scan_is_confined(tmp_path: Path) -> None:
    """What a scan needs is imported before, and nothing of its process stays outside its confinement."""
    if not landlock.version():
        pytest.skip("the kernel has no Landlock")
    home, film = tmp_path / "home", tmp_path / "film.mp4"
    (home / "jobs").mkdir(parents=True)
    film.write_text("film")
    (tmp_path / "secret").write_text("secret")
    asked = home / "jobs" / "a.request"
    ScanRequest(
        film=film, content_id="a", name="Film", store=home / "scans" / "a", settings=ScanSettings(),
        wanted=ReportSettings(), lock=home / "scan.lock",
    ).write(asked)  # fmt: skip
    with contextlib.closing(ForkServer(home, "tests.support.forked_scan")) as server:
        with (tmp_path / "out").open("wb") as output, (tmp_path / "err").open("wb") as errors:
            process = server.fork(asked, output.fileno(), errors.fileno())
        assert process is not None
        assert process.wait(60) == 0, (tmp_path / "err").read_text()
    assert (tmp_path / "out").read_text().splitlines() == ["film", "Permission denied"] * 2


def test_a_command_that_does_not_fit_is_no_command(tmp_path: Path) -> None:
    """Words that are longer than the command was leave it as it is."""
    code = (
        "from emotion_core.jobs.spares.fork_server import rename\nfrom pathlib import Path\n"
        "try:\n    rename(['python'], ['x' * 10_000])\nexcept ValueError:\n"
        "    print(Path('/proc/self/cmdline').read_bytes().split(b'\\0')[1])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "b'-c'\n"
