"""WebVTT tracks for players: the scenes as chapters, and a JSON object a scene as metadata.

https://www.w3.org/TR/webvtt1/ (chapter cues, metadata cues). Times are running times of the film, in milliseconds, as
players count; a scene of less than a millisecond makes no cue.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from html import escape

from ..analysis import SceneEmotion, certainty_of, deviations, placed_notes, runner_up
from ..interchange.marker_list import one_line
from ..interchange.scene_markers import dominant_text, reader_text
from ..report import wording
from .export_format import ReportedFilm


def chapters(film: ReportedFilm) -> bytes:
    """A chapter for each scene, named by its number, name and expression."""

    def text(row: SceneEmotion) -> str:
        title = one_line(f"{wording.scene_title(row)} · {dominant_text(film.analysis, row)}")
        return escape(title, quote=False)  # also of the arrow, which no cue may hold

    return _track(film, text)


def metadata(film: ReportedFilm) -> bytes:
    """A cue for each scene whose text is a JSON object, with numbers as in the JSON report and null where missing."""
    analysis = film.analysis
    targets = {each.row.scene.id: each for each in deviations(analysis)}
    notes: dict[int, list[dict[str, object]]] = defaultdict(list)
    for note in placed_notes(analysis):
        at = round(analysis.observations.seconds_at(note.frame) * 1000)
        notes[note.row.scene.id].append(
            {"time": _clock(at), "frame": note.frame, "text": note.note.text, "of_scene": note.of_scene}
        )

    def text(row: SceneEmotion) -> str:
        off = targets.get(row.scene.id)
        shares = None if row.shares is None else [round(share, 4) for share in row.shares]
        fields = {
            "scene": row.scene.number,
            "name": row.scene.name,
            "kind": row.scene.kind,
            "dominant": row.dominant,
            "certainty": certainty_of(analysis, row),
            "runner_up": runner_up(analysis, row),
            "shares": None
            if shares is None
            else dict(zip(analysis.labels, (round(s, 4) for s in shares), strict=True)),
            "intensity": None if row.intensity is None else round(row.intensity, 4),
            "faces": row.faces,
            "coverage": None if row.coverage is None else round(row.coverage, 4),
            "target": None if off is None else off.target.expression,
            "target_intensity": None if off is None else off.target.intensity,
            "deviation": None if off is None or off.value is None else round(off.value, 4),
            "target_result": None if off is None else off.result,
            "notes": notes[row.scene.id],
        }
        return json.dumps(fields, ensure_ascii=False).replace("-->", "--\\u003e")

    return _track(film, text)


def _track(film: ReportedFilm, text: Callable[[SceneEmotion], str]) -> bytes:
    """A cue for each scene, with the text that `text` gives."""
    import webvtt

    track = webvtt.WebVTT(header_comments=[one_line(f"{film.name}: {reader_text(film.analysis)}").replace("-->", "→")])
    for row in film.analysis.scenes:
        start, end = (round(at * 1000) for at in (row.scene.span.start, row.scene.span.end))
        if end > start:
            cue = webvtt.Caption(_clock(start), _clock(end), [text(row)], identifier=str(row.scene.number))
            track.captions.append(cue)
    return (track.content.rstrip("\n") + "\n").encode()


def _clock(milliseconds: int) -> str:
    """“01:02:03.004”."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
