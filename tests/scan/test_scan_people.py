"""A scan that is asked to tell people apart stores an embedding of each face, and all else as without."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emotion_core.faces.embedding import NUMBERS, embedder, installed
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import ObservationStore
from emotion_core.scan import backfill, scan
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from emotion_core.storage import EMBEDDINGS
from tests.support.checkpoints import vit
from tests.support.clips import man, placed
from tests.support.dlib_file import random_weights
from tests.support.films import texture, write_film
from tests.support.stores import Stopped, StoppedStore

WIDTH, HEIGHT = 320, 180
WITHOUT = ScanSettings(engine="torch", batch=4, samples_per_second=Fraction(5))
CUTS = ReportSettings(shots=ShotSettings(detector="cuts", cuts=((0, ""), (22, ""))))
"""The second scene is as short as needs frames between those of the grid."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a man who talks and two tenths of another picture."""
    black = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    talking = [placed(picture, 60, black) for picture in man(0, 25, HEIGHT)]
    path = tmp_path_factory.mktemp("film") / "man.mp4"
    return write_film(path, [*talking, *texture(1, 5, WIDTH, HEIGHT)], keyframe_every=5)


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> ScanSettings:
    """With people, told apart by a network of random weights."""
    monkeypatch.setattr(embedder, "installed_weights", random_weights)
    monkeypatch.setattr(installed, "network_path", lambda: Path(__file__))
    folder = vit(tmp_path_factory.mktemp("tiny"), REFERENCE_LABELS)
    return dataclasses.replace(WITHOUT, checkpoint=str(folder), people=True)


def read(film: Path, store: ObservationStore, settings: ScanSettings, seconds: Fraction = Fraction(60)) -> None:
    scan(film, "content", store, settings, CUTS, lambda event, fields: None, segment_seconds=seconds)


def test_embeddings_do_not_depend_on_segments(film: Path, settings: ScanSettings, tmp_path: Path) -> None:
    """Read at once, in short segments, and stopped and gone on with, a film gives the same embeddings to the last bit,
    a row a face; without people it gives the same numbers and no file more.
    """
    whole, short = ObservationStore(tmp_path / "whole"), ObservationStore(tmp_path / "short")
    read(film, whole, settings)
    read(film, short, settings, Fraction(2, 5))
    with pytest.raises(Stopped):
        read(film, StoppedStore(tmp_path / "stopped", 1), settings, Fraction(2, 5))
    stopped = ObservationStore(tmp_path / "stopped")
    assert len(list((stopped.folder / EMBEDDINGS).iterdir())) == stopped.segment_count == 1
    read(film, stopped, settings, Fraction(2, 5))
    rows = whole.embeddings()
    assert rows is not None
    assert rows.shape == (len(whole.read().faces), NUMBERS)
    assert len(rows) >= 6
    assert np.isfinite(rows).all()
    assert len(np.unique(rows, axis=0)) > 3
    assert short.segment_count > whole.segment_count
    for store in (short, stopped):
        embeddings = store.embeddings()
        assert embeddings is not None
        assert embeddings.tobytes() == rows.tobytes()
        assert store.read().faces == whole.read().faces
    without = ObservationStore(tmp_path / "without")
    read(film, without, dataclasses.replace(settings, people=False))
    whole.forget_people()
    for file in without.folder.rglob("*"):
        assert file.is_dir() or file.read_bytes() == (whole.folder / file.relative_to(without.folder)).read_bytes()
    assert sum(1 for _ in without.folder.rglob("*")) == sum(1 for _ in whole.folder.rglob("*"))


def test_frames_are_added_where_the_network_is_gone(
    film: Path, settings: ScanSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faces on frames that are added later have no embedding then; those there were keep theirs."""
    store = ObservationStore(tmp_path)
    read(film, store, dataclasses.replace(settings, min_scene_samples=3))
    before = store.embeddings()
    monkeypatch.setattr(installed, "network_path", lambda: None)
    shots = ShotSettings(detector="cuts", cuts=((0, ""), (2, ""), (5, "")))
    backfill(film, store, ReportSettings(shots=shots), lambda event, fields: None)
    after = store.embeddings()
    assert before is not None
    assert after is not None
    assert len(after) == len(store.read().faces) > len(before)
    has_one = np.isfinite(after).all(axis=1)
    assert np.array_equal(after[has_one], before)
