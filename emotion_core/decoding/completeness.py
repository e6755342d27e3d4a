"""Checks that a film is complete when it has been read, and stays within the limits while it is read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame

from .. import limits
from ..errors import DamagedFilm, NotAFilm
from ..formatting import hms
from ..media import Media, ends_within_packet, media_at_frame


class BrokenPacketCounter:
    """Counts the packets that a container marks as corrupt.

    Where two recordings join, a transport stream's counters jump as if packets were missing, and one of the last
    packets before the join is marked. It is not counted if the clock is reset right after it: the decoder reports what
    is really damaged there.
    """

    JOIN_PACKETS = 3
    """Packets before a join of which one may be marked."""

    def __init__(self, jump_ticks: int) -> None:
        """`jump_ticks` is the least distance of two packets between which the clock was reset."""
        self._jump_ticks = jump_ticks
        self._last: int | None = None
        self._undecided = 0
        """Packets until the marked one is counted; 0 if none is undecided."""

    def count(self, dts: int | None, *, is_corrupt: bool) -> int:
        """Add the next packet, of decoding time `dts`, ticks; return how many packets turn out to be broken, 0 or 1.

        At the end of the stream `dts` is None.
        """
        jumps = dts is not None and self._last is not None and not self._last < dts <= self._last + self._jump_ticks
        broken = 0
        if self._undecided:
            self._undecided = 0 if jumps else self._undecided - 1
            broken = int(not jumps and (self._undecided == 0 or is_corrupt or dts is None))
        if is_corrupt:
            self._undecided = self.JOIN_PACKETS
        elif broken:
            self._undecided = 0
        self._last = self._last if dts is None else dts
        return broken


def check_within_limits(path: Path, media: Media, picture: VideoFrame, index: int, ticks: int) -> None:
    """Raise DamagedFilm if a frame exceeds the limits: length, frames and size may grow beyond the header's."""
    base = media.time_base
    if ticks * base.numerator > limits.SECONDS * base.denominator or index >= limits.FRAMES:
        seconds = ticks * base
        raise DamagedFilm(
            f"{path.name} goes on to {hms(seconds)} at its frame {index + 1:,}.",
            f"Up to {hms(limits.SECONDS)} and {limits.FRAMES:,} frames are read: its time-stamps may be damaged.",
        )
    own = media_at_frame(picture, media)
    if own is media:  # already checked when the film was opened
        return
    if max(picture.width * picture.height, own.display_width * own.display_height) > limits.PIXELS:
        raise DamagedFilm(
            f"{path.name} grows to {picture.width} x {picture.height} pixels {hms(ticks * base)} into the film.",
            limits.PIXELS_ADVICE,
        )


def check_complete(
    path: Path, media: Media, frames: int, end: Fraction, *, declared: Fraction, lacks_bytes: bool
) -> None:
    """Check that a film ended where it declares to end, after `frames` were read of which the last ends at `end`.

    `end` and `declared` in seconds; `lacks_bytes` means that the file is shorter than its container declares.
    Raises DamagedFilm, or NotAFilm without a frame.
    """
    name = path.name
    if frames == 0:
        raise NotAFilm(f"{name} has no frame that can be decoded.", "Export it again, for example as H.264 in MP4.")
    # Edit lists and a damaged packet may cost a few frames, and sound may last longer. A file that was cut off lacks
    # its end.
    least = Fraction(8) / media.rate if media.frames_from_header else Fraction(1)
    tolerance = max(least, declared / (50 if media.frames_from_header else 20))
    if lacks_bytes:
        tolerance = Fraction(3, 2) / media.rate
    advice = "Copy or export it again, and wait until the export is done."
    if declared - end > tolerance:
        raise DamagedFilm(
            f"{name} is damaged or incomplete: it says it lasts {hms(declared)}, but only {hms(end)} "
            f"({frames:,} frames) could be read.",
            advice,
        )
    if lacks_bytes and ends_within_packet(path):
        raise DamagedFilm(f"{name} breaks off within a packet, {hms(end)} into the film.", advice)
