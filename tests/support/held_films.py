"""Films whose bytes a library holds, and the reports of all its analyses."""

from __future__ import annotations

from pathlib import Path

from emotion_core.jobs.requests import ScanRequest
from emotion_core.library import Film, Library
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ReportSettings
from emotion_core.storage import Home
from tests.support import library_builder
from tests.support.clips import clip


def add_held_film(library: Library, name: str) -> Film:
    """Add a film whose bytes the library holds, with two analyses and the requests that jobs leave."""
    analysed = library_builder.film(library, name, ["happy", None, "sad"])
    library_builder.film(library, name, ["sad", "sad", "angry"], model="other")
    with library.database() as database:
        database.execute("UPDATE films SET path = '/gone' WHERE id = ?", (analysed.id,))
    with clip(name).open("rb") as file:
        film = library.add_film(file, Path(name).name)
    for scan in library.scans(film.id):
        request = ScanRequest(
            film=film.path, content_id=film.id, name=film.name, store=library.store(scan.id).folder,
            settings=scan.settings, wanted=ReportSettings(), lock=Home(library.home).scan_lock,
        )  # fmt: skip
        request.write(library.home / "jobs" / f"{scan.id}.request")
    return film


def reports_of(library: Library) -> dict[str, bytes]:
    """CSV report of each analysis under default settings, by scan id."""
    films = [(film, scan) for film in library.films() for scan in library.scans(film.id)]
    return {
        scan.id: csv_bytes(scene_table(library.analysis_of(scan, ReportSettings())))
        for _, scan in films
        if library.store(scan.id).sealed
    }
