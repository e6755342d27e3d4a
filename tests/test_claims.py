"""The room that unfinished uploads claim: known at the same cost however many there are, and right after any kill."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.errors import QuotaReached
from emotion_core.incoming import claims, uploads_on_disk
from emotion_core.ingest.uploads import Uploads
from emotion_core.library.library import Library
from emotion_core.settings import ScanSettings

ROOT = Path(__file__).parent.parent
MB = 1_000_000

_looked_at: list[str] | None = None
"""What this process opens and lists, while someone notes it."""


def _note(event: str, given: tuple[object, ...]) -> None:
    if _looked_at is not None and event in ("open", "os.listdir", "os.scandir"):
        _looked_at.append(f"{event} {given[0]}")


sys.addaudithook(_note)


def looks(work: Callable[[], object]) -> int:
    """How many files and folders `work` opens."""
    global _looked_at  # noqa: PLW0603 - an audit hook cannot be taken away
    _looked_at = []
    try:
        work()
        return len(_looked_at)
    finally:
        _looked_at = None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A library that may take 100 MB."""
    home = Library.open(tmp_path / "home").home
    (home / "config.toml").write_text("quota_gb = 0.1\n")
    return home


@pytest.fixture
def uploads(home: Path) -> Uploads:
    return Uploads(home)


def test_an_announcement_costs_the_same_with_400_others(uploads: Uploads) -> None:
    """With 400 unfinished uploads it opens and lists no more than with one."""

    def announce() -> None:
        uploads.announce("Film.mp4", 1000, ScanSettings())

    announce()
    before = looks(announce)
    for _ in range(398):
        announce()
    assert looks(announce) <= before + 1  # the last one's own record may be read once


def test_a_list_reads_each_upload_once(uploads: Uploads) -> None:
    """Records that did not change are not read again; one that did is."""
    some = [uploads.announce("Film.mp4", 1000, ScanSettings()) for _ in range(50)]
    assert len(uploads.unfinished()) == 50
    assert looks(uploads.unfinished) < 10
    uploads_on_disk.write(
        uploads.home, uploads_on_disk.Upload(id=some[7].id, name="Other.mp4", length=2000, settings=None)
    )
    assert {one.name for one in uploads.unfinished()} == {"Film.mp4", "Other.mp4"}


def test_room_is_promised_once(uploads: Uploads) -> None:
    """Announced lengths count until the upload is gone, whatever has arrived of them."""
    first = uploads.announce("First.mp4", 60 * MB)
    with uploads.open(first.id, 0) as writer:
        writer.append(bytes(10 * MB))
    assert claims.promised(uploads.home) == 50 * MB
    with pytest.raises(QuotaReached):
        uploads.announce("Second.mp4", 41 * MB)
    uploads.announce("Second.mp4", 39 * MB)
    uploads.remove(first.id)
    uploads.announce("Third.mp4", 59 * MB)


def test_what_another_process_announced_counts(uploads: Uploads) -> None:
    """It has no part in what this process remembers."""
    uploads.announce("First.mp4", 1 * MB)
    code = "import sys; from pathlib import Path; from emotion_core.ingest.uploads import Uploads; "
    code += f"Uploads(Path(sys.argv[1])).announce('Other.mp4', {80 * MB})"
    subprocess.run([sys.executable, "-c", code, str(uploads.home)], cwd=ROOT, check=True)
    with pytest.raises(QuotaReached):
        uploads.announce("Second.mp4", 30 * MB)


@pytest.mark.parametrize("left", ["nothing", "part", "folder"])
def test_a_removal_that_was_killed_takes_no_room_for_ever(uploads: Uploads, left: str) -> None:
    """Where a process was ended while it removed an upload, only the bytes that are still there count."""
    first = uploads.announce("First.mp4", 90 * MB)
    with uploads.open(first.id, 0) as writer:
        writer.append(bytes(1 * MB))
    place = uploads_on_disk.folder(uploads.home, first.id)
    (place / "upload.json").unlink()
    if left != "part":
        (place / "part").unlink()
    if left == "nothing":
        for file in place.iterdir():
            file.unlink()
        place.rmdir()
    uploads.announce("Second.mp4", 95 * MB)


def test_a_film_that_has_arrived_is_counted_once(uploads: Uploads, home: Path) -> None:
    """What became of an upload is remembered for a day; its bytes take room as a film only."""
    content = (home / "config.toml").read_bytes() + bytes(60 * MB)  # no film: it is refused, and its bytes go
    upload = uploads.announce("First.mp4", len(content))
    with uploads.open(upload.id, 0) as writer:
        writer.append(content)
        assert writer.finish().problem
    uploads.announce("Second.mp4", 90 * MB)
