"""A disk without space: one clear message, nothing half-written, and what is there can still be opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.expression.checkpoints import REFERENCE
from tests.support import checkpoints
from tests.support.films import texture, write_film
from tests.support.hub import REPOSITORIES, Hub, running
from tests.support.mounts import on_a_disk_of
from tests.support.running_scans import Analysed


def is_disk_full(message: list[str]) -> bool:
    return message[0] == "DiskFull" and "no space left" in message[1] and "EMOTION_HOME" in message[1]


@pytest.fixture(scope="module")
def film(films: Path) -> Path:
    return write_film(films / "disk.mp4", texture(8, 40))


def test_an_upload_larger_than_the_disk(film: Path, tmp_path: Path) -> None:
    """An upload that does not fit is called so, and leaves neither a file nor a row."""
    report = on_a_disk_of("400k", tmp_path, "upload", str(film))
    assert is_disk_full(report["told"]), report
    assert (report["films"], report["files"]) == (0, ["library.sqlite"])


def test_a_scan_that_fills_the_disk(truth_film: Path, tmp_path: Path) -> None:
    """A scan that meets the end of the disk fails with that reason; no segment of it is there by half."""
    report = on_a_disk_of("240k", tmp_path, "scan", str(truth_film))
    assert report["state"] == "failed"
    assert is_disk_full(["DiskFull", report["message"]]), report
    assert (report["films"], report["sealed"]) == (1, False)
    assert [name.rpartition("/")[2] for name in report["files"]] == ["scan.json"]


def test_a_library_on_a_full_disk(analysed: Analysed, film: Path, tmp_path: Path) -> None:
    """On a disk without a byte free the library opens and shows its reports; all that needs space says so and leaves
    nothing; deleting a film works, which is how space is made.
    """
    report = on_a_disk_of("16m", tmp_path, "full", str(film), str(analysed.library.home))
    assert report["same report"]
    for work in ("add", "refer", "settings", "start", "sample", "download", "measuring", "default"):
        assert is_disk_full(report[work]), (work, report[work])
    assert report["left"] == []
    assert report["scans"] == 1
    assert report["delete"] == ["nothing", ""]
    assert (report["films"], report["after"]) == (0, ["library.sqlite"])


@pytest.mark.parametrize(("when", "size"), [("before", "6m"), ("after", "20m")])
def test_a_checkpoint_that_the_hub_cache_has_no_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str, size: str
) -> None:
    """Where the weights find no space, or only the note that they are here, that is said, and how that cache is moved;
    the checkpoint is not used.
    """
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "disk" / "hf"))
    with running(Hub(REPOSITORIES)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        report = on_a_disk_of(size, tmp_path, "fetching", when)
    kind, message = report["told"]
    assert kind == "CheckpointError"
    assert message.startswith(f"There is no space left on the disk for “{REFERENCE}”.")
    assert "HF_HOME" in message
    assert "EMOTION_HOME" not in message
    assert ("model.safetensors" in report["fetched"]) == (when == "after")
    assert not report["in use"]


def test_an_engine_on_a_full_disk(tmp_path: Path) -> None:
    """An engine that cannot keep what it compiled says that the disk is full, and leaves no file by half."""
    folder = checkpoints.vit(tmp_path / "faces", ("happy", "sad"))
    report = on_a_disk_of("64k", tmp_path, "engine", str(folder))
    assert is_disk_full(report["told"]), report
    assert report["changed"] == []
