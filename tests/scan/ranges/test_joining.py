"""A film that several readers read by ranges, each its own, gives the very bytes of one pass."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from emotion_core.faces.embedding import embedder, installed
from emotion_core.observations import ObservationStore
from emotion_core.scan.ranges import RangePlan
from emotion_core.storage import hashed_json
from tests.support.dlib_file import random_weights
from tests.support.films import texture, write_film
from tests.support.ranged import FRAMES, SETTINGS, Ranged, assert_same_bytes, held, with_faces
from tests.support.scans import CHECKPOINT
from tests.support.stores import Stopped, StoppedStore

UNEVEN = tuple(accumulate(20 if i % 7 else 130 for i in range(FRAMES)))
"""Milliseconds at which frames are shown: most for 20 ms, each seventh for 130."""

FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "B-frames": ("film.mp4", {}),
    "open GOPs": (
        "film.mkv",
        {"options": {"x264-params": "b-adapt=0:scenecut=0:keyint=25:min-keyint=25:open-gop=1:log-level=none"}},
    ),
    "an edit list": (
        "film.mov",
        {"pts": range(-5, FRAMES - 5), "container_options": {"avoid_negative_ts": "disabled"}},
    ),
    "variable rate": ("uneven.mkv", {"pts": UNEVEN, "time_base": Fraction(1, 1000)}),
    "no keyframe near": ("far.mp4", {"keyframe_every": 1000, "options": {"x264-params": "scenecut=0:log-level=none"}}),
}


@pytest.fixture(scope="module")
def still(films: Path) -> Path:
    """A man who talks and is held still from 1.2 to 5.2 seconds."""
    return write_film(films / "still.mp4", held(30, 130), keyframe_every=25, quality=0)


@pytest.fixture(scope="module")
def plain(films: Path) -> Path:
    """The film with faces over seams."""
    return write_film(films / "ranged.mp4", with_faces(), keyframe_every=25)


@dataclass(frozen=True)
class Read:
    """The film `plain`, read by ranges and by one pass; nothing of it is to be changed."""

    planned: RangePlan
    ranges: Path
    whole: ObservationStore


@pytest.fixture(scope="module")
def read(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    ranged = Ranged(plain, tmp_path_factory.mktemp("read"))
    planned = ranged.plan()
    return Read(planned, ranged.observe(planned), ranged.one_pass())


@pytest.mark.parametrize("form", FORMS)
def test_ranges_give_the_bytes_of_one_pass(form: str, tmp_path: Path) -> None:
    """Whatever its container and its keyframes are: every file of the store is the same, and no range is read twice."""
    name, how = FORMS[form]
    film = write_film(tmp_path / name, with_faces(), **{"keyframe_every": 25, **how})
    ranged = Ranged(film, tmp_path)
    planned = ranged.plan()
    assert planned.whole_reason == ""
    results = ranged.observe(planned)
    joined = ranged.join(planned, lambda number: results / str(number))
    assert_same_bytes(joined, ranged.one_pass())
    assert len(planned.ranges) > 3
    assert ranged.reasons == [""] * len(planned.ranges)
    assert len(joined.read().faces) > 5


@pytest.mark.parametrize("keep_pictures", [True, False])
def test_a_face_held_over_a_seam_is_read_once(still: Path, tmp_path: Path, keep_pictures: bool) -> None:
    """The ranges that begin with a face of the range before are read again, and those alone."""
    ranged = Ranged(still, tmp_path, dataclasses.replace(SETTINGS, keep_pictures=keep_pictures))
    planned = ranged.plan()
    results = ranged.observe(planned)
    joined = ranged.join(planned, lambda number: results / str(number))
    assert_same_bytes(joined, ranged.one_pass())
    assert ["looks the same" in reason for reason in ranged.reasons] == [False, True, True, False, False]
    assert any(expression.read_on is not None for expression in joined.read().expressions)


def test_people_are_told_apart_as_by_one_pass(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embeddings belong to the joined segments."""
    monkeypatch.setattr(embedder, "installed_weights", random_weights)
    monkeypatch.setattr(installed, "network_path", lambda: Path(__file__))
    ranged = Ranged(plain, tmp_path, dataclasses.replace(SETTINGS, people=True))
    planned = ranged.plan()
    results = ranged.observe(planned)
    joined = ranged.join(planned, lambda number: results / str(number))
    assert_same_bytes(joined, ranged.one_pass())
    assert joined.embeddings_are_whole


def _gone(folder: Path) -> None:
    shutil.rmtree(folder)


def _torn(folder: Path) -> None:
    file = next(folder.glob("segments/*.npz"))
    file.write_bytes(file.read_bytes()[:-100])


def _pictures_changed(folder: Path) -> None:
    file = next(folder.glob("segments/*.jpgs"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _other_reader(folder: Path) -> None:
    _rewrite(folder, lambda seam: seam["engine"].update(precision="bf16"))


def _other_frames(folder: Path) -> None:
    _rewrite(folder, lambda seam: seam["following"][0].update(brightness=1.0))


def _rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    seam = hashed_json.read(folder / "seam.json")
    change(seam)
    hashed_json.write(folder / "seam.json", seam)


@pytest.mark.parametrize(
    ("spoil", "read_again"),
    [(_gone, {1, 2}), (_torn, {1, 2}), (_pictures_changed, {1, 2}), (_other_reader, {1, 2}), (_other_frames, {2})],
)
def test_a_range_that_cannot_be_used_is_read_again(
    plain: Path, read: Read, tmp_path: Path, spoil: Callable[[Path], None], read_again: set[int]
) -> None:
    """Lost, damaged, read by another engine, or of other frames: this machine reads it, and the range after it where
    what comes before that is not known to be the same.
    """
    results = shutil.copytree(read.ranges, tmp_path / "ranges")
    spoil(results / "1")
    ranged = Ranged(plain, tmp_path)
    joined = ranged.join(read.planned, lambda number: results / str(number))
    assert_same_bytes(joined, read.whole)
    assert {number for number, reason in enumerate(ranged.reasons) if reason} == read_again


def test_a_stopped_join_goes_on(plain: Path, read: Read, tmp_path: Path) -> None:
    """Ended after any range, it takes the next one where it went on, and gives the same bytes."""
    ranged = Ranged(plain, tmp_path)
    for at in range(1, len(read.planned.ranges)):
        with pytest.raises(Stopped):
            ranged.join(read.planned, lambda n: read.ranges / str(n), store=StoppedStore(tmp_path / "joined", at))
        assert not any(ranged.reasons)
    joined = ranged.join(read.planned, lambda number: read.ranges / str(number))
    assert ranged.reasons == [""]
    assert_same_bytes(joined, read.whole)


def test_a_film_without_ranges_is_read_whole(films: Path, tmp_path: Path) -> None:
    """The join reads what cannot be divided as one pass does."""
    film = write_film(films / "whole.ts", texture(1, 120, 320, 180), keyframe_every=25)
    ranged = Ranged(film, tmp_path)
    planned = ranged.plan()
    assert "running clock" in planned.whole_reason
    assert_same_bytes(ranged.join(planned, lambda number: None), ranged.one_pass())


def test_the_model_is_opened_only_where_a_face_is_read_here(plain: Path, read: Read, tmp_path: Path) -> None:
    ranged = Ranged(plain, tmp_path)
    reader = CHECKPOINT, ranged.engine.identity
    for missing, opened in ((None, 0), (1, 1)):
        store = ObservationStore(tmp_path / f"without {missing}")
        ranged.join(
            read.planned,
            lambda number, missing=missing: None if number == missing else read.ranges / str(number),  # type: ignore[misc]
            store=store,
            reader=reader,
        )
        assert_same_bytes(store, read.whole)
        assert ranged.opened == opened
