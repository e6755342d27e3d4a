"""A process that may open no more files says so, takes nothing for damaged or gone, and goes on once there is room."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from emotion_core.decoding.isolated import probe
from emotion_core.errors import OutOfDescriptors
from emotion_core.expression.checkpoints import calibration
from emotion_core.expression.selection import trial_store
from emotion_core.incoming import Upload, upload_store
from emotion_core.jobs import events
from emotion_core.library import Library, contents, copies
from emotion_core.maintenance import check, check_lost
from emotion_core.media import Media, content_id
from emotion_core.storage import Configuration, try_lock
from emotion_core.web import tokens
from tests.support import library_builder
from tests.support.app_server import App
from tests.support.clips import CARPHONE, clip
from tests.support.page_client import opened
from tests.support.repository import ROOT
from tests.support.toy_jobs import diary, find_job, library as library, request_job, start_worker  # noqa: PLC0414
from tests.support.waiting import PATIENCE, until

resource = pytest.importorskip("resource", reason="this system has no limit of open files")

UPLOAD = "ab" * 16

MOST = 65_536
HARD = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
HARD = 1_048_576 if HARD == resource.RLIM_INFINITY else HARD
LIMITS = (
    (256, 4096, 4096),
    (512, 512, 512),
    (256, HARD, min(HARD, MOST)),
    (HARD, HARD, HARD),
)
"""Soft and hard limit before, and the soft one after; HARD is this machine's own."""


@pytest.mark.parametrize(("soft", "hard", "after"), LIMITS)
def test_the_soft_limit_is_raised(soft: int, hard: int, after: int) -> None:
    """A program raises its own limit as far as it may, to 65,536 at most, and never lowers it."""
    code = (
        "import resource; from emotion_core.storage.descriptors import raise_limit\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard})); raise_limit()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert completed.stdout.strip() == str((after, hard)), completed.stderr


@contextlib.contextmanager
def none_left() -> Iterator[None]:
    """This process may open no more files meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    descriptors: list[int] = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, soft), hard))
    try:
        with contextlib.suppress(OSError):
            while True:
                descriptors.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        for each in descriptors:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with an analysed film, an upload on its way, a copy of its database, and a scan that was stopped."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    library = Library.open(tmp_path / "home")
    library_builder.film(library, CARPHONE, ["happy", "sad"])
    copies.create(library.home / "library.sqlite")
    (library.home / "incoming" / UPLOAD).mkdir()
    upload = Upload(id=UPLOAD, name="Film.mp4", length=9, settings=None)
    upload_store.part_path(library.home, UPLOAD).write_bytes(b"four")
    upload_store.write(library.home, upload)
    film = library.films()[0]
    (library.home / "jobs" / f"{scan(library)}.events").write_text('{"event": "done"}\n')
    library.analysis(film.id)
    tokens.sign(library.home, "media")
    (library.home / "engines").mkdir()
    trial_store.set_user_default("torch")
    return library


def scan(library: Library) -> str:
    newest = library.newest_scan(library.films()[0].id)
    assert newest is not None
    return newest.id


WORK: dict[str, Callable[[Library], Callable[[], object]]] = {
    "films": lambda library: library.films,
    "an analysis": lambda library: library.store(scan(library)).read,
    "a card's picture": lambda library: partial(library.film_summary, library.films()[0].id),
    "an upload": lambda library: partial(read_anew, library.home),
    "what a job said": lambda library: partial(events.last, library.home, "any"),
    "all that a job said": lambda library: partial(events.every, library.home, "any"),
    "a film's hash": lambda _: partial(content_id, clip(CARPHONE)),
    "a film's facts": lambda library: partial(probe_anew, copy_beside(library)),
    "the check": lambda library: partial(check.find, library),
    "what was lost": lambda library: library.loss_warning,
    "a film deleted from the copies": lambda library: partial(copies.remove_film, library.home, "ab"),
    "a copy's counts": lambda library: partial(copies.newest_usable, library.home),
    "the model's temperature": lambda library: partial(calibration.resolve_temperature, None, "ab" * 32, library.home),
    "what engines measured": lambda _: partial(trial_store.set_user_default, "torch"),
    "the configuration": lambda library: partial(Configuration.load, library.home),
    "a link": lambda library: partial(tokens.sign, library.home, "media"),
}
"""Ready to be done; what they need before is looked up."""


def read_anew(home: Path) -> Upload:
    """An upload, by a process that has not read it before."""
    upload_store.clear_cache()
    return upload_store.read(home, UPLOAD)


def copy_beside(library: Library) -> Path:
    """A film outside the library, which may be changed."""
    return Path(shutil.copy(clip(CARPHONE), library.home.parent / "film.mp4"))


def probe_anew(film: Path) -> Media:
    """The facts of a film whose file changed since anything asked for them: they are not remembered."""
    os.utime(film, ns=(0, film.stat().st_mtime_ns + 10**9))
    return probe(film, "", "Film")


def tree(home: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(home.rglob("*"))}


@pytest.mark.parametrize("what", WORK)
def test_nothing_is_taken_for_damaged_or_gone(full: Library, what: str) -> None:
    """A file that cannot be opened for want of descriptors is reported as such; no file is changed or removed."""
    (full.home / "config.toml").write_text("keep_pictures = true\n")
    (full.home / "jobs" / "any.events").write_text('{"event": "done"}\n')
    work = WORK[what](full)
    work()  # what it imports is there by now
    before = tree(full.home)
    with none_left(), pytest.raises(OutOfDescriptors) as raised:
        work()
    assert "as many files and connections open as it may (512)" in str(raised.value)
    assert tree(full.home) == before


def test_a_stopped_scan_keeps_what_it_had(full: Library) -> None:
    """A scan that goes on where it was stopped removes nothing because it cannot open it."""
    scan_id = scan(full)
    store = full.store(scan_id)
    observations = store.read()
    (store.folder / "sealed.json").unlink()
    header = observations.media, observations.scan_settings, observations.checkpoint, observations.engine
    store.begin(*header)
    before = tree(store.folder)
    assert len(before) > 2
    with none_left(), pytest.raises(OutOfDescriptors):
        store.read_partial()
    with none_left(), contextlib.suppress(OutOfDescriptors, OSError):
        store.begin(*header)
    assert tree(store.folder) == before


def test_a_lock_is_not_taken_for_held(tmp_path: Path) -> None:
    """A lock that cannot be inspected is not reported as held."""
    with try_lock(tmp_path / "lock") as free:
        assert free
    with none_left(), pytest.raises(OutOfDescriptors), try_lock(tmp_path / "lock"):
        pass


def test_what_lies_beside_a_lost_database_is_not_called_unreadable(full: Library) -> None:
    """An analysis without a row is not put aside because its files cannot be opened."""
    folder = full.store(scan(full)).folder
    assert contents.scan_facts(folder) is not None
    names = {folder.name}
    with none_left():
        with pytest.raises(OutOfDescriptors):
            contents.scan_facts(folder)
        with pytest.raises(OutOfDescriptors):
            list(check_lost.find_scans(full, names))


def alerts(page: ClientConnection) -> list[str]:
    """Texts of the boxes of a page that is run again in its session."""
    request = BackMsg()
    request.rerun_script.query_string = ""
    page.send(request.SerializeToString())
    texts = []
    while True:
        message = ForwardMsg()
        message.ParseFromString(page.recv(timeout=PATIENCE, decode=False))
        if message.delta.new_element.WhichOneof("type") == "alert":
            texts.append(message.delta.new_element.alert.body)
        if message.WhichOneof("type") == "script_finished":
            return texts


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="another process' limit is set on Linux only")
def test_the_app_answers_again(tmp_path: Path) -> None:
    """The app raises its limit and holds few descriptors for pages that were closed. After connections took all that it
    may have, an open page says so, and the app answers as soon as they are gone; its log has one line about it.
    """
    app = App(tmp_path)
    app.start()
    try:
        soft, hard = resource.prlimit(app.pid, resource.RLIMIT_NOFILE)
        assert soft == min(hard, MOST)
        for _ in range(60):
            opened(app.address, patience=PATIENCE)
        until(lambda: len(os.listdir(f"/proc/{app.pid}/fd")) < 150)  # noqa: PTH208 -- of another process
        with connect(
            f"{app.address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=Origin(app.address),
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
        ) as page:
            assert alerts(page) == []
            limit = 150
            resource.prlimit(app.pid, resource.RLIMIT_NOFILE, (limit, hard))
            connections = [socket.create_connection(("127.0.0.1", app.port)) for _ in range(limit + 20)]
            until(lambda: len(os.listdir(f"/proc/{app.pid}/fd")) >= limit)  # noqa: PTH208
            time.sleep(2.5)
            with pytest.raises(TimeoutError):
                opened(app.address, patience=2)
            (text,) = alerts(page)
            assert "as many files and connections open as it may (150)" in text
            for each in connections:
                each.close()
            assert opened(app.address, patience=PATIENCE) > 0
            assert alerts(page) == []
    finally:
        app.end()
    log = (tmp_path / "app.log").read_text()
    assert log.count("as many files and connections open as it may (150)") == 1
    assert "Traceback" not in log


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="another process' limit is set on Linux only")
def test_the_worker_goes_on(library: Library, capfd: pytest.CaptureFixture[str]) -> None:
    """A worker without descriptors says so once and fails no job; with room again it does it, at the first attempt."""
    worker = start_worker(library)
    try:
        lock = library.home / "worker.lock"
        until(lambda: any(each.endswith("library.sqlite") for each in files_of(worker.pid)) and lock.exists())
        _, hard = resource.prlimit(worker.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (len(files_of(worker.pid)), hard))
        name = request_job(library, "a", seconds=0)
        time.sleep(1)
        assert find_job(library, name).state in ("queued", "running")
        resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (hard, hard))
        until(lambda: find_job(library, name).state == "done")
        assert diary(library, name) == ["begin", "done"]
        assert worker.poll() is None
    finally:
        worker.kill()
        worker.wait()
    errors = capfd.readouterr().err
    assert errors.count("as many files and connections open as it may") == 1
    assert "Traceback" not in errors


def files_of(pid: int) -> list[str]:
    """What another process has open."""
    files = []
    for place in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            files.append(str(place.readlink()))
    return files
