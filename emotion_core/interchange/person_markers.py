"""A person as markers: one an appearance, with what the person's faces show in that scene."""

from __future__ import annotations

from dataclasses import replace

from .. import formatting
from ..analysis import Analysis, certainty_of
from ..errors import SettingsError
from ..people import Appearance, Arc, PersonScene
from ..report import wording
from .marker_list import MIXED, Marker, MarkerList, one_line
from .scene_markers import MarkerSettings, check_expressions, dominant_text, lay_out, reader_text, shares_text


def mark_person(analysis: Analysis, arc: Arc, film: str, settings: MarkerSettings | None = None) -> MarkerList:
    """The appearances of a person in the file called `film` as markers from in to out.

    Of `settings` count the timeline, the length, and the expressions, which are then those of the person's scenes;
    appearances without enough faces are marked unless expressions are chosen. Raises SettingsError as mark_scenes does,
    and where nothing is left to mark.
    """
    settings = settings or MarkerSettings()
    check_expressions(settings, analysis.labels)
    laid = lay_out(analysis, film, settings, [("", "")] * len(analysis.scenes), set())
    markers: dict[int, Marker] = {}
    for scene in arc.scenes:
        if settings.expressions is None or scene.emotion.dominant in settings.expressions:
            for each in scene.appearances:
                start, end = (laid.timebase.frame(analysis.observations.seconds_at(f)) for f in (each.first, each.end))
                frames = max(1, end - start) if settings.as_long_as_scenes else 1
                marker = Marker(
                    min(start, laid.frames - 1), frames, _name(analysis, arc, scene),
                    _note(analysis, scene, each), _colour(analysis, scene),
                )  # fmt: skip
                markers.setdefault(marker.start, marker)
    if not markers:
        raise SettingsError(f"{arc.person.label} has no appearance to mark.", "Choose more expressions.")
    return replace(laid, markers=tuple(markers[start] for start in sorted(markers)), notes=())


def _name(analysis: Analysis, arc: Arc, scene: PersonScene) -> str:
    """“Ann: sad 62 %”."""
    return one_line(f"{arc.person.label}: {dominant_text(analysis, scene.emotion)}")


def _note(analysis: Analysis, scene: PersonScene, appearance: Appearance) -> str:
    row = scene.emotion
    parts = [
        f"scene {row.scene.number}" + (f" {row.scene.name}" if row.scene.name else ""),
        f"on screen for {formatting.hms(appearance.seconds)}",
        shares_text(analysis.labels, row),
        wording.evidence_text(row),
        reader_text(analysis),
    ]
    return one_line("; ".join(part for part in parts if part))


def _colour(analysis: Analysis, scene: PersonScene) -> str | None:
    return MIXED if certainty_of(analysis, scene.emotion) == "mixed" else scene.emotion.dominant
