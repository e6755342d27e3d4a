"""The faces of a scan alone are those of the whole scan, number by number."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import ScanError
from emotion_core.media import FrameShape, ShapeChange
from emotion_core.observations import FaceArrays, FaceList, ObservationStore
from tests.support.scans import as_layout
from tests.support.stores import FILM, write_store

SHAPES = tuple(ShapeChange(n, FrameShape(320 + 2 * n, 240, Fraction(1), "yuv420p")) for n in (0, 3))
LATER = {"scores_stamp", "shape_frame", "shape_size", "shape_format"}


def same(store: ObservationStore) -> FaceList:
    """The faces that the store reads alone, once they are those of all that it reads."""
    alone, whole = store.read_faces(), FaceList.of(store.read())
    assert (alone.media, alone.checkpoint, alone.shapes) == (whole.media, whole.checkpoint, whole.shapes)
    for name in ("sample_frames", "seconds", "logits"):
        mine, theirs = getattr(alone, name), getattr(whole, name)
        assert (mine.dtype, mine.shape, mine.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes()), name
    for field in fields(FaceArrays):
        mine, theirs = getattr(alone.faces, field.name), getattr(whole.faces, field.name)
        assert (mine.dtype, mine.shape, mine.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes()), field.name
    return alone


@pytest.mark.parametrize(("layout", "lacks"), [(4, LATER | {"sample_checksum"}), (5, {"sample_checksum"}), (6, set())])
def test_faces_read_alone_are_those_of_the_whole_scan(tmp_path: Path, layout: int, lacks: set[str]) -> None:
    """Also where later segments fill scenes up, and in the layouts of earlier versions."""
    store = write_store(tmp_path)
    if layout < 6:
        as_layout(store.folder, layout, without=lacks)
    found = same(store)
    assert len(found.faces)
    assert (np.diff(found.sample_frames) > 0).all()
    assert found.media_at(0) == FILM


def test_shapes_that_change_are_those_of_the_whole_scan(tmp_path: Path) -> None:
    """Faces are measured in the picture that they are on."""
    store = write_store(tmp_path, shapes=SHAPES)
    found = same(store)
    assert found.shapes == SHAPES
    assert found.media_at(2) != found.media_at(3) == store.read().media_at(3)


def test_a_changed_segment_is_refused(tmp_path: Path) -> None:
    """As when the whole scan is read."""
    store = write_store(tmp_path)
    segment = sorted(store.folder.glob("segments/*.npz"))[1]
    content = bytearray(segment.read_bytes())
    content[200] ^= 1
    segment.write_bytes(content)
    with pytest.raises(ScanError, match=r"Part 2 of this scan .* has changed on disk"):
        store.read_faces()
    (store.folder / "sealed.json").unlink()
    with pytest.raises(ScanError, match="did not reach its end"):
        store.read_faces()
