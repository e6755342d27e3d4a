"""Everything that leaves the app for the two films of the golden library."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from emotion_core.analysis.records import Analysis
from emotion_core.compare.alignment import footage
from emotion_core.compare.changes import comparison_table, pair
from emotion_core.corrections import Corrections
from emotion_core.ingest.sample_cut import NAMES as FILMS, Which
from emotion_core.interchange.change_markers import Side, change_markers
from emotion_core.interchange.scene_markers import MarkerSettings, scene_markers
from emotion_core.interchange.writers.registry import NAMES, files, stem
from emotion_core.library.library import Library
from emotion_core.report import csv_file, json_file, table
from emotion_core.settings import DETECTORS, ReportSettings, ScanSettings, ShotSettings, digest

HERE = Path(__file__).parent
LIBRARY = HERE / "library"
EXPECTED = HERE / "expected"

CORRECTIONS = Corrections(begins=(40,), joined=(257,), names=((0, "Opening"),))
"""Of the sample cut: its first clip is split and named, the third and the fourth are one scene."""

SETTINGS: dict[str, ScanSettings | ReportSettings | ShotSettings] = {
    "scan, defaults": ScanSettings(),
    "scan, changed": ScanSettings(samples_per_second=Fraction(5, 2), engine="torch", track=2, keep_pictures=False),
    "report, defaults": ReportSettings(),
    "report, corrected": ReportSettings(corrections=CORRECTIONS),
    "cut list": ReportSettings(shots=ShotSettings(detector="cuts", cuts=((0, ""), (30, "Kitchen")))),
    **{f"shots, {name}": ShotSettings(detector=name) for name in DETECTORS if name != "cuts"},
}


def outputs(library: Library) -> dict[str, bytes]:
    """The content of every file, by its name."""
    ids = {film.name: film.id for film in library.films()}
    before, after = library.analysis(ids[FILMS["cut"]]), library.analysis(ids[FILMS["re-cut"]])
    changes = pair(before, after, footage(before.observations, after.observations))
    written = {"comparison.csv": csv_file.csv(comparison_table(before, after, changes))}
    sides: tuple[tuple[Which, Analysis, Side], ...] = (("cut", before, "before"), ("re-cut", after, "after"))
    for name, analysis, side in sides:
        written[f"{name}.csv"] = csv_file.csv(table.table(analysis))
        written[f"{name}.json"] = json_file.to_json_bytes(analysis)
        for to in NAMES:
            scenes = scene_markers(analysis, FILMS[name], MarkerSettings(without_expression=True))
            written |= files(to, scenes, stem(to, f"{name}-{to}"))
        changed = change_markers(before, after, changes, side, FILMS[name])
        written |= files("resolve", changed, f"{name}-changes")
    digests = {name: digest(settings) for name, settings in SETTINGS.items()}
    written["digests.json"] = (json.dumps(digests, indent=1) + "\n").encode()
    return written
