"""The options of a report, as `analyze` takes them, applied to a film's settings."""

from __future__ import annotations

from dataclasses import replace

from ..errors import SettingsError
from ..settings import RECOMMENDED, FaceLimits, ReportSettings
from .models import ReportOptions


def with_report_options(stored: ReportSettings, options: ReportOptions) -> ReportSettings:
    """The film's settings with every option that is not None; another detector has its own default threshold.

    Raises SettingsError.
    """
    shots = stored.shots
    if options.detector is not None and options.detector != shots.detector:
        if options.detector == "cuts":
            raise SettingsError("The film has no cut list.", "Give it one on its page, or take another detector.")
        shots = replace(shots, detector=options.detector, threshold=None, cuts=(), cut_notes=(), cut_sources=())
    given = options.model_dump(include={"threshold", "min_scene_frames", "held_seconds"}, exclude_none=True)
    limits = {True: RECOMMENDED, False: FaceLimits(), None: stored.face_limits}[options.readable_faces]
    scenes = options.scenes_are or stored.scenes_are
    return replace(stored, shots=replace(shots, **given), scenes_are=scenes, face_limits=limits)
