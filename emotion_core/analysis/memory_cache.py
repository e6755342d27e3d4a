"""The cache of analyses in memory: after a correction only the scenes that it changes are computed again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from weakref import WeakValueDictionary

from ..expression.checkpoints import calibration
from ..observations import ObservationStore
from ..settings import ReportSettings
from . import disk_cache, usable_faces
from .records import Analysis

CAPACITY = 4
"""Analyses in memory at once; a feature film's numbers take some tens of megabytes."""

_Key = tuple[Path, str, str]
"""Folder of a scan, hash of its seal, fingerprint of the rule of usable faces."""


class MemoryCache:
    """The latest analysis of each of the last CAPACITY scans. Safe to use from several threads.

    Calibrations are looked up under `home`.
    """

    @classmethod
    def shared(cls, home: Path) -> MemoryCache:
        """The cache that this process' pages and routes share of a library, while one of them holds it."""
        with _lock:
            cache = _shared.get(home)
            if cache is None:
                cache = _shared[home] = cls(home)
            return cache

    def __init__(self, home: Path) -> None:
        self._home = home
        self._latest: OrderedDict[_Key, Analysis] = OrderedDict()
        self._turns: WeakValueDictionary[_Key, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def forget(self, store: ObservationStore) -> None:
        """Remove the scan in `store`."""
        with self._lock:
            for key in [key for key in self._latest if key[0] == store.folder]:
                del self._latest[key]

    def analysis(self, folder: Path, store: ObservationStore, settings: ReportSettings) -> Analysis:
        """As `disk_cache.cached_analysis`, of the scan in `store`. Who asks while another thread reads it waits for
        that.
        """
        while True:
            key = (store.folder, store.seal_hash, usable_faces.fingerprint())
            with self._turn(key):
                analysis = self._read(key, folder, store, settings)
            if analysis is not None:
                return analysis

    def _turn(self, key: _Key) -> threading.Lock:
        """The lock of those who ask for a scan."""
        with self._lock:
            return self._turns.setdefault(key, threading.Lock())

    def _read(self, key: _Key, folder: Path, store: ObservationStore, settings: ReportSettings) -> Analysis | None:
        """The analysis; None where frames were added to the scan while it was read."""
        with self._lock:
            latest = self._latest.get(key)
        observations = store.read() if latest is None else latest.observations
        temperature = calibration.resolve_temperature(settings.temperature, observations.checkpoint.hash, self._home)
        if latest is not None and latest.temperature == temperature:
            if latest.report_settings == settings:
                return latest
            if latest.report_settings.of_numbers == settings.of_numbers:
                return self._keep(key, replace(latest, report_settings=settings))
        segments = store.segment_count
        if store.seal_hash != key[1]:
            return None
        return self._keep(
            key, disk_cache.cached_analysis(folder, observations, segments, settings, temperature, latest)
        )

    def _keep(self, key: _Key, analysis: Analysis) -> Analysis:
        with self._lock:
            self._latest[key] = analysis
            self._latest.move_to_end(key)
            while len(self._latest) > CAPACITY:
                self._latest.popitem(last=False)
        return analysis


_shared: WeakValueDictionary[Path, MemoryCache] = WeakValueDictionary()
_lock = threading.Lock()
