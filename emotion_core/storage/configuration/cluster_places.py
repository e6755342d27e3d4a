"""`[cluster]` of config.toml: the database and the store that this library shares with other machines.

[cluster]
database = "postgresql://user:password@host/name"  # the same as `serve --cluster`
store = "/mnt/exchange"                            # a shared folder, or a URL that fsspec opens: s3://bucket/below
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .table import Table

_DATABASES = ("postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class ClusterPlaces:
    """The table `[cluster]`."""

    database: str | None = field(default=None, repr=False)
    """A postgresql:// URL, which may hold a password; None: this machine works alone."""
    store: str | None = field(default=None, repr=False)
    """An absolute path or a URL, which may hold a password; None where nothing is shared."""

    @classmethod
    def from_table(cls, table: Table) -> ClusterPlaces:
        """The places of a table. Raises SettingsError."""
        database, store = table.text("database"), table.text("store")
        table.raise_if_unknown()
        if database is not None and _scheme(database) not in _DATABASES:
            raise table.error("database is no PostgreSQL address.", "Write one such as postgresql://host/name.")
        if store is not None and not Path(store).is_absolute() and not _scheme(store):
            raise table.error("store is neither a whole path nor a URL.", "Write /mnt/exchange or s3://bucket/below.")
        return cls(database, store)


def _scheme(text: str) -> str:
    """The scheme of a URL; empty for any other text."""
    try:
        return urlsplit(text).scheme if "://" in text else ""
    except ValueError:
        return ""
