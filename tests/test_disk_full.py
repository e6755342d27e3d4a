"""A disk without space: one clear message, nothing half-written, and what is there can still be opened."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emotion_core.expression.checkpoints.names import REFERENCE
from tests import checkpoints
from tests.conftest import Analysed
from tests.films import texture, write_film
from tests.hub import Hub, running
from tests.test_download import REPOSITORIES

OWN_MOUNTS = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])] if os.name == "posix" else []
"""What gives a process mounts of its own."""


def on_a_disk_of(size: str, folder: Path, *words: str) -> dict[str, Any]:
    """What `tests.small_disk` tells of `words` on a disk of `size`, mounted where no other process sees it."""
    disk = folder / "disk"
    disk.mkdir()
    mounting = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    if (
        not shutil.which("unshare")
        or subprocess.run(
            [*OWN_MOUNTS, "sh", "-c", mounting, str(disk), "true"], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no disk can be mounted here")
    command = [sys.executable, "-m", "tests.small_disk", words[0], str(disk), *words[1:]]
    done = subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", mounting, str(disk), *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def is_disk_full(told: list[str]) -> bool:
    return told[0] == "DiskFull" and "no space left" in told[1] and "EMOTION_HOME" in told[1]


@pytest.fixture(scope="module")
def film(films: Path) -> Path:
    return write_film(films / "disk.mp4", texture(8, 40))


def test_an_upload_larger_than_the_disk(film: Path, tmp_path: Path) -> None:
    """An upload that does not fit is called so, and leaves neither a file nor a row."""
    told = on_a_disk_of("400k", tmp_path, "upload", str(film))
    assert is_disk_full(told["told"]), told
    assert (told["films"], told["files"]) == (0, ["library.sqlite"])


def test_a_scan_that_fills_the_disk(truth_film: Path, tmp_path: Path) -> None:
    """A scan that meets the end of the disk fails with that reason; no segment of it is there by half."""
    told = on_a_disk_of("200k", tmp_path, "scan", str(truth_film))
    assert told["state"] == "failed"
    assert is_disk_full(["DiskFull", told["message"]]), told
    assert (told["films"], told["sealed"]) == (1, False)
    assert [name.rpartition("/")[2] for name in told["files"]] == ["scan.json"]


def test_a_library_on_a_full_disk(analysed: Analysed, film: Path, tmp_path: Path) -> None:
    """On a disk without a byte free the library opens and shows its reports; all that needs space says so and leaves
    nothing; deleting a film works, which is how space is made.
    """
    told = on_a_disk_of("16m", tmp_path, "full", str(film), str(analysed.library.home))
    assert told["same report"]
    for work in ("add", "refer", "settings", "start", "sample", "download", "measuring", "default"):
        assert is_disk_full(told[work]), (work, told[work])
    assert told["left"] == []
    assert told["scans"] == 1
    assert told["delete"] == ["nothing", ""]
    assert (told["films"], told["after"]) == (0, ["library.sqlite"])


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
        told = on_a_disk_of(size, tmp_path, "fetching", when)
    kind, message = told["told"]
    assert kind == "CheckpointError"
    assert message.startswith(f"There is no space left on the disk for “{REFERENCE}”.")
    assert "HF_HOME" in message
    assert "EMOTION_HOME" not in message
    assert ("model.safetensors" in told["fetched"]) == (when == "after")
    assert not told["in use"]


def test_an_engine_on_a_full_disk(tmp_path: Path) -> None:
    """An engine that cannot keep what it compiled says that the disk is full, and leaves no file by half."""
    folder = checkpoints.vit(tmp_path / "faces", ("happy", "sad"))
    told = on_a_disk_of("64k", tmp_path, "engine", str(folder))
    assert is_disk_full(told["told"]), told
    assert told["files"] == ["filler"]
