"""Whether a film that was read is all there, and no more than it may be."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame

from .. import limits
from ..errors import DamagedFilm, NotAFilm
from ..media import container_length
from ..media.frame_shape import media_of
from ..media.media import Media
from ..timecode import clock


class BrokenPackets:
    """Counts the packets that a container knows not to be whole.

    Where two recordings join, a transport stream's counters jump as if packets were missing, and one of the last
    packets before the join is called broken. So it is not counted if the clock is set anew right after it: what really
    is broken there the decoder says.
    """

    JOIN = 3
    """Packets before the join of which one may be called broken."""

    def __init__(self, far: int) -> None:
        """`far` is how much later than the one before it a packet is, in ticks, where the clock is set anew."""
        self._far = far
        self._last: int | None = None
        self._left = 0
        """Packets after which the doubtful one is taken for broken; 0 for none."""

    def count(self, dts: int | None, *, is_corrupt: bool) -> int:
        """How many are known to be broken with the next packet, of decoding time `dts`, ticks; the end has none."""
        jumps = dts is not None and self._last is not None and not self._last < dts <= self._last + self._far
        broken = 0
        if self._left:
            self._left = 0 if jumps else self._left - 1
            broken = int(not jumps and (self._left == 0 or is_corrupt or dts is None))
        if is_corrupt:
            self._left = self.JOIN
        elif broken:
            self._left = 0
        self._last = self._last if dts is None else dts
        return broken


def check_within_caps(path: Path, media: Media, picture: VideoFrame, index: int, ticks: int) -> None:
    """A film may grow while it is read: in length, in frames, in its picture. Raises DamagedFilm."""
    base = media.time_base
    if ticks * base.numerator > limits.SECONDS * base.denominator or index >= limits.FRAMES:
        seconds = ticks * base
        raise DamagedFilm(
            f"{path.name} goes on to {clock(seconds)} at its frame {index + 1:,}.",
            f"Up to {clock(limits.SECONDS)} and {limits.FRAMES:,} frames are read: its time-stamps may be damaged.",
        )
    own = media_of(picture, media)
    if own is media:  # which was looked at when it was opened
        return
    if max(picture.width * picture.height, own.display_width * own.display_height) > limits.PIXELS:
        raise DamagedFilm(
            f"{path.name} grows to {picture.width} x {picture.height} pixels {clock(ticks * base)} into the film.",
            limits.PIXELS_ADVICE,
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
    if short and container_length.cut_within_packet(path):
        raise DamagedFilm(f"{name} breaks off within a packet, {clock(end)} into the film.", advice)
