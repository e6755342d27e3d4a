"""Options that several commands share, and the settings that options make."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SettingsError
from ..settings import RECOMMENDED, EngineName, FaceLimits
from ..storage import os_errors

if TYPE_CHECKING:
    from ..interchange import EditList
    from ..media import Media
    from ..settings import Detector, ReportSettings, ScenesAre, ShotSettings

CheckpointOption = Annotated[
    str | None, typer.Option(help="Hub id on this disk, folder, or “embedded”; default: the reference model if here.")
]
EngineOption = Annotated[EngineName, typer.Option(help="What runs the model.")]
TrackOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="Number of the video track, from 1; default: the one that players show."),
]


def report_settings(
    stored: ReportSettings,
    *,
    detector: Detector | None,
    threshold: float | None,
    min_scene_frames: int | None,
    held_seconds: float | None,
    scenes_are: ScenesAre | None,
    readable_faces: bool | None,
    has_list: bool,
) -> ReportSettings:
    """The film's stored settings with every option that is not None applied.

    `has_list`: whether a cut list replaces the detector. A change of detector resets the threshold to its default.
    Raises SettingsError, also for the detector “cuts” without a list.
    """
    shots = stored.shots
    if has_list:
        detector = "cuts"
    if detector is not None and (detector != shots.detector or has_list):
        shots = replace(shots, detector=detector, threshold=None, cuts=(), cut_notes=(), cut_sources=())
    if shots.detector == "cuts" and not has_list and not shots.cuts:
        raise SettingsError("The detector “cuts” needs a cut list.", "Name it with --cuts FILE.")
    shots = replace(
        shots,
        threshold=shots.threshold if threshold is None else threshold,
        min_scene_frames=shots.min_scene_frames if min_scene_frames is None else min_scene_frames,
        held_seconds=shots.held_seconds if held_seconds is None else held_seconds,
    )
    faces = {True: RECOMMENDED, False: FaceLimits(), None: stored.face_limits}[readable_faces]
    scenes = stored.scenes_are if scenes_are is None else scenes_are
    return replace(stored, shots=shots, scenes_are=scenes, face_limits=faces)


def differences(stored: ReportSettings, requested: ReportSettings) -> list[str]:
    """Descriptions, in words, of each setting in which `requested` differs from the film's stored settings."""
    changes = []
    if requested.shots.detector != stored.shots.detector:
        changes.append(f"cuts by {requested.shots.detector}, not {stored.shots.detector}")
    elif requested.shots.cuts != stored.shots.cuts:
        changes.append("another cut list")
    elif requested.shots.threshold != stored.shots.threshold:
        new, old = (_threshold_in_words(settings.shots.threshold) for settings in (requested, stored))
        changes.append(f"threshold {new}, not {old}")
    if requested.face_limits != stored.face_limits:
        changes.append("other limits of how faces are turned, sharp and lit")
    for title, wanted, before in (
        ("shortest scene (frames)", requested.shots.min_scene_frames, stored.shots.min_scene_frames),
        ("held picture (seconds)", requested.shots.held_seconds, stored.shots.held_seconds),
        ("a row is one of the", requested.scenes_are, stored.scenes_are),
    ):
        if wanted != before:
            changes.append(f"{title} {wanted}, not {before}")
    return changes


def _threshold_in_words(threshold: float | None) -> str:
    return "the usual" if threshold is None else f"{threshold:g}"


def edit_list(path: Path | None, track: str | None) -> EditList | None:
    """The cut list in the file `path`; None without a path. Raises SettingsError if it cannot be read."""
    if path is None:
        if track is not None:
            raise SettingsError("--cuts-track names a track of no cut list.", "Name the list with --cuts FILE.")
        return None
    from ..interchange import read_cut_list

    return read_cut_list(list_content(path), path.name, track=track)


def list_content(path: Path) -> bytes:
    """The bytes of a list or table, one more than readers take at most. Raises SettingsError if it cannot be read."""
    from ..interchange import MAX_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        why = f"{os_errors.short_path(path)} cannot be read: {os.strerror(error.errno or 0)}."
        raise SettingsError(why, "Check the path and its permissions.") from error


def with_edit_list(
    shots: ShotSettings, edit_list: EditList, media: Media, detected_cuts: tuple[int, ...] = ()
) -> ShotSettings:
    """`shots` with a list's cuts conformed to the film `media`, and notes on the assumptions that were made.

    `detected_cuts` are the frame numbers of a detector's cuts, which settle where the list begins.
    """
    from ..interchange import conform_to_film

    conformed = conform_to_film(edit_list, media, detected_cuts)
    return replace(shots, cuts=conformed.cuts, cut_notes=conformed.notes, cut_sources=conformed.sources)
