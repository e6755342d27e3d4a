"""A library of several users of one machine: it works where its folder is a group's, else the way to it is told."""

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

from emotion_core.library.library import Library
from emotion_core.storage import group_mode
from tests.two_users import ANN

ROOT = Path(__file__).parent.parent


def told(what: str) -> dict[str, Any]:
    """What `tests.two_users` tells of `what`, where mounts are its own."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may act as several users")
    if not shutil.which("unshare") or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        pytest.skip("no mounts of one's own here")
    place = Path(tempfile.mkdtemp(dir="/tmp"))  # pytest's own folders are closed to other users
    place.chmod(0o755)
    try:
        command = ["unshare", "--mount", sys.executable, "-m", "tests.two_users", what, str(place)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_two_users_work_in_one_library() -> None:
    """With a umask of 022 each reads, corrects, analyses, links and deletes what the other made. A file that is closed
    all the same is called that, and is neither taken for damaged nor put aside.
    """
    found = told("together")
    for step in ("ann analyses", "ben reads", "ben names", "ben analyses", "ann reads"):
        code, said, _ = found[step]
        assert (step, code) == (step, 0), found[step]
        assert said
    assert found["ben reads"][1] == found["ann analyses"][1]
    assert "Kitchen" in found["ben names"][1]
    assert found["ann reads"][1] == found["ben names"][1]
    assert (found["ann signs"], found["ben adds"]) == ("True", "True\nTrue")
    assert found["closed"] == []
    for who in ("ben repairs", "ben repairs without a row"):
        code, said, _ = found[who]
        assert code == 1
        assert "may not be read by user" in said
        assert "set-aside" not in said
    assert found["still there"]
    assert found["ann repairs"][0] == 0, found["ann repairs"]
    assert (found["ben deletes"], found["ann deletes"], found["left"]) == ("['second.mp4']", "[]", [])


def test_a_narrow_umask_leaves_out_others_only() -> None:
    """With a umask of 077 the group may change all that is made, and nobody else may read any of it."""
    found = told("narrow")
    assert found["ann adds"] == "True"
    assert found["ben reads"] == "b'ftyp'"
    assert (found["ben names"], found["ben announces"], found["ann removes it"]) == ("saved", "Film.mp4", "[]")
    assert (found["closed"], found["open to others"]) == ([], [])


def test_who_may_not_is_told_the_way() -> None:
    """Where the folder is one user's own, another is refused in one sentence, and nothing is touched; the commands that
    it names make the library the group's, though nobody else's.
    """
    found = told("unprepared")
    for who in ("ben", "ben checks", "ben analyses", "eve", "eve then"):
        code, said, error = found[who]
        assert (who, code, said) == (who, 3, ""), found[who]
        assert error.count("\n") == 1
        assert f"belongs to user {ANN}" in error
        assert "chgrp -R GROUP" in error
        assert "--home" in error
    assert found["untouched"]
    assert found["shared"] == 0
    assert found["ben then"][0] == 0, found["ben then"]
    assert found["closed"] == []


def test_a_disk_that_can_only_be_read_is_called_that() -> None:
    """Where the disk is read-only, nobody is told to change permissions."""
    code, said, error = told("read_only")["ann"]
    assert (code, said) == (3, "")
    assert "lies on a disk that can only be read" in error
    assert "chgrp" not in error


def test_one_worker_serves_both() -> None:
    """One user's worker does the other's work: a film that it may not read is told so with its user, and what the other
    takes back ends, though they may not end it themselves.
    """
    found = told("one_worker")
    assert "secret.mp4 may not be read where it lies by user 40001" in found["secret"]
    assert "upload it" in found["secret"]
    assert (found["whose"], found["cancelled"], found["worker lives"]) == (ANN, "cancelled", True)
    assert "no permission to read secret.mp4" in found["ann on the secret one"]
    assert found["closed"] == []


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
    """The umask lets the group in where the folder is writable for it and hands it on, and stays elsewhere."""
    home = tmp_path / "home"
    if mode is not None:
        home.mkdir()
        home.chmod(mode)
    before = os.umask(umask)
    try:
        group_mode.join(home)
        assert os.umask(before) == after
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="this system has no umask")
def test_a_library_of_ones_own_stays_so(tmp_path: Path) -> None:
    """What is made in a library that is no group's is not writable for the group."""
    library = Library.open(tmp_path / "home")
    assert not [path for path in library.home.rglob("*") if path.stat().st_mode & 0o020]
