"""Concurrent changes of a film's report settings: by its page, a second window and the command line.

Each change states the scenes or settings that were displayed when the user made it. It is applied to the current
settings while the database is locked for writing. If these differ from the displayed ones, the change is applied to
them if it still fits; otherwise CorrectionError states the request, the current state and the remedy, and nothing is
saved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

from ..corrections import Correction, Corrections, Mark, as_list, without_correction
from ..errors import CorrectionError, LibraryError
from ..face_corrections import FaceCorrections
from ..observations import Observations
from ..scenes import Scene, Shot, annotating, editing as scene_editing, shots_in
from ..settings import ReportSettings
from .edit_history import EditState
from .library import Library
from .records import Scan

Operation = Callable[[Corrections, tuple[Scene, ...]], Corrections]
"""Function from the current corrections and scenes to new corrections. Raises CorrectionError."""

FaceOperation = Callable[[FaceCorrections, Observations, Sequence[Shot]], FaceCorrections]
"""Function from the current corrections of faces, the scan and the film's shots to new ones. Raises CorrectionError."""

_TITLES = {
    "shots": "how cuts are found",
    "scenes_are": "whether a row is a shot or a scene",
    "scene_window": "within how many seconds a place comes back",
    "scene_similarity": "how alike shots of the same place are",
    "min_face_score": "which faces count",
    "face_limits": "which faces count",
    "coverage_floor": "the coverage floor",
    "mixed_floor": "the mixed floor",
    "confidence": "the width of the intervals",
    "resamples": "the number of resamples",
    "temperature": "the temperature",
    "faces_weigh": "what a scene's shares are a mean of",
    "corrections": "the corrections of its scenes",
    "faces": "the corrections of its faces",
    "annotations": "its notes or targets",
}
"""Description of each report setting in messages."""
_AGAIN = "Nothing was changed. Look at the scenes as they are now, and correct them again."


def correct(library: Library, film_id: str, operation: Operation, what: str) -> None:
    """Correct a film's scenes as a step that can be undone, with the description `what`.

    Raises CorrectionError, also if another correction came first and this one no longer applies.
    """
    scan = _analysed(library, film_id)
    _change(library, film_id, scan, lambda current: _corrected(library, scan, current, operation), what)


def correct_faces(library: Library, film_id: str, operation: FaceOperation, what: str) -> None:
    """Correct a film's faces as a step that can be undone, with the description `what`.

    Raises CorrectionError, also if another correction came first and this one no longer applies.
    """
    scan = _analysed(library, film_id)

    def changed(current: ReportSettings) -> ReportSettings:
        analysis = library.analysis_of(scan, current)
        shots = shots_in(row.scene for row in analysis.scenes)
        return replace(current, faces=operation(current.faces, analysis.observations, shots))

    _change(library, film_id, scan, changed, what)


def annotate(library: Library, film_id: str, operation: annotating.Operation, what: str) -> None:
    """Change a film's notes and targets as a step that can be undone, with the description `what`.

    Raises CorrectionError, also if the same note or target was changed elsewhere meanwhile.
    """
    scan = _analysed(library, film_id)

    def changed(current: ReportSettings) -> ReportSettings:
        return replace(current, annotations=operation(current.annotations, _scenes(library, scan, current)))

    _change(library, film_id, scan, changed, what)


def save(library: Library, film_id: str, displayed: ReportSettings, submitted: ReportSettings, what: str) -> None:
    """Store the settings in which `submitted` differs from `displayed`, the form's content before the user's edits.

    Other settings keep their current values. Raises CorrectionError if the same setting was changed to another value
    meanwhile, EmotionError if no report can be made with the result.
    """
    _change(library, film_id, library.newest_scan(film_id), lambda now: _merged(now, displayed, submitted), what)


def _analysed(library: Library, film_id: str) -> Scan:
    scan = library.newest_scan(film_id)
    if scan is None:
        raise LibraryError(f"{library.film(film_id).name} has not been analysed yet.", "Analyse it first.")
    return scan


def _scenes(library: Library, scan: Scan, settings: ReportSettings) -> tuple[Scene, ...]:
    return tuple(row.scene for row in library.analysis_of(scan, settings).scenes)


def _change(
    library: Library,
    film_id: str,
    scan: Scan | None,
    make_settings: Callable[[ReportSettings], ReportSettings],
    what: str,
) -> None:
    """Save the result of `make_settings` for the current settings, unless no report can be made with it.

    Notes and targets follow scenes whose ids change.
    """

    def checked(settings: ReportSettings) -> ReportSettings:
        if scan is None:
            return make_settings(settings)
        before = _scenes(library, scan, settings) if settings.annotations else ()  # first, while it is in the cache
        changed = make_settings(settings)
        after = _scenes(library, scan, changed)
        if changed.annotations != settings.annotations:
            return changed
        return replace(changed, annotations=annotating.carry_over(changed.annotations, before, after))

    before = library.edit_state(film_id)
    prepared = checked(before.settings)  # computed before the lock, so that other processes do not wait for it

    def apply(current: EditState) -> ReportSettings:
        return prepared if current.revision == before.revision else checked(current.settings)

    library.change_report_settings(film_id, apply, what)


def _corrected(library: Library, scan: Scan, settings: ReportSettings, operation: Operation) -> ReportSettings:
    return replace(settings, corrections=operation(settings.corrections, _scenes(library, scan, settings)))


def _merged(current: ReportSettings, displayed: ReportSettings, submitted: ReportSettings) -> ReportSettings:
    """`current` with the settings in which `submitted` differs from `displayed`. Raises CorrectionError."""
    changes = {}
    for name in (field.name for field in fields(ReportSettings)):
        before, mine, theirs = getattr(displayed, name), getattr(submitted, name), getattr(current, name)
        if mine == before:
            continue
        if theirs not in (before, mine):
            value = f" (to {theirs})" if isinstance(theirs, str | float | int) else ""
            raise CorrectionError(
                f"The settings were not saved: {_TITLES[name]} was changed elsewhere meanwhile{value}.",
                "Open the film again to see what is set now, and set it anew.",
            )
        changes[name] = mine
    return replace(current, **changes)


# Operations on scenes as they were displayed


def merge(*displayed: Scene) -> Operation:
    """Merge neighbouring scenes."""

    def operation(corrections: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        matches = [_with_bounds(scenes, scene) for scene in displayed]
        for scene, match in zip(displayed, matches, strict=True):
            if match is None:
                raise _changed(scenes, scene, f"merged (scenes {displayed[0].number} to {displayed[-1].number})")
        numbers = [match.number for match in matches if match is not None]
        return scene_editing.merge_scenes(corrections, scenes, numbers[0], numbers[-1])

    return operation


def split(displayed: Scene, frame: int) -> Operation:
    """Split a scene at `frame`, the first of the second part; if its bounds changed, the scene with that frame."""

    def operation(corrections: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        match = _with_bounds(scenes, displayed)
        if match is None:
            match = next((scene for scene in scenes if scene.frame_in < frame < scene.frame_out), None)
        if match is None:
            raise _changed(scenes, displayed, f"split at frame {frame}")
        return scene_editing.split_scene(corrections, scenes, match.number, frame)

    return operation


def move(displayed: Scene, frame: int) -> Operation:
    """Move the beginning of a scene to `frame`."""

    def operation(corrections: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        match = _with_id(scenes, displayed)
        if match is None or match.frame_in not in (displayed.frame_in, frame):
            raise _changed(scenes, displayed, f"moved to frame {frame}")
        return scene_editing.move_scene(corrections, scenes, match.number, frame)

    return operation


def rename(displayed: Scene, name: str) -> Operation:
    """Rename a scene."""

    def operation(corrections: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        match, plain = _with_id(scenes, displayed), " ".join(name.split())
        if match is None:
            raise _changed(scenes, displayed, f"named “{plain}”")
        if match.name not in (displayed.name, plain):
            raise _conflict(match, f"named “{plain}”", f"is called “{match.name}”" if match.name else "has no name")
        return scene_editing.rename_scene(corrections, scenes, match.number, name)

    return operation


def mark(displayed: Scene, kind: Mark) -> Operation:
    """Mark a scene as part of the film or not."""

    def operation(corrections: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        match = _with_id(scenes, displayed)
        if match is None:
            raise _changed(scenes, displayed, f"marked “{kind}”")
        if match.kind not in (displayed.kind, kind):
            raise _conflict(match, f"marked “{kind}”", f"is marked “{match.kind}”")
        return scene_editing.mark_scene(corrections, scenes, match.number, kind)

    return operation


def remove_correction(correction: Correction) -> Operation:
    """Remove one correction and keep the others."""

    def operation(corrections: Corrections, _: tuple[Scene, ...]) -> Corrections:
        place = correction.kind, correction.at
        if any(other != correction and (other.kind, other.at) == place for other in as_list(corrections)):
            raise CorrectionError("This correction was changed elsewhere meanwhile.", _AGAIN)
        return without_correction(corrections, correction)

    return operation


def _with_bounds(scenes: tuple[Scene, ...], displayed: Scene) -> Scene | None:
    """The current scene with the id and the bounds of a displayed one."""
    bounds = displayed.id, displayed.frame_in, displayed.frame_out
    return next((scene for scene in scenes if (scene.id, scene.frame_in, scene.frame_out) == bounds), None)


def _with_id(scenes: tuple[Scene, ...], displayed: Scene) -> Scene | None:
    """The current scene with the id of a displayed one."""
    return next((scene for scene in scenes if scene.id == displayed.id), None)


def _changed(scenes: tuple[Scene, ...], displayed: Scene, request: str) -> CorrectionError:
    """The error for a scene that is no longer there as it was displayed."""
    overlapping = [s for s in scenes if s.frame_in < displayed.frame_out and displayed.frame_in < s.frame_out]
    current = " and ".join(f"scene {scene.number} ({_frames(scene)})" for scene in overlapping)
    return CorrectionError(
        f"Scene {displayed.number} ({_frames(displayed)}) was to be {request}, and was corrected elsewhere meanwhile: "
        f"there is {current} now.",
        _AGAIN,
    )


def _conflict(scene: Scene, request: str, state: str) -> CorrectionError:
    """The error for a scene that was renamed or marked otherwise since it was displayed."""
    return CorrectionError(
        f"Scene {scene.number} ({_frames(scene)}) was to be {request}, and was corrected elsewhere meanwhile: it "
        f"{state} now.",
        _AGAIN,
    )


def _frames(scene: Scene) -> str:
    return f"frames {scene.frame_in} to {scene.frame_out - 1}"
