"""What is damaged, replaced or strangely named has a way out: the advice that is given works."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from emotion_core.expression.checkpoints.calibration import Fit, resolve_temperature, stored_at
from emotion_core.incoming import quota, upload_store
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Film, Library
from emotion_core.maintenance import check, repair
from emotion_core.settings import ScanSettings
from emotion_core.storage.hashed_json import to_bytes
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.films import texture, write_film

pytestmark = pytest.mark.usefixtures("read_in_process")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library without a worker."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda _: None)
    return Library.open(tmp_path / "home")


@pytest.fixture
def film_file(tmp_path: Path) -> Path:
    """A film where its user keeps it, under a name that is no UTF-8."""
    if os.name != "posix":
        pytest.skip("file names are text there")
    return write_film(tmp_path / "film.mp4", texture(1, 20, 64, 64)).rename(tmp_path / os.fsdecode(b"fi\xe9lm.mp4"))


def test_a_strange_name_elsewhere_is_seen_again(library: Library, film_file: Path) -> None:
    """A film whose times changed, but not its bytes, is the same film at any path."""
    film = library.refer_to(film_file)
    os.utime(film_file, (1, 1))
    again = library.refer_to(film_file)
    assert again.id == film.id
    assert again.file != film.file
    assert library.films() == [library.film(film.id)]
    assert library.film(film.id).file == again.file
    os.utime(film_file, (2, 2))
    assert library.verify(library.film(film.id)) is not None


def test_the_check_follows_a_strange_name(library: Library, film_file: Path) -> None:
    """Other bytes under a film's size and time are found where its path is no UTF-8, too."""
    film = library.refer_to(film_file)
    content = bytearray(film_file.read_bytes())
    content[-1] ^= 1
    film_file.write_bytes(content)
    os.utime(film_file, ns=(film.modified_ns, film.modified_ns))
    (issue,) = check.find(library, hashes=True)
    assert (issue.kind, issue.subject) == ("bytes", film.id)


def test_facts_are_not_taken_from_another_film(library: Library, tmp_path: Path) -> None:
    """Facts that cannot be read are not read again from what took the film's place."""
    place = write_film(tmp_path / "film.mp4", texture(1, 20, 64, 64))
    film = library.refer_to(place)
    with library.database() as database:
        database.execute("UPDATE films SET media = '{}'")
    content = place.read_bytes()
    write_film(place, texture(2, 30, 96, 64))
    repair.repair(library, check.find(library))
    assert "facts" in [finding.kind for finding in check.find(library)]
    place.write_bytes(content)
    repair.repair(library, check.find(library))
    assert library.film(film.id).media == film.media


def flipped(name: str) -> Callable[[Path], None]:
    """One bit of a file of an analysis changes."""

    def flip(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)

    return flip


def remove_segment(folder: Path) -> None:
    (folder / "segments" / "00000.jpgs").unlink()


DAMAGE = {
    "its seal": flipped("sealed.json"),
    "its description": flipped("scan.json"),
    "its numbers": flipped("segments/00000.npz"),
    "its pictures": remove_segment,
}


def analysed(library: Library) -> tuple[Film, str, ScanSettings]:
    """A film with a finished analysis, and the settings that ask for this very one."""
    film = library_builder.film(library, CARPHONE, ["happy", "sad"])
    settings = ScanSettings(engine="torch")
    scan_id = scans.start(library, film.id, settings)
    scans.cancel(library, scan_id)
    newest = library.scans(film.id)[-1]
    library.store(newest.id).folder.rename(library.store(scan_id).folder)
    library.delete_scan(newest.id)
    assert scans.start(library, film.id, settings) == scan_id
    return film, scan_id, settings


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_analysis_is_made_again(library: Library, damage: str) -> None:
    """Analysing the film again, as the message advises, reads it again; the damaged scan is set aside."""
    film, scan_id, settings = analysed(library)
    DAMAGE[damage](library.store(scan_id).folder)
    assert [finding.kind for finding in check.find(library)] == ["scan"]
    again = scans.start(library, film.id, settings)
    assert scans.status(library, again).active
    assert not library.store(again).sealed
    assert (library.home / "set-aside" / f"scans-{scan_id}" / "sealed.json").exists()


def test_whole_numbers_stay_where_the_film_is_gone(library: Library) -> None:
    """Damaged pictures are no reason to lose numbers that cannot be read again."""
    film, scan_id, settings = analysed(library)
    remove_segment(library.store(scan_id).folder)
    with library.database() as database:
        database.execute("UPDATE films SET path = '/gone'")
    assert scans.start(library, film.id, settings) == scan_id
    assert library.store(scan_id).sealed


def test_an_upload_of_a_later_version_hinders_no_other(library: Library) -> None:
    """The disk space of uploads is counted without the upload that only a later version can read."""
    upload = upload_store.create(library.home, "a.mp4", 10, None)
    other = library.home / "incoming" / ("ab" * 16)
    other.mkdir()
    record = {"name": "b.mp4", "length": 9, "settings": None, "content_id": "", "outcome": None}
    (other / "upload.json").write_bytes(to_bytes({**record, "priority": 3}))
    (other / "part").write_bytes(b"1234")
    assert [listed.id for listed in upload_store.all_uploads(library.home)] == [upload.id]
    assert quota.claimed_bytes(library.home) >= 10 + 4


def hashed_calibration(**more: object) -> bytes:
    fit = asdict(Fit(2.0, 11, 10, 0.0912, 0.0213, 0.02))
    fields = {"weights": "embedded", "faces": "faces", "faces_hash": "cd" * 32, "seed": 1, "bins": 15}
    return to_bytes({**fields, "made_on": "2026-11-24", "fit": fit, "swapped": fit, **more})


CALIBRATIONS = {
    "a digit changed": (hashed_calibration().replace(b"0.0912", b"0.0913"), "calibration", "is damaged"),
    "a field more": (hashed_calibration(per_label=[1.0]), "later", "was written by a later version"),
    "a field more, damaged": (
        hashed_calibration(per_label=[1.0]).replace(b"0.0912", b"0.0913"), "calibration", "is damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "kind", "said"), CALIBRATIONS.values(), ids=CALIBRATIONS)
def test_a_damaged_calibration_is_no_later_one(library: Library, content: bytes, kind: str, said: str) -> None:
    """The report's note and the check tell a calibration of a later version from a damaged one."""
    file = stored_at(library.home, "embedded")
    file.parent.mkdir()
    file.write_bytes(content)
    assert said in resolve_temperature(None, "embedded", library.home).note
    (issue,) = check.find(library)
    assert (issue.kind, issue.subject) == (kind, "calibrations/embedded.json")
    assert said in issue.what
