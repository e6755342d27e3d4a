"""Disk space that the library uses, that uploads claim, and that is left under the owner's quota."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import DiskFull, LaterVersion, NotPermitted, QuotaReached, UploadGone
from ..storage import Configuration, Home, disk_full
from . import upload_store

RESERVE = 64_000_000
"""Bytes of the disk that uploads and proxies leave free for the library's other files."""
SMALL_DISK = 100
"""At most 1/SMALL_DISK of the disk is reserved."""


@dataclass(frozen=True, slots=True)
class StorageBudget:
    """Disk space of a library at one moment, in bytes."""

    used: int
    """Used by films, their proxies and the bytes of uploads that have arrived."""
    pending: int
    """Bytes of unfinished uploads that have not arrived yet."""
    quota: int | None
    """Limit for `used`; None for no limit but the disk."""
    free: int
    """Free on the disk beyond the reserve; may be negative."""

    @property
    def room(self) -> int:
        """Maximum size of one more film."""
        available = self.free if self.quota is None else min(self.free, self.quota - self.used)
        return max(0, available - self.pending)

    def check_room(self, wanted: int, name: str) -> None:
        """Raise QuotaReached or DiskFull if there is no room for `wanted` more bytes of the film `name`."""
        if wanted <= self.room:
            return
        # Imported late: it starts threads, and the process that makes a proxy must be confined before.
        from ..formatting import size

        others = f" ({size(self.pending)} are kept for other uploads)" if self.pending else ""
        problem = f"{name} takes {size(wanted)}, and {size(self.room)} are left"
        if self.quota is not None and self.quota - self.used < self.free:
            raise QuotaReached(
                f"{problem} of the {size(self.quota)} that the library may take{others}.",
                "Delete films that are no longer needed, or raise quota_gb in config.toml.",
            )
        raise DiskFull(
            f"{problem} on the library's disk{others}.",
            "Free some space, or set EMOTION_HOME to a folder on a larger disk.",
        )

    def without(self, file: Path) -> StorageBudget:
        """The budget if `file`, a file of the library, did not exist."""
        size = _file_size(file)
        return replace(self, used=self.used - size, free=self.free + size)

    def check_growing_file(self, file: Path, name: str) -> None:
        """Raise QuotaReached or DiskFull if `file`, which is being written for the film `name`, has become too large.

        `self` must be the budget `without` the file. The rest of the library is assumed not to have grown: uploads in
        progress are counted in `pending`. The call is cheap.
        """
        self.check_room(_file_size(file), name)
        if _free(file.parent) < 0:
            raise disk_full(file)


def storage_budget(home: Path) -> StorageBudget:
    """The current budget of the library at `home`. Raises SettingsError for an invalid config.toml."""
    used = sum(map(_bytes_below, (Home(home).films, Home(home).incoming)))
    return StorageBudget(used, pending_bytes(home), Configuration.load(home).quota, _free(home))


def pending_bytes(home: Path) -> int:
    """Bytes of unfinished uploads that have not arrived yet."""
    uploads = upload_store.all_uploads(home)
    return sum(max(0, upload.length - upload.offset) for upload in uploads if upload.outcome is None)


def claimed_bytes(home: Path) -> int:
    """Upper bound of the bytes that uploads have taken or still need: the announced length of each, finished or not.

    The announced length of an upload never changes and is read once by each process, so the cost hardly depends on the
    number of uploads.
    """
    claims, cached, other_bytes = {}, _claims.get(home, {}), 0
    for name in upload_store.entry_names(home):
        if (claim := cached.get(name)) is None:
            try:
                claim = upload_store.read(home, name).length
            except (UploadGone, LaterVersion, NotPermitted):  # no upload, or one of a later version
                entry = Home(home).incoming / name
                other_bytes += _file_size(entry) + _file_size(entry / "part")
                continue
        claims[name] = claim
    _claims[home] = claims
    return sum(claims.values()) + other_bytes


_claims: dict[Path, dict[str, int]] = {}
"""Announced lengths of uploads by id, for each library."""


def certainly_fits(home: Path, wanted: int) -> bool:
    """Whether `wanted` more bytes fit by a safe estimate. False: `storage_budget` must decide.

    The cost does not depend on the number of uploads. Raises SettingsError for an invalid config.toml.
    """
    claimed, quota = claimed_bytes(home), Configuration.load(home).quota
    if wanted > _free(home) - claimed:
        return False
    return quota is None or wanted <= quota - _bytes_below(Home(home).films) - claimed


def check_disk(home: Path, wanted: int) -> None:
    """Raise DiskFull if the disk has no room for `wanted` more bytes. The quota is not checked."""
    if wanted > _free(home):
        raise disk_full(Home(home).incoming)


def _free(folder: Path) -> int:
    """Free bytes of a folder's disk beyond the reserve."""
    disk = shutil.disk_usage(folder)
    return disk.free - min(RESERVE, disk.total // SMALL_DISK)


def _bytes_below(folder: Path) -> int:
    """Total size of all files below a folder. Files may be added or deleted during the call."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            total += _file_size(Path(place) / name)
    return total


def _file_size(file: Path) -> int:
    """Bytes of a file; 0 if it does not exist."""
    with contextlib.suppress(OSError):
        return file.lstat().st_size
    return 0
