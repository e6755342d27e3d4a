"""Films that can be read in part: what their report, the pages and a comparison say."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emotion_core.analysis.analyse import analyse
from emotion_core.compare.compatibility import check_comparable
from emotion_core.decoding.decoder import Decoder
from emotion_core.decoding.time_stamps import Place
from emotion_core.library.library import Library
from emotion_core.observations import damage
from emotion_core.observations.observations import Observations, Scores
from emotion_core.report import json_file
from emotion_core.settings import ReportSettings
from tests import shelf
from tests.clips import BIKES, CARPHONE
from tests.films import texture, write_film
from tests.scans import by_cuts, media, observations
from tests.test_pages import (
    library as library,  # noqa: PLC0414  # the fixture
    opened,
    said,
)


def seen(*, lost: range = range(0), **more: object) -> Observations:
    """A hundred frames in four seconds but for those `lost`."""
    whole = observations({0: [], 50: []}, frames=100)
    kept = np.array([i not in lost for i in range(100)])
    scores = replace(whole.scores, **{
        column.name: getattr(whole.scores, column.name)[kept]
        for column in fields(Scores)
    })  # fmt: skip
    return replace(whole, scores=scores, **more)  # type: ignore[arg-type]


SAID = [
    # what was seen, what is said of it
    (seen(claimed=Fraction(300)), "only the first 4.0 s of 5:00 could be read"),
    (seen(claimed=Fraction(3)), "only the first 4.0 s could be read"),
    (seen(damaged_frames=1, damaged_from=Fraction(2)), "1 frame could not be decoded, or only in part, the first"),
    (seen(damaged_frames=7), "7 frames could not be decoded, or only in part."),
    (
        replace(seen(lost=range(30, 40)), media=media(frames_from_header=100)),
        "10 frames could not be decoded, or only in part, the first about 1.2 s",
    ),
    (
        seen(claimed=Fraction(8), damaged_frames=2, damaged_from=Fraction(1)),
        "only the first 4.0 s of 8.0 s could be read; 2 frames could not be decoded, or only in part, the first",
    ),
    (replace(seen(lost=range(0, 100, 2)), media=media(frames_from_header=100)), "50 frames could not be decoded"),
]  # fmt: skip


@pytest.mark.parametrize(("film", "words"), SAID, ids=[words[:40] for _, words in SAID])
def test_the_damage_is_said_first(film: Observations, words: str) -> None:
    """A report of a damaged film begins with what is missing, from where, and what to do; its JSON has the numbers."""
    analysis = analyse(film, ReportSettings())
    assert analysis.notes[0].startswith("Damaged: ")
    assert words in analysis.notes[0]
    assert analysis.notes[0].endswith("Copy or export it again.")
    told = json_file.to_document(analysis)["damaged"]
    assert told["read_until"] == 4.0
    assert told["claimed"] == (None if film.claimed is None else float(film.claimed))


WHOLE = [
    seen(),
    seen(lost=range(30, 40)),
    seen(lost=range(30, 32)),
    seen(lost=range(0, 100, 2)),
    seen(lost=range(3, 100)),
    replace(seen(), media=media(frames_from_header=104)),
    replace(seen(), media=media(frames_from_header=4000)),
]
"""Whole; a recording that was stopped; a camera's two dropped frames; half the rate; three frames; an edit list's few;
a long take's short edit."""


@pytest.mark.parametrize("film", WHOLE)
def test_a_whole_film_is_not_called_damaged(film: Observations) -> None:
    """Dropped frames, an uneven rate, a still and an edit list are no damage."""
    assert damage.of(film) is None
    analysis = analyse(film, ReportSettings())
    assert not any("Damaged" in note for note in analysis.notes)
    assert json_file.to_document(analysis)["damaged"] is None


def test_a_pause_is_told() -> None:
    """Where no frame is there for a while, and nothing says that there was one, a note says so."""
    told = "For the time of 10 frames none is there, first 1.2 s into the film"
    assert analyse(seen(lost=range(30, 40)), ReportSettings()).notes[0].startswith(told)


def test_a_comparison_with_a_damaged_film_warns() -> None:
    """Which of two films is damaged is said beside their comparison, with what is missing of it."""
    whole, broken = (analyse(film, by_cuts(0)) for film in (seen(), seen(claimed=Fraction(300))))
    assert check_comparable(whole, whole) == ()
    (warning,) = check_comparable(whole, broken)
    assert warning.startswith("The second film is damaged")
    assert "4.0 s of 5:00" in warning
    assert check_comparable(broken, whole)[0].startswith("The first film is damaged")


def test_pages_mark_a_damaged_film(library: Library) -> None:
    """The film's page warns above its timeline, once; its row in the list and a comparison with it do, too."""
    film, other = shelf.film(library, CARPHONE, ["happy", None, "sad"]), shelf.film(library, BIKES, ["happy", "happy"])
    scan = library.scan_of(film.id)
    assert scan is not None
    store = library.store(scan.id)
    store.seal(1, store.read().media, Fraction(300))
    told = "Damaged: only the first 3.0 s of 5:00 could be read."
    page = opened("film", film=film.id)
    assert [warning.value.replace("\\", "").startswith(told) for warning in page.warning] == [True]
    assert said(page).count("Damaged") == 1
    assert [warning.value.replace("\\", "").startswith(told) for warning in opened().warning] == [True]
    assert "film is damaged" in said(opened("compare", before=film.id, after=other.id))
    assert "Damaged" not in said(opened("film", film=other.id))


def test_frames_that_are_gone_are_left_out(tmp_path: Path) -> None:
    """Of frames asked for by number those that a damaged film no longer has are left out, the others come."""
    path = write_film(tmp_path / "a.mp4", texture(1, 30))
    with Decoder(path, "content") as decoder:
        wanted = [
            Place.plain(2, 2 * 512),
            Place.plain(7, 7 * 512 + 1),
            Place.plain(9, 9 * 512),
            Place.plain(40, 40 * 512),
        ]
        assert [frame.index for frame in decoder.frames_at(wanted, lenient=True)] == [2, 9]
