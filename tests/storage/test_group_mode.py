"""Libraries of several users of one machine: shared folders work, others are refused with the way to share them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from emotion_core.library import Library
from emotion_core.storage import group_mode
from tests.support.repository import ROOT
from tests.support.two_users import ANN


def observed(what: str) -> dict[str, Any]:
    """Results of a scenario of `tests.support.two_users`, run with private mounts."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may act as several users")
    if not shutil.which("unshare") or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("no mounts of one's own here")
    place = Path(tempfile.mkdtemp(dir="/tmp"))  # pytest's own folders are closed to other users
    place.chmod(0o755)
    try:
        command = ["unshare", "--mount", sys.executable, "-m", "tests.support.two_users", what, str(place)]
        completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    assert completed.returncode == 0, completed.stderr
    results: dict[str, Any] = json.loads(completed.stdout.splitlines()[-1])
    return results


def test_two_users_work_in_one_library() -> None:
    """With a umask of 022 each reads, corrects, analyses, links and deletes what the other made. A file that is closed
    all the same is called that, and is neither taken for damaged nor put aside.
    """
    results = observed("together")
    for step in ("ann analyses", "ben reads", "ben names", "ben analyses", "ann reads"):
        code, output, _ = results[step]
        assert (step, code) == (step, 0), results[step]
        assert output
    assert results["ben reads"][1] == results["ann analyses"][1]
    assert "Kitchen" in results["ben names"][1]
    assert results["ann reads"][1] == results["ben names"][1]
    assert (results["ann signs"], results["ben adds"]) == ("True", "True\nTrue")
    assert results["closed"] == []
    for who in ("ben repairs", "ben repairs without a row"):
        code, output, _ = results[who]
        assert code == 1
        assert "may not be read by user" in output
        assert "set-aside" not in output
    assert results["still there"]
    assert results["ann repairs"][0] == 0, results["ann repairs"]
    assert (results["ben deletes"], results["ann deletes"], results["left"]) == ("['second.mp4']", "[]", [])


def test_a_narrow_umask_leaves_out_others_only() -> None:
    """With a umask of 077 the group may change every new file, and other users cannot read any."""
    results = observed("narrow")
    assert results["ann adds"] == "True"
    assert results["ben reads"] == "b'ftyp'"
    assert (results["ben names"], results["ben announces"], results["ann removes it"]) == ("saved", "Film.mp4", "[]")
    assert (results["closed"], results["open to others"]) == ([], [])


def test_who_may_not_is_told_the_way() -> None:
    """Where the folder is one user's own, another is refused in one sentence, and nothing is touched; the commands that
    it names make the library the group's, though nobody else's.
    """
    results = observed("unprepared")
    for who in ("ben", "ben checks", "ben analyses", "eve", "eve then"):
        code, output, error = results[who]
        assert (who, code, output) == (who, 3, ""), results[who]
        assert error.count("\n") == 1
        assert f"belongs to user {ANN}" in error
        assert "chgrp -R GROUP" in error
        assert "--home" in error
    assert results["untouched"]
    assert results["shared"] == 0
    assert results["ben then"][0] == 0, results["ben then"]
    assert results["closed"] == []


def test_a_disk_that_can_only_be_read_is_called_that() -> None:
    """The error for a read-only disk does not advise to change permissions."""
    code, output, error = observed("read_only")["ann"]
    assert (code, output) == (3, "")
    assert "lies on a disk that can only be read" in error
    assert "chgrp" not in error


def test_one_worker_serves_both() -> None:
    """One user's worker does the other's work: a film that it may not read is told so with its user, and what the other
    takes back ends, though they may not end it themselves.
    """
    results = observed("one_worker")
    assert "secret.mp4 may not be read where it lies by user 40001" in results["secret"]
    assert "upload it" in results["secret"]
    assert (results["whose"], results["cancelled"], results["worker lives"]) == (ANN, "cancelled", True)
    assert "no permission to read secret.mp4" in results["ann on the secret one"]
    assert results["closed"] == []


@pytest.mark.skipif(os.name != "posix", reason="this system has no umask")
@pytest.mark.parametrize(
    ("mode", "umask", "after"),
    [
        (0o2775, 0o022, 0o002),
        (0o2770, 0o077, 0o007),
        (0o2775, 0o002, 0o002),
        (0o755, 0o022, 0o022),
        (0o775, 0o022, 0o022),
        (0o2755, 0o022, 0o022),
        (None, 0o022, 0o022),
    ],
)
def test_only_a_groups_library_widens_the_umask(tmp_path: Path, mode: int | None, umask: int, after: int) -> None:
    """`join_group` opens the umask to the group only where the folder is group-writable and passes its group on."""
    home = tmp_path / "home"
    if mode is not None:
        home.mkdir()
        home.chmod(mode)
    before = os.umask(umask)
    try:
        group_mode.join_group(home)
        assert os.umask(before) == after
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="this system has no umask")
def test_a_library_of_ones_own_stays_so(tmp_path: Path) -> None:
    """New files in a library that is not shared are not group-writable."""
    library = Library.open(tmp_path / "home")
    assert not [path for path in library.home.rglob("*") if path.stat().st_mode & 0o020]
