"""A scene's timecodes."""

from __future__ import annotations

from ..analysis.records import Analysis, SceneEmotion
from ..media.media import timecode_at
from ..timecode import frame_at, to_timecode


def timecodes(analysis: Analysis, row: SceneEmotion) -> tuple[str, str, str]:
    """A scene's in, out (exclusive) and duration.

    Frames of timecode are counted from the file's start timecode by the media clock, so that in material of variable
    frame rate timecode stays true to time; at a constant rate this is the frame index.
    """
    media, span = analysis.observations.media, row.scene.span
    first, last = (frame_at(t, media.rate) for t in (span.start, span.end))
    duration = to_timecode(last - first, media.rate, drop_frame=media.drop_frame)
    return timecode_at(media, span.start), timecode_at(media, span.end), duration
