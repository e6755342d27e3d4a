"""Disk space that unfinished uploads claim: a constant cost, and correct after any kill."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.errors import QuotaReached
from emotion_core.incoming import Upload, quota, upload_store
from emotion_core.ingest.uploads import Uploads
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from tests.support.repository import ROOT

MB = 1_000_000

_looked_at: list[str] | None = None
"""Files and folders that this process opens, while `looks` records them."""


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if _looked_at is not None and event in ("open", "os.listdir", "os.scandir"):
        _looked_at.append(f"{event} {arguments[0]}")


sys.addaudithook(_note)


def looks(work: Callable[[], object]) -> int:
    """Number of files and folders that `work` opens or lists."""
    global _looked_at  # noqa: PLW0603 - an audit hook cannot be taken away
    _looked_at = []
    try:
        work()
        return len(_looked_at)
    finally:
        _looked_at = None


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A library with a quota of 100 MB."""
    home = Library.open(tmp_path / "home").home
    (home / "config.toml").write_text("quota_gb = 0.1\n")
    return home


@pytest.fixture
def uploads(home: Path) -> Uploads:
    return Uploads(home)


def test_an_announcement_costs_the_same_with_400_others(uploads: Uploads) -> None:
    """With 400 unfinished uploads no more files are opened than with one."""

    def announce() -> None:
        uploads.announce("Film.mp4", 1000, ScanSettings())

    announce()
    before = looks(announce)
    for _ in range(398):
        announce()
    assert looks(announce) <= before + 1  # the last one's own record may be read once


def test_a_list_reads_each_upload_once(uploads: Uploads) -> None:
    """An unchanged record is not read again; a changed one is."""
    some = [uploads.announce("Film.mp4", 1000, ScanSettings()) for _ in range(50)]
    assert len(uploads.unfinished()) == 50
    assert looks(uploads.unfinished) < 10
    upload_store.write(uploads.home, Upload(id=some[7].id, name="Other.mp4", length=2000, settings=None))
    assert {upload.name for upload in uploads.unfinished()} == {"Film.mp4", "Other.mp4"}


def test_room_is_promised_once(uploads: Uploads) -> None:
    """The announced length counts until the upload is removed, regardless of the bytes that arrived."""
    first = uploads.announce("First.mp4", 60 * MB)
    with uploads.open(first.id, 0) as writer:
        writer.append(bytes(10 * MB))
    assert quota.pending_bytes(uploads.home) == 50 * MB
    with pytest.raises(QuotaReached):
        uploads.announce("Second.mp4", 41 * MB)
    uploads.announce("Second.mp4", 39 * MB)
    uploads.remove(first.id)
    uploads.announce("Third.mp4", 59 * MB)


def test_what_another_process_announced_counts(uploads: Uploads) -> None:
    """Uploads that another process announced count, although this process has not cached them."""
    uploads.announce("First.mp4", 1 * MB)
    code = "import sys; from pathlib import Path; from emotion_core.ingest.uploads import Uploads; "
    code += f"Uploads(Path(sys.argv[1])).announce('Other.mp4', {80 * MB})"
    subprocess.run([sys.executable, "-c", code, str(uploads.home)], cwd=ROOT, check=True)
    with pytest.raises(QuotaReached):
        uploads.announce("Second.mp4", 30 * MB)


@pytest.mark.parametrize("remaining", ["nothing", "part", "folder"])
def test_a_removal_that_was_killed_takes_no_room_for_ever(uploads: Uploads, remaining: str) -> None:
    """After a kill during the removal of an upload only the remaining bytes count."""
    first = uploads.announce("First.mp4", 90 * MB)
    with uploads.open(first.id, 0) as writer:
        writer.append(bytes(1 * MB))
    place = upload_store.folder(uploads.home, first.id)
    (place / "upload.json").unlink()
    if remaining != "part":
        (place / "part").unlink()
    if remaining == "nothing":
        for file in place.iterdir():
            file.unlink()
        place.rmdir()
    uploads.announce("Second.mp4", 95 * MB)


def test_a_film_that_has_arrived_is_counted_once(uploads: Uploads, home: Path) -> None:
    """A finished upload's record stays for a day; its bytes count as the film's only."""
    content = (home / "config.toml").read_bytes() + bytes(60 * MB)  # no film: it is refused, and its bytes go
    upload = uploads.announce("First.mp4", len(content))
    with uploads.open(upload.id, 0) as writer:
        writer.append(content)
        assert writer.finish().problem
    uploads.announce("Second.mp4", 90 * MB)
