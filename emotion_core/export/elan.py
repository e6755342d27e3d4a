"""ELAN's annotation format, .eaf, for film scholars: tiers of the scenes, their expressions and their intensity.

Max Planck Institute for Psycholinguistics, EAF 2.8, written by pympi. Times are running times in milliseconds. The film
is named beside the file, without its folder.
"""

from __future__ import annotations

import mimetypes
import tempfile
from pathlib import Path
from urllib.parse import quote

from .. import formatting
from ..interchange.marker_list import one_line
from ..interchange.scene_markers import shares_text
from ..report import provenance, wording
from .export_format import ReportedFilm

TIERS = ("scene", "expression", "shares", "intensity", "faces")


def write(film: ReportedFilm) -> bytes:
    """The file, UTF-8. A scene of less than a millisecond makes no annotation, a missing value neither."""
    from pympi import Eaf

    analysis, observations = film.analysis, film.analysis.observations
    source = provenance.reading_description(observations.checkpoint, observations.engine, analysis.temperature)
    document = Eaf(author=one_line(f"Film emotion dashboard: apparent expression, {source}"))
    mime = mimetypes.guess_type(film.name)[0] or "video/mp4"
    name = quote(film.name.encode("utf-8", "replace"))
    document.add_linked_file(f"file:///{name}", f"./{name}", mime)
    for tier in TIERS:
        document.add_tier(tier)
    document.remove_tier("default")
    for row in analysis.scenes:
        start, end = (round(at * 1000) for at in (row.scene.span.start, row.scene.span.end))
        values = {
            "scene": wording.scene_title(row),
            "expression": wording.dominant_or_reason(analysis, row),
            "shares": shares_text(analysis.labels, row),
            "intensity": "" if row.intensity is None or row.dominant is None else f"{row.intensity:.2f}",
            "faces": formatting.count(row.faces, "usable face") if row.scene.counts else "",
        }
        for tier, value in values.items():
            if value and end > start:
                document.add_annotation(tier, start, end, one_line(value))
    with tempfile.TemporaryDirectory() as folder:  # pympi writes to paths only
        file = Path(folder) / "report.eaf"
        document.to_file(str(file))
        return file.read_bytes()
