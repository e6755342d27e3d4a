"""Whether a film that was read is all there, and no more than it may be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame

from . import caps, extent
from .errors import DamagedFilm, NotAFilm
from .media import Media
from .shape import media_of
from .timecode import clock


def check_within_caps(path: Path, media: Media, picture: VideoFrame, index: int, ticks: int) -> None:
    """A film may grow while it is read: in length, in frames, in its picture. Raises DamagedFilm."""
    base = media.time_base
    if ticks * base.numerator > caps.SECONDS * base.denominator or index >= caps.FRAMES:
        seconds = ticks * base
        raise DamagedFilm(
            f"{path.name} goes on to {clock(seconds)} at its frame {index + 1:,}.",
            f"Up to {clock(caps.SECONDS)} and {caps.FRAMES:,} frames are read: its time-stamps may be damaged.",
        )
    own = media_of(picture, media)
    if own is media:  # which was looked at when it was opened
        return
    if max(picture.width * picture.height, own.display_width * own.display_height) > caps.PIXELS:
        raise DamagedFilm(
            f"{path.name} grows to {picture.width} x {picture.height} pixels {clock(ticks * base)} into the film.",
            caps.PIXELS_ADVICE,
        )


def check(path: Path, media: Media, frames: int, end: Fraction, *, claimed: Fraction, short: bool) -> None:
    """Whether all is there that the film says it has, once `frames` were read and the last one ended at `end`, seconds.

    `claimed` is how long it says it lasts, seconds; `short` says that the file lacks bytes which its container counts.
    Raises DamagedFilm, or NotAFilm without a frame.
    """
    name = path.name
    if frames == 0:
        raise NotAFilm(f"{name} has no frame that can be decoded.", "Export it again, for example as H.264 in MP4.")
    # Edit lists and a damaged packet may cost a few frames, sound may be longer; a file that was cut short lacks
    # its end.
    least = Fraction(8) / media.rate if media.frames_from_header else Fraction(1)
    tolerance = max(least, claimed / (50 if media.frames_from_header else 20))
    if short:
        tolerance = Fraction(3, 2) / media.rate
    advice = "Copy or export it again, and wait until the export is done."
    if claimed - end > tolerance:
        raise DamagedFilm(
            f"{name} is damaged or incomplete: it says it lasts {clock(claimed)}, but only {clock(end)} "
            f"({frames:,} frames) could be read.",
            advice,
        )
    if short and extent.cut_within_packet(path):
        raise DamagedFilm(f"{name} breaks off within a packet, {clock(end)} into the film.", advice)
