"""Everything that leaves the app for the two films of the golden library."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from emotion_core.analysis import Analysis
from emotion_core.compare import align, comparison_table, pair
from emotion_core.compare.change_list import list_changes
from emotion_core.corrections import Corrections
from emotion_core.ingest.sample_cut import NAMES as FILMS, Which
from emotion_core.interchange import NAMES, MarkerSettings, Side, file_stem, mark_changes, mark_scenes, write_files
from emotion_core.library import Library
from emotion_core.report import csv_bytes, json_bytes, scene_table
from emotion_core.settings import DETECTORS, FaceLimits, ReportSettings, ScanSettings, ShotSettings, digest

HERE = Path(__file__).parent
LIBRARY = HERE / "library"
EXPECTED = HERE / "expected"

CORRECTIONS = Corrections(begins=(40,), joined=(257,), names=((0, "Opening"),))
"""Of the sample cut: its first clip is split and named, the third and the fourth are one scene."""

SETTINGS: dict[str, ScanSettings | ReportSettings | ShotSettings] = {
    "scan, defaults": ScanSettings(level_faces=False),
    "scan, changed": ScanSettings(
        samples_per_second=Fraction(5, 2), engine="torch", track=2, keep_pictures=False, level_faces=False
    ),
    "report, defaults": ReportSettings(),
    "report, corrected": ReportSettings(corrections=CORRECTIONS),
    "cut list": ReportSettings(shots=ShotSettings(detector="cuts", cuts=((0, ""), (30, "Kitchen")))),
    **{f"shots, {name}": ShotSettings(detector=name) for name in DETECTORS if name != "cuts"},
}


def outputs(library: Library) -> dict[str, bytes]:
    """The content of every file, by its name."""
    ids = {film.name: film.id for film in library.films()}
    before, after = _analysis(library, ids[FILMS["cut"]]), _analysis(library, ids[FILMS["re-cut"]])
    shared = align(before.observations, after.observations)
    changes = pair(before, after, shared)
    listed = list_changes(before, after, shared, changes)
    written = {"comparison.csv": csv_bytes(comparison_table(before, after, changes))}
    sides: tuple[tuple[Which, Analysis, Side], ...] = (("cut", before, "before"), ("re-cut", after, "after"))
    for name, analysis, side in sides:
        written[f"{name}.csv"] = csv_bytes(scene_table(analysis))
        written[f"{name}.json"] = json_bytes(analysis)
        for to in NAMES:
            scenes = mark_scenes(analysis, FILMS[name], MarkerSettings(without_expression=True))
            written |= write_files(to, scenes, file_stem(to, f"{name}-{to}"))
        changed = mark_changes(before, after, listed, side, FILMS[name])
        written |= write_files("resolve", changed, f"{name}-changes")
    digests = {name: digest(settings) for name, settings in SETTINGS.items()}
    written["digests.json"] = (json.dumps(digests, indent=1) + "\n").encode()
    return written


def _analysis(library: Library, film_id: str) -> Analysis:
    """A film's report without limits of readable faces, which are newer than these files."""
    scan = library.newest_scan(film_id)
    assert scan is not None
    return library.analysis_of(scan, replace(library.report_settings(film_id), face_limits=FaceLimits()))
