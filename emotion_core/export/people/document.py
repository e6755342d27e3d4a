"""People as JSON: each with their scenes and appearances, who is with whom, and what is behind the numbers."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ...media import timecode_at
from ...people import Appearance, Arc, FilmPeople, companions, emotion_cells, people_rows
from ...settings import to_json as settings_json

SCREEN_TIME = (
    "Each sampled frame stands for the frames nearest to it within its shot: on the grid one sampling interval. "
    "Seconds on screen are sums of these."
)


def write(film: FilmPeople) -> bytes:
    """The file, UTF-8."""
    return (json.dumps(to_json(film), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def to_json(film: FilmPeople) -> dict[str, Any]:
    """The document as JSON types."""
    analysis = film.analysis
    observations = analysis.observations
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in people_rows(analysis, film.people, film.arcs):
        rows.setdefault(row.pop("person"), []).append({k: v for k, v in row.items() if k != "seconds_in_film"})
    return {
        "film_sha256": observations.media.content_id,
        "model": asdict(observations.checkpoint),
        "temperature": analysis.temperature.value,
        "report_settings": settings_json(analysis.report_settings.of_numbers),
        "sampling_interval_seconds": float(1 / observations.scan_settings.samples_per_second),
        "screen_time": SCREEN_TIME,
        "people_by": "names and face embeddings" if film.people.by_embeddings else "names given by hand",
        "labels": list(analysis.labels),
        "people": [_person(film, arc, rows[arc.person.label]) for arc in film.arcs],
        "tracks_without_person": len(film.unknown),
        "tracks_left_out": len(film.left_out),
    }


def _person(film: FilmPeople, arc: Arc, rows: list[dict[str, Any]]) -> dict[str, Any]:
    person, analysis = arc.person, film.analysis
    return {
        "person": person.label,
        "named": person.name is not None,
        "seconds_on_screen": round(person.seconds, 2),
        "tracks": len(person.tracks),
        "first_scene": arc.first.emotion.scene.number,
        "last_scene": arc.last.emotion.scene.number,
        "whole_film": emotion_cells(analysis, arc.whole),
        "with": {other.label: round(seconds, 2) for other, seconds in companions(film.people, person)},
        "scenes": rows,
        "appearances": [_appearance(film, each) for each in arc.appearances],
    }


def _appearance(film: FilmPeople, appearance: Appearance) -> dict[str, Any]:
    observations = film.analysis.observations
    tc_in, tc_out = (
        timecode_at(observations.media, observations.seconds_at(frame)) for frame in (appearance.first, appearance.end)
    )
    return {
        "scene": film.analysis.scenes[appearance.scene].scene.number,
        "tc_in": tc_in,
        "tc_out": tc_out,
        "frame_in": appearance.first,
        "frame_out": appearance.end,
        "seconds": round(appearance.seconds, 2),
        "sampled_frames": appearance.frames,
    }
