"""Scenes that are black, and scenes before the film."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion_core.analysis import NOT_ENOUGH, analyse
from emotion_core.compare import totals
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import Observations, ObservationStore
from emotion_core.picture import brightest, colour_bars
from emotion_core.report import scene_table, wording
from emotion_core.scan import scan
from emotion_core.scenes import kinds_of, scenes_of_groups, shots_of
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests.support import checkpoints
from tests.support.clips import BIKES, man, placed, shot
from tests.support.films import Picture, ebu_bars, faded, flat, slate, smpte_bars, texture, write_film
from tests.support.scans import even_scores, observations

WIDTH, HEIGHT = 320, 240


def people(frames: int) -> Iterator[Picture]:
    """The man in the car."""
    for close in man(0, frames, HEIGHT):
        yield placed(close, -33, np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8))


def street(first: int, last: int) -> Iterator[Picture]:
    for picture in shot(BIKES, first, last):
        yield np.asarray(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def black(frames: int) -> Iterator[Picture]:
    return flat(0, frames, WIDTH, HEIGHT)


def card(frames: int, size: float = 0.6) -> Iterator[Picture]:
    """A film's title on black: one word, thin and in the middle, or as large as `size` makes it."""
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    cv2.putText(picture, "BIKES", (140 - round(40 * size), 130), cv2.FONT_HERSHEY_SIMPLEX, size, (235,) * 3, 1)
    for _ in range(frames):
        yield picture


HEADS: dict[str, tuple[list[tuple[str, int]], list[str]]] = {
    # what stands in the film, and the kinds it has; each piece is so many frames
    "bars, slate, black": (
        [("bars", 50), ("slate", 50), ("black", 30), ("street", 50), ("people", 60)],
        ["not film", "not film", "black", "film", "film"],
    ),
    "bars, black, slate, black, title": (
        [("ebu", 30), ("black", 30), ("slate", 30), ("black", 30), ("title", 30), ("people", 40)],
        ["not film", "black", "not film", "black", "film", "film"],
    ),
    "slate alone": ([("slate", 50), ("black", 30), ("people", 60)], ["not film", "black", "film"]),
    "black leader, then a title": (
        [("black", 40), ("title", 40), ("black", 40), ("people", 40)],
        ["black", "film", "black", "film"],
    ),
    "a still at the head of a film": ([("slate", 40), ("people", 40)], ["film", "film"]),
    "bars in the middle": (
        [("people", 40), ("bars", 40), ("slate", 40), ("street", 40), ("black", 40)],
        ["film", "film", "film", "film", "black"],
    ),
    "people after bars": ([("bars", 40), ("people", 40)], ["not film", "film"]),
}

PIECES: dict[str, Callable[[int], Iterator[Picture]]] = {
    "bars": lambda n: smpte_bars(n, WIDTH, HEIGHT),
    "ebu": lambda n: ebu_bars(n, WIDTH, HEIGHT),
    "slate": slate,
    "black": black,
    "street": lambda n: street(80, 80 + n),
    "people": people,
    "title": lambda n: (255 - picture for picture in card(n, 2)),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint: which expressions it sees is not the matter."""
    return checkpoints.vit(tmp_path_factory.mktemp("tiny"), REFERENCE_LABELS)


def scanned(pictures: Iterable[Picture], folder: Path, model: Path) -> Observations:
    path = write_film(folder.with_suffix(".mp4"), pictures, quality=20)
    store = ObservationStore(folder)
    settings = ScanSettings(engine="torch", checkpoint=str(model))
    scan(path, "content", store, settings, ReportSettings(), lambda event, fields: None)
    return store.read()


@pytest.mark.parametrize("name", HEADS)
def test_what_is_no_film_is_told(tmp_path: Path, model: Path, name: str) -> None:
    """Bars, slate and black are recognised before a film; within it only black is, the others are film."""
    pieces, kinds = HEADS[name]
    scan = scanned(chain.from_iterable(PIECES[piece](n) for piece, n in pieces), tmp_path / "scan", model)
    analysis = analyse(scan, ReportSettings())
    starts = np.cumsum([0, *(n for _, n in pieces)])[:-1].tolist()
    assert [row.scene.frame_in for row in analysis.scenes] == starts
    assert [row.scene.kind for row in analysis.scenes] == kinds
    for row in analysis.scenes:
        if row.scene.kind != "film":
            assert (row.shares, row.dominant, row.intensity, row.intervals) == (None, None, None, None)
            assert wording.dominant_or_reason(analysis, row) == row.scene.kind
    assert scene_table(analysis)["kind"].tolist() == kinds
    lost = totals(analysis, analysis).set_index("label").loc[NOT_ENOUGH, "seconds_before"]
    counted = [row for row in analysis.scenes if row.scene.counts and row.dominant is None]
    assert lost == pytest.approx(sum(float(row.scene.span.seconds) for row in counted), abs=1e-3)


def test_dark_scenes_are_film(tmp_path: Path, model: Path) -> None:
    """A very dark scene, and one of small letters on black, is not black."""
    dim = list(faded(people(40), 0.12, 0.12))
    scan = scanned([*street(80, 120), *dim, *street(0, 30), *card(40), *people(30)], tmp_path / "scan", model)
    settings = ReportSettings(shots=ShotSettings(detector="cuts", cuts=tuple((f, "") for f in (40, 80, 110, 150))))
    rows = analyse(scan, settings).scenes
    assert [row.scene.kind for row in rows] == ["film"] * 5
    means = [float(scan.scores.brightness[row.scene.frame_in : row.scene.frame_out].mean()) for row in rows]
    assert means[3] < 4


BARS: dict[str, tuple[Callable[[], Picture], float | None]] = {
    "smpte": (lambda: next(smpte_bars(1)), 1.0),
    "smpte at 100 %": (lambda: next(smpte_bars(1, 1920, 1080, 255)), 1.0),
    "ebu": (lambda: next(ebu_bars(1)), 1.0),
    "grey steps": (lambda: np.repeat(np.repeat(np.arange(0, 256, 32, dtype=np.uint8), 40)[None, :, None], 240, 0), 0.0),
    "a street": (lambda: next(street(0, 1)), 0.0),
    "a man": (lambda: next(people(1)), 0.0),
    "blocks": (lambda: next(texture(3, 1)), 0.0),
    "bars mirrored": (lambda: np.ascontiguousarray(next(smpte_bars(1))[:, ::-1]), None),
}


@pytest.mark.parametrize("name", BARS)
def test_colour_bars_are_told_by_their_order(name: str) -> None:
    """Test patterns have all six colours in order; pictures have none, nor do bars in another order."""
    make, truth = BARS[name]
    picture = make()
    rgb = np.ascontiguousarray(np.broadcast_to(picture, (*picture.shape[:2], 3)))
    if truth is None:
        assert colour_bars(rgb) < 0.5
    else:
        assert colour_bars(rgb) == pytest.approx(truth, abs=0.2 if truth == 0 else 0)


def test_letters_are_bright_and_noise_is_not() -> None:
    """The brightest part of a title on black is bright; that of black with single hot pixels is dark."""
    assert brightest(next(card(1))) > 60
    noisy = np.zeros((1080, 1920, 3), dtype=np.uint8)
    noisy[::97, ::89] = 255
    assert brightest(noisy) < 10


def test_faces_make_a_scene_film() -> None:
    """A scene with a face on it, however small, is neither black nor a slate."""
    plain = observations({0: [], 40: []}, frames=100)
    dark = dataclasses.replace(even_scores(100), brightness=np.zeros(100))
    for small, kind in (({}, "black"), ({40: 1}, "film")):
        scan = dataclasses.replace(observations({0: [], 40: []}, too_small=small), scores=dark)
        assert kinds_of(scan, scenes_of_groups((shot,) for shot in shots_of(scan, ShotSettings()))) == (kind,)
    assert kinds_of(plain, scenes_of_groups((shot,) for shot in shots_of(plain, ShotSettings()))) == ("film",)
