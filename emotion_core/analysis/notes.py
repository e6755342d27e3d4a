"""What a report says of itself: how the film was read, and what its reader must know to trust a number or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..expression.checkpoints.calibration import Temperature
from ..media.frame_shape import Shape
from ..media.media import Media, timecode_at
from ..observations import damage
from ..observations.observations import Observations
from ..scenes.grouping import without_places
from ..scenes.scenes import Scene, shots_in
from ..scenes.shots import without_layouts
from ..settings import ReportSettings
from . import time_stamp_notes
from .usable_faces import LeftOut

if TYPE_CHECKING:
    from .records import SceneEmotion


def notes(
    observations: Observations,
    rows: Sequence[SceneEmotion],
    settings: ReportSettings,
    found: tuple[Scene, ...],
    waiting: list[str],
    read_once: tuple[int, int],
    temperature: Temperature,
) -> tuple[str, ...]:
    """One sentence or two each, for a person.

    `rows` are the report's, `found` the scenes before corrections, `waiting` the corrections without effect, and
    `read_once` says of how many faces how many were taken over from the frame before.
    """
    hurt = damage.of(observations)
    out = [*([] if hurt is None else [hurt.told]), *_of_tracks(observations), *_of_shapes(observations)]
    out += observations.media.notes
    out += time_stamp_notes.told(observations, whole=hurt is None)
    if settings.shots.detector == "cuts":
        out += settings.shots.cut_notes
    if without_layouts(observations, settings.shots):
        out.append(
            "This analysis is older than the combined detector: the adaptive one found its cuts, but no dissolves or "
            "fades. Analyse the film again to find those."
        )
    if without_places(observations, settings):
        out.append(
            "This analysis is older than the colours that a place is known by: only shots framed alike were grouped. "
            "Analyse the film again to group the others."
        )
    if observations.frames == 1:
        out.append("This film is a single frame: one scene, and no interval can be given.")
    elif len(shots_in(found)) == 1:
        out.append("No cut was found: the whole film is one scene." if len(rows) == 1 else "No cut was found.")
    out += _faces(observations, rows, settings)
    if read_once[1]:
        out.append(
            f"{read_once[1]:,} of {read_once[0]:,} faces were the same picture as on the sampled frame before and were "
            "not read again."
        )
    if waiting:
        more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
        out.append(
            "Corrections that do not fit the scenes as they are found now are kept, without effect: "
            f"{', '.join(waiting[:3])}{more}."
        )
    if temperature.note:
        out.append(temperature.note)
    return tuple(out)


def _faces(observations: Observations, rows: Sequence[SceneEmotion], settings: ReportSettings) -> list[str]:
    """How many faces are usable where not all are, and how many each rule leaves out."""
    usable, left_out = sum(row.faces for row in rows), LeftOut.summed(row.left_out for row in rows)
    rules = {
        f"too small (below {observations.scan_settings.min_face_px} px)": left_out.too_small,
        f"uncertain (detector score below {settings.min_face_score:g})": left_out.unsure,
        "cut by the picture's edge (eyes, nose or mouth at it or beyond)": left_out.cut,
    }
    why = ", ".join(f"{number:,} {rule}" for rule, number in rules.items() if number)
    if usable and why:
        return [f"Faces on the sampled frames: {usable:,} of {usable + left_out.total:,} are usable. Left out: {why}."]
    if rows and not usable:
        sampled = f"No usable face was found on {len(observations.samples):,} sampled frames: shares are empty."
        return [f"{sampled} Left out: {why}." if why else sampled]
    return []


def _of_tracks(observations: Observations) -> list[str]:
    """Which of several video tracks was read."""
    media = observations.media
    if not media.tracks:
        return []
    how = "the one that players show" if observations.scan_settings.track is None else "as asked"
    return [
        f"This film has {len(media.tracks)} video tracks: {', '.join(media.tracks)}. Track {media.track} was read, "
        f"{how}; another can be chosen on the Library page, or with --track."
    ]


TOLD = 3
"""Places that a note names one by one."""


def _of_shapes(observations: Observations) -> list[str]:
    """Where the picture's size, pixel aspect or pixel format changes."""
    if not observations.shapes:
        return []
    first, *later = observations.shapes
    places, before = [], first.shape
    for run in later[:TOLD]:
        at = timecode_at(observations.media, observations.seconds_at(run.frame))
        places.append(f"{_becomes(before, run.shape, observations.media)} from frame {run.frame} ({at}) on")
        before = run.shape
    more = f", and {len(later) - TOLD} more times" if len(later) > TOLD else ""
    begins = first.shape.of(observations.media)
    return [
        f"The picture changes within the film, which begins with {begins.display_width} x {begins.display_height}: "
        f"{', '.join(places)}{more}. Each frame was read as it is, boxes are in its own pixels."
    ]


def _becomes(before: Shape, now: Shape, film: Media) -> str:
    """What is new of a shape, in words."""
    media, earlier = now.of(film), before.of(film)
    said = []
    if (media.display_width, media.display_height) != (earlier.display_width, earlier.display_height):
        said.append(f"{media.display_width} x {media.display_height}")
    elif (now.width, now.height) != (before.width, before.height):
        said.append(f"{now.width} x {now.height} as coded")
    if now.pixel_format != before.pixel_format:
        said.append(now.pixel_format)
    return " in ".join(said) or f"pixels of {now.pixel_aspect.numerator}:{now.pixel_aspect.denominator}"
