"""Another report from the same scan: settings saved, frames added where scenes became short, the chosen scene kept."""

from __future__ import annotations

from collections.abc import Callable

from emotion_core.jobs import scans
from emotion_core.library import editing
from emotion_core.settings import ReportSettings

from . import links, opened, problems, scene_table


def save(film_id: str, shown: ReportSettings, wanted: ReportSettings, what: str) -> None:
    """Save what differs between the settings that a form showed and those that it was sent with, as a step that can be
    undone. Raises EmotionError where no report can be made with them, or others set the same meanwhile.
    """
    editing.save(opened.library(), film_id, shown, wanted, what)
    fill_up(film_id)


def fill_up(film_id: str) -> None:
    """Add the frames that scenes which became short ask for; what keeps them from it is said on the page."""
    shelf = opened.library()
    scan = shelf.scan_of(film_id)
    if scan is not None and shelf.original(film_id) is not None:
        with problems.kept():
            scans.top_up(shelf, scan.id, shelf.report_settings(film_id))


def go_on(film_id: str) -> None:
    """After frames were added, add those that were asked for meanwhile; nothing where the last try failed."""
    shelf = opened.library()
    scan = shelf.scan_of(film_id)
    if scan is not None and not scans.why_lacking(shelf, scan.id):
        fill_up(film_id)


def correct(film_id: str, verb: editing.Verb, what: str, frame: int) -> None:
    """Correct scenes as they were shown; the scene with `frame` is the chosen one afterwards. For a callback."""
    with problems.kept():
        before = opened.library().edit_state(film_id).revision
        editing.correct(opened.library(), film_id, verb, what)
        if opened.library().edit_state(film_id).revision != before:
            fill_up(film_id)
            _choose(film_id, frame)


def undo(film_id: str, revision: int) -> None:
    """A step back from the `revision` that was shown. For a callback."""
    _go(film_id, revision, opened.library().undo)


def redo(film_id: str, revision: int) -> None:
    """A step that was undone, again. For a callback."""
    _go(film_id, revision, opened.library().redo)


def _go(film_id: str, revision: int, step: Callable[[str, int], bool]) -> None:
    with problems.kept():
        number, rows = links.asked_number("scene"), opened.analysis(film_id).scenes
        frame = rows[number - 1].scene.frame_in if number is not None and number <= len(rows) else None
        step(film_id, revision)
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
