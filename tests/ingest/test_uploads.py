"""Resumable uploads: received bytes are never lost, and nothing of a refused upload stays."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from emotion_core.errors import (
    DiskFull,
    LibraryError,
    NotAFilm,
    QuotaReached,
    UploadBusy,
    UploadGone,
    UploadMismatch,
    UploadTooLong,
)
from emotion_core.incoming import Outcome, storage_budget, upload_store
from emotion_core.ingest import completion, is_analysis_near
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Film, Library
from emotion_core.settings import ScanSettings
from emotion_core.storage import hashed_json
from tests.support.films import texture, write_film
from tests.support.mounts import on_a_disk_of
from tests.support.repository import ROOT
from tests.support.upload_client import padded

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


REAL_READERS = ("test_taking_in_goes_on_after_a_kill", "test_a_look_that_was_ended_says_nothing_against_a_film")
"""Tests whose films are looked at by a process: from a fork of this one, and to be ended."""


@pytest.fixture(autouse=True)
def reader(request: pytest.FixtureRequest) -> None:
    """All other tests look at films in their own process."""
    if not request.node.name.startswith(REAL_READERS):
        request.getfixturevalue("read_in_process")


@pytest.fixture(autouse=True)
def worker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where an analysis begins is the library's worker started ahead of it."""
    if request.node.name != "test_its_analysis_begins":
        monkeypatch.setattr(supervisor, "prepare_worker", lambda _: None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Library.open(tmp_path / "home").home


@pytest.fixture
def uploads(home: Path) -> Uploads:
    return Uploads(home)


@pytest.fixture(scope="session")
def film(films: Path) -> bytes:
    """A film of twenty frames without faces."""
    return write_film(films / "uploads.mp4", texture(5, 20)).read_bytes()


def send(uploads: Uploads, upload_id: str, content: bytes, start: int = 0, end: int | None = None) -> Outcome | None:
    """Send bytes of `content` as one request does; return the outcome if that completed the upload."""
    with uploads.open(upload_id, start) as writer:
        for at in range(start, len(content) if end is None else end, 1000):
            writer.append(content[at : min(at + 1000, len(content) if end is None else end)])
        return writer.finish() if writer.is_complete else None


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def files_of(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}


def aged(home: Path, upload_id: str, age: timedelta) -> None:
    """Set the upload's last change to `age` ago."""
    then = time.time() - age.total_seconds()
    for file in upload_store.folder(home, upload_id).iterdir():
        os.utime(file, (then, then))


# Coming in


def test_a_film_in_pieces_is_the_film(uploads: Uploads, home: Path, film: bytes) -> None:
    """A film sent in three requests has its bytes, name and hash; only the outcome stays of the upload."""
    upload = uploads.announce("C:\\Cuts\\Cut 3.mp4", len(film))
    assert (upload.offset, upload.length, upload.name, upload.is_complete) == (0, len(film), "Cut 3.mp4", False)
    assert send(uploads, upload.id, film, 0, 10) is None
    assert send(uploads, upload.id, film, 10, 5000) is None
    assert (uploads.get(upload.id).offset, [item.id for item in uploads.unfinished()]) == (5000, [upload.id])
    assert send(uploads, upload.id, film, 5000) == Outcome(film_id=sha256(film), known=False)
    added = Library.open(home).film(sha256(film))
    assert (added.name, added.path.read_bytes(), added.managed) == ("Cut 3.mp4", film, True)
    assert uploads.unfinished() == []
    assert not upload_store.part_path(home, upload.id).exists()
    assert uploads.get(upload.id).is_complete


def test_it_goes_on_after_a_restart(uploads: Uploads, home: Path, film: bytes) -> None:
    """Another process resumes an upload, and the hash covers all bytes."""
    upload = uploads.announce("Film.mp4", len(film))
    send(uploads, upload.id, film, 0, 4321)
    later = Uploads(home)
    assert later.get(upload.id).offset == 4321
    assert send(later, upload.id, film, 4321) == Outcome(film_id=sha256(film))


def test_a_hash_is_not_trusted_over_the_disk(uploads: Uploads, home: Path, film: bytes) -> None:
    """If the file is shorter or longer than the hashed bytes, the file counts."""
    for there in (film[:1000], film[:9000]):
        upload = uploads.announce("Film.mp4", len(film))
        send(uploads, upload.id, film, 0, 5000)
        upload_store.part_path(home, upload.id).write_bytes(there)
        outcome = send(uploads, upload.id, film, len(there))
        assert outcome is not None
        assert outcome.film_id == sha256(film)


def test_the_same_film_is_kept_once(uploads: Uploads, home: Path, film: bytes) -> None:
    """The same bytes under another name are the existing film, and their copy is removed."""
    for name, known in (("One.mp4", False), ("Two.mov", True)):
        outcome = send(uploads, uploads.announce(name, len(film)).id, film)
        assert outcome == Outcome(film_id=sha256(film), known=known)
    assert [item.name for item in Library.open(home).films()] == ["One.mp4"]
    assert [name for name in files_of(home) if name.startswith("films/") or name.endswith("part")] == [
        f"films/{sha256(film)}/original.mp4"
    ]


def test_what_is_no_film_is_refused_and_remembered(uploads: Uploads, home: Path) -> None:
    """Bytes that are no film are removed at once; the reason is available for a day."""
    upload = uploads.announce("letter.mp4", 20_000)
    outcome = send(uploads, upload.id, b"Dear all, " * 2000)
    assert outcome is not None
    assert (outcome.film_id, outcome.problem.startswith("letter.mp4 ")) == ("", True)
    assert not any("part" in name or name.startswith("films/") for name in files_of(home))
    (refusal,) = Uploads(home).refusals()
    assert (refusal.name, refusal.why) == ("letter.mp4", outcome.problem)
    assert datetime.now(UTC) - refusal.at < timedelta(minutes=10)
    assert uploads.unfinished() == []
    aged(home, upload.id, upload_store.OUTCOME_LIFETIME + timedelta(minutes=1))
    uploads.sweep()
    assert uploads.refusals() == []
    assert list((home / "incoming").glob(upload.id)) == []


@pytest.mark.parametrize("offset", [0, 499, 501, 5000])
def test_bytes_for_another_place_are_refused(uploads: Uploads, film: bytes, offset: int) -> None:
    """An upload can be resumed only at its offset."""
    upload = uploads.announce("Film.mp4", len(film))
    send(uploads, upload.id, film, 0, 500)
    with pytest.raises(UploadMismatch, match="500 are here"):
        uploads.open(upload.id, offset)
    assert uploads.get(upload.id).offset == 500


def test_more_than_announced_is_refused(uploads: Uploads, film: bytes) -> None:
    """A chunk beyond the announced length is refused as a whole."""
    upload = uploads.announce("Film.mp4", 700)
    with uploads.open(upload.id, 0) as writer:
        writer.append(film[:600])
        with pytest.raises(UploadTooLong, match="801 bytes"):
            writer.append(film[:201])
    assert uploads.get(upload.id).offset == 600


@pytest.mark.parametrize("upload_id", ["", "..", "../../films", "x" * 32, "0" * 32, "A" * 32, "announce.lock", "\0"])
def test_what_was_not_chosen_here_is_not_there(uploads: Uploads, upload_id: str) -> None:
    """Only ids that the server chose are accepted."""
    for ask in (uploads.get, uploads.remove, lambda item: uploads.open(item, 0)):
        with pytest.raises(UploadGone):
            ask(upload_id)


# Who writes


def test_one_writes_at_a_time(uploads: Uploads, home: Path, film: bytes) -> None:
    """An open upload cannot be written to, removed or expired by others; a closed one can."""
    upload = uploads.announce("Film.mp4", len(film))
    with uploads.open(upload.id, 0) as writer:
        writer.append(film[:100])
        assert uploads.active(upload.id)
        aged(home, upload.id, timedelta(days=30))
        for other in (uploads, Uploads(home)):
            other.sweep()
            for ask in (lambda item, of=other: of.open(item, 100), other.remove):
                with pytest.raises(UploadBusy):
                    ask(upload.id)
    assert not uploads.active(upload.id)
    assert upload_store.part_path(home, upload.id).read_bytes() == film[:100]


def test_a_writer_that_dies_lets_go(uploads: Uploads, home: Path, film: bytes) -> None:
    """A killed writer's bytes stay, and the upload is unlocked."""
    upload = uploads.announce("Film.mp4", len(film))
    code = (
        "import sys, time; from pathlib import Path; from emotion_core.ingest.uploads import Uploads\n"
        "w = Uploads(Path(sys.argv[1])).open(sys.argv[2], 0); w.append(b'x' * 100); print('there', flush=True)\n"
        "time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(home), upload.id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        with pytest.raises(UploadBusy):
            uploads.open(upload.id, 100)
        process.kill()
    with uploads.open(upload.id, 100) as writer:
        assert writer.offset == 100


# Killed while it is taken in

STEPS: dict[str, tuple[Any, str]] = {
    "before it is known by its hash": (completion, "_store_hash"),
    "before it is looked at": (Library, "take_in"),
    "before its row is written": (Film, "insert"),
    "before its analysis begins": (completion, "_analyse"),
    "before its end is remembered": (completion, "replace"),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that dies is a fork of this one")
@pytest.mark.parametrize("step", STEPS)
def test_taking_in_goes_on_after_a_kill(home: Path, film: bytes, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a kill at any step of the completion, the next start of the app adds the film completely and once."""
    upload = Uploads(home).announce("Film.mp4", len(film), ScanSettings(checkpoint="nobody/nothing"))
    send(Uploads(home), upload.id, film, 0, len(film) - 1)
    owner, name = STEPS[step]
    step_itself: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dies(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if name != "replace" or calls == 2:  # the first time it writes down the hash
            os.kill(os.getpid(), signal.SIGKILL)
        return step_itself(*arguments, **named)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(owner, name, dies)
        send(Uploads(home), upload.id, film, len(film) - 1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    later = Uploads(home)
    assert [item.is_complete for item in later.unfinished()] == [True]
    later.finish_pending()
    (added,) = Library.open(home).films()
    assert (added.id, added.path.read_bytes()) == (sha256(film), film)
    assert later.unfinished() == []
    outcome = later.get(upload.id).outcome
    assert outcome is not None
    assert "nobody/nothing" in outcome.problem
    assert not upload_store.part_path(home, upload.id).exists()


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_look_that_was_ended_says_nothing_against_a_film(
    uploads: Uploads, home: Path, film: bytes, ended_by: signal.Signals, request: pytest.FixtureRequest
) -> None:
    """If the process that probes a film is ended, the film is neither refused nor lost, and is added later."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # else a shell's “&” has all processes ignore it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    upload = uploads.announce("Film.mp4", len(film))
    ended = threading.Thread(target=end_the_look, args=(home, ended_by))
    ended.start()
    with pytest.raises(LibraryError, match="could not be looked at"):
        send(uploads, upload.id, film)
    ended.join()
    assert upload_store.part_path(home, upload.id).read_bytes() == film
    uploads.finish_pending()
    assert [item.id for item in Library.open(home).films()] == [sha256(film)]


def end_the_look(home: Path, by: signal.Signals) -> None:
    """End the process that probes a film of this library as soon as it exists. The signal is repeated, since a process
    that is just starting may ignore Ctrl-C.
    """
    while True:
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                if any(word.startswith(str(home)) for word in process.cmdline()):
                    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                        process.send_signal(by)
                        time.sleep(0.05)
                    return


def test_bytes_that_the_disk_does_not_give_back_are_not_refused(
    uploads: Uploads, home: Path, film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the received bytes cannot be read, the error names the disk, and the upload stays."""
    upload = uploads.announce("Film.mp4", len(film))
    part = upload_store.part_path(home, upload.id)

    def refuse(*_: object) -> Film:
        part.chmod(0) if os.geteuid() else part.rename(part.with_name("away"))
        raise NotAFilm("cannot be read", "")

    monkeypatch.setattr(Library, "take_in", refuse)
    with pytest.raises(LibraryError, match="cannot be read again"):
        send(uploads, upload.id, film)
    assert uploads.refusals() == []


def test_a_film_deleted_before_its_end_was_remembered(
    uploads: Uploads, home: Path, film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a kill and the deletion of the added film, the next start leaves neither the upload nor a refusal."""
    upload = uploads.announce("Film.mp4", len(film))
    with monkeypatch.context() as cut_short:
        cut_short.setattr(upload_store, "write", fails_the_second_time(upload_store.write))
        with pytest.raises(KeyboardInterrupt):
            send(uploads, upload.id, film)
    scans.delete_film(Library.open(home), sha256(film))
    Uploads(home).finish_pending()
    assert Library.open(home).films() == []
    assert (uploads.refusals(), uploads.unfinished()) == ([], [])


def fails_the_second_time(write: Callable[..., None]) -> Callable[..., None]:
    calls: list[object] = []

    def failing(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(*arguments)

    return failing


def test_settings_of_another_version_cost_no_upload(uploads: Uploads, home: Path, film: bytes) -> None:
    """An upload with unknown settings can be resumed. Its film is added without an analysis, and the outcome names a
    later version as the cause if there is one.
    """
    upload = uploads.announce("Film.mp4", len(film), SETTINGS)
    file = upload_store.folder(home, upload.id) / "upload.json"
    record = hashed_json.read(file)
    record["settings"]["engine"] = "abacus"
    hashed_json.write(file, record)
    outcome = send(Uploads(home), upload.id, film)
    assert outcome is not None
    assert (outcome.film_id, outcome.known) == (sha256(film), False)
    assert "Film.mp4 was to be analysed with settings of a later version" in outcome.problem
    assert Library.open(home).scans(sha256(film)) == []


# Analysis


def test_its_analysis_begins(uploads: Uploads, home: Path, film: bytes) -> None:
    """An upload with settings is analysed with them on completion."""
    outcome = send(uploads, uploads.announce("Film.mp4", len(film), SETTINGS).id, film)
    assert outcome == Outcome(film_id=sha256(film))
    library = Library.open(home)
    (scan,) = library.scans(sha256(film))
    assert scan.settings == SETTINGS
    again = send(uploads, uploads.announce("Film.mp4", len(film), SETTINGS).id, film)
    assert again == Outcome(film_id=sha256(film), known=True)
    assert [item.id for item in library.scans(sha256(film))] == [scan.id]
    scans.delete_film(library, sha256(film))


@pytest.mark.parametrize("model", ["nobody/nothing", "x" * 3000, "/dev/null", "~" * 10])
def test_a_film_is_kept_where_its_analysis_cannot_begin(uploads: Uploads, home: Path, film: bytes, model: str) -> None:
    """A missing checkpoint is reported; the film is added."""
    outcome = send(uploads, uploads.announce("Film.mp4", len(film), ScanSettings(checkpoint=model)).id, film)
    assert outcome is not None
    assert outcome.film_id == sha256(film)
    assert outcome.problem
    assert [item.id for item in Library.open(home).films()] == [sha256(film)]


# Room


def test_unfinished_uploads_expire(uploads: Uploads, home: Path, film: bytes) -> None:
    """An upload expires a week after its last byte, or after config.toml's time; a later one stays."""
    old, new = (uploads.announce(name, len(film)).id for name in ("Old.mp4", "New.mp4"))
    send(uploads, old, film, 0, 500)
    aged(home, old, timedelta(days=7, minutes=1))
    aged(home, new, timedelta(days=6, hours=23))
    assert [item.id for item in uploads.unfinished()] == [new]
    with pytest.raises(UploadGone):
        uploads.open(old, 500)
    assert not upload_store.folder(home, old).exists()
    (home / "config.toml").write_text("unfinished_days = 2\n")
    assert uploads.unfinished() == []


def test_what_is_whole_does_not_expire(uploads: Uploads, home: Path, film: bytes) -> None:
    """A complete upload is added after any downtime of the app."""
    upload = uploads.announce("Film.mp4", len(film))
    upload_store.part_path(home, upload.id).write_bytes(film)
    aged(home, upload.id, timedelta(days=300))
    Uploads(home).finish_pending()
    assert [item.id for item in Library.open(home).films()] == [sha256(film)]


def test_what_is_no_upload_is_swept_after_a_day(uploads: Uploads, home: Path) -> None:
    """Remains of an interrupted removal are deleted, except fresh ones, which may be a new announcement."""
    for name, age in (("a" * 32, 25), ("b" * 32, 1)):
        place = home / "incoming" / name
        place.mkdir()
        (place / "part").write_bytes(b"x")
        then = time.time() - age * 3600
        os.utime(place, (then, then))
    uploads.sweep()
    assert [place.name for place in (home / "incoming").iterdir()] == ["b" * 32]


def test_a_quota_holds_for_all_that_comes_in(uploads: Uploads, home: Path, film: bytes) -> None:
    """The quota counts films and announced uploads; a larger upload is refused with both sizes."""
    (home / "config.toml").write_text(f"quota_gb = {(len(film) * 2 + 5000) / 1e9:.9f}\n")
    library = Library.open(home)
    before = files_of(home)
    with pytest.raises(QuotaReached, match="quota_gb"):
        library.add_film(io.BytesIO(film * 3), "Long.mp4")
    assert files_of(home) == before
    first = uploads.announce("One.mp4", len(film))
    assert storage_budget(home).pending == len(film)
    with pytest.raises(QuotaReached, match=r"Two\.mp4 takes .* are left of the .* kept for other uploads"):
        uploads.announce("Two.mp4", len(film) + 5001)
    send(uploads, first.id, film)
    assert storage_budget(home).pending == 0
    second = uploads.announce("Two.mp4", len(film))
    send(uploads, second.id, film, 0, 1000)
    (home / "config.toml").write_text(f"quota_gb = {len(film) / 1e9:.9f}\n")
    with pytest.raises(QuotaReached, match=r"The rest of Two\.mp4"):
        uploads.open(second.id, 1000)
    assert uploads.get(second.id).offset == 1000
    uploads.remove(second.id)
    library.delete_film(sha256(film))
    assert storage_budget(home).used < 1000


def test_a_disk_that_fills_meanwhile(film: bytes, tmp_path: Path) -> None:
    """An upload that does not fit is refused. If the disk fills later, the received bytes stay and can be resumed."""
    path = tmp_path / "film.mp4"
    path.write_bytes(padded(film, 3_000_000, b"padding"))
    results = on_a_disk_of("8m", tmp_path, "pieces", str(path))
    assert results["too much"][0] == "DiskFull"
    assert "9.0 MB" in results["too much"][1]
    assert results["before"] == 1_000_000
    for refusal in ("while full", "full at once"):
        assert results[refusal][0] == "DiskFull", results
        assert "EMOTION_HOME" in results[refusal][1]
    assert 1_000_000 <= results["kept"] < 3_000_000
    assert results["film"] == sha256(path.read_bytes())
    assert results["same"]


def test_an_unreadable_record_is_no_upload(uploads: Uploads, home: Path) -> None:
    """A damaged record hides neither the other uploads nor the free space."""
    good, bad = uploads.announce("Good.mp4", 10), uploads.announce("Bad.mp4", 10)
    for text in ("", "{", "[]", json.dumps({"name": "x"}), '{"settings": 1, "outcome": 2}'):
        (upload_store.folder(home, bad.id) / "upload.json").write_text(text)
        assert [item.id for item in uploads.unfinished()] == [good.id]
        assert storage_budget(home).pending == 10


def test_room_is_asked_for_under_a_lock(home: Path) -> None:
    """Concurrent announcements are accepted only up to the free space."""
    from concurrent.futures import ThreadPoolExecutor

    (home / "config.toml").write_text("quota_gb = 0.001\n")

    def announce(number: int) -> bool:
        try:
            Uploads(home).announce(f"{number}.mp4", 300_000)
        except (QuotaReached, DiskFull):
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(announce, range(8))) == 3


def test_an_analysis_is_near_while_bytes_come_in(home: Path, uploads: Uploads) -> None:
    """From the announcement on, until some moments after the last byte that came, and until the outcome is known."""
    assert not is_analysis_near(home)
    upload = uploads.announce("a.mp4", 4)
    assert is_analysis_near(home)
    os.utime(upload_store.part_path(home, upload.id), (0, 0))
    assert not is_analysis_near(home)
    with uploads.open(upload.id, 0) as writer:
        writer.append(b"milk")
        assert is_analysis_near(home)
        writer.finish()
    assert not is_analysis_near(home)
