"""Films that come in piece by piece: nothing that arrived is lost, and nothing of what was refused is kept."""

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
from emotion_core.incoming import uploads_on_disk
from emotion_core.incoming.quota import space
from emotion_core.incoming.uploads_on_disk import Outcome
from emotion_core.ingest import completion
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.settings import ScanSettings
from emotion_core.storage import hashed_json
from tests.films import texture, write_film
from tests.test_disk_full import on_a_disk_of
from tests.tus import padded

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


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
    """Bytes of `content` as one request would bring them; what became of the film, if that made it whole."""
    with uploads.open(upload_id, start) as writer:
        for at in range(start, len(content) if end is None else end, 1000):
            writer.append(content[at : min(at + 1000, len(content) if end is None else end)])
        return writer.finish() if writer.whole else None


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def kept(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}


def aged(home: Path, upload_id: str, age: timedelta) -> None:
    """As if its last byte, or its end, had been `age` ago."""
    then = time.time() - age.total_seconds()
    for file in uploads_on_disk.folder(home, upload_id).iterdir():
        os.utime(file, (then, then))


# Coming in


def test_a_film_in_pieces_is_the_film(uploads: Uploads, home: Path, film: bytes) -> None:
    """Sent in three requests it has its bytes, its name and its hash, and nothing stays of the upload but its end."""
    upload = uploads.announce("C:\\Cuts\\Cut 3.mp4", len(film))
    assert (upload.offset, upload.length, upload.name, upload.whole) == (0, len(film), "Cut 3.mp4", False)
    assert send(uploads, upload.id, film, 0, 10) is None
    assert send(uploads, upload.id, film, 10, 5000) is None
    assert (uploads.get(upload.id).offset, [one.id for one in uploads.unfinished()]) == (5000, [upload.id])
    assert send(uploads, upload.id, film, 5000) == Outcome(film_id=sha256(film), known=False)
    added = Library.open(home).film(sha256(film))
    assert (added.name, added.path.read_bytes(), added.managed) == ("Cut 3.mp4", film, True)
    assert uploads.unfinished() == []
    assert not uploads_on_disk.part(home, upload.id).exists()
    assert uploads.get(upload.id).whole


def test_it_goes_on_after_a_restart(uploads: Uploads, home: Path, film: bytes) -> None:
    """Another process goes on where one ended, and the hash is of all bytes."""
    upload = uploads.announce("Film.mp4", len(film))
    send(uploads, upload.id, film, 0, 4321)
    later = Uploads(home)
    assert later.get(upload.id).offset == 4321
    assert send(later, upload.id, film, 4321) == Outcome(film_id=sha256(film))


def test_a_hash_is_not_trusted_over_the_disk(uploads: Uploads, home: Path, film: bytes) -> None:
    """Where the bytes on disk are fewer than were hashed, or more, the disk counts."""
    for there in (film[:1000], film[:9000]):
        upload = uploads.announce("Film.mp4", len(film))
        send(uploads, upload.id, film, 0, 5000)
        uploads_on_disk.part(home, upload.id).write_bytes(there)
        outcome = send(uploads, upload.id, film, len(there))
        assert outcome is not None
        assert outcome.film_id == sha256(film)


def test_the_same_film_is_kept_once(uploads: Uploads, home: Path, film: bytes) -> None:
    """The same bytes under another name are the film that is there, and their copy is gone."""
    for name, known in (("One.mp4", False), ("Two.mov", True)):
        outcome = send(uploads, uploads.announce(name, len(film)).id, film)
        assert outcome == Outcome(film_id=sha256(film), known=known)
    assert [one.name for one in Library.open(home).films()] == ["One.mp4"]
    assert [name for name in kept(home) if name.startswith("films/") or name.endswith("part")] == [
        f"films/{sha256(film)}/original.mp4"
    ]


def test_what_is_no_film_is_refused_and_remembered(uploads: Uploads, home: Path) -> None:
    """Bytes that are no film go at once; why is told to whoever asks within a day, and no longer."""
    upload = uploads.announce("letter.mp4", 20_000)
    outcome = send(uploads, upload.id, b"Dear all, " * 2000)
    assert outcome is not None
    assert (outcome.film_id, outcome.problem.startswith("letter.mp4 ")) == ("", True)
    assert not any("part" in name or name.startswith("films/") for name in kept(home))
    (refusal,) = Uploads(home).refusals()
    assert (refusal.name, refusal.why) == ("letter.mp4", outcome.problem)
    assert datetime.now(UTC) - refusal.at < timedelta(minutes=10)
    assert uploads.unfinished() == []
    aged(home, upload.id, uploads_on_disk.REMEMBERED + timedelta(minutes=1))
    uploads.sweep()
    assert uploads.refusals() == []
    assert list((home / "incoming").glob(upload.id)) == []


@pytest.mark.parametrize("offset", [0, 499, 501, 5000])
def test_bytes_for_another_place_are_refused(uploads: Uploads, film: bytes, offset: int) -> None:
    """Only where it stands can an upload go on."""
    upload = uploads.announce("Film.mp4", len(film))
    send(uploads, upload.id, film, 0, 500)
    with pytest.raises(UploadMismatch, match="500 are here"):
        uploads.open(upload.id, offset)
    assert uploads.get(upload.id).offset == 500


def test_more_than_announced_is_refused(uploads: Uploads, film: bytes) -> None:
    """Of a chunk that goes beyond the announced length nothing is kept."""
    upload = uploads.announce("Film.mp4", 700)
    with uploads.open(upload.id, 0) as writer:
        writer.append(film[:600])
        with pytest.raises(UploadTooLong, match="801 bytes"):
            writer.append(film[:201])
    assert uploads.get(upload.id).offset == 600


@pytest.mark.parametrize("upload_id", ["", "..", "../../films", "x" * 32, "0" * 32, "A" * 32, "announce.lock", "\0"])
def test_what_was_not_chosen_here_is_not_there(uploads: Uploads, upload_id: str) -> None:
    """No name but a server-chosen one leads anywhere."""
    for ask in (uploads.get, uploads.remove, lambda one: uploads.open(one, 0)):
        with pytest.raises(UploadGone):
            ask(upload_id)


# Who writes


def test_one_writes_at_a_time(uploads: Uploads, home: Path, film: bytes) -> None:
    """While an upload is written to, nobody else writes to it, removes it or lets it expire; afterwards anyone may."""
    upload = uploads.announce("Film.mp4", len(film))
    with uploads.open(upload.id, 0) as writer:
        writer.append(film[:100])
        assert uploads.active(upload.id)
        aged(home, upload.id, timedelta(days=30))
        for other in (uploads, Uploads(home)):
            other.sweep()
            for ask in (lambda one, of=other: of.open(one, 100), other.remove):
                with pytest.raises(UploadBusy):
                    ask(upload.id)
    assert not uploads.active(upload.id)
    assert uploads_on_disk.part(home, upload.id).read_bytes() == film[:100]


def test_a_writer_that_dies_lets_go(uploads: Uploads, home: Path, film: bytes) -> None:
    """A process killed while it writes leaves what it wrote, and the upload free for the next one."""
    upload = uploads.announce("Film.mp4", len(film))
    code = (
        "import sys, time; from pathlib import Path; from emotion_core.ingest.uploads import Uploads\n"
        "w = Uploads(Path(sys.argv[1])).open(sys.argv[2], 0); w.append(b'x' * 100); print('there', flush=True)\n"
        "time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(home), upload.id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        with pytest.raises(UploadBusy):
            uploads.open(upload.id, 100)
        process.kill()
    with uploads.open(upload.id, 100) as writer:
        assert writer.offset == 100


# Killed while it is taken in

STEPS: dict[str, tuple[Any, str]] = {
    "before it is known by its hash": (completion, "_identified"),
    "before it is looked at": (Library, "take_in"),
    "before its row is written": (Library, "_remember"),
    "before its analysis begins": (completion, "_analyse"),
    "before its end is remembered": (completion, "replace"),
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the process that dies is a fork of this one")
@pytest.mark.parametrize("step", STEPS)
def test_taking_in_goes_on_after_a_kill(home: Path, film: bytes, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at whatever step of taking a film in, the app takes it in at its next start, whole and once."""
    upload = Uploads(home).announce("Film.mp4", len(film), ScanSettings(checkpoint="nobody/nothing"))
    send(Uploads(home), upload.id, film, 0, len(film) - 1)
    owner, name = STEPS[step]
    step_itself: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def dies(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if name != "replace" or calls == 2:  # the first time it writes down the hash
            os.kill(os.getpid(), signal.SIGKILL)
        return step_itself(*given, **named)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(owner, name, dies)
        send(Uploads(home), upload.id, film, len(film) - 1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    later = Uploads(home)
    assert [one.whole for one in later.unfinished()] == [True]
    later.finish_pending()
    (added,) = Library.open(home).films()
    assert (added.id, added.path.read_bytes()) == (sha256(film), film)
    assert later.unfinished() == []
    outcome = later.get(upload.id).outcome
    assert outcome is not None
    assert "nobody/nothing" in outcome.problem
    assert not uploads_on_disk.part(home, upload.id).exists()


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_look_that_was_ended_says_nothing_against_a_film(
    uploads: Uploads, home: Path, film: bytes, ended_by: signal.Signals, request: pytest.FixtureRequest
) -> None:
    """Where the process that looks at a film is ended, the film is neither refused nor lost, and is taken in later."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # else a shell's “&” has all processes ignore it
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    upload = uploads.announce("Film.mp4", len(film))
    ended = threading.Thread(target=end_the_look, args=(home, ended_by))
    ended.start()
    with pytest.raises(LibraryError, match="could not be looked at"):
        send(uploads, upload.id, film)
    ended.join()
    assert uploads_on_disk.part(home, upload.id).read_bytes() == film
    uploads.finish_pending()
    assert [one.id for one in Library.open(home).films()] == [sha256(film)]


def end_the_look(home: Path, by: signal.Signals) -> None:
    """End the process that looks at a film of this library, as soon as there is one; Ctrl-C is lost on one that is just
    beginning, and is sent until it is heard.
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
    """Where what has arrived cannot be read again, that is told as the disk's trouble, and all of it stays."""
    upload = uploads.announce("Film.mp4", len(film))
    part = uploads_on_disk.part(home, upload.id)

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
    """Killed after the film was there, and deleted before the next start: nothing of the upload is left, or refused."""
    upload = uploads.announce("Film.mp4", len(film))
    with monkeypatch.context() as cut_short:
        cut_short.setattr(uploads_on_disk, "write", fails_the_second_time(uploads_on_disk.write))
        with pytest.raises(KeyboardInterrupt):
            send(uploads, upload.id, film)
    scans.delete_film(Library.open(home), sha256(film))
    Uploads(home).finish_pending()
    assert Library.open(home).films() == []
    assert (uploads.refusals(), uploads.unfinished()) == ([], [])


def fails_the_second_time(write: Callable[..., None]) -> Callable[..., None]:
    calls: list[object] = []

    def failing(*given: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(*given)

    return failing


def test_settings_of_another_version_cost_no_upload(uploads: Uploads, home: Path, film: bytes) -> None:
    """An upload whose settings this version does not know goes on; its film comes without an analysis, and that is told
    as a later version's doing where it is.
    """
    upload = uploads.announce("Film.mp4", len(film), SETTINGS)
    file = uploads_on_disk.folder(home, upload.id) / "upload.json"
    told = hashed_json.read(file)
    told["settings"]["engine"] = "abacus"
    hashed_json.write(file, told)
    outcome = send(Uploads(home), upload.id, film)
    assert outcome is not None
    assert (outcome.film_id, outcome.known) == (sha256(film), False)
    assert "Film.mp4 was to be analysed with settings of a later version" in outcome.problem
    assert Library.open(home).scans(sha256(film)) == []


# Analysis


def test_its_analysis_begins(uploads: Uploads, home: Path, film: bytes) -> None:
    """A film that comes with settings is analysed with them as soon as it is here."""
    outcome = send(uploads, uploads.announce("Film.mp4", len(film), SETTINGS).id, film)
    assert outcome == Outcome(film_id=sha256(film))
    library = Library.open(home)
    (scan,) = library.scans(sha256(film))
    assert scan.settings == SETTINGS
    again = send(uploads, uploads.announce("Film.mp4", len(film), SETTINGS).id, film)
    assert again == Outcome(film_id=sha256(film), known=True)
    assert [one.id for one in library.scans(sha256(film))] == [scan.id]
    scans.delete_film(library, sha256(film))


@pytest.mark.parametrize("model", ["nobody/nothing", "x" * 3000, "/dev/null", "~" * 10])
def test_a_film_is_kept_where_its_analysis_cannot_begin(uploads: Uploads, home: Path, film: bytes, model: str) -> None:
    """A model that is not here is told; the film is."""
    outcome = send(uploads, uploads.announce("Film.mp4", len(film), ScanSettings(checkpoint=model)).id, film)
    assert outcome is not None
    assert outcome.film_id == sha256(film)
    assert outcome.problem
    assert [one.id for one in Library.open(home).films()] == [sha256(film)]


# Room


def test_unfinished_uploads_expire(uploads: Uploads, home: Path, film: bytes) -> None:
    """A week after its last byte, or what config.toml says, an upload is gone; one that moved since stays."""
    old, new = (uploads.announce(name, len(film)).id for name in ("Old.mp4", "New.mp4"))
    send(uploads, old, film, 0, 500)
    aged(home, old, timedelta(days=7, minutes=1))
    aged(home, new, timedelta(days=6, hours=23))
    assert [one.id for one in uploads.unfinished()] == [new]
    with pytest.raises(UploadGone):
        uploads.open(old, 500)
    assert not uploads_on_disk.folder(home, old).exists()
    (home / "config.toml").write_text("unfinished_days = 2\n")
    assert uploads.unfinished() == []


def test_what_is_whole_does_not_expire(uploads: Uploads, home: Path, film: bytes) -> None:
    """A film whose bytes are all here is taken in, however long the app was off."""
    upload = uploads.announce("Film.mp4", len(film))
    uploads_on_disk.part(home, upload.id).write_bytes(film)
    aged(home, upload.id, timedelta(days=300))
    Uploads(home).finish_pending()
    assert [one.id for one in Library.open(home).films()] == [sha256(film)]


def test_what_is_no_upload_is_swept_after_a_day(uploads: Uploads, home: Path) -> None:
    """Remains of a removal that was interrupted go, fresh ones may be an announcement of this moment."""
    for name, age in (("a" * 32, 25), ("b" * 32, 1)):
        place = home / "incoming" / name
        place.mkdir()
        (place / "part").write_bytes(b"x")
        then = time.time() - age * 3600
        os.utime(place, (then, then))
    uploads.sweep()
    assert [place.name for place in (home / "incoming").iterdir()] == ["b" * 32]


def test_a_quota_holds_for_all_that_comes_in(uploads: Uploads, home: Path, film: bytes) -> None:
    """What films take and other uploads were promised is counted; what would go beyond is refused with both sizes."""
    (home / "config.toml").write_text(f"quota_gb = {(len(film) * 2 + 5000) / 1e9:.9f}\n")
    library = Library.open(home)
    before = kept(home)
    with pytest.raises(QuotaReached, match="quota_gb"):
        library.add_film(io.BytesIO(film * 3), "Long.mp4")
    assert kept(home) == before
    first = uploads.announce("One.mp4", len(film))
    assert space(home).promised == len(film)
    with pytest.raises(QuotaReached, match=r"Two\.mp4 takes .* are left of the .* kept for other uploads"):
        uploads.announce("Two.mp4", len(film) + 5001)
    send(uploads, first.id, film)
    assert space(home).promised == 0
    second = uploads.announce("Two.mp4", len(film))
    send(uploads, second.id, film, 0, 1000)
    (home / "config.toml").write_text(f"quota_gb = {len(film) / 1e9:.9f}\n")
    with pytest.raises(QuotaReached, match=r"The rest of Two\.mp4"):
        uploads.open(second.id, 1000)
    assert uploads.get(second.id).offset == 1000
    uploads.remove(second.id)
    library.delete_film(sha256(film))
    assert space(home).used < 1000


def test_a_disk_that_fills_meanwhile(film: bytes, tmp_path: Path) -> None:
    """What does not fit is refused at once; on a disk that fills meanwhile what arrived stays, and goes on later."""
    path = tmp_path / "film.mp4"
    path.write_bytes(padded(film, 3_000_000, b"padding"))
    told = on_a_disk_of("8m", tmp_path, "pieces", str(path))
    assert told["too much"][0] == "DiskFull"
    assert "9.0 MB" in told["too much"][1]
    assert told["before"] == 1_000_000
    for refusal in ("while full", "full at once"):
        assert told[refusal][0] == "DiskFull", told
        assert "EMOTION_HOME" in told[refusal][1]
    assert 1_000_000 <= told["kept"] < 3_000_000
    assert told["film"] == sha256(path.read_bytes())
    assert told["same"]


def test_an_unreadable_record_is_no_upload(uploads: Uploads, home: Path) -> None:
    """A record that says nothing sensible hides neither the other uploads nor how much room there is."""
    good, bad = uploads.announce("Good.mp4", 10), uploads.announce("Bad.mp4", 10)
    for text in ("", "{", "[]", json.dumps({"name": "x"}), '{"settings": 1, "outcome": 2}'):
        (uploads_on_disk.folder(home, bad.id) / "upload.json").write_text(text)
        assert [one.id for one in uploads.unfinished()] == [good.id]
        assert space(home).promised == 10


def test_room_is_asked_for_under_a_lock(home: Path) -> None:
    """Of many announcements at the same moment only as many are promised room as there is."""
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
