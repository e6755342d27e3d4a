"""Detection of letterbox and pillarbox bars, and their exclusion from the analysis."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from emotion_core.analysis import analyse
from emotion_core.decoding import Decoder
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.media import Media
from emotion_core.observations import ObservationStore
from emotion_core.picture import crop_to_active, display_rgb, media_with_bars
from emotion_core.scan import scan
from emotion_core.scenes import shots_of
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests.support import checkpoints
from tests.support.clips import BIKES, BIKES_CUTS, man, placed, shot
from tests.support.films import EIGHT, Picture, boxed, faded, flat, write_film
from tests.support.scans import media

WIDTH, HEIGHT = 320, 136

BARS: dict[str, dict[str, int]] = {
    "none": {},
    "letterbox": {"top": 22, "bottom": 22},
    "pillarbox": {"left": 54, "right": 54},
    "on all sides": {"top": 20, "bottom": 20, "left": 40, "right": 40},
    "uneven": {"top": 12, "bottom": 28, "right": 8},
}


def street(first: int = 0, last: int = 250, step: int = 10) -> Iterator[Picture]:
    """Every `step`th frame of the clip with the bicycles, small."""
    for i, picture in enumerate(shot(BIKES, first, last)):
        if i % step == 0:
            yield np.asarray(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def looked_at(path: Path) -> tuple[int, int, int, int] | None:
    with Decoder(path, "content") as decoder:
        return media_with_bars(decoder).active


@pytest.mark.parametrize("name", BARS)
def test_bars_are_found(tmp_path: Path, name: str) -> None:
    """The picture within bars is found to two pixels, even in a film of usual coding quality."""
    bars = BARS[name]
    bars_seen = looked_at(write_film(tmp_path / "a.mp4", boxed(street(), **bars), quality=23))
    if not bars:
        assert bars_seen is None
        return
    assert bars_seen is not None
    np.testing.assert_allclose(bars_seen, (bars.get("left", 0), bars.get("top", 0), WIDTH, HEIGHT), atol=2)


def test_a_film_that_changes_its_shape_is_taken_whole(tmp_path: Path) -> None:
    """If only part of a film has bars, the whole frame counts, even with few keyframes."""
    wide = boxed(street(), top=22, bottom=22)
    full = (cv2.resize(picture, (WIDTH, HEIGHT + 44)) for picture in street(0, 40))
    pictures = [np.asarray(picture, dtype=np.uint8) for picture in chain(wide, full)]
    for keyframe_every in (4, 1000):
        path = write_film(tmp_path / f"{keyframe_every}.mp4", pictures, keyframe_every=keyframe_every)
        assert looked_at(path) is None


def night(frames: int) -> Iterator[Picture]:
    """A lamp-lit street: black sky in the upper third, which ends on roofs, and fades into black at the sides."""
    for picture in street(0, frames * 10):
        rows = np.clip((np.arange(HEIGHT) - 45) / 50, 0, 1)[:, None, None]
        columns = np.clip(1.2 - np.abs(np.linspace(-1.2, 1.2, WIDTH)), 0, 1)[None, :, None]
        yield (picture * 0.5 * rows * columns).astype(np.uint8)


def spotlight(frames: int) -> Iterator[Picture]:
    """A man in the light of one lamp, everything else black."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    for i, close in enumerate(man(0, frames, HEIGHT)):
        light = np.hypot(x - 160 - i, y - 60) < 45
        yield placed(close, 60, np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)) * light[:, :, None].astype(np.uint8)


def door(frames: int) -> Iterator[Picture]:
    """A dark room, and a door that is opened: a bright upright rectangle in the middle."""
    for i in range(frames):
        picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
        picture[20:120, 140 : 145 + 4 * i] = 200
        yield picture


def title(frames: int) -> Iterator[Picture]:
    """White letters on black."""
    for _ in range(frames):
        picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
        cv2.putText(picture, "THE END", (40, 90), cv2.FONT_HERSHEY_DUPLEX, 2, (255, 255, 255), 6)
        yield picture


def subtitled() -> Iterator[Picture]:
    """A letterboxed street with subtitles in the lower bar, now and then."""
    for i, picture in enumerate(boxed(street(), top=22, bottom=22)):
        if i in (8, 9, 10, 11):
            cv2.putText(picture, "Mind the bicycles", (60, 174), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255,) * 3, 1)
        yield picture


NO_BARS: dict[str, Callable[[], Iterable[Picture]]] = {
    "night": lambda: night(24),
    "spotlight": lambda: spotlight(30),
    "door": lambda: door(24),
    "title": lambda: title(24),
    "black": lambda: flat(0, 24, WIDTH, HEIGHT),
    "street dimmed to a twentieth": lambda: faded(street(), 0.05, 0.05),
    "one frame of night": lambda: night(1),
}


@pytest.mark.parametrize("name", NO_BARS)
def test_the_dark_is_no_bar(tmp_path: Path, name: str) -> None:
    """Dark scenes, titles and black films are not cropped."""
    assert looked_at(write_film(tmp_path / "dark.mp4", NO_BARS[name](), quality=18)) is None


def test_subtitles_in_a_bar_are_picture(tmp_path: Path) -> None:
    """A bar with subtitles counts as picture; the other one is still excluded."""
    observed = looked_at(write_film(tmp_path / "subtitled.mp4", subtitled(), keyframe_every=1))
    assert observed is None or observed[1] + observed[3] > 174


TURNED: list[dict[str, Any]] = [
    {"matrix": matrix, "pixel_aspect": aspect} for matrix in EIGHT for aspect in (Fraction(1), Fraction(4, 3))
]


@pytest.mark.parametrize("how", TURNED)
def test_the_picture_lies_where_it_is_shown(tmp_path: Path, how: dict[str, Any]) -> None:
    """The active area in display pixels is where viewers see the picture, for every matrix and pixel aspect."""
    bars = {"top": 12, "bottom": 28, "left": 0, "right": 40}
    path = write_film(tmp_path / "turned.mp4", boxed(flat(180, 3, 200, 100), **bars), **how)
    with Decoder(path, "content") as decoder:
        film = media_with_bars(decoder)
        is_bright = display_rgb(next(decoder.frames()), film).max(axis=2) > 90
    rows, columns = np.flatnonzero(is_bright.any(axis=1)), np.flatnonzero(is_bright.any(axis=0))
    bounds = (columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0])
    np.testing.assert_allclose(film.active_display, bounds, atol=2)
    assert (film.rotation, film.mirrored) == EIGHT[how["matrix"]][0]


def test_the_part_within_is_taken_at_any_scale() -> None:
    """Cropping works at any scale, without a line that is partly bar."""
    film = media(width=1920, height=1080, active=(0, 139, 1920, 802))
    for width, height in ((256, 144), (1920, 1080), (255, 143)):
        frame = np.zeros((1080, 1920, 3), dtype=np.uint8)
        frame[139 : 139 + 802] = 200
        small = np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        part = crop_to_active(film, small)
        assert (part == 200).all()
        assert abs(part.shape[0] - 802 * height / 1080) < 2
    assert crop_to_active(media(), frame) is frame


SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


def scanned(pictures: Iterable[Picture], folder: Path, settings: ScanSettings = SETTINGS) -> ObservationStore:
    path = write_film(folder.with_suffix(".mp4"), pictures, quality=6)
    store = ObservationStore(folder)
    scan(path, "content", store, settings, ReportSettings(), lambda event, fields: None)
    return store


@pytest.mark.parametrize("bars", [{"top": 44, "bottom": 44}, {"left": 108, "right": 108}], ids=["letter", "pillar"])
def test_bars_do_not_change_the_cuts(tmp_path: Path, bars: dict[str, int]) -> None:
    """A film with bars has the same cuts as without, and nearly the same score on every frame."""
    tiny = replace(SETTINGS, checkpoint=str(checkpoints.vit(tmp_path / "tiny", REFERENCE_LABELS)))
    plain = scanned(shot(BIKES, 0, 250), tmp_path / "plain", tiny).read()
    within = scanned(boxed(shot(BIKES, 0, 250), **bars), tmp_path / "boxed", tiny).read()
    assert within.media.active is not None
    for detector in ("adaptive", "content"):
        settings = ShotSettings(detector=detector)
        cuts = [[s.frame_in for s in shots_of(scan_data, settings)] for scan_data in (plain, within)]
        assert cuts[0] == cuts[1]
        assert set(BIKES_CUTS[:3]) <= set(cuts[0])
    difference = np.abs(plain.scores.content - within.scores.content)
    assert np.median(difference) < 0.4
    assert difference.max() < 0.08 * plain.scores.content.max()
    assert np.abs(plain.scores.brightness - within.scores.brightness).max() < 1.5


def test_a_face_at_the_pictures_edge_is_cut(tmp_path: Path) -> None:
    """A face that a bar's edge cuts counts as little as at the frame's edge; thumbnails show the bars too."""
    canvas = np.full((240, 320, 3), 90, dtype=np.uint8)
    whole = [placed(close, 20, canvas) for close in man(0, 25, 200)]
    cut = [placed(close, -115, canvas) for close in man(25, 50, 200)]
    plain = scanned([*whole, *cut], tmp_path / "plain")
    within = scanned(boxed([*whole, *cut], left=60, right=60), tmp_path / "boxed")
    settings = ReportSettings(shots=ShotSettings(detector="cuts", cuts=((25, ""),)))
    rows = [analyse(store.read(), settings).scenes for store in (plain, within)]
    for whole_row, cut_row in rows:
        assert whole_row.coverage == 1
        assert cut_row.faces == 0
        assert cut_row.people == 1
    shares = [row[0].shares for row in rows]
    assert shares[0] is not None
    assert shares[1] is not None
    np.testing.assert_allclose(shares[0], shares[1], atol=0.03)
    boxes = [np.array([face.box for face in store.read().faces]) for store in (plain, within)]
    np.testing.assert_allclose(boxes[0] + (60, 0, 0, 0), boxes[1], atol=4)
    sample = within.read().samples[0]
    assert sample.thumbnail is not None
    assert Image.open(io.BytesIO(within.picture(sample.thumbnail))).size == (320, round(240 * 320 / 440))


def test_facts_written_before_bars_were_looked_for_are_read() -> None:
    """Facts of older libraries, without an active area, mean the whole frame."""
    old = media().to_json()
    del old["active"]
    assert Media.from_json(old).active_display == (0, 0, 320, 240)
    new = media(active=(0, 30, 320, 180))
    assert Media.from_json(new.to_json()) == new
    assert "320 x 180" in new.notes[0]
