"""Reactions of a library's viewers, and seats of its recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion_core.audience import Alignment
from emotion_core.errors import LibraryError, ScanError, SettingsError
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import (
    Library,
    film_seconds,
    reactions_key,
    reactions_of_viewer,
    seats_of_recording,
    split_into_seats,
)
from emotion_core.settings import ReportSettings
from tests.support.screenings import CONSENT, Row, readings, recording, taken_in

HAPPY = REFERENCE_LABELS.index("happy")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def screening(library: Library, tmp_path: Path) -> str:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    return library.add_screening(taken_in(library, file, 240, role="film").id).id


def test_a_viewers_reactions_are_those_of_the_newest_scan(library: Library, screening: str, tmp_path: Path) -> None:
    """With the alignment and temperature that hold now; the key changes with each of them."""
    film = recording(library, tmp_path / "a.mp4", [{(60, 40): "happy"}] * 30)
    viewer = library.add_recorded_viewer(screening, film.id, consent=CONSENT)
    assert film_seconds(library, library.screening(screening).film_id) == 10
    shown = reactions_of_viewer(library, viewer)
    assert len(shown.seconds) == 21
    before = reactions_key(library, viewer)
    library.set_viewer_alignment(viewer.id, Alignment(2.25, method="typed"))
    moved = library.viewer(viewer.id)
    assert reactions_of_viewer(library, moved).seconds[0] == 0.25
    library.set_report_settings(film.id, ReportSettings(temperature=20))
    assert reactions_of_viewer(library, moved).probabilities[0, HAPPY] < 0.3 < shown.probabilities[0, HAPPY]
    assert len({before, reactions_key(library, moved), ""}) == 3


def test_faces_are_kept_beside_the_analyses(library: Library, screening: str, tmp_path: Path) -> None:
    """They give the same reactions without the observations, and are made again where their file is damaged."""
    film = recording(library, tmp_path / "a.mp4", [{(60, 40): "happy"}] * 30)
    viewer = library.add_recorded_viewer(screening, film.id, consent=CONSENT)
    shown = reactions_of_viewer(library, viewer)
    (file,) = library.home.glob("derived/*/faces-*.npz")
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    np.testing.assert_array_equal(reactions_of_viewer(library, viewer).probabilities, shown.probabilities)
    assert file.read_bytes() == content
    segments = list(library.home.glob("scans/*/segments/*.npz"))
    segments[0].unlink()
    np.testing.assert_array_equal(reactions_of_viewer(library, viewer).probabilities, shown.probabilities)
    library.set_report_settings(film.id, ReportSettings(min_face_score=0.95))
    with pytest.raises(ScanError, match=r"recording of “a” cannot be used.*Read it again: on the Screening page"):
        reactions_of_viewer(library, viewer)


def test_live_viewers_need_no_scan(library: Library, screening: str) -> None:
    """Their readings are what there is."""
    viewer = library.add_live_viewer(screening, readings(50), consent=CONSENT)
    np.testing.assert_allclose(reactions_of_viewer(library, viewer).probabilities[:, HAPPY], 0.8, atol=1e-6)
    assert reactions_key(library, viewer)


def test_a_recording_without_a_scan_is_told_of(library: Library, screening: str, tmp_path: Path) -> None:
    """While it waits, and where its film is gone."""
    (tmp_path / "a.mp4").write_bytes(b"a")
    film = taken_in(library, tmp_path / "a.mp4", 240)
    viewer = library.add_recorded_viewer(screening, film.id, consent=CONSENT)
    assert reactions_key(library, viewer) == ""
    with pytest.raises(LibraryError, match="recording of “a” has not been analysed yet"):
        reactions_of_viewer(library, viewer)
    with library.database() as database:
        database.execute("DELETE FROM films WHERE id = ?", (film.id,))
    with pytest.raises(LibraryError, match="“a” has no recording"):
        reactions_of_viewer(library, library.viewer(viewer.id))


def test_a_room_becomes_a_viewer_a_seat(library: Library, screening: str, tmp_path: Path) -> None:
    """Each with the consent, groups and alignment of the one it was; a recording of one person has no seats."""
    rows: list[Row] = [{(60, 100): "happy", (200, 100): "sad", (330, 100): "angry"}] * 40
    room = recording(library, tmp_path / "room.mp4", rows)
    alone = recording(library, tmp_path / "alone.mp4", [{(60, 100): "happy"}] * 40)
    viewer = library.add_recorded_viewer(
        screening, room.id, consent=CONSENT, groups={"row": "1"}, alignment=Alignment(1.0, method="typed")
    )
    assert [seat.number for seat in seats_of_recording(library, viewer)] == [1, 2, 3]
    viewers = split_into_seats(library, viewer.id)
    assert viewers == library.viewers(screening)
    assert [(each.name, each.seat) for each in viewers] == [
        ("room, seat 1", 1),
        ("room, seat 2", 2),
        ("room, seat 3", 3),
    ]
    assert {each.alignment.offset for each in viewers} == {1.0}
    for each, label in zip(viewers, ("happy", "sad", "angry"), strict=True):
        shown = reactions_of_viewer(library, each)
        assert REFERENCE_LABELS[int(np.nanmean(shown.probabilities, axis=0).argmax())] == label
    with pytest.raises(SettingsError, match="one seat of a room already"):
        split_into_seats(library, viewers[1].id)
    single = library.add_recorded_viewer(screening, alone.id, consent=CONSENT)
    with pytest.raises(SettingsError, match="shows one person"):
        split_into_seats(library, single.id)
