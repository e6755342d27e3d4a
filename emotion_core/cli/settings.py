"""Report settings on the command line: a film's own, but for what options say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import SettingsError

if TYPE_CHECKING:
    from ..settings import Detector, ReportSettings, ScenesAre


def asked_for(
    own: ReportSettings,
    *,
    detector: Detector | None,
    threshold: float | None,
    min_scene_frames: int | None,
    held_seconds: float | None,
    scenes_are: ScenesAre | None,
    has_list: bool,
) -> ReportSettings:
    """`own` with each option that is given; `has_list` says whether a cut list takes the place of a detector.

    Another detector begins at its default threshold. Raises SettingsError, also for “cuts” without a list.
    """
    shots = own.shots
    if has_list:
        detector = "cuts"
    if detector is not None and (detector != shots.detector or has_list):
        shots = replace(shots, detector=detector, threshold=None, cuts=(), cut_notes=())
    if shots.detector == "cuts" and not has_list and not shots.cuts:
        raise SettingsError("The detector “cuts” needs a cut list.", "Name it with --cuts FILE.")
    shots = replace(
        shots,
        threshold=shots.threshold if threshold is None else threshold,
        min_scene_frames=shots.min_scene_frames if min_scene_frames is None else min_scene_frames,
        held_seconds=shots.held_seconds if held_seconds is None else held_seconds,
    )
    return replace(own, shots=shots, scenes_are=own.scenes_are if scenes_are is None else scenes_are)


def differences(own: ReportSettings, asked: ReportSettings) -> list[str]:
    """What options change of the film's own settings, in words."""
    found = []
    if asked.shots.detector != own.shots.detector:
        found.append(f"cuts by {asked.shots.detector}, not {own.shots.detector}")
    elif asked.shots.cuts != own.shots.cuts:
        found.append("another cut list")
    elif asked.shots.threshold != own.shots.threshold:
        found.append(f"threshold {_said(asked.shots.threshold)}, not {_said(own.shots.threshold)}")
    for what, one, other in (
        ("shortest scene (frames)", asked.shots.min_scene_frames, own.shots.min_scene_frames),
        ("held picture (seconds)", asked.shots.held_seconds, own.shots.held_seconds),
        ("a row is one of the", asked.scenes_are, own.scenes_are),
    ):
        if one != other:
            found.append(f"{what} {one}, not {other}")
    return found


def _said(threshold: float | None) -> str:
    return "the usual" if threshold is None else f"{threshold:g}"
