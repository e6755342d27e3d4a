"""What a database file says of itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def schema_version(file: Path) -> int:
    database = sqlite3.connect(file)
    try:
        return int(database.execute("PRAGMA user_version").fetchone()[0])
    finally:
        database.close()
