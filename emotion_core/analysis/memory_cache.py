"""The analyses last opened, kept in memory: of a correction only what it changes is then read and worked out anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from ..expression.checkpoints import calibration
from ..observations.store import ObservationStore
from ..settings import ReportSettings
from . import disk_cache
from .records import Analysis

FILMS = 4
"""Held at once; a feature film's numbers take some tens of megabytes."""


class Memory:
    """The latest analysis of each of a few scans. Several threads may use it at once.

    Calibrations are those under `home`.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._latest: OrderedDict[tuple[Path, str], Analysis] = OrderedDict()
        self._lock = threading.Lock()

    def forget(self, store: ObservationStore) -> None:
        """Nothing is kept of the scan in `store`."""
        with self._lock:
            for key in [key for key in self._latest if key[0] == store.folder]:
                del self._latest[key]

    def analysis(self, folder: Path, store: ObservationStore, settings: ReportSettings) -> Analysis:
        """As `disk_cache.analysis`, of the scan in `store`."""
        key = (store.folder, store.state)
        with self._lock:
            latest = self._latest.get(key)
        seen = store.read() if latest is None else latest.observations
        temperature = calibration.resolved(settings.temperature, seen.checkpoint.hash, self._home)
        if latest is not None and (latest.report_settings, latest.temperature) == (settings, temperature):
            return latest
        segments = store.segments
        if store.state != key[1]:
            return self.analysis(folder, store, settings)  # frames were added while it was read
        made = disk_cache.analysis(folder, seen, segments, settings, temperature, latest)
        with self._lock:
            self._latest[key] = made
            self._latest.move_to_end(key)
            while len(self._latest) > FILMS:
                self._latest.popitem(last=False)
        return made
