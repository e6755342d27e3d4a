"""`[watch]` of config.toml: folders whose new films are analysed by themselves.

[watch]
folders = ["/mnt/dailies"]  # whole paths; films in folders below them too
settle_seconds = 30         # a file that has not grown for so long is whole
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .table import Table

SETTLE_SECONDS = 30.0
MOST_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class WatchedFolders:
    """The table `[watch]`."""

    folders: tuple[Path, ...] = ()
    """Absolute paths; empty: nothing is watched."""
    settle_seconds: float = SETTLE_SECONDS
    """Seconds without a change of size or time after which a file is taken in; above 0, at most a day."""

    @classmethod
    def from_table(cls, table: Table) -> WatchedFolders:
        """The folders of a table. Raises SettingsError."""
        folders, settle = table.paths("folders"), table.number("settle_seconds", SETTLE_SECONDS)
        table.raise_if_unknown()
        if settle is None or not 0 < settle <= MOST_SECONDS:
            raise table.error(f"settle_seconds was {settle}.", f"Give seconds above 0, at most {MOST_SECONDS:g}.")
        return cls(folders, settle)
