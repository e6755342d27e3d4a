"""Folders on other machines, told from the list of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.storage import network_folders

MOUNTS = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:40 / /mnt/films rw,relatime shared:9 - nfs4 server:/films rw,vers=4.2
41 40 8:2 / /mnt/films/local rw - xfs /dev/sdb1 rw
42 22 0:42 / /mnt/with\040space rw - cifs //server/share rw
43 22 0:43 / /mnt/ssh rw - fuse.sshfs me@host:/ rw
44 22 0:44 / /mnt/disk rw - fuseblk /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/library", None),
        ("/mnt/films/library", "nfs4"),
        ("/mnt/films/local/library", None),
        ("/mnt/filmsother", None),
        ("/mnt/with space/library", "cifs"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/mnt/disk/library", None),
    ],
)
def test_the_innermost_mount_decides(tmp_path: Path, folder: str, kind: str | None) -> None:
    """NFS, SMB and sshfs are on other machines; a disk that is mounted below them is not."""
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert network_folders.kind_of(Path(folder), tmp_path / "mountinfo") == kind


def test_where_nothing_is_known_nothing_is_said(tmp_path: Path) -> None:
    """Without a list of mounts no folder is called a network folder."""
    assert network_folders.kind_of(tmp_path, tmp_path / "none") is None
