"""The board of a film's people: a row a person, with a cell for each scene and the stretches on screen.

The document has JSON types only; shares are whole percents, times seconds of running time. What is missing is None.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from ...analysis import NOT_ENOUGH, Analysis, SceneEmotion, certainty_of, runner_up
from ...formatting import percent
from ...labels import MISSING_COLOUR, colour
from ...people import Arc, FilmPeople, Person, seconds_together
from ...report import wording
from .portraits import portrait, track_entry

MOST_PEOPLE = 100
"""People of a document, from the longest on screen."""
MOST_TRACKS = 240
"""Tracks of each list: of a person, of nobody knows whom, left out."""
IN_COMPANY = 16
"""People in the matrix of who is with whom."""


def people_document(film: FilmPeople) -> dict[str, Any]:
    """The document of a film's people: `labels` with their `colours`, `scenes`, `people`, `unknown` tracks and those
    `left_out` with the numbers of all of each, and `together`, the seconds that the first of them share the screen.
    """
    analysis, labels = film.analysis, film.analysis.labels
    shown = film.arcs[:MOST_PEOPLE]
    company = [arc.person for arc in shown[:IN_COMPANY]]
    return {
        "labels": list(labels),
        "colours": [colour(label, labels) for label in labels],
        "missing": MISSING_COLOUR,
        "not_enough": NOT_ENOUGH,
        "duration": float(analysis.observations.media.duration),
        "scenes": [
            {
                "number": row.scene.number,
                "title": wording.scene_title(row),
                "start": float(row.scene.span.start),
                "end": float(row.scene.span.end),
                "counts": row.scene.counts,
            }
            for row in analysis.scenes
        ],
        "people": [_person(film, arc) for arc in shown],
        "all_people": len(film.arcs),
        "unknown": [
            track_entry(analysis, arc.person.tracks[0], arc.person.seconds) for arc in film.unknown[:MOST_TRACKS]
        ],
        "all_unknown": len(film.unknown),
        "left_out": [track_entry(analysis, track, 0.0) for track in film.left_out[:MOST_TRACKS]],
        "all_left_out": len(film.left_out),
        "together": [[round(seconds, 1) for seconds in row] for row in seconds_together(film.people, company).tolist()],
        "by_embeddings": film.people.by_embeddings,
    }


def _person(film: FilmPeople, arc: Arc) -> dict[str, Any]:
    analysis, person = film.analysis, arc.person
    return {
        "label": person.label,
        "named": person.name is not None,
        "seconds": round(person.seconds, 2),
        "share": round(person.seconds / max(float(analysis.observations.media.duration), 0.001), 4),
        "portrait": portrait(analysis, person.tracks),
        "leading": _leading(analysis, arc.whole),
        "cells": _cells(analysis, arc),
        "first": arc.first.emotion.scene.number,
        "last": arc.last.emotion.scene.number,
        "tracks": _tracks(film, person),
        "all_tracks": len(person.tracks),
    }


def _leading(analysis: Analysis, row: SceneEmotion) -> dict[str, Any]:
    """The leading expression in words, with the numbers of its labels (a mixed one has two)."""
    names = [row.dominant, runner_up(analysis, row) if certainty_of(analysis, row) == "mixed" else None]
    shown = [name for name in names if name is not None]
    if row.shares is None or not shown:
        return {"text": NOT_ENOUGH, "labels": [], "evidence": wording.evidence_text(row)}
    indices = [analysis.labels.index(name) for name in shown]
    words = ", ".join(f"{analysis.labels[i]} {percent(row.shares[i])}" for i in indices)
    words = f"mixed: {words}" if len(indices) > 1 else words
    return {"text": words, "labels": indices, "evidence": wording.evidence_text(row)}


def _cells(analysis: Analysis, arc: Arc) -> dict[str, list[Any]]:
    """The person's scenes as columns: index of the `scene`, `seconds` on screen, `stretches` on screen, `shares` of all
    labels, `interval` of the dominant one, labels that lead (none, one, or two of a mixed scene), whether that is
    `clear`, and sampled `frames` with the person, of which `read` had a usable face.
    """
    rows = [scene.emotion for scene in arc.scenes]
    return {
        "scene": [row.scene.number - 1 for row in rows],
        "seconds": [round(scene.seconds, 2) for scene in arc.scenes],
        "stretches": [
            [[round(each.start_seconds, 3), round(each.end_seconds, 3)] for each in scene.appearances]
            for scene in arc.scenes
        ],
        "shares": [None if row.shares is None else _percents(row.shares) for row in rows],
        "interval": [_interval(analysis, row) for row in rows],
        "leading": [_leading(analysis, row)["labels"] for row in rows],
        "clear": [certainty_of(analysis, row) == "clear" for row in rows],
        "frames": [row.frames_sampled for row in rows],
        "read": [row.frames_with_faces for row in rows],
    }


def _percents(shares: Sequence[float]) -> list[int]:
    return [round(100 * share) for share in shares]


def _interval(analysis: Analysis, row: SceneEmotion) -> list[int] | None:
    interval = None if row.dominant is None else row.interval_of(analysis.labels.index(row.dominant))
    return None if interval is None else _percents(interval)


def _tracks(film: FilmPeople, person: Person) -> list[dict[str, Any]]:
    """The person's tracks, in film order."""
    entries = []
    for track in person.tracks[:MOST_TRACKS]:
        faces = film.analysis.observations.faces
        first, last = (faces[track.faces[end]].sample_frame for end in (0, -1))
        within = person.frames[bisect_left(person.frames, first) : bisect_right(person.frames, last)]
        seconds = sum(film.people.parts[frame].seconds for frame in within)
        entries.append(track_entry(film.analysis, track, seconds))
    return entries
