"""ELAN's annotation format, .eaf, for film scholars: tiers of the scenes, their expressions, targets and notes.

Max Planck Institute for Psycholinguistics, EAF 2.8, written by pympi. Times are running times in milliseconds. The film
is named beside the file, without its folder.
"""

from __future__ import annotations

import mimetypes
import tempfile
from pathlib import Path
from urllib.parse import quote

from .. import formatting
from ..analysis import Analysis, deviations, placed_notes
from ..interchange.marker_list import one_line
from ..interchange.scene_markers import shares_text
from ..report import provenance, wording
from ..report.annotation_wording import deviation_text, target_text
from .export_format import ReportedFilm

TIERS = ("scene", "expression", "shares", "intensity", "faces", "target", "scene notes", "notes")


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
    targets = {each.row.scene.id: each for each in deviations(analysis)}
    for row in analysis.scenes:
        off = targets.get(row.scene.id)
        start, end = (round(at * 1000) for at in (row.scene.span.start, row.scene.span.end))
        values = {
            "scene": wording.scene_title(row),
            "expression": wording.dominant_or_reason(analysis, row),
            "shares": shares_text(analysis.labels, row),
            "intensity": "" if row.intensity is None or row.dominant is None else f"{row.intensity:.2f}",
            "target": "" if off is None else f"{target_text(off.target)}: {deviation_text(analysis, off)}",
            "faces": formatting.count(row.faces, "usable face") if row.scene.counts else "",
        }
        for tier, value in values.items():
            if value and end > start:
                document.add_annotation(tier, start, end, one_line(value))
    for (tier, start), (end, texts) in _notes(analysis).items():
        document.add_annotation(tier, start, end, "; ".join(texts))
    with tempfile.TemporaryDirectory() as folder:  # pympi writes to paths only
        file = Path(folder) / "report.eaf"
        document.to_file(str(file))
        return file.read_bytes()


def _notes(analysis: Analysis) -> dict[tuple[str, int], tuple[int, list[str]]]:
    """End and texts of the notes by tier and start; those about a scene are as long as it, others a frame.

    Those that begin in the same millisecond share an annotation, since annotations of a tier do not overlap.
    """
    notes: dict[tuple[str, int], tuple[int, list[str]]] = {}
    for note in placed_notes(analysis):
        first = analysis.observations.seconds_at(note.frame)
        after = note.row.scene.span.end if note.of_scene else analysis.observations.seconds_at(note.frame + 1)
        start, end = (round(at * 1000) for at in (first, after))
        key = ("scene notes" if note.of_scene else "notes", start)
        notes.setdefault(key, (max(end, start + 1), []))[1].append(one_line(note.note.text))
    return notes
