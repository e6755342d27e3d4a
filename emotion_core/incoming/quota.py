"""How much the library takes, and how much more it may."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import DiskFull, QuotaReached
from ..storage.config import Configuration
from ..storage.files import disk_full
from . import claims

RESERVE = 64_000_000
"""Bytes of the disk that uploads and proxies leave free, so that the library can still write down what it knows."""
SMALL_DISK = 100
"""Of a smaller disk they leave this part: one in so many."""


@dataclass(frozen=True, slots=True)
class Space:
    """All in bytes."""

    used: int
    """By films, their proxies and what has arrived of uploads."""
    promised: int
    """What unfinished uploads still wait for."""
    quota: int | None
    """What `used` may grow to; None: as far as the disk goes."""
    free: int
    """On the disk, beyond what is left free on purpose; may be negative."""

    @property
    def room(self) -> int:
        """What one more film may take."""
        left = self.free if self.quota is None else min(self.free, self.quota - self.used)
        return max(0, left - self.promised)

    def must_hold(self, wanted: int, name: str) -> None:
        """Raises QuotaReached or DiskFull where there is no room for `wanted` bytes more, of the film `name`."""
        if wanted <= self.room:
            return
        from ..formatting import size  # not before: it brings threads, and who makes a proxy is yet to be confined

        others = f" ({size(self.promised)} are kept for other uploads)" if self.promised else ""
        says = f"{name} takes {size(wanted)}, and {size(self.room)} are left"
        if self.quota is not None and self.quota - self.used < self.free:
            raise QuotaReached(
                f"{says} of the {size(self.quota)} that the library may take{others}.",
                "Delete films that are no longer needed, or raise quota_gb in config.toml.",
            )
        raise DiskFull(
            f"{says} on the library's disk{others}.",
            "Free some space, or set EMOTION_HOME to a folder on a larger disk.",
        )

    def without(self, file: Path) -> Space:
        """As if `file`, one of the library's own, were not there."""
        taken = _bytes_of(file)
        return replace(self, used=self.used - taken, free=self.free + taken)

    def must_go_on_holding(self, file: Path, name: str) -> None:
        """A quick look at `file` while it is written, of the film `name`; this is the space `without` it.

        Of everything else in the library it is taken that it stays as it was: an upload that goes on was promised its
        bytes before. Raises QuotaReached or DiskFull.
        """
        self.must_hold(_bytes_of(file), name)
        if _free(file.parent) < 0:
            raise disk_full(file)


def space(home: Path) -> Space:
    """As it is now. Raises SettingsError where config.toml makes no sense."""
    used = sum(_bytes_below(home / name) for name in ("films", "incoming"))
    return Space(used, claims.promised(home), Configuration.of(home).quota, _free(home))


def surely_holds(home: Path, wanted: int) -> bool:
    """A look that costs the same however many uploads there are: False where `space` must say whether there is room.

    Raises SettingsError where config.toml makes no sense.
    """
    claimed, quota = claims.claimed(home), Configuration.of(home).quota
    if wanted > _free(home) - claimed:
        return False
    return quota is None or wanted <= quota - _bytes_below(home / "films") - claimed


def disk_must_hold(home: Path, wanted: int) -> None:
    """A quick look at the disk alone. Raises DiskFull."""
    if wanted > _free(home):
        raise disk_full(home / "incoming")


def _free(folder: Path) -> int:
    disk = shutil.disk_usage(folder)
    return disk.free - min(RESERVE, disk.total // SMALL_DISK)


def _bytes_below(folder: Path) -> int:
    """Files may come and go meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            total += _bytes_of(Path(place) / name)
    return total


def _bytes_of(file: Path) -> int:
    """0 of what is not there, not yet or no longer."""
    with contextlib.suppress(OSError):
        return file.lstat().st_size
    return 0
