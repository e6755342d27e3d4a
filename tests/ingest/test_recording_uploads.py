"""Recordings of viewers that are uploaded: for a screening, with the consent, through interruptions."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.audience import Alignment, alignment_from_marks
from emotion_core.errors import LibraryError, ScreeningGone, SettingsError
from emotion_core.incoming import InTime, Outcome, RecordingClaim, Upload, upload_store
from emotion_core.ingest import background_alignment, problems
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Library, SoundSearch
from emotion_core.library.screenings.viewers import NOT_ALIGNED
from tests.support.films import texture, write_film
from tests.support.screenings import CONSENT, taken_in

pytestmark = pytest.mark.usefixtures("read_in_process")


@pytest.fixture(autouse=True)
def nothing_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker scans, and no thread aligns."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: False)
    monkeypatch.setattr(supervisor, "prepare_worker", lambda _: None)
    monkeypatch.setattr(background_alignment, "align_soon", lambda _: None)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Films of five frames: the one that was shown, and two recordings."""
    folder = tmp_path_factory.mktemp("clips")
    return [write_film(folder / f"{seed}.mp4", texture(seed, 5)).read_bytes() for seed in (1, 2, 3)]


@pytest.fixture
def library(tmp_path: Path, clips: list[bytes]) -> Library:
    """A library with the film that was shown."""
    library = Library.open(tmp_path / "home")
    (tmp_path / "film.mp4").write_bytes(clips[0])
    library.refer_to(tmp_path / "film.mp4")
    return library


@pytest.fixture
def screening(library: Library) -> str:
    return library.add_screening(library.films()[0].id).id


def claim(screening: str) -> RecordingClaim:
    return RecordingClaim(
        screening_id=screening, notice=CONSENT.notice, given_at=CONSENT.given_at, given_by=CONSENT.given_by
    )


def announced(library: Library, screening: str, content: bytes, name: str, **groups: str) -> Upload:
    told = replace(claim(screening), groups=groups)
    return Uploads(library.home).announce(name, len(content), recording=told)


def send(library: Library, upload: Upload, content: bytes) -> Outcome:
    with Uploads(library.home).open(upload.id, 0) as writer:
        writer.append(content)
        return writer.finish()


def records(library: Library) -> list[str]:
    """Names of what is kept of uploads."""
    return [name for name in upload_store.entry_names(library.home) if name != "announce.lock"]


def sent(library: Library, screening: str, content: bytes, name: str) -> Outcome:
    return send(library, announced(library, screening, content, name), content)


def test_an_upload_becomes_a_viewer(library: Library, screening: str, clips: list[bytes]) -> None:
    """With consent and groups, never listed as a film, scanned without pictures; claims survive a restart."""
    upload = announced(library, screening, clips[1], "Anna.mp4", age="18-29")
    upload_store.clear_cache()
    assert Uploads(library.home).get(upload.id).recording == upload.recording
    outcome = send(library, upload, clips[1])
    (anna,) = library.viewers(screening)
    assert (anna.name, anna.consent, anna.groups) == ("Anna", CONSENT, {"age": "18-29"})
    assert (anna.recording, anna.id) == (outcome.film_id, outcome.viewer_id)
    assert (outcome.known, outcome.problem) == (False, "")
    assert len(library.films()) == 1
    recording = library.film(outcome.film_id)
    assert (recording.role, recording.managed) == ("recording", True)
    (scan,) = library.scans(recording.id)
    assert not scan.settings.keep_pictures
    assert library.sound_searches(screening) == {anna.id: SoundSearch(wanted=True)}
    scans.delete_viewer(library, anna.id)
    assert records(library) == []  # nothing of the viewer stays
    assert len(library.films_and_recordings()) == 1


def test_no_sound_is_sought_where_the_offset_is_given(library: Library, screening: str, clips: list[bytes]) -> None:
    """Nor where marks will be set later: the viewer then does not count until that is done."""
    ways: tuple[InTime, ...] = ("typed", "start")
    for number, in_time in enumerate(ways):
        told = replace(claim(screening), in_time=in_time, offset=2.5)
        upload = Uploads(library.home).announce("Anna.mp4", len(clips[1 + number]), recording=told)
        send(library, upload, clips[1 + number])
    assert [viewer.alignment for viewer in library.viewers(screening)] == [Alignment(2.5, method="typed"), Alignment()]
    (later,) = library.viewers(screening)[1:]
    assert library.sound_searches() == {later.id: SoundSearch(wanted=False, note=NOT_ALIGNED)}
    with pytest.raises(SettingsError, match="The offset is 1000000"):
        Uploads(library.home).announce("Anna.mp4", 9, recording=replace(told, in_time="typed", offset=1e6))


def test_a_recording_in_which_the_film_is_not_heard_stays(library: Library, screening: str, clips: list[bytes]) -> None:
    """It is a viewer whose scan is under way, with the reason; marks align it."""
    sent(library, screening, clips[1], "Anna.mp4")
    background_alignment.align_wanted(library.home)
    (anna,) = library.viewers(screening)
    search = library.sound_searches(screening)[anna.id]
    assert (search.wanted, "has no sound" in search.note) == (False, True)
    assert anna.alignment.method == "start"
    assert len(library.scans(anna.recording or "")) == 1
    library.set_viewer_alignment(anna.id, alignment_from_marks([(1.0, 3.0)]))
    assert library.sound_searches(screening) == {}


def test_without_consent_nothing_is_announced(library: Library, screening: str) -> None:
    told = claim(screening)
    for lacking in (replace(told, notice=""), replace(told, given_at=" "), replace(told, given_by=" ")):
        with pytest.raises(SettingsError, match=r"Nobody confirmed that the viewer in Anna\.mp4 was told"):
            Uploads(library.home).announce("Anna.mp4", 10, recording=lacking)
    assert Uploads(library.home).unfinished() == []


def test_what_cannot_be_is_refused_at_once(library: Library, screening: str) -> None:
    """An unknown screening, and groups that cannot be stored, before a byte is sent."""
    with pytest.raises(ScreeningGone, match=r"for which Anna\.mp4 was sent is not in the library"):
        Uploads(library.home).announce("Anna.mp4", 10, recording=claim("none"))
    with pytest.raises(SettingsError, match="cannot be kept"):
        announced(library, screening, b"", "Anna.mp4", age="x" * 1000)
    assert Uploads(library.home).unfinished() == []


def test_bytes_that_are_here_are_shared(library: Library, screening: str, clips: list[bytes], tmp_path: Path) -> None:
    """Those of a film stay a film's, of another screening's recording a recording's; of one viewer twice is told. Those
    of the film that was shown are none of a viewer.
    """
    assert "is the film that was shown" in sent(library, screening, clips[0], "Bert.mp4").problem
    (film,) = library.films()
    (tmp_path / "shown.mp4").write_bytes(b"shown")
    screening = library.add_screening(taken_in(library, tmp_path / "shown.mp4", 240, role="film").id).id
    outcome = sent(library, screening, clips[0], "Bert.mp4")
    (bert,) = library.viewers(screening)
    assert (outcome.known, bert.name, bert.recording) == (True, "Bert", film.id)
    again = sent(library, screening, clips[0], "Again.mp4")
    assert again.problem == "This recording is the viewer “Bert” of this screening already."
    assert (again.viewer_id, len(library.viewers(screening))) == (bert.id, 1)
    other = library.add_screening(film.id).id
    first, second = (sent(library, each, clips[1], "Anna.mp4") for each in (screening, other))
    assert (first.film_id, first.known, second.known) == (second.film_id, False, True)
    assert len(library.films()) == 2
    scans.delete_screening(library, screening)
    assert library.film(first.film_id).role == "recording"


def test_two_viewers_of_one_name(library: Library, screening: str, clips: list[bytes]) -> None:
    """The second gets a number."""
    for content in clips[1:]:
        sent(library, screening, content, "Anna.mp4")
    assert [viewer.name for viewer in library.viewers(screening)] == ["Anna", "Anna (2)"]


def test_what_is_no_film_is_refused(library: Library, screening: str) -> None:
    outcome = sent(library, screening, b"no film at all", "Anna.mp4")
    assert (outcome.film_id, outcome.viewer_id) == ("", "")
    (refusal,) = Uploads(library.home).refusals()
    assert refusal.recording == claim(screening)
    assert library.viewers(screening) == []


def test_a_screening_that_was_deleted(library: Library, screening: str, clips: list[bytes]) -> None:
    """No further byte is taken; what has arrived stays, with the reason, until it is removed or its days are over."""
    half, whole = (announced(library, screening, clips[1], name) for name in ("Half.mp4", "Whole.mp4"))
    for upload, size in ((half, 100), (whole, len(clips[1]))):
        with Uploads(library.home).open(upload.id, 0) as writer:
            writer.append(clips[1][:size])
    library.forget_screening(screening)
    uploads = Uploads(library.home)
    for upload, size in ((half, 100), (whole, len(clips[1]))):
        with pytest.raises(ScreeningGone, match="Remove what has arrived of it"):
            uploads.open(upload.id, size)
    uploads.finish_pending()
    listed = uploads.unfinished()
    assert {upload.id for upload in listed} == {half.id, whole.id}
    assert set(problems(library.home, listed)) == {half.id, whole.id}
    uploads.remove(half.id)
    old = time.time() - 8 * 86_400
    os.utime(upload_store.part_path(library.home, whole.id), (old, old))
    uploads.sweep()
    assert records(library) == []


def test_a_screening_deleted_while_the_last_byte_arrives(library: Library, screening: str, clips: list[bytes]) -> None:
    """The upload ends with a message, and its bytes stay."""
    upload = announced(library, screening, clips[1], "Anna.mp4")
    with Uploads(library.home).open(upload.id, 0) as writer:
        writer.append(clips[1])
        library.forget_screening(screening)
        with pytest.raises(ScreeningGone):
            writer.finish()
    assert upload_store.part_path(library.home, upload.id).stat().st_size == len(clips[1])


def test_a_completion_that_was_interrupted_is_repeated(
    library: Library, screening: str, clips: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the viewer is added, and after it: one viewer, and no word of it."""
    upload = announced(library, screening, clips[1], "Anna.mp4")
    with monkeypatch.context() as patched:
        patched.setattr(Library, "add_recorded_viewer", lambda *_, **__: _raise(LibraryError("The disk is gone.", "")))
        with pytest.raises(LibraryError, match="The disk is gone"):
            send(library, upload, clips[1])
    assert library.viewers(screening) == []
    Uploads(library.home).finish_pending()
    (anna,) = library.viewers(screening)
    finished = Uploads(library.home).get(upload.id)
    upload_store.write(library.home, replace(finished, outcome=None))  # as if it was killed before it stored that
    Uploads(library.home).finish_pending()
    repeated = Uploads(library.home).get(upload.id).outcome
    assert repeated is not None
    assert (repeated.viewer_id, repeated.problem) == (anna.id, "")
    assert library.viewers(screening) == [anna]


def test_a_recording_whose_scan_cannot_begin_stays(
    library: Library, screening: str, clips: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a viewer, with the reason; it can be read again."""
    monkeypatch.setattr(scans, "start", lambda *_, **__: _raise(SettingsError("No model.", "Choose one.")))
    outcome = sent(library, screening, clips[1], "Anna.mp4")
    assert outcome.problem == "No model. Choose one."
    assert len(library.viewers(screening)) == 1


def test_sixty_at_once(library: Library, screening: str, clips: list[bytes]) -> None:
    """Each has its own name, and room is claimed for all."""
    uploads = [announced(library, screening, clips[1], "Seat.mp4") for _ in range(60)]
    assert len(Uploads(library.home).unfinished()) == 60
    for number, upload in enumerate(uploads[:3]):
        content = clips[1] + number.to_bytes(4, "big") if number else clips[1]
        grown = replace(upload, length=len(content))
        upload_store.write(library.home, grown)
        send(library, grown, content)
    assert [viewer.name for viewer in library.viewers(screening)] == ["Seat", "Seat (2)", "Seat (3)"]


def _raise(error: Exception) -> None:
    raise error


def test_a_film_is_announced_as_before(library: Library) -> None:
    """Earlier versions read the record of a film: it has no field that they do not know."""
    upload = Uploads(library.home).announce("Film.mp4", 10)
    text = (upload_store.folder(library.home, upload.id) / "upload.json").read_text()
    assert "recording" not in text
    with Uploads(library.home).open(upload.id, 0) as writer:
        writer.append(b"0123456789")
        writer.finish()
    text = (upload_store.folder(library.home, upload.id) / "upload.json").read_text()
    assert "viewer_id" not in text


def test_the_page_of_uploads_does_not_wait_for_numpy() -> None:
    """What it imports of this package brings neither NumPy nor what computes an alignment."""
    code = "import sys, emotion_core.ingest.uploads; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
