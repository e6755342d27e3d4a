"""Where a library's cluster is: from the environment of the owner's processes, else from config.toml.

`serve --cluster` hands database and exchange to its processes by the environment: no command line holds a password.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from ..errors import ClusterError
from ..jobs.supervisor import cluster_of
from ..scan.segmenting import SEGMENT_SECONDS
from ..storage import Home, network_folders, write_whole
from . import leases
from .exchange import Exchange, check_folder

if TYPE_CHECKING:
    from .database import Connection, Database

HEARTBEAT = "EMOTION_CLUSTER_HEARTBEAT"
DEFAULT_HEARTBEAT = 10.0
RANGE_SECONDS = "EMOTION_CLUSTER_RANGE_SECONDS"
"""Variable for trials with other ranges than the segments of a scan."""
MARK = "owner"
"""Name of the setting and of the exchange's folder of what `mark` puts there."""
MISSED = 3
"""Heartbeats that a worker may miss before its range is given to another."""


@dataclass(frozen=True, slots=True)
class Places:
    """The database and the exchange."""

    database: str = field(repr=False)
    store: str = field(repr=False)

    @classmethod
    def of(cls, home: Path) -> Places | None:
        """The places of a library; None where it has no cluster. Raises ClusterError, SettingsError."""
        database, store = cluster_of(home)
        if not database:
            return None
        if not store:
            raise ClusterError(
                "The cluster has a database and no exchange.", "Name the exchange too: --store, or store in [cluster]."
            )
        check_folder(store)
        return cls(database, store)

    @property
    def public_store(self) -> str | None:
        """The exchange for workers that are not told it; None where the URL holds a password."""
        parts = urlsplit(self.store) if "://" in self.store else None
        return None if parts is not None and parts.password else self.store

    def tell(self, connection: Connection) -> None:
        """Tell workers what they need to know."""
        leases.set_setting(connection, "exchange", self.public_store)
        leases.set_setting(connection, "heartbeat", heartbeat())


def mark(database: Database, exchange: Exchange) -> None:
    """Put an object into the owner's exchange by which a worker knows it. Raises ClusterError, DiskFull."""
    content = database.run(lambda connection: leases.mark(connection, uuid4().hex)).encode()
    exchange.put(MARK, lambda: iter([content]), hashlib.sha256(content).hexdigest(), len(content))


def is_marked(database: Database, exchange: Exchange) -> bool:
    """Whether an exchange is the owner's: a shared folder that is not mounted is an empty one. Raises
    ClusterUnreachable.
    """
    content = str(database.run(lambda connection: leases.setting(connection, MARK)) or "").encode()
    return not content or exchange.has(MARK, hashlib.sha256(content).hexdigest(), len(content))


def heartbeat() -> float:
    """Seconds between two signs of life of a worker."""
    try:
        return max(0.2, float(os.environ[HEARTBEAT]))
    except (KeyError, ValueError):
        return DEFAULT_HEARTBEAT


def range_seconds() -> Fraction:
    """Film time of a range."""
    try:
        return max(Fraction(1), Fraction(os.environ[RANGE_SECONDS]))
    except (KeyError, ValueError, ZeroDivisionError):
        return SEGMENT_SECONDS


def library_id(home: Path) -> str:
    """The name of a library in the cluster's database, made at the first call. Raises LibraryError."""
    file = Home(home).cluster_name
    try:
        return str(json.loads(file.read_bytes())["library"])
    except (OSError, ValueError, KeyError, TypeError):
        name = uuid4().hex
        write_whole(file, json.dumps({"library": name}).encode())
        return name


def check_home(home: Path) -> None:
    """Raise ClusterError for a library on a network folder: SQLite's locks do not hold there."""
    if (kind := network_folders.kind_of(home)) is not None:
        raise ClusterError(
            f"The library {home} lies on a network folder ({kind}). SQLite, which holds its films and corrections, "
            "needs locks that such folders do not keep: two machines would damage it.",
            "Keep the library on a disk of this machine, and share films and the exchange only; --home names it.",
        )
