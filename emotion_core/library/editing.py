"""Changes of a film's report settings where others may change them at the same time: page, second window, terminal.

Each change names what it was built on, the scenes or the settings that its maker was shown. It is made of the settings
that hold while the library's database is locked for writing. Where they are no longer those that were shown, it is made
again on the newest ones if it still applies there; else CorrectionError says what was asked, what is there now, and
what to do, and nothing is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from ..corrections import Correction, Corrections, Mark, listed, without
from ..errors import CorrectionError, LibraryError
from ..scenes import edit_operations as verbs
from ..scenes.scenes import Scene
from ..settings import ReportSettings
from .edit_history import State
from .library import Library
from .records import Scan

Verb = Callable[[Corrections, tuple[Scene, ...]], Corrections]
"""Takes the corrections that hold and the scenes as they stand, and gives the new corrections."""

_WORDS = {
    "shots": "how cuts are found",
    "scenes_are": "whether a row is a shot or a scene",
    "scene_window": "within how many seconds a place comes back",
    "scene_similarity": "how alike shots of the same place are",
    "min_face_score": "which faces count",
    "coverage_floor": "the coverage floor",
    "confidence": "the width of the intervals",
    "resamples": "the number of resamples",
    "temperature": "the temperature",
    "corrections": "the corrections of its scenes",
}
"""Of each report setting, what it decides."""
_AGAIN = "Nothing was changed. Look at the scenes as they are now, and correct them again."


def correct(library: Library, film_id: str, verb: Verb, what: str) -> None:
    """Correct a film's scenes as a step that can be undone; `what` says in a few words what it does.

    Raises CorrectionError, also where another correction came first and this one no longer applies.
    """
    scan = library.scan_of(film_id)
    if scan is None:
        raise LibraryError(f"{library.film(film_id).name} has not been analysed yet.", "Analyse it first.")
    _change(library, film_id, scan, lambda now: _corrected(library, scan, now, verb), what)


def save(library: Library, film_id: str, shown: ReportSettings, wanted: ReportSettings, what: str) -> None:
    """Set what differs between `shown`, the settings that a form began with, and `wanted`, those that it was sent with.

    What others set meanwhile stays. Raises CorrectionError where they set the same to something else, EmotionError
    where no report can be made.
    """
    _change(library, film_id, library.scan_of(film_id), lambda now: _merged(now, shown, wanted), what)


def _change(
    library: Library, film_id: str, scan: Scan | None, made: Callable[[ReportSettings], ReportSettings], what: str
) -> None:
    """Save what `made` makes of the settings that hold, unless no report can be made with that."""

    def checked(settings: ReportSettings) -> ReportSettings:
        wanted = made(settings)
        if scan is not None:
            library.analysis_of(scan, wanted)
        return wanted

    built_on = library.edit_state(film_id)
    ready = checked(built_on.settings)  # worked out before anybody has to wait for it

    def on_top(now: State) -> ReportSettings:
        return ready if now.revision == built_on.revision else checked(now.settings)

    library.change_report_settings(film_id, on_top, what)


def _corrected(library: Library, scan: Scan, settings: ReportSettings, verb: Verb) -> ReportSettings:
    scenes = tuple(row.scene for row in library.analysis_of(scan, settings).scenes)
    return replace(settings, corrections=verb(settings.corrections, scenes))


def _merged(now: ReportSettings, shown: ReportSettings, wanted: ReportSettings) -> ReportSettings:
    changes = {}
    for name in (field.name for field in fields(ReportSettings)):
        before, mine, theirs = getattr(shown, name), getattr(wanted, name), getattr(now, name)
        if mine == before:
            continue
        if theirs not in (before, mine):
            told = f" (to {theirs})" if isinstance(theirs, str | float | int) else ""
            raise CorrectionError(
                f"The settings were not saved: {_WORDS[name]} was changed elsewhere meanwhile{told}.",
                "Open the film again to see what is set now, and set it anew.",
            )
        changes[name] = mine
    return replace(now, **changes)


# Verbs about scenes as they were shown


def merge(*shown: Scene) -> Verb:
    """Neighbouring scenes as one."""

    def verb(made: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        here = [_of_bounds(scenes, one) for one in shown]
        for one, found in zip(shown, here, strict=True):
            if found is None:
                raise _changed(scenes, one, f"merged (scenes {shown[0].number} to {shown[-1].number})")
        numbers = [found.number for found in here if found is not None]
        return verbs.merged(made, scenes, numbers[0], numbers[-1])

    return verb


def split(shown: Scene, frame: int) -> Verb:
    """The scene in two, the second from `frame` on; where its bounds moved, the scene that has the frame now."""

    def verb(made: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        here = _of_bounds(scenes, shown)
        if here is None:
            here = next((one for one in scenes if one.frame_in < frame < one.frame_out), None)
        if here is None:
            raise _changed(scenes, shown, f"split at frame {frame}")
        return verbs.split(made, scenes, here.number, frame)

    return verb


def move(shown: Scene, frame: int) -> Verb:
    """The scene with `frame` as its first one."""

    def verb(made: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        here = _of_id(scenes, shown)
        if here is None or here.frame_in not in (shown.frame_in, frame):
            raise _changed(scenes, shown, f"moved to frame {frame}")
        return verbs.moved(made, scenes, here.number, frame)

    return verb


def rename(shown: Scene, name: str) -> Verb:
    """The scene under this name."""

    def verb(made: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        here, plain = _of_id(scenes, shown), " ".join(name.split())
        if here is None:
            raise _changed(scenes, shown, f"named “{plain}”")
        if here.name not in (shown.name, plain):
            raise _taken(here, f"named “{plain}”", f"is called “{here.name}”" if here.name else "has no name")
        return verbs.renamed(made, scenes, here.number, name)

    return verb


def mark(shown: Scene, wanted: Mark) -> Verb:
    """The scene as part of the film, or as none."""

    def verb(made: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        here = _of_id(scenes, shown)
        if here is None:
            raise _changed(scenes, shown, f"marked “{wanted}”")
        if here.kind not in (shown.kind, wanted):
            raise _taken(here, f"marked “{wanted}”", f"is marked “{here.kind}”")
        return verbs.marked(made, scenes, here.number, wanted)

    return verb


def take_out(one: Correction) -> Verb:
    """All corrections but this one."""

    def verb(made: Corrections, _: tuple[Scene, ...]) -> Corrections:
        if any(here != one and (here.kind, here.at) == (one.kind, one.at) for here in listed(made)):
            raise CorrectionError("This correction was changed elsewhere meanwhile.", _AGAIN)
        return without(made, one)

    return verb


def _of_bounds(scenes: tuple[Scene, ...], shown: Scene) -> Scene | None:
    bounds = shown.id, shown.frame_in, shown.frame_out
    return next((one for one in scenes if (one.id, one.frame_in, one.frame_out) == bounds), None)


def _of_id(scenes: tuple[Scene, ...], shown: Scene) -> Scene | None:
    return next((one for one in scenes if one.id == shown.id), None)


def _changed(scenes: tuple[Scene, ...], shown: Scene, wanted: str) -> CorrectionError:
    now = [one for one in scenes if one.frame_in < shown.frame_out and shown.frame_in < one.frame_out]
    told = " and ".join(f"scene {one.number} ({_frames(one)})" for one in now)
    return CorrectionError(
        f"Scene {shown.number} ({_frames(shown)}) was to be {wanted}, and was corrected elsewhere meanwhile: "
        f"there is {told} now.",
        _AGAIN,
    )


def _taken(here: Scene, wanted: str, now: str) -> CorrectionError:
    return CorrectionError(
        f"Scene {here.number} ({_frames(here)}) was to be {wanted}, and was corrected elsewhere meanwhile: it {now} "
        "now.",
        _AGAIN,
    )


def _frames(scene: Scene) -> str:
    return f"frames {scene.frame_in} to {scene.frame_out - 1}"
