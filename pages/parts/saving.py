"""Another report from the same scan: settings saved, frames added where scenes became short, the chosen scene kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from emotion_core import jobs
from emotion_core.correct import place_of
from emotion_core.corrections import Correction, Corrections, without
from emotion_core.scenes import Scene
from emotion_core.settings import ReportSettings
from emotion_core.summary import Analysis

from . import links, opened, problems, scene_table

Verb = Callable[[Corrections, tuple[Scene, ...], int], Corrections]
"""Takes the corrections so far, the scenes as they stand, and the number of the one it is about."""


def save(film_id: str, settings: ReportSettings, what: str) -> None:
    """Save settings as a step that can be undone. Raises EmotionError where no report can be made with them."""
    shelf = opened.library()
    scan = shelf.scan_of(film_id)
    if scan is not None:
        shelf.analysis_of(scan, settings)  # what is wrong with the settings is said before they are saved
    shelf.set_report_settings(film_id, settings, what)
    fill_up(film_id)


def fill_up(film_id: str) -> None:
    """Add the frames that scenes which became short ask for; what keeps them from it is said on the page."""
    shelf = opened.library()
    scan = shelf.scan_of(film_id)
    if scan is not None and shelf.original(film_id) is not None:
        with problems.kept():
            jobs.top_up(shelf, scan.id, shelf.report_settings(film_id))


def go_on(film_id: str) -> None:
    """After frames were added, add those that were asked for meanwhile; nothing where the last try failed."""
    shelf = opened.library()
    scan = shelf.scan_of(film_id)
    if scan is not None and not jobs.why_lacking(shelf, scan.id):
        fill_up(film_id)


def correct(film_id: str, scene: Scene, what: str, verb: Verb, frame: int) -> None:
    """Correct `scene` as it stands; the scene with `frame` is the chosen one afterwards. For a callback."""
    with problems.kept():
        analysis = opened.analysis(film_id)
        scenes = tuple(row.scene for row in analysis.scenes)
        _save(
            film_id, analysis, verb(analysis.report_settings.corrections, scenes, place_of(scenes, scene)), what, frame
        )


def take_out(film_id: str, one: Correction, what: str) -> None:
    """All corrections but this one. For a callback."""
    with problems.kept():
        analysis = opened.analysis(film_id)
        _save(film_id, analysis, without(analysis.report_settings.corrections, one), what, one.at)


def _save(film_id: str, analysis: Analysis, corrections: Corrections, what: str, frame: int) -> None:
    if corrections != analysis.report_settings.corrections:
        save(film_id, replace(analysis.report_settings, corrections=corrections), what)
        _choose(film_id, frame)


def undo(film_id: str) -> None:
    """A step back. For a callback."""
    _go(film_id, opened.library().undo)


def redo(film_id: str) -> None:
    """A step that was undone, again. For a callback."""
    _go(film_id, opened.library().redo)


def _go(film_id: str, step: Callable[[str], bool]) -> None:
    with problems.kept():
        number, rows = links.asked_number("scene"), opened.analysis(film_id).scenes
        frame = rows[number - 1].scene.frame_in if number is not None and number <= len(rows) else None
        step(film_id)
        fill_up(film_id)
        _choose(film_id, frame)


def _choose(film_id: str, frame: int | None) -> None:
    """The scene with this frame, whatever its number is now."""
    scenes = [row.scene for row in opened.analysis(film_id).scenes]
    number = next((s.number for s in scenes if frame is not None and s.frame_in <= frame < s.frame_out), None)
    if number is None:
        scene_table.unpick()
    else:
        scene_table.pick(number)
