"""The store of a scan: what is written is read, whole or not at all."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import DiskFull, EarlierVersion, LaterVersion, LibraryError, ScanError
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import FORMAT, CheckpointIdentity, Observations, ObservationStore, Scores
from emotion_core.storage import hashed_json, write_whole
from tests.support.scans import CHECKPOINT, ENGINE, as_layout
from tests.support.stores import FILLED, FILM, FIRST, READING, SECOND, SETTINGS, write_store


def test_what_is_written_is_read_exactly(tmp_path: Path) -> None:
    """Every number of a scan comes back as it was written, its segments joined in film order."""
    observations = write_store(tmp_path).read()
    assert (observations.media, observations.scan_settings, observations.checkpoint, observations.engine) == (
        FILM,
        SETTINGS,
        CHECKPOINT,
        ENGINE,
    )
    for field in dataclasses.fields(Scores):
        truth = np.concatenate([getattr(FIRST.scores, field.name), getattr(SECOND.scores, field.name)])
        np.testing.assert_array_equal(getattr(observations.scores, field.name), truth)
        assert getattr(observations.scores, field.name).dtype == truth.dtype
    assert observations.samples == (
        FIRST.samples[0],
        FILLED.samples[0],
        FIRST.samples[1],
        SECOND.samples[0],
        FILLED.samples[1],
    )
    assert (observations.damaged_frames, observations.damaged_from, observations.claimed) == (
        3,
        2002 * FILM.time_base,
        None,
    )
    assert observations.frames == 6


def test_where_a_film_broke_off_is_kept(tmp_path: Path) -> None:
    """What a film claims that broke off is read back, before and after the last step, and is None of a whole one."""
    store = write_store(tmp_path)
    store.mark_film_read(3, FILM, Fraction(300))
    assert store.read_partial().claimed == 300
    store.seal(3, FILM, Fraction(301, 2))
    assert store.read().claimed == Fraction(301, 2)


def test_faces_are_numbered_over_the_whole_scan(tmp_path: Path) -> None:
    """Faces of all segments are put in film order, numbered over the whole scan, and keep their own logits."""
    observations = write_store(tmp_path).read()
    truth = [
        (FILLED.faces[0], FILLED.expressions[0]),
        (FIRST.faces[0], FIRST.expressions[0]),
        (FIRST.faces[1], FIRST.expressions[1]),
        (FILLED.faces[1], FILLED.expressions[1]),
    ]
    assert observations.faces == tuple(dataclasses.replace(face, id=i) for i, (face, _) in enumerate(truth))
    assert observations.expressions == tuple(
        dataclasses.replace(output, face_id=i) for i, (_, output) in enumerate(truth)
    )


def test_what_a_segment_hands_on_is_exact(tmp_path: Path) -> None:
    """The next segment of a scan that goes on finds what the last one carried, to the last digit of a box."""
    store = ObservationStore(tmp_path)
    store.begin(FILM, SETTINGS, CHECKPOINT, ENGINE)
    assert store.carried() == ()
    store.write(0, FIRST)
    (carried,) = store.carried()
    assert (carried.reading.frame, carried.reading.box) == (READING.frame, READING.box)
    np.testing.assert_array_equal(carried.reading.picture, READING.picture)
    assert carried.logits == tuple(np.array([0.1] * 7, dtype=np.float32).tolist())
    store.write(1, SECOND)
    assert store.carried() == ()


def test_each_sample_keeps_its_picture(tmp_path: Path) -> None:
    """A sample's thumbnail is the very bytes it was written with, whichever segment it lies in."""
    store = write_store(tmp_path)
    pictures = {s.frame: store.picture(s.thumbnail) for s in store.read().samples if s.thumbnail is not None}
    assert pictures == {0: b"one", 3: b"two", 4: b"six", 1: b"fil", 5: b"led"}


def test_time_of_a_frame_is_exact(tmp_path: Path) -> None:
    """A frame's time is its own timestamp as a fraction; one past the last is the film's end."""
    observations = write_store(tmp_path).read()
    assert [observations.seconds_at(frame) for frame in (0, 1, 5, 6)] == [
        Fraction(0),
        Fraction(1001, 30000),
        Fraction(5 * 1001, 30000),
        Fraction(6 * 1001, 30000),
    ]


def test_a_scan_without_faces_is_read(tmp_path: Path) -> None:
    """A scan that found no face, and a checkpoint with other labels, are read like any other."""
    store = ObservationStore(tmp_path)
    checkpoint = CheckpointIdentity("x", "hub cache", "abc", "0" * 64, ("calm", "joy"), "Vit")
    store.begin(FILM, SETTINGS, checkpoint, ENGINE)
    store.write(0, SECOND)
    store.seal(1, FILM)
    observations = store.read()
    assert (observations.faces, observations.expressions, observations.checkpoint) == ((), (), checkpoint)


@pytest.mark.parametrize("started", [False, True])
def test_an_unfinished_scan_is_not_read(tmp_path: Path, started: bool) -> None:
    """A scan that was never sealed is refused with what to do, however much of it is there."""
    store = ObservationStore(tmp_path)
    if started:
        store.begin(FILM, SETTINGS, CHECKPOINT, ENGINE)
        store.write(0, FIRST)
    assert not store.sealed
    with pytest.raises(ScanError, match=r"did not reach its end.*again"):
        store.read()


def test_a_later_layout_is_refused(tmp_path: Path) -> None:
    """A scan written by a later version is refused, not misread."""
    store = write_store(tmp_path)
    header = hashed_json.read(tmp_path / "scan.json")
    hashed_json.write(tmp_path / "scan.json", {**header, "format": FORMAT + 1})
    with pytest.raises(LaterVersion, match=r"written by a later version.*Open the library with that version"):
        store.read()


SINCE_LAYOUT_7 = {"face_sharpness", "face_light", "face_appearance"}
SINCE_LAYOUT_6 = {"sample_checksum", *SINCE_LAYOUT_7}
SINCE_LAYOUT_5 = {"scores_stamp", "shape_frame", "shape_size", "shape_format", *SINCE_LAYOUT_6}


@pytest.mark.parametrize(("layout", "lacks"), [(4, SINCE_LAYOUT_5), (5, SINCE_LAYOUT_6), (6, SINCE_LAYOUT_7)])
def test_layouts_4_to_6_are_read(tmp_path: Path, layout: int, lacks: set[str]) -> None:
    """A scan of layouts 4 to 6 has the same numbers; its faces have no quality, and its pictures no checksums before
    layout 6.
    """
    store = write_store(tmp_path)
    now = store.read()
    as_layout(store.folder, layout, without=lacks)
    before = store.read()
    assert [s.thumbnail is None or s.thumbnail.checksum is None for s in before.samples] == [layout < 6] * 5
    bare = tuple(dataclasses.replace(face, sharpness=None, light=None, appearance=b"") for face in now.faces)
    assert (before.samples, before.faces, before.expressions) == (now.samples, bare, now.expressions)
    assert (before.media, before.shapes, before.damaged_from) == (now.media, now.shapes, now.damaged_from)
    np.testing.assert_array_equal(before.scores.stamp, before.scores.pts)


@pytest.mark.parametrize("layout", [1, 2, 3])
def test_earlier_layouts_are_refused(tmp_path: Path, layout: int) -> None:
    """A finished scan of layouts 1 to 3 says that it was made by an earlier version, and its files stay."""
    store = write_store(tmp_path)
    as_layout(store.folder, layout)
    files = {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()}
    with pytest.raises(EarlierVersion, match=r"made by an earlier version: analyse again\."):
        store.read()
    with pytest.raises(EarlierVersion):
        store.read_partial()
    assert (store.sealed, store.segment_count, store.is_later, store.is_readable) == (True, 3, False, False)
    assert {path: path.read_bytes() for path in store.folder.rglob("*") if path.is_file()} == files


DAMAGE: dict[str, Callable[[Path], None]] = {
    "numbers gone": lambda store: (store / "segments/00001.npz").unlink(),
    "numbers cut short": lambda store: shorten(store / "segments/00001.npz"),
    "numbers changed": lambda store: flip(store / "segments/00000.npz"),
    "header gone": lambda store: (store / "scan.json").unlink(),
    "header cut short": lambda store: shorten(store / "scan.json"),
    "seal cut short": lambda store: shorten(store / "sealed.json"),
}


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """Change one number of an archive, its checksum with it."""
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["logits"] = arrays["logits"] + 1
    np.savez(path, **arrays)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_scan_is_refused(tmp_path: Path, damage: str) -> None:
    """A finished scan whose files are gone, cut short or changed is refused with what to do, never half-read."""
    store = write_store(tmp_path)
    assert store.is_readable
    DAMAGE[damage](tmp_path)
    with pytest.raises(ScanError, match="again"):
        store.read()
    assert store.is_readable == ("numbers" in damage)  # segments are not looked at


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from emotion_core.errors import LibraryError
from tests.support.stores import FILM, FIRST, SETTINGS
from tests.support.scans import CHECKPOINT, ENGINE
from emotion_core.observations import ObservationStore
store = ObservationStore(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if sys.argv[2] == "segment":
    store.begin(FILM, SETTINGS, CHECKPOINT, ENGINE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
try:
    if sys.argv[2] == "segment":
        store.write(0, FIRST)
    else:
        store.begin(FILM, SETTINGS, CHECKPOINT, ENGINE)
except LibraryError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("step", ["header", "segment"])
def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path: Path, step: str) -> None:
    """Where the system refuses to write more, one clear error comes and no part of a file stays."""
    output = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), step], capture_output=True, text=True, check=True
    ).stdout
    assert output.startswith("LibraryError")
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    # A segment's pictures fit; its numbers, which make it count, do not.
    assert left == (set() if step == "header" else {"scan.json", "00000.jpgs"})


def test_no_space_left_is_called_so(tmp_path: Path) -> None:
    """A full disk is DiskFull with the folder and what to do, and the file is as it was before."""
    path = tmp_path / "scan.json"
    write_whole(path, b"before")
    # The temporary file beside it leads to the device that is always full.
    (tmp_path / f".scan.json.{os.getpid()}-{threading.get_native_id()}.part").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match=r"no space left.*EMOTION_HOME") as refusal:
        write_whole(path, b"after")
    assert str(tmp_path) in str(refusal.value)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"scan.json": b"before"}


def test_a_path_that_cannot_be_a_folder_is_called_so(tmp_path: Path) -> None:
    """Where a file stands in the folder's place, one clear error names the path."""
    (tmp_path / "scans").write_text("a file")
    with pytest.raises(LibraryError, match=r"scan\.json could not be written"):
        write_whole(tmp_path / "scans" / "scan.json", b"x")


def test_writing_again_replaces_the_whole(tmp_path: Path) -> None:
    """A segment written again, as after a restart, is there once with its new content."""
    store = write_store(tmp_path)
    store.write(1, dataclasses.replace(SECOND, damaged_frames=0))
    store.seal(3, FILM)
    assert store.read().damaged_frames == 1
    assert sorted(p.name for p in (tmp_path / "segments").iterdir()) == [
        f"0000{i}.{suffix}" for i in range(3) for suffix in ("jpgs", "npz")
    ]


def test_reading_is_the_same_twice(tmp_path: Path) -> None:
    """A store read twice gives equal observations."""
    store = write_store(tmp_path)
    first, second = store.read(), store.read()
    assert isinstance(first, Observations)
    assert (first.samples, first.faces, first.expressions) == (second.samples, second.faces, second.expressions)
    assert first.checkpoint.labels == REFERENCE_LABELS
