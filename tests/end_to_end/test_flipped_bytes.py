"""One changed byte in any file of a library is found when the file is read; no number comes from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.errors import ScanError
from emotion_core.library import Library
from emotion_core.maintenance import check, repair
from emotion_core.observations import ObservationStore
from emotion_core.report import csv_bytes, scene_table
from emotion_core.storage import ChangedError, hashed_json
from emotion_core.web import Guard, all_routes, film_link
from tests.faults.flips import KINDS, filled, flips
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.running_scans import Analysed
from tests.support.scans import CHECKPOINT, ENGINE
from tests.support.stores import FILLED, FILM, FIRST, SECOND, SETTINGS, write_store

pytestmark = pytest.mark.usefixtures("read_in_process")

TIMES, SEED = 2 * len(KINDS), 5
BEGUN = replace(FILM, duration=Fraction(7))
"""As `written` begins it."""
CONTENT = {"format": 6, "rate": "30000/1001", "name": "“ü”", "shares": [0.25, None, True]}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of one analysed film, carphone."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    library = Library.open(tmp_path)
    library_builder.film(library, CARPHONE, ["happy", "sad"])
    yield library
    st.cache_resource.clear()
    st.cache_data.clear()


def flip(file: Path, place: int = -1, bit: int = 1) -> None:
    """Change one byte of a file, its middle one as a rule."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2 if place < 0 else place] ^= bit
    file.write_bytes(content)


def test_any_changed_byte_of_a_json_file_is_found() -> None:
    """Whichever bit of a hashed JSON file is turned: it is refused, never read as something else."""
    whole = hashed_json.to_bytes(CONTENT)
    assert hashed_json.from_bytes(whole, allow_unhashed=False) == CONTENT
    assert json.loads(whole)["rate"] == CONTENT["rate"]
    for place in range(len(whole)):
        for bit in range(8):
            changed = whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
            with pytest.raises(ValueError, match=r"."):
                hashed_json.from_bytes(changed)


def test_files_of_earlier_versions_are_read() -> None:
    """A JSON object without a hash is read, unless a hash is demanded; one whose hash was taken off is not."""
    bare = json.dumps(CONTENT).encode()
    assert hashed_json.from_bytes(bare) == CONTENT
    with pytest.raises(ChangedError):
        hashed_json.from_bytes(bare, allow_unhashed=False)
    without = b"{" + hashed_json.to_bytes(CONTENT).partition(b"\n")[2]
    assert json.loads(without)["format"] == CONTENT["format"]
    with pytest.raises(ChangedError):
        hashed_json.from_bytes(without)


def test_drawn_bytes_of_every_kind_of_file(analysed: Analysed, monkeypatch: pytest.MonkeyPatch) -> None:
    """After one changed byte of any file every number is what it was or refused, and the check names the file where
    numbers rest on it.
    """
    monkeypatch.setenv("EMOTION_HOME", str(analysed.library.home))
    filled(analysed.library)
    outcomes = list(flips(analysed.library, TIMES, SEED))
    assert [outcome for outcome in outcomes if not outcome.well] == []
    assert sum(outcome.named for outcome in outcomes) > TIMES / 2


def test_a_changed_report_is_named_and_made_anew(library: Library) -> None:
    """A cached report with one other digit is named by the check, and the page's report is what it was."""
    (film,) = library.films()
    truth = csv_bytes(scene_table(library.analysis(film.id)))
    (file,) = (library.home / "derived").rglob("*.json")
    whole = file.read_bytes()
    digit = whole.index(b'"frame_out": ') + len(b'"frame_out": ')
    assert whole[digit : digit + 1].isdigit()
    flip(file, digit)
    (issue,) = check.find(library)
    assert file.name in issue.what
    assert csv_bytes(scene_table(Library(library.home).analysis(film.id))) == truth
    assert file.read_bytes() == whole
    flip(file, digit)
    repair.repair(library, check.find(library))
    assert not file.exists()
    assert check.find(library) == []


def test_a_damaged_picture_is_shown_as_such(library: Library) -> None:
    """Where a kept picture is damaged its link says so and points to the check, and the numbers stay."""
    (film,) = library.films()
    scan = library.newest_scan(film.id)
    assert scan is not None
    truth = csv_bytes(scene_table(library.analysis(film.id)))
    pictures = library.store(scan.id).folder / "segments/00000.jpgs"
    flip(pictures, 40)  # of the first thumbnail
    (issue,) = check.find(library)
    assert (issue.kind, issue.repair) == ("scan", "")
    assert f"scans/{scan.id}/segments/00000.jpgs" in issue.what
    first = library.analysis(film.id).observations.samples[0].frame
    asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
    answer = asking.get(f"{film_link(library.home, film.id)}/picture/{first}")
    assert answer.status_code == 410
    assert "run python -m emotion_core library check" in answer.text
    assert csv_bytes(scene_table(library.analysis(film.id))) == truth


def stopped(folder: Path) -> ObservationStore:
    """A scan stopped before its seal: two segments of the film, and one of filled-in samples."""
    store = write_store(folder)
    (folder / "sealed.json").unlink()
    store.mark_film_read(2, FILM)
    return store


def numbers_of(number: int) -> Callable[[Path], None]:
    return lambda folder: flip(folder / f"segments/{number:05}.npz")


STOPPED: list[tuple[str, Callable[[Path], None], int, bool]] = [
    ("nothing", lambda folder: None, 3, True),
    ("numbers of the first part", numbers_of(0), 0, False),
    ("numbers of the second part", numbers_of(1), 1, False),
    ("numbers that fill up", numbers_of(2), 2, True),
    ("pictures of the second part", lambda folder: flip(folder / "segments/00001.jpgs"), 1, False),
    ("what was read", lambda folder: flip(folder / "read.json"), 2, False),
    ("the description", lambda folder: flip(folder / "scan.json"), 0, False),
]
"""What is changed, how many segments a scan that begins again goes on from, and whether the film counts as read."""


@pytest.mark.parametrize(("what", "change", "left", "over"), STOPPED, ids=[what for what, *_ in STOPPED])
def test_a_stopped_scan_goes_on_before_its_damage(
    tmp_path: Path, what: str, change: Callable[[Path], None], left: int, over: bool
) -> None:
    """A scan goes on from its last segment before a changed byte; nothing is built on what is damaged."""
    store = stopped(tmp_path)
    change(tmp_path)
    store.begin(BEGUN, SETTINGS, CHECKPOINT, ENGINE)
    assert (store.segment_count, store.film_read) == (left, over)
    assert store.read_partial().frames == sum(len(part.scores) for part in (FIRST, SECOND, FILLED)[:left])


def test_a_damaged_stopped_scan_is_named_and_mended(library: Library) -> None:
    """The check names the damaged part of an analysis that was stopped; a repair drops that part and nothing else."""
    (film,) = library.films()
    whole = library.newest_scan(film.id)
    assert whole is not None
    scan = library.add_scan(film.id, replace(whole.settings, batch=3), whole.checkpoint_hash)
    folder = library.store(scan.id).folder
    shutil.copytree(library.store(whole.id).folder, folder)
    (folder / "sealed.json").unlink()
    library.store(scan.id).write(1, FILLED)
    assert check.find(library) == []
    flip(folder / "segments/00001.npz")
    (issue,) = check.find(library)
    assert f"scans/{scan.id}" in issue.what
    assert "segments/00001.npz" in issue.what
    repair.repair(library, [issue])
    assert check.find(library) == []
    assert library.store(scan.id).segment_count == 1


def test_the_seal_names_the_description(tmp_path: Path) -> None:
    """A finished scan whose description was replaced by another whole one is refused."""
    store = write_store(tmp_path)
    other = ObservationStore(tmp_path / "other")
    other.begin(replace(BEGUN, start_frame=0), SETTINGS, CHECKPOINT, ENGINE)
    (tmp_path / "scan.json").write_bytes((other.folder / "scan.json").read_bytes())
    with pytest.raises(ScanError, match=r"scan\.json.*again"):
        store.read()
