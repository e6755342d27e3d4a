"""Whether a folder lies on another machine, by the type of its mount."""

from __future__ import annotations

import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
"""Mounts of this process: https://docs.kernel.org/filesystems/proc.html, section 3.5."""
KINDS = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "gpfs", "beegfs",
    "orangefs", "ocfs2", "gfs2", "davfs",
    "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "fuse.davfs", "fuse.davfs2",
    "fuse.goofys", "fuse.mount-s3", "fuse.smbnetfs", "fuse.curlftpfs", "fuse.moosefs", "fuse.juicefs",
    "fuse.gvfsd-fuse",
}  # fmt: skip
"""Types of file systems that lie on other machines."""


def kind_of(folder: Path, mounts: Path | None = None) -> str | None:
    """The type of the network mount below which `folder` lies; None on a disk of this machine, or where unknown."""
    try:
        lines = (mounts or MOUNTS).read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    place = Path(os.path.realpath(folder))
    found: tuple[int, str] | None = None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = Path(_unescaped(fields[4]))
        if place.is_relative_to(point) and (found is None or len(point.parts) >= found[0]):
            found = len(point.parts), after.split()[0]
    kind = None if found is None else found[1]
    return kind if kind in KINDS else None


def _unescaped(text: str) -> str:
    """A path of the list, in which space, tab, line feed and backslash are octal numbers."""
    for code in ("040", "011", "012", "134"):
        text = text.replace(f"\\{code}", chr(int(code, 8)))
    return text
