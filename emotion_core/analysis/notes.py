"""The notes of a report: how the film was read, and what its reader must know to judge the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..expression.checkpoints import Temperature
from ..media import FrameShape, Media, timecode_at
from ..observations import Observations, damage_of
from ..scenes import Scene, shots_in
from ..settings import FaceLimits, ReportSettings
from .other_cuts import taken_over_notes
from .time_stamp_notes import notes_on_time_stamps
from .usable_faces import LeftOut

if TYPE_CHECKING:
    from .records import SceneEmotion


def report_notes(
    observations: Observations,
    rows: Sequence[SceneEmotion],
    settings: ReportSettings,
    detected: tuple[Scene, ...],
    ineffective: list[str],
    reused_faces: tuple[int, int],
    temperature: Temperature,
) -> tuple[str, ...]:
    """One or two sentences a note; the first one is the damage of a damaged film.

    `rows` are the report's, `detected` the scenes before corrections, `ineffective` the corrections without effect, in
    words, and `reused_faces` as Analysis.reused_faces.
    """
    damage = damage_of(observations)
    out = [*([] if damage is None else [damage.message]), *_track_notes(observations), *_shape_notes(observations)]
    out += observations.media.notes
    out += notes_on_time_stamps(observations, whole=damage is None)
    if settings.shots.detector == "cuts":
        out += settings.shots.cut_notes
    if observations.frames == 1:
        out.append("This film is a single frame: one scene, and no interval can be given.")
    elif len(shots_in(detected)) == 1:
        out.append("No cut was found: the whole film is one scene." if len(rows) == 1 else "No cut was found.")
    out += _face_notes(observations, rows, settings)
    if reused_faces[1]:
        out.append(
            f"{reused_faces[1]:,} of {reused_faces[0]:,} faces were the same picture as on the sampled frame before "
            "and were not read again."
        )
    out += taken_over_notes(observations)
    if ineffective:
        more = f" and {len(ineffective) - 3} more" if len(ineffective) > 3 else ""
        out.append(
            "Corrections that do not fit the scenes as they are found now are kept, without effect: "
            f"{', '.join(ineffective[:3])}{more}."
        )
    if temperature.note:
        out.append(temperature.note)
    return tuple(out)


def _face_notes(observations: Observations, rows: Sequence[SceneEmotion], settings: ReportSettings) -> list[str]:
    """The number of usable faces, unless all are, and how many each rule leaves out."""
    usable, left_out = sum(row.faces for row in rows), LeftOut.summed(row.left_out for row in rows)
    rules = {
        f"too small (below {observations.scan_settings.min_face_px} px)": left_out.too_small,
        f"uncertain (detector score below {settings.min_face_score:g})": left_out.unsure,
        "cut by the picture's edge (eyes, nose or mouth at it or beyond)": left_out.cut,
        "with eyes, nose and mouth not where a face has them": left_out.misplaced,
        f"turned away ({_turned_limits(settings.face_limits)})": left_out.turned,
        f"tilted (by more than {settings.face_limits.max_roll}°)": left_out.tilted,
        f"blurred (sharpness below {settings.face_limits.min_sharpness})": left_out.blurred,
        "too dark, or too much of them black or white": left_out.badly_lit,
        "left out by the editor": left_out.by_editor,
    }
    why = ", ".join(f"{number:,} {rule}" for rule, number in rules.items() if number)
    if usable and why:
        counted = f"Faces on the sampled frames: {usable:,} of {usable + left_out.total:,} are usable. Left out: {why}."
        return [counted, *_unmeasured_note(observations, settings)]
    if rows and not usable:
        sampled = f"No usable face was found on {len(observations.samples):,} sampled frames: shares are empty."
        return [f"{sampled} Left out: {why}." if why else sampled, *_unmeasured_note(observations, settings)]
    return _unmeasured_note(observations, settings)


def _turned_limits(limits: FaceLimits) -> str:
    sideways, up_or_down = limits.max_yaw, limits.max_pitch
    parts = [f"by more than {sideways:g}°"] if sideways is not None else []
    parts += [f"up or down by more than {up_or_down:g}°"] if up_or_down is not None else []
    return ", ".join(parts)


def _unmeasured_note(observations: Observations, settings: ReportSettings) -> list[str]:
    """That no face can be left out for blur or light, where the scan did not measure them."""
    if not settings.face_limits.need_quality:
        return []
    without = sum(face.sharpness is None for face in observations.faces)
    if not without:
        return []
    return [
        f"{without:,} of {len(observations.faces):,} faces were read before sharpness and light were measured: none of "
        "them is left out for these. Analyse the film again to measure them."
    ]


def _track_notes(observations: Observations) -> list[str]:
    """Which of several video tracks was read."""
    media = observations.media
    if not media.tracks:
        return []
    how = "the one that players show" if observations.scan_settings.track is None else "as asked"
    return [
        f"This film has {len(media.tracks)} video tracks: {', '.join(media.tracks)}. Track {media.track} was read, "
        f"{how}; another can be chosen on the Library page, or with --track."
    ]


LISTED_PLACES = 3
"""Places that a note lists before it only counts."""


def _shape_notes(observations: Observations) -> list[str]:
    """Where the picture's size, pixel aspect or pixel format changes."""
    if not observations.shapes:
        return []
    first, *later = observations.shapes
    places, before = [], first.shape
    for run in later[:LISTED_PLACES]:
        at = timecode_at(observations.media, observations.seconds_at(run.frame))
        places.append(f"{_shape_change(before, run.shape, observations.media)} from frame {run.frame} ({at}) on")
        before = run.shape
    more = f", and {len(later) - LISTED_PLACES} more times" if len(later) > LISTED_PLACES else ""
    begins = first.shape.media_for(observations.media)
    return [
        f"The picture changes within the film, which begins with {begins.display_width} x {begins.display_height}: "
        f"{', '.join(places)}{more}. Each frame was read as it is, boxes are in its own pixels."
    ]


def _shape_change(before: FrameShape, after: FrameShape, film: Media) -> str:
    """What differs between two shapes, in words."""
    media, earlier = after.media_for(film), before.media_for(film)
    words = []
    if (media.display_width, media.display_height) != (earlier.display_width, earlier.display_height):
        words.append(f"{media.display_width} x {media.display_height}")
    elif (after.width, after.height) != (before.width, before.height):
        words.append(f"{after.width} x {after.height} as coded")
    if after.pixel_format != before.pixel_format:
        words.append(after.pixel_format)
    return " in ".join(words) or f"pixels of {after.pixel_aspect.numerator}:{after.pixel_aspect.denominator}"
