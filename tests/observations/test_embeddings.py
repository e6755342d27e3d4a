"""Embeddings of a scan's faces lie apart from all else of it, and can be deleted alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import ScanError
from emotion_core.observations import ObservationStore
from emotion_core.observations.embeddings import EmbeddingFiles
from emotion_core.storage import EMBEDDINGS
from tests.support.scans import CHECKPOINT, ENGINE
from tests.support.stores import FILLED, FILM, FIRST, SECOND, SETTINGS, write_store

PEOPLE = dataclasses.replace(SETTINGS, people=True)
SEGMENTS = (FIRST, SECOND, FILLED)
ROWS = np.random.default_rng(7).standard_normal((4, 128)).astype(np.float32)
"""In film order: the first face of FILLED, both of FIRST, the second of FILLED."""
ROWS[2] = np.nan
OF_SEGMENTS = (ROWS[[1, 2]], ROWS[:0], ROWS[[0, 3]])


def write(folder: Path, *, seal: bool = True) -> ObservationStore:
    """The store of write_store, with ROWS."""
    store = ObservationStore(folder)
    store.begin(FILM, PEOPLE, CHECKPOINT, ENGINE)
    for number, (segment, rows) in enumerate(zip(SEGMENTS, OF_SEGMENTS, strict=True)):
        store.write(number, dataclasses.replace(segment, embeddings=rows))
    if seal:
        store.mark_film_read(2, FILM)
        store.seal(3, FILM)
    return store


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_embeddings_are_read_in_the_order_of_the_faces(tmp_path: Path) -> None:
    """Exactly as written, of whole scans and of unfinished ones; a scan without them has None."""
    for store in (write(tmp_path / "whole"), write(tmp_path / "part", seal=False)):
        embeddings = store.embeddings()
        assert embeddings is not None
        assert embeddings.tobytes() == ROWS.tobytes()
    store = write_store(tmp_path / "without")
    assert store.embeddings() is None
    assert not store.tells_people_apart


def test_all_else_of_a_scan_is_as_without_them(tmp_path: Path) -> None:
    """Forgetting people deletes the folder, leaves the bytes of a scan that never had them, and can be repeated."""
    store, plain = write(tmp_path / "people"), write_store(tmp_path / "plain")
    held = b"".join(contents(store.folder).values())
    assert ROWS[1].tobytes() in held
    store.forget_people()
    store.forget_people()
    kept = contents(store.folder)
    assert not any(
        row.tobytes()[i : i + 8] in b"".join(kept.values()) for row in ROWS[[0, 1, 3]] for i in range(0, 512, 8)
    )
    assert not (store.folder / EMBEDDINGS).exists()
    segments = {name: content for name, content in kept.items() if name.startswith("segments")}
    assert segments == {name: content for name, content in contents(plain.folder).items() if name in segments}
    assert store.read().faces == plain.read().faces
    assert store.embeddings() is None


@pytest.mark.parametrize("harm", ["changed", "gone", "of another part", "cut"])
def test_damage_is_found(tmp_path: Path, harm: str) -> None:
    """A file that changed is refused with one error, the scan's numbers are read all the same."""
    store = write(tmp_path)
    file = tmp_path / EMBEDDINGS / "00000.npz"
    content = bytearray(file.read_bytes())
    match harm:
        case "changed":
            content[content.index(ROWS[1].tobytes())] ^= 1
        case "of another part":
            content = bytearray((tmp_path / EMBEDDINGS / "00002.npz").read_bytes())
        case "cut":
            del content[-40:]
    file.write_bytes(content)
    if harm == "gone":
        file.unlink()
    with pytest.raises(ScanError, match=r"tells people apart in this scan \(embeddings/00000.npz\) is gone or damaged"):
        store.embeddings()
    assert not store.embeddings_are_whole
    assert len(store.read().faces) == 4


def test_a_stopped_scan_goes_on_before_what_is_damaged(tmp_path: Path) -> None:
    """The first segment whose embeddings do not fit is read from the film again, with all after it."""
    store = write(tmp_path, seal=False)
    store.mark_film_read(3, FILM)
    (tmp_path / EMBEDDINGS / "00001.npz").write_bytes(b"")
    store.begin(FILM, PEOPLE, CHECKPOINT, ENGINE)
    assert store.segment_count == 1
    assert sorted(file.name for file in (tmp_path / EMBEDDINGS).iterdir()) == ["00000.npz"]
    embeddings = store.embeddings()
    assert embeddings is not None
    assert embeddings.tobytes() == ROWS[[1, 2]].tobytes()


def test_a_stopped_scan_goes_on_with_people_as_asked_for(tmp_path: Path) -> None:
    """Embeddings that are no longer wanted are deleted; where they are newly wanted all is read anew."""
    store = write(tmp_path, seal=False)
    store.begin(FILM, SETTINGS, CHECKPOINT, ENGINE)
    assert (store.segment_count, store.embeddings()) == (2, None)
    store.begin(FILM, PEOPLE, CHECKPOINT, ENGINE)
    assert store.segment_count == 0


def test_embeddings_of_another_revision_count_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of another network are never compared with these: their rows are NaN."""
    files = EmbeddingFiles(tmp_path)
    files.write(0, [3, 3], ROWS[:2], "00" * 32)
    monkeypatch.setattr("emotion_core.observations.embeddings.REVISION", 2)
    files.write(1, [1], ROWS[3:], "11" * 32)
    joined = files.joined(["00" * 32, "11" * 32])
    assert joined[0].tobytes() == ROWS[3].tobytes()
    assert np.isnan(joined[1:]).all()
