"""The inference server of a worker: kept for the next scan, never after a bad end, and its fate is the scan's."""

from __future__ import annotations

import contextlib
import hashlib
import os
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from emotion_core.jobs import inference_servers, scans
from emotion_core.jobs.inference_servers import MODULE, InferenceServers
from emotion_core.jobs.spares import spare_scan
from emotion_core.library import Library, job_table
from emotion_core.settings import ScanSettings
from tests.support.films import flat, write_film
from tests.support.in_process_runner import scans_in_process
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.running_scans import process_of, suspended_after_segment, wait_for
from tests.support.waiting import until

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="descriptors are not passed on"),
    pytest.mark.usefixtures("read_prepared"),
]

SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded")


@pytest.fixture
def library(tmp_path: Path, networks: Path) -> Library:
    library = Library.open(tmp_path / "home")
    give_networks(networks, library.home)
    return library


def servers(library: Library) -> list[psutil.Process]:
    """The inference servers of a library's worker."""
    found = []
    for process in psutil.process_iter():
        try:
            if MODULE in process.cmdline() and process.environ().get("EMOTION_HOME") == str(library.home):
                found.append(process)
        except psutil.Error:
            continue
    return found


def analysed(library: Library, film: Path) -> dict[str, str]:
    """Analyse a film; return the hashes of what its scan stored."""
    scan_id = scans.start(library, library.refer_to(film).id, SETTINGS)
    assert wait_for(library, scan_id).state == "done"
    folder = library.store(scan_id).folder / "segments"
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_after_a_scan_that_ended_well_the_next_one_is_begun_ahead(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, after a rest, and only while a server waits for it."""
    begun: list[str] = []
    monkeypatch.setattr(InferenceServers, "is_warm", property(lambda _: not begun))
    monkeypatch.setattr(spare_scan.SpareScan, "start", lambda _: begun.append("spare"))
    server = SimpleNamespace(is_free=lambda: True)
    own = InferenceServers(library.home)
    assert not own.is_rested
    own.take_back(server, ended_well=False)  # type: ignore[arg-type]  # of a server only this is asked
    monkeypatch.setattr(inference_servers, "REST", 60.0)
    own.take_back(server, ended_well=True)  # type: ignore[arg-type]
    assert own.is_resting
    assert not own.is_rested
    own.take_back(server, ended_well=False)  # type: ignore[arg-type]
    monkeypatch.setattr(inference_servers, "REST", 0.0)
    assert not own.is_rested
    own.take_back(server, ended_well=True)  # type: ignore[arg-type]
    assert own.is_rested
    assert not own.is_resting
    begun.append("something")
    assert not own.is_rested
    begun.clear()
    own.start_ahead()
    assert begun == ["spare"]
    begun.clear()
    assert not own.is_rested


def test_a_server_serves_the_next_scan_too(library: Library, truth_film: Path, tmp_path: Path) -> None:
    """The second scan finds the model in memory, and stores what one stores that runs the model itself. A scan with
    another engine gets another server.
    """
    analysed(library, write_film(tmp_path / "short.mp4", flat(90, 20)))
    (server,) = servers(library)
    warm = analysed(library, truth_film)
    assert servers(library) == [server]
    library.delete_film(library.films()[0].id)
    with scans_in_process():
        assert analysed(library, truth_film) == warm


def test_a_server_is_not_used_after_a_bad_end(library: Library, tmp_path: Path) -> None:
    """The server of a scan that is killed ends, and the scan that is begun again has another one."""
    film = write_film(tmp_path / "long.mp4", flat(90, 750), rate=Fraction(10), keyframe_every=50, b_frames=0)
    scan_id = scans.start(library, library.refer_to(film).id, SETTINGS)
    process = suspended_after_segment(library, scan_id)
    (server,) = servers(library)
    process.kill()
    until(lambda: not server.is_running())
    assert wait_for(library, scan_id).state == "done"
    (other,) = servers(library)
    assert other != server


def test_a_scan_whose_server_was_killed_is_begun_again(library: Library, truth_film: Path) -> None:
    """The end of a server is that of its scan: killed from outside, both are begun again."""
    scan_id = scans.start(library, library.refer_to(truth_film).id, SETTINGS)
    process = process_of(library, scan_id)
    process.suspend()  # before it has opened its model
    (server,) = until(lambda: servers(library))
    server.kill()
    process.resume()
    until(lambda: not process.is_running())
    assert wait_for(library, scan_id).state == "done"
    with library.database() as database:
        job = job_table.find(database, scan_id)
    assert job is not None
    assert job.pid != process.pid


def test_an_unused_server_ends(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that waits beside a long job gives its memory back."""
    with contextlib.closing(InferenceServers(library.home)) as pool:
        pool.start_ahead()
        pool.end_unused()
        assert pool.is_warm
        (server,) = servers(library)
        monkeypatch.setattr(inference_servers, "KEEP", 0.0)
        pool.end_unused()
        assert not pool.is_warm
        assert not server.is_running()


def test_a_channel_that_somebody_keeps_ends_the_server(library: Library) -> None:
    """A server is free for the next scan only where nobody holds the channel of the last one, as what a film made a
    decoder start might.
    """
    with contextlib.closing(InferenceServers(library.home)) as pool:
        for is_held in (False, True):
            pool.start_ahead()
            server = pool._server
            assert server is not None
            channel = server.connect()
            assert channel is not None
            if not is_held:
                channel.close()
                until(server.is_free)
                channel = server.connect()
                assert channel is not None
                channel.close()
            pool.take_back(server, ended_well=True)
            assert pool.is_warm != is_held
            channel.close()
