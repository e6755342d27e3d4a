"""Films that can be read in part: what their report, the pages and a comparison say."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emotion_core.analysis import analyse
from emotion_core.compare import check_comparable
from emotion_core.decoding import Decoder, FramePlace
from emotion_core.library import Library
from emotion_core.observations import Observations, Scores, damage
from emotion_core.report import json_document
from emotion_core.settings import ReportSettings
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE
from tests.support.films import texture, write_film
from tests.support.pages import (
    library as library,  # noqa: PLC0414  # the fixture
    open_page,
    page_text,
)
from tests.support.scans import by_cuts, media, observations

pytestmark = pytest.mark.usefixtures("read_in_process")


def observed(*, lost: range = range(0), **more: object) -> Observations:
    """A hundred frames in four seconds but for those `lost`."""
    whole = observations({0: [], 50: []}, frames=100)
    is_kept = np.array([i not in lost for i in range(100)])
    scores = replace(whole.scores, **{
        column.name: getattr(whole.scores, column.name)[is_kept]
        for column in fields(Scores)
    })  # fmt: skip
    return replace(whole, scores=scores, **more)  # type: ignore[arg-type]


SAID = [
    # the scan, words of its note
    (observed(claimed=Fraction(300)), "only the first 4.0 s of 5:00 could be read"),
    (observed(claimed=Fraction(3)), "only the first 4.0 s could be read"),
    (observed(damaged_frames=1, damaged_from=Fraction(2)), "1 frame could not be decoded, or only in part, the first"),
    (observed(damaged_frames=7), "7 frames could not be decoded, or only in part."),
    (
        replace(observed(lost=range(30, 40)), media=media(frames_from_header=100)),
        "10 frames could not be decoded, or only in part, the first about 1.2 s",
    ),
    (
        observed(claimed=Fraction(8), damaged_frames=2, damaged_from=Fraction(1)),
        "only the first 4.0 s of 8.0 s could be read; 2 frames could not be decoded, or only in part, the first",
    ),
    (replace(observed(lost=range(0, 100, 2)), media=media(frames_from_header=100)), "50 frames could not be decoded"),
]  # fmt: skip


@pytest.mark.parametrize(("film", "words"), SAID, ids=[words[:40] for _, words in SAID])
def test_the_damage_is_said_first(film: Observations, words: str) -> None:
    """A report of a damaged film begins with what is missing, from where, and what to do; its JSON has the numbers."""
    analysis = analyse(film, ReportSettings())
    assert analysis.notes[0].startswith("Damaged: ")
    assert words in analysis.notes[0]
    assert analysis.notes[0].endswith("Copy or export it again.")
    document = json_document(analysis)["damaged"]
    assert document["read_until"] == 4.0
    assert document["claimed"] == (None if film.claimed is None else float(film.claimed))


WHOLE = [
    observed(),
    observed(lost=range(30, 40)),
    observed(lost=range(30, 32)),
    observed(lost=range(0, 100, 2)),
    observed(lost=range(3, 100)),
    replace(observed(), media=media(frames_from_header=104)),
    replace(observed(), media=media(frames_from_header=4000)),
]
"""Whole; a recording that was stopped; a camera's two dropped frames; half the rate; three frames; an edit list's few;
a long take's short edit."""


@pytest.mark.parametrize("film", WHOLE)
def test_a_whole_film_is_not_called_damaged(film: Observations) -> None:
    """Dropped frames, an uneven rate, a still and an edit list are no damage."""
    assert damage.damage_of(film) is None
    analysis = analyse(film, ReportSettings())
    assert not any("Damaged" in note for note in analysis.notes)
    assert json_document(analysis)["damaged"] is None


def test_a_pause_is_told() -> None:
    """Where no frame is there for a while, and nothing says that there was one, a note says so."""
    note = "For the time of 10 frames none is there, first 1.2 s into the film"
    assert analyse(observed(lost=range(30, 40)), ReportSettings()).notes[0].startswith(note)


def test_a_comparison_with_a_damaged_film_warns() -> None:
    """A comparison names the damaged film of the two, and what is missing of it."""
    whole, broken = (analyse(film, by_cuts(0)) for film in (observed(), observed(claimed=Fraction(300))))
    assert check_comparable(whole, whole) == ()
    (warning,) = check_comparable(whole, broken)
    assert warning.startswith("The second film is damaged")
    assert "4.0 s of 5:00" in warning
    assert check_comparable(broken, whole)[0].startswith("The first film is damaged")


def test_pages_mark_a_damaged_film(library: Library) -> None:
    """The film's page warns above its timeline, once; its row in the list and a comparison with it do, too."""
    film, other = (
        library_builder.film(library, CARPHONE, ["happy", None, "sad"]),
        library_builder.film(library, BIKES, ["happy", "happy"]),
    )
    scan = library.newest_scan(film.id)
    assert scan is not None
    store = library.store(scan.id)
    store.seal(1, store.read().media, Fraction(300))
    message = "Damaged: only the first 3.0 s of 5:00 could be read."
    page = open_page("film", film=film.id)
    assert [warning.value.replace("\\", "").startswith(message) for warning in page.warning] == [True]
    assert page_text(page).count("Damaged") == 1
    assert [warning.value.replace("\\", "").startswith(message) for warning in open_page().warning] == [True]
    assert "film is damaged" in page_text(open_page("compare", before=film.id, after=other.id))
    assert "Damaged" not in page_text(open_page("film", film=other.id))


def test_frames_that_are_gone_are_left_out(tmp_path: Path) -> None:
    """Of frames asked for by number those that a damaged film no longer has are left out, the others come."""
    path = write_film(tmp_path / "a.mp4", texture(1, 30))
    with Decoder(path, "content") as decoder:
        wanted = [
            FramePlace.from_ticks(2, 2 * 512),
            FramePlace.from_ticks(7, 7 * 512 + 1),
            FramePlace.from_ticks(9, 9 * 512),
            FramePlace.from_ticks(40, 40 * 512),
        ]
        assert [frame.index for frame in decoder.seek_frames(wanted, lenient=True)] == [2, 9]
