"""A film's frames one by one, in the order shown, and one by seeking; none is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from . import caps, extent, wholeness
from .errors import DamagedFilm, ScanError, out_of_memory
from .header import CODEC_OPTIONS, opened, picture_stream, probed, shown_at
from .media import Media
from .pixel_aspect import BY_FRAME, PixelAspects
from .timecode import clock

NEAR = Fraction(1)
"""Seconds up to which decoding on is cheaper than seeking."""
SEEKS = (Fraction(0), Fraction(2), Fraction(10), None)
"""Seconds before a frame from which it is looked for, one after the other; None is the film's first frame."""
FAILURES = 16
"""Reads that may fail one after the other before a film is said to break off there: behind a hole it may go on."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame, in the order shown."""

    index: int
    ticks: int
    """Since the first frame shown, in the media's time base."""
    picture: VideoFrame
    damaged: int = 0
    """Frames up to it that could not be decoded, or only in part."""


class Decoder:
    """An open film. Frames are decoded one after another and never kept."""

    def __init__(self, path: Path, content: str, *, threads: int = 0, track: int | None = None) -> None:
        """Open and probe `path`; `threads` 0 lets FFmpeg take one a core, `track` None takes the one that players show.

        Raises NotAFilm, MediaError, or SettingsError where there is no such track.
        """
        self.path = path
        self.damaged = 0
        """Frames that could not be decoded so far, or only in part; counted anew whenever frames are read."""
        self.alive: Callable[[], object] = lambda: None
        """Called with every packet that is read, also where no frame comes of it for long."""
        self._end = Fraction(0)
        self._short = 0
        self._aspects: PixelAspects | None = None
        self._container = opened(path)
        try:
            self._stream, tracks = picture_stream(self._container, path, track)
            self._stream.codec_context.options = CODEC_OPTIONS
            self._stream.codec_context.thread_count = threads
            self._stream.thread_type = "AUTO"
            self.media = probed(self._container, self._stream, tracks, path, content)
            if self._container.format.name in BY_FRAME:
                self._aspects = PixelAspects(self.media.pixel_aspect)
            self._short = extent.lacking(path)
        except BaseException:
            self._container.close()
            raise

    @classmethod
    def reopened(cls, path: Path, seen: Media, *, threads: int = 0) -> Self:
        """Open a film as it was read when its facts were `seen`.

        Raises NotAFilm, MediaError, or ScanError where an earlier version took another track, or turned it otherwise.
        """
        decoder = cls(path, seen.content_id, threads=threads, track=seen.track)
        if not seen.reads_the_same_as(decoder.media):
            decoder._container.close()
            raise ScanError(
                f"{path.name} was analysed by an earlier version, which took another of its video tracks or did not "
                "mirror its picture.",
                "Analyse it again.",
            )
        return decoder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def frames(self) -> Generator[Frame, None, None]:
        """Every frame of the film in the order shown. Raises DamagedFilm where the file ends before it says it does."""
        self._rewind()
        self.damaged = 0
        yield from self._numbered(0, -1)

    def frames_again(self, first: int, ticks: int, seconds_before: Fraction | None) -> Generator[Frame, None, None]:
        """The frames from index `first` on, which was shown at `ticks` when the film was read before.

        Decoding begins `seconds_before` that frame, or, for None, with the film's first one. Where a seek landed behind
        the frame, or frames carry no time, the first one that comes has other ticks than it: compare.
        """
        self.damaged = 0
        if seconds_before is None:
            self._rewind()
            yield from (frame for frame in self._numbered(0, -1) if frame.index >= first)
        else:
            self._seek(max(0, ticks + self.media.first_pts - round(seconds_before / self.media.time_base)))
            yield from self._numbered(first, ticks - 1, timed=True)

    def _numbered(self, index: int, last: int, *, timed: bool = False) -> Iterator[Frame]:
        """What is decoded from here on and shown after tick `last`, numbered from `index`.

        A frame that carries no time follows the one before; `timed` says that this would not do. Raises DamagedFilm
        where the film cannot be read on, or ends before it says it does.
        """
        first = index
        for picture in self._pictures():
            if timed and picture.pts is None:
                yield Frame(index, -1, picture, self.damaged)
                return
            # A frame before the media clock's zero is what an edit list cut away; one out of order cannot be shown.
            ticks = shown_at(picture, last + 1 + self.media.first_pts) - self.media.first_pts
            if ticks <= last:
                self.damaged += ticks < last and index > first
                continue
            wholeness.check_within_caps(self.path, self.media, picture, index, ticks)
            last = ticks
            shown = (picture.duration or 0) * self.media.time_base
            self._end = ticks * self.media.time_base + (shown if 0 < shown <= caps.SHOWN else 1 / self.media.rate)
            self.damaged += picture.is_corrupt
            yield Frame(index, ticks, picture, self.damaged)
            index += 1
        wholeness.check(self.path, self.media, index, self._end, short=bool(self._short))

    def frame_at(self, index: int, ticks: int) -> Frame:
        """The frame with these `ticks`, by seeking. Raises DamagedFilm if it is not there."""
        return next(self.frames_at([(index, ticks)]))

    def frames_at(self, wanted: Iterable[tuple[int, int]], *, lenient: bool = False) -> Generator[Frame, None, None]:
        """The frames with these indices and ticks, ascending, by seeking; neighbours with one seek.

        Raises DamagedFilm if one is not there; `lenient` leaves it out, and does not read the whole film for it.
        """
        near = round(NEAR / self.media.time_base)
        following: Iterator[VideoFrame] = iter(())
        last: int | None = None
        for index, ticks in wanted:
            picture = None
            if last is not None and 0 < ticks - last <= near:
                picture = self._met(following, ticks)
            if picture is None:
                try:
                    following, picture = self._found(index, ticks, SEEKS[:-1] if lenient else SEEKS)
                except DamagedFilm:
                    if not lenient:
                        raise
                    following, last = iter(()), None
                    continue
            last = ticks
            yield Frame(index, ticks, picture)

    def _found(
        self, index: int, ticks: int, seeks: tuple[Fraction | None, ...]
    ) -> tuple[Iterator[VideoFrame], VideoFrame]:
        """The picture with these `ticks`, and what is decoded after it."""
        # Where a container has no index (MPEG-TS), a seek may land behind the frame, or too close to it to decode.
        for seconds_before in seeks:
            if seconds_before is None:
                self._rewind()
            else:
                self._seek(max(0, ticks + self.media.first_pts - round(seconds_before / self.media.time_base)))
            following = self._pictures()
            if (picture := self._met(following, ticks)) is not None:
                return following, picture
        raise DamagedFilm(f"Frame {index} of {self.path.name} could not be found again.", "Has the file changed?")

    def _met(self, pictures: Iterator[VideoFrame], ticks: int) -> VideoFrame | None:
        """The picture with these `ticks` among those that come, or None as soon as a later one is met."""
        wanted = ticks + self.media.first_pts
        for picture in pictures:
            if shown_at(picture, wanted) >= wanted:
                return picture if shown_at(picture, wanted) == wanted else None
        return None

    def keyframes(self, places: int) -> Iterator[VideoFrame]:
        """The keyframes at or before so many `places`, spread evenly over the film; each once, in order.

        Raises DamagedFilm where it cannot be read so far.
        """
        last = self.media.first_pts - 1
        for i in range(places):
            place = self.media.duration / self.media.time_base * (2 * i + 1) / (2 * places)
            self._seek(self.media.first_pts + int(place))
            picture = next(self._pictures(), None)
            if picture is not None and shown_at(picture, last) > last:
                last = shown_at(picture, last)
                yield picture

    def read_media(self, pts: NDArray[np.int64]) -> Media:
        """The film's facts once all frames were read: exact duration and whether its frames are evenly spaced."""
        grid = np.arange(len(pts)) / float(self.media.rate)
        strays = np.abs(pts * float(self.media.time_base) - grid) > 0.5 / float(self.media.rate)
        return dataclasses.replace(self.media, duration=self._end, is_vfr=bool(strays.any()))

    def _rewind(self) -> None:
        # Not to the first frame's PTS: MPEG-TS seeks by decoding time, which is earlier, and would skip to a later one.
        self._seek(min(0, self.media.first_pts))

    def _seek(self, pts: int) -> None:
        try:
            self._container.seek(pts, stream=self._stream, backward=True)
        except av.error.FFmpegError as error:
            raise DamagedFilm(
                f"{self.path.name} cannot be read from {clock(pts * self.media.time_base)} on ({error.strerror}).",
                "Export or copy it again.",
            ) from error

    def _pictures(self) -> Iterator[VideoFrame]:
        failures = 0
        if self._aspects is not None:
            self._aspects.unsettled()
        while True:
            try:
                for packet in self._container.demux(self._stream):
                    failures = 0
                    self.alive()
                    yield from self._decoded(packet)
                return
            except av.error.EOFError:
                return
            except av.error.MemoryError as error:
                raise out_of_memory(self.path.name) from error
            except av.error.FFmpegError as error:
                failures += 1
                if failures == FAILURES:
                    yield from self._decoded(None)
                    raise DamagedFilm(
                        f"{self.path.name} breaks off {clock(self._end)} into the film ({error.strerror}).",
                        "Export or copy it again.",
                    ) from error

    def _decoded(self, packet: Packet[VideoStream] | None) -> Iterator[VideoFrame]:
        """The pictures that come out where `packet` goes in; None for what the decoder still holds."""
        try:
            for picture in self._stream.decode(packet):
                if self._aspects is not None:
                    self._aspects.marked(picture, self._stream)
                yield picture
        except av.error.EOFError:
            return
        except av.error.MemoryError as error:
            raise out_of_memory(self.path.name) from error
        except av.error.FFmpegError:
            self.damaged += 1
