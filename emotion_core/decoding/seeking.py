"""Find single frames of a film by seeking, so that each is the frame that a pass from the start yields."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

from av.video.frame import VideoFrame

from ..errors import DamagedFilm
from ..media import pts_or
from .picture_reader import Frame, PictureReader
from .time_stamps import JUMP_SECONDS, NO_STAMP, REORDER_DEPTH, FramePlace

NEAR_SECONDS = Fraction(1)
"""Distance up to which decoding on is faster than seeking."""
SEEK_MARGINS = (Fraction(0), Fraction(2), Fraction(10), None)
"""Seconds before a frame at which successive attempts to find it begin; None begins at the film's first frame.

Without an index (MPEG-TS) a seek may end after the frame, or too close before it to decode it.
"""


class FrameSeeker:
    """Seeks in an open film."""

    def __init__(self, reader: PictureReader, path: Path) -> None:
        """`path` is the film's, for messages."""
        self._reader = reader
        self._path = path

    def frames(self, places: Iterable[FramePlace], *, lenient: bool) -> Generator[Frame, None, None]:
        """The frames at `places`, ascending; neighbours are decoded after a single seek.

        Raises DamagedFilm for a frame that is not found; `lenient` omits it, and does not read the film from its start.
        """
        near = round(NEAR_SECONDS / self._reader.media.time_base)
        following: Iterator[VideoFrame] = iter(())
        last: FramePlace | None = None
        for place in places:
            picture = None
            if last is not None and (place.stamp == NO_STAMP or 0 < place.ticks - last.ticks <= near):
                picture = self._advance(following, place, last.index)
            if picture is None:
                try:
                    following, picture = self._find(place, SEEK_MARGINS[:-1] if lenient else SEEK_MARGINS)
                except DamagedFilm:
                    if not lenient:
                        raise
                    following, last = iter(()), None
                    continue
            last = place
            yield Frame(place.index, place.ticks, picture)

    def keyframes(self, count: int) -> Iterator[VideoFrame]:
        """The keyframes at or before `count` times, spread evenly over the film; each once, ascending.

        Raises DamagedFilm if the film cannot be read there.
        """
        media = self._reader.media
        last = media.first_pts - 1
        for i in range(count):
            ticks = media.duration / media.time_base * (2 * i + 1) / (2 * count)
            pts = media.first_pts + int(ticks)
            self._reader.seek(pts)
            if (picture := self._reader.keyframe()) is None:
                self._reader.seek(pts)
                picture = next(self._reader.pictures(), None)
            if picture is not None and pts_or(picture, last) > last:
                last = pts_or(picture, last)
                yield picture

    def seek_once(
        self, place: FramePlace, seconds_before: Fraction | None
    ) -> tuple[Iterator[VideoFrame], VideoFrame] | None:
        """The pictures after the one at `place`, and that one; None if a single seek does not find it.

        The seek goes to `seconds_before` the place; None starts at the film's first frame.
        """
        media = self._reader.media
        if seconds_before is None:
            self._reader.rewind()
            following = candidates = self._reader.pictures()
        elif place.stamp == NO_STAMP:
            return None
        else:
            self._reader.seek(place.stamp + media.first_pts - round(seconds_before / media.time_base))
            following = candidates = self._reader.pictures()
            if media.stamps == "clock":  # after a reset the clock may show the same time once more
                candidates = islice(following, int((seconds_before + 2 * JUMP_SECONDS) * media.rate))
        picture = self._advance(candidates, place, -1)
        return None if picture is None else (following, picture)

    def _find(self, place: FramePlace, margins: tuple[Fraction | None, ...]) -> tuple[Iterator[VideoFrame], VideoFrame]:
        for seconds_before in margins:
            if (result := self.seek_once(place, seconds_before)) is not None:
                return result
        raise DamagedFilm(
            f"Frame {place.index} of {self._path.name} could not be found again.", "Has the file changed?"
        )

    def _advance(self, pictures: Iterator[VideoFrame], place: FramePlace, last: int) -> VideoFrame | None:
        """The picture at `place` out of `pictures`, which follow frame `last`; None if it is not among them.

        `last` is -1 if it is unknown, or if the film's first frame comes next.
        """
        picture: VideoFrame | None = None
        if place.stamp != NO_STAMP and place.anchor > last:
            picture, last = self._picture_with_stamp(pictures, place.stamp), place.anchor
            if picture is None:
                return None
        for _ in range(place.index - last):
            picture = next(pictures, None)
        return picture

    def _picture_with_stamp(self, pictures: Iterator[VideoFrame], stamp: int) -> VideoFrame | None:
        """The picture with this stamp; None after REORDER_DEPTH later ones."""
        pts, later = stamp + self._reader.media.first_pts, 0
        for picture in pictures:
            if picture.pts == pts:
                return picture
            later += picture.pts is not None and picture.pts > pts
            if later > REORDER_DEPTH:
                return None
        return None
