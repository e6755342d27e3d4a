"""Scenes of one frame, shorter than half a step of the alignment's grid, in films of varying frame rate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare import align, pair
from emotion_core.compare.change_list import ChangeList, list_changes
from emotion_core.compare.scene_matching import scene_edges
from emotion_core.decoding import Decoder
from emotion_core.picture import analysis_picture
from emotion_core.scenes import Scorer
from tests.support.films import texture, write_film
from tests.support.scans import by_cuts, even_scores, observations

TICKS = Fraction(1, 1000)
LONG, SHORT = 40, 8
"""Milliseconds of a frame: of those of scenes with many, and of that of a scene of one."""

Pieces = tuple[tuple[int, int], ...]
"""Texture and frames of each scene."""

PIECES: Pieces = ((1, 40), (2, 1), (3, 40), (4, 1), (5, 1), (6, 40), (7, 1), (8, 40), (9, 1))
"""Single scenes of one frame, two in a row, and one at the end."""


def read(folder: Path, pieces: Pieces) -> Analysis:
    """The film of these pieces, written, decoded and measured, with a scene a piece."""
    lengths = [SHORT if count == 1 else LONG for _, count in pieces for _ in range(count)]
    pts = [0, *accumulate(lengths)][:-1]
    pictures = (picture for number, count in pieces for picture in texture(number, count))
    path = write_film(folder / "film.mkv", pictures, pts=pts, time_base=TICKS, b_frames=0)
    scorer = Scorer()
    with Decoder(path, "content") as decoder:
        rows = [(frame.ticks, scorer.score(analysis_picture(frame.picture)).layout) for frame in decoder.frames()]
        ticks, layouts = (np.array(column) for column in zip(*rows, strict=True))
        media = decoder.final_media(ticks)
    assert media.is_vfr
    scan = observations(dict.fromkeys(range(0, len(ticks), 5), ()), frames=len(ticks), film=media)
    scan = replace(scan, scores=replace(even_scores(len(ticks)), pts=ticks, stamp=ticks, layout=layouts))
    return analyse(scan, by_cuts(*[0, *accumulate(count for _, count in pieces)][1:-1]))


def listed(before: Analysis, after: Analysis) -> ChangeList:
    alignment = align(before.observations, after.observations)
    return list_changes(before, after, alignment, pair(before, after, alignment))


def fates(changes: ChangeList) -> list[tuple[str, int | None, int | None]]:
    """Kind and number of the scene in both cuts."""
    return [
        (
            change.kind,
            None if change.before is None else change.before.scene.number,
            None if change.after is None else change.after.scene.number,
        )
        for change in changes.changes
    ]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return read(tmp_path_factory.mktemp("whole"), PIECES)


def test_a_film_beside_itself_is_unchanged(film: Analysis) -> None:
    """Although some of its scenes hold the middle of no step."""
    edges = scene_edges([row.scene for row in film.scenes], film.observations.media.rate)
    assert (np.diff(edges) == 0).any()
    changes = listed(film, film)
    assert fates(changes) == [("unchanged", number, number) for number in range(1, len(PIECES) + 1)]
    assert {change.shift for change in changes.changes} == {Fraction(0)}
    assert changes.left_out == changes.new == Fraction(0)


@pytest.mark.parametrize("left_out", [at for at, (_, count) in enumerate(PIECES) if count == 1])
def test_a_scene_of_one_frame_left_out_is_told_alone(film: Analysis, left_out: int, tmp_path: Path) -> None:
    shorter = read(tmp_path, PIECES[:left_out] + PIECES[left_out + 1 :])
    kept = [number for number in range(1, len(PIECES) + 1) if number != left_out + 1]
    changes = listed(film, shorter)
    told = fates(changes)
    lasts = film.scenes[left_out].scene.span.seconds
    assert (changes.left_out, changes.new) == (lasts, Fraction(0))
    assert ("left out", left_out + 1, None) in told
    told.remove(("left out", left_out + 1, None))
    assert told == [("unchanged", number, place) for place, number in enumerate(kept, start=1)]
    back = listed(shorter, film)
    assert (back.left_out, back.new) == (Fraction(0), lasts)
    come = fates(back)
    assert [fate for fate in come if fate[0] != "unchanged"] == [("new", None, left_out + 1)]


def test_another_picture_in_its_place_is_told(film: Analysis, tmp_path: Path) -> None:
    """Two scenes of one frame between the same neighbours are the same only if their pictures are."""
    other = read(tmp_path, tuple((20, 1) if number == 7 else (number, count) for number, count in PIECES))
    assert [fate for fate in fates(listed(film, other)) if fate[0] != "unchanged"] == [("replaced", 7, 7)]


def test_scenes_of_three_steps_take_no_neighbours_picture(tmp_path: Path) -> None:
    """Where the alignment places a scene on one that was left out, as long as it, their pictures tell them apart."""
    pieces: Pieces = ((1, 40), (2, 3), (3, 1), (4, 3), (5, 40))
    for folder in ("whole", "shorter"):
        (tmp_path / folder).mkdir()
    whole, shorter = read(tmp_path / "whole", pieces), read(tmp_path / "shorter", pieces[:1] + pieces[2:])
    alignment = align(whole.observations, shorter.observations)
    assert alignment is not None
    (first, last), (begin, end) = (
        scene_edges([row.scene for row in cut.scenes], alignment.rate)[at : at + 2].tolist()
        for cut, at in ((whole, 1), (shorter, 2))
    )
    assert last - first == end - begin == 3
    source = alignment.source.copy()
    source[begin:end] = np.arange(first, last)
    rows = pair(whole, shorter, replace(alignment, source=source))
    told = {(row.before and row.before.scene.number, row.after and row.after.scene.number) for row in rows}
    assert told == {(1, 1), (2, None), (3, 2), (4, 3), (5, 4)}
