"""The store of a scan: what is written is read, whole or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import DiskFull, LaterVersion, LibraryError, ScanError
from emotion_core.faces.crop_reuse import SIDE, Carried, Reading
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations.observations import (
    LAYOUT,
    PLACE,
    CheckpointIdentity,
    Expression,
    Face,
    Observations,
    Sample,
    Scores,
    Segment,
    Thumbnail,
)
from emotion_core.observations.store import FORMAT, ObservationStore
from emotion_core.scan.scan import top_up
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import hashed_json
from emotion_core.storage.files import write_whole
from tests.scans import CHECKPOINT, ENGINE, media

FILM = media(
    rate=Fraction(30000, 1001),
    start_frame=107892,
    drop_frame=True,
    duration=Fraction(6 * 1001, 30000),
    pixel_aspect=Fraction(64, 45),
    rotation=90,
    time_base=Fraction(1, 30000),
    first_pts=2002,
    is_vfr=True,
    transfer="HDR (PQ)",
)
SETTINGS = ScanSettings(samples_per_second=Fraction(5, 3), min_face_px=48, checkpoint="some/one", batch=4)
LANDMARKS = tuple(float(i) + 0.25 for i in range(10))


def scores(first: int, frames: int) -> Scores:
    """Scores with every digit that a float64 has."""
    random = np.random.default_rng(first)
    pts = np.arange(first, first + frames, dtype=np.int64) * 1001
    layout = random.integers(0, 256, (frames, LAYOUT[0] * LAYOUT[1]), dtype=np.uint8)
    content, brightness, histogram, hashes = random.random((4, frames)) * 255
    return Scores(pts, content, brightness, histogram, hashes, layout)


def sample(frame: int, segment: int, offset: int, **more: int) -> Sample:
    fingerprint = more.get("fingerprint", 7)
    where = Thumbnail(segment, offset, 3)
    shown = (1 / 6, 254.5) if frame == 3 else (0.0, None)
    time, place = frame * Fraction(1001, 30000), bytes((frame + i) % 256 for i in range(PLACE))
    return Sample(frame, time, fingerprint, where, more.get("too_small", 0), frame == 5, place, *shown)


READING = Reading(0, (60.1, 2.2, 33.3, 44.4), np.arange(SIDE * SIDE * 3, dtype=np.uint8).reshape(SIDE, SIDE, 3))

FIRST = Segment(
    scores(0, 4),
    (sample(0, 0, 0, fingerprint=2**64 - 1), sample(3, 0, 3, too_small=2)),
    (Face(0, 3, (-1.5, 2.25, 40.0, 52.5), LANDMARKS, 0.875), Face(1, 3, (60.0, 2.0, 33.0, 44.0), LANDMARKS, 0.75)),
    (Expression(0, (1.5, -2.0, 0.25, 3.0, 0.0, -0.5, 4.0)), Expression(1, (0.5,) * 7, read_on=0)),
    b"one" + b"two",
    damaged_frames=1,
    damaged_from=2002,
    carried=(Carried(READING, (0.1,) * 7),),
)
SECOND = Segment(scores(4, 2), (sample(4, 1, 0),), (), (), b"six", damaged_frames=2)
FILLED = Segment(
    Scores.none(),
    (sample(1, 2, 0), sample(5, 2, 3)),
    (Face(0, 1, (1.0, 2.0, 32.0, 32.0), LANDMARKS, 0.5), Face(1, 5, (9.0, 2.0, 32.0, 32.0), LANDMARKS, 0.625)),
    (Expression(0, (9.0,) * 7), Expression(1, (8.0,) * 7)),
    b"fil" + b"led",
)


def written(folder: Path) -> ObservationStore:
    """A sealed store of two segments of film and one of frames that short scenes were filled up with."""
    store = ObservationStore(folder)
    store.begin(dataclasses.replace(FILM, duration=Fraction(7)), SETTINGS, CHECKPOINT, ENGINE)
    for number, segment in enumerate((FIRST, SECOND, FILLED)):
        store.write(number, segment)
    store.seal(3, FILM)
    return store


def test_what_is_written_is_read_exactly(tmp_path: Path) -> None:
    """Every number of a scan comes back as it was written, its segments joined in film order."""
    seen = written(tmp_path).read()
    assert (seen.media, seen.scan_settings, seen.checkpoint, seen.engine) == (FILM, SETTINGS, CHECKPOINT, ENGINE)
    for field in dataclasses.fields(Scores):
        truth = np.concatenate([getattr(FIRST.scores, field.name), getattr(SECOND.scores, field.name)])
        np.testing.assert_array_equal(getattr(seen.scores, field.name), truth)
        assert getattr(seen.scores, field.name).dtype == truth.dtype
    assert seen.samples == (FIRST.samples[0], FILLED.samples[0], FIRST.samples[1], SECOND.samples[0], FILLED.samples[1])
    assert (seen.damaged_frames, seen.damaged_from, seen.claimed) == (3, 2002 * FILM.time_base, None)
    assert seen.frames == 6


def test_where_a_film_broke_off_is_kept(tmp_path: Path) -> None:
    """What a film claims that broke off is read back, before and after the last step, and is None of a whole one."""
    store = written(tmp_path)
    store.all_read(3, FILM, Fraction(300))
    assert store.so_far().claimed == 300
    store.seal(3, FILM, Fraction(301, 2))
    assert store.read().claimed == Fraction(301, 2)


def test_faces_are_numbered_over_the_whole_scan(tmp_path: Path) -> None:
    """Faces of all segments are put in film order, numbered anew, and keep their own logits."""
    seen = written(tmp_path).read()
    truth = [
        (FILLED.faces[0], FILLED.expressions[0]),
        (FIRST.faces[0], FIRST.expressions[0]),
        (FIRST.faces[1], FIRST.expressions[1]),
        (FILLED.faces[1], FILLED.expressions[1]),
    ]
    assert seen.faces == tuple(dataclasses.replace(face, id=i) for i, (face, _) in enumerate(truth))
    assert seen.expressions == tuple(dataclasses.replace(said, face_id=i) for i, (_, said) in enumerate(truth))


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
    store = written(tmp_path)
    pictures = {s.frame: store.picture(s.thumbnail) for s in store.read().samples if s.thumbnail is not None}
    assert pictures == {0: b"one", 3: b"two", 4: b"six", 1: b"fil", 5: b"led"}


def test_time_of_a_frame_is_exact(tmp_path: Path) -> None:
    """A frame's time is its own timestamp as a fraction; one past the last is the film's end."""
    seen = written(tmp_path).read()
    assert [seen.seconds_at(frame) for frame in (0, 1, 5, 6)] == [
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
    seen = store.read()
    assert (seen.faces, seen.expressions, seen.checkpoint) == ((), (), checkpoint)


@pytest.mark.parametrize("begun", [False, True])
def test_an_unfinished_scan_is_not_read(tmp_path: Path, begun: bool) -> None:
    """A scan that was never sealed is refused with what to do, however much of it is there."""
    store = ObservationStore(tmp_path)
    if begun:
        store.begin(FILM, SETTINGS, CHECKPOINT, ENGINE)
        store.write(0, FIRST)
    assert not store.sealed
    with pytest.raises(ScanError, match=r"did not reach its end.*again"):
        store.read()


def test_a_later_layout_is_refused(tmp_path: Path) -> None:
    """A scan written by a later version is refused, not misread."""
    store = written(tmp_path)
    header = hashed_json.read(tmp_path / "scan.json")
    hashed_json.write(tmp_path / "scan.json", {**header, "format": FORMAT + 1})
    with pytest.raises(LaterVersion, match=r"written by a later version.*Open the library with that version"):
        store.read()


SINCE_LAYOUT_5 = {"sample_checksum"}
SINCE_LAYOUT_4 = {"damaged_from"}
SINCE_LAYOUT_3 = {"face_read_on", "carried_frame", "carried_box", "carried_picture", "carried_logits"}
SINCE_LAYOUT_2 = {"scores_layout", "sample_place", "sample_colour_bars", "sample_brightest"}


def as_layout_3(store: ObservationStore) -> None:
    """Make a written store what the version of layout 3 would have written."""
    _as_before(store, 3, SINCE_LAYOUT_4, FILM.to_json())


def as_layout_2(store: ObservationStore) -> None:
    """Make a written store what the version of layout 2 would have written."""
    _as_before(store, 2, SINCE_LAYOUT_3 | SINCE_LAYOUT_4, FILM.to_json())


def as_layout_1(store: ObservationStore) -> None:
    """Make a written store what version 1 would have written."""
    facts = {k: v for k, v in FILM.to_json().items() if k not in ("active", "mended")}
    _as_before(store, 1, SINCE_LAYOUT_2 | SINCE_LAYOUT_3 | SINCE_LAYOUT_4, facts)


def _as_before(store: ObservationStore, layout: int, without: set[str], facts: dict[str, object]) -> None:
    hashes = []
    for path in sorted((store.folder / "segments").glob("*.npz")):
        with np.load(path) as archive:
            arrays = {name: a for name, a in archive.items() if name not in without | SINCE_LAYOUT_5}
        np.savez(path, **arrays)
        hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
    for name, changed in (("scan.json", {"format": layout}), ("sealed.json", {"hashes": hashes})):
        note = hashed_json.read(store.folder / name)
        if layout < 3:
            note.get("scan_settings", {}).pop("reuse_equal_crops", None)
        note.pop("claimed", None)
        note.pop("scan", None)
        (store.folder / name).write_text(json.dumps({**note, **changed, "media": facts}))


def test_a_store_of_the_first_layout_is_read(tmp_path: Path) -> None:
    """A scan written before layout 2 is read, without what that added; if frames would differ now, it gets none."""
    store = written(tmp_path)
    now = store.read()
    as_layout_1(store)
    before = store.read()
    assert not before.scores.has_layout
    assert now.scores.has_layout
    assert before.scores.layout.shape == (6, 0)
    np.testing.assert_array_equal(before.scores.content, now.scores.content)
    assert before.samples == tuple(
        dataclasses.replace(s, place=b"", colour_bars=0.0, brightest=None) for s in now.samples
    )
    assert (before.media, before.faces, before.expressions) == (FILM, now.faces, all_read(now))
    assert "read less well" in before.media.notes[0]
    with pytest.raises(ScanError, match=r"earlier version.*again"):
        top_up(tmp_path / "film.mov", store, ReportSettings(), lambda event, fields: None)


def all_read(seen: Observations) -> tuple[Expression, ...]:
    return tuple(dataclasses.replace(e, read_on=None) for e in seen.expressions)


def test_a_store_of_the_second_layout_is_read(tmp_path: Path) -> None:
    """A scan written before faces were taken over is read with the same numbers, and says that each face was read."""
    store = written(tmp_path)
    now = store.read()
    as_layout_2(store)
    before = store.read()
    assert now.expressions != all_read(now)
    assert before.expressions == all_read(now)
    assert (before.faces, before.samples) == (now.faces, now.samples)
    assert (before.scan_settings.reuse_equal_crops, store.carried()) == (False, ())


def test_a_store_of_the_third_layout_is_read(tmp_path: Path) -> None:
    """A scan written before damage had a place is read with the same numbers, and says only how many frames it was."""
    store = written(tmp_path)
    now = store.read()
    as_layout_3(store)
    before = store.read()
    assert (before.damaged_frames, before.damaged_from, before.claimed) == (now.damaged_frames, None, None)
    assert (before.media, before.faces, before.expressions) == (now.media, now.faces, now.expressions)


def test_samples_added_to_a_store_of_the_first_layout_are_read(tmp_path: Path) -> None:
    """Where a scan of the first layout is filled up today, its old samples have no colours and the new ones have."""
    store = written(tmp_path)
    as_layout_1(store)
    store.write(3, dataclasses.replace(FILLED, samples=(sample(2, 3, 0),), faces=(), expressions=()))
    store.seal(4, FILM)
    seen = store.read()
    assert [len(s.place) for s in seen.samples] == [0, 0, PLACE, 0, 0, 0]
    assert seen.scores.layout.shape == (6, 0)


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
    store = written(tmp_path)
    DAMAGE[damage](tmp_path)
    with pytest.raises(ScanError, match="again"):
        store.read()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from emotion_core.errors import LibraryError
from tests.test_observations import FILM, FIRST, SETTINGS
from tests.scans import CHECKPOINT, ENGINE
from emotion_core.observations.store import ObservationStore
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
    said = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), step], capture_output=True, text=True, check=True
    ).stdout
    assert said.startswith("LibraryError")
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    # A segment's pictures fit; its numbers, which make it count, do not.
    assert left == (set() if step == "header" else {"scan.json", "00000.jpgs"})


def test_no_space_left_is_called_so(tmp_path: Path) -> None:
    """A full disk is DiskFull with the folder and what to do, and the file is as it was before."""
    path = tmp_path / "scan.json"
    write_whole(path, b"before")
    # The temporary file beside it leads to the device that is always full.
    (tmp_path / f".scan.json.{os.getpid()}.part").symlink_to("/dev/full")
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
    store = written(tmp_path)
    store.write(1, dataclasses.replace(SECOND, damaged_frames=0))
    store.seal(3, FILM)
    assert store.read().damaged_frames == 1
    assert sorted(p.name for p in (tmp_path / "segments").iterdir()) == [
        f"0000{i}.{suffix}" for i in range(3) for suffix in ("jpgs", "npz")
    ]


def test_reading_is_the_same_twice(tmp_path: Path) -> None:
    """A store read twice gives equal observations."""
    store = written(tmp_path)
    one, two = store.read(), store.read()
    assert isinstance(one, Observations)
    assert (one.samples, one.faces, one.expressions) == (two.samples, two.faces, two.expressions)
    assert one.checkpoint.labels == REFERENCE_LABELS
