"""A film's frames one by one, in the order shown, and one by seeking; none is kept."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from .. import limits
from ..errors import DamagedFilm, FilmChanged, MediaError, ScanError, out_of_memory
from ..media import container_length, identity
from ..media.identity import Identity, must_be_readable
from ..media.media import Media
from ..media.pixel_aspect import BY_FRAME, PixelAspects
from ..media.probe import CODEC_OPTIONS, opened, picture_stream, probed, shown_at
from ..media.video_tracks import VideoTrack
from ..observations.observations import Scores
from ..timecode import clock
from . import completeness
from .time_stamps import FAR, HELD, NONE, Clock, Place, places

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
    stamp: int = NONE
    """What the container says of when it is shown, as in observations.Scores."""


@dataclass(slots=True)
class Tally:
    """What came out damaged since frames are read."""

    refused: int = 0
    """Packets that the decoder did not take."""
    packets: int = 0
    """Packets that the container knows not to be whole, of which pictures are made in part, or none."""
    pictures: int = 0
    """Pictures that the decoder made in part."""

    @property
    def frames(self) -> int:
        return self.refused + max(self.packets, self.pictures)


class Decoder:
    """An open film. Frames are decoded one after another and never kept."""

    def __init__(
        self,
        path: Path,
        content: str,
        *,
        threads: int = 0,
        track: int | None = None,
        file: Identity | None = None,
    ) -> None:
        """Open and probe `path`, whose SHA-256 is `content`; `threads` 0 lets FFmpeg take one a core, `track` None
        takes the one that players show. `file` is its identity when it was hashed, without it that of now.

        Raises NotAFilm, MediaError, or SettingsError where there is no such track, FilmChanged where it is another file
        than `file`.
        """
        self.path = path
        self._content = content
        self._file = file if file is not None else identity.at(path)
        self.damage = Tally()
        self.alive: Callable[[], object] = lambda: None
        """Called with every packet that is read, also where no frame comes of it for long."""
        self._threads = threads
        self._last: tuple[int, int] | None = None
        """Time of the last frame read and how long it says it is shown, ticks."""
        self._short = 0
        self._track = track
        self._index: int | None = None
        """Of the stream among the container's, once it is chosen."""
        self._aspects: PixelAspects | None = None
        try:
            tracks = self._open()
        except MediaError:
            self._blame_the_file()
            raise
        try:
            self.media = probed(self._container, self._stream, tracks, path, content)
            if self._container.format.name in BY_FRAME:
                self._aspects = PixelAspects(self.media.pixel_aspect)
            self._short = container_length.lacking(path)
            self.must_be_the_film()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        self._clock = Clock(self.media)

    def _open(self) -> tuple[VideoTrack, ...]:
        """Open the film anew, at its begin; its video tracks, when it is opened first."""
        self._container = opened(self.path)
        tracks: tuple[VideoTrack, ...] = ()
        try:
            self.must_be_the_film()
            if self._index is None:
                self._stream, tracks = picture_stream(self._container, self.path, self._track)
                self._index = self._stream.index
            else:
                stream = self._container.streams[self._index]
                assert isinstance(stream, VideoStream)
                self._stream = stream
            self._stream.codec_context.options = CODEC_OPTIONS
            self._stream.codec_context.thread_count = self._threads
            self._stream.thread_type = "AUTO"
        except BaseException:
            self._container.close()
            raise
        return tracks

    def must_be_the_film(self) -> None:
        """Raise FilmChanged where the file was written to or replaced since it was hashed, MediaError where it is gone.

        What was read until then belongs to the film.
        """
        if self._file is not None:
            self._file = identity.still(self.path, self._content, self._file, alive=self.alive)

    def _blame_the_file(self) -> None:
        """Raise FilmChanged instead of an error that may come of another film's bytes."""
        if identity.at(self.path) is not None:
            self.must_be_the_film()

    @classmethod
    def reopened(cls, path: Path, seen: Media, *, threads: int = 0, file: Identity | None = None) -> Self:
        """Open a film as it was read when its facts were `seen`; `file` as above.

        Raises NotAFilm, MediaError, or ScanError where an earlier version took another track, or turned it otherwise.
        """
        decoder = cls(path, seen.content_id, threads=threads, track=seen.track, file=file)
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
        if isinstance(error, Exception) and not isinstance(error, FilmChanged):
            self._blame_the_file()

    def frames(self) -> Generator[Frame, None, None]:
        """Every frame of the film in the order shown.

        Raises DamagedFilm where the file ends before it says it does, MediaError where it is gone.
        """
        self._rewind()
        self.damage = Tally()
        yield from self._numbered(0, Clock(self.media), self._pictures())

    def frames_again(self, first: int, known: Scores, seconds_before: Fraction | None) -> Generator[Frame, None, None]:
        """The frames from index `first` on; `known` are the scores of those up to it and on, as they were read before.

        Decoding begins `seconds_before` that frame, or, for None, with the film's first one. Where a seek landed behind
        the frame none comes.
        """
        self.damage = Tally()
        if seconds_before is None:
            self._rewind()
            every = self._numbered(0, Clock(self.media), self._pictures())
            yield from (frame for frame in every if frame.index >= first)
            return
        (place,) = places(known, [first])
        if place.stamp != NONE and (found := self._sought(place, seconds_before)) is not None:
            following, picture = found
            passed = Clock(self.media)
            for stamp in known.stamp[:first].tolist():
                passed.push(stamp)
            yield from self._numbered(first, passed, chain([picture], following))

    def _numbered(self, index: int, passed: Clock, pictures: Iterator[VideoFrame]) -> Iterator[Frame]:
        """What `pictures` are, numbered from `index`, at the times that the film's clock gives them.

        `passed` took the stamps of all frames before. Raises DamagedFilm where the film cannot be read on, or ends
        before it says it does.
        """
        self._clock, media = passed, self.media
        waiting: deque[tuple[VideoFrame | None, int, int]] = deque([(None, NONE, 0)] * passed.unsettled)
        index -= passed.unsettled

        def times() -> Iterator[int]:
            broken: DamagedFilm | None = None
            try:
                for picture in pictures:
                    stamp = NONE if picture.pts is None else picture.pts - media.first_pts
                    self.damage.pictures += picture.is_corrupt
                    waiting.append((picture, stamp, self.damaged))
                    yield from passed.push(stamp)
            except DamagedFilm as error:
                broken = error
            yield from passed.rest()
            if broken is not None:
                raise broken

        for ticks in times():
            picture, stamp, damaged = waiting.popleft()
            if picture is not None:
                completeness.check_within_caps(self.path, media, picture, index, ticks)
                self._last = ticks, picture.duration or 0
                yield Frame(index, ticks, picture, damaged, stamp)
            index += 1
        completeness.check(self.path, media, index, self._end, claimed=self.claimed, short=bool(self._short))

    @property
    def damaged(self) -> int:
        """Frames that could not be decoded so far, or only in part; counted anew whenever frames are read."""
        return self.damage.frames

    @property
    def claimed(self) -> Fraction:
        """Seconds that the film says it lasts. A clock that jumped says that of the jumps, too."""
        return max(Fraction(0), self.media.duration - self._clock.skipped * self.media.time_base)

    @property
    def promised(self) -> Fraction:
        """Seconds that a film which broke off says it lasts, by its length or by its frames."""
        return max(self.claimed, (self.media.frames_from_header or 0) / self.media.rate)

    @property
    def _end(self) -> Fraction:
        """Seconds: where the last frame read ends."""
        if self._last is None:
            return Fraction(0)
        shown = self._last[1] * self.media.time_base
        return self._last[0] * self.media.time_base + (shown if 0 < shown <= limits.SHOWN else 1 / self.media.rate)

    def frame_at(self, place: Place) -> Frame:
        """The frame at this place, by seeking. Raises DamagedFilm if it is not there."""
        return next(self.frames_at([place]))

    def frames_at(self, wanted: Iterable[Place], *, lenient: bool = False) -> Generator[Frame, None, None]:
        """The frames at these places, ascending, by seeking; neighbours with one seek.

        Raises DamagedFilm if one is not there; `lenient` leaves it out, and does not read the whole film for it.
        """
        near = round(NEAR / self.media.time_base)
        following: Iterator[VideoFrame] = iter(())
        last: Place | None = None
        for place in wanted:
            picture = None
            if last is not None and (place.stamp == NONE or 0 < place.ticks - last.ticks <= near):
                picture = self._reached(following, place, last.index)
            if picture is None:
                try:
                    following, picture = self._found(place, SEEKS[:-1] if lenient else SEEKS)
                except DamagedFilm:
                    if not lenient:
                        raise
                    following, last = iter(()), None
                    continue
            last = place
            yield Frame(place.index, place.ticks, picture)

    def _found(self, place: Place, seeks: tuple[Fraction | None, ...]) -> tuple[Iterator[VideoFrame], VideoFrame]:
        """The picture at this place, and what is decoded after it."""
        # Where a container has no index (MPEG-TS), a seek may land behind the frame, or too close to it to decode.
        for seconds_before in seeks:
            if (found := self._sought(place, seconds_before)) is not None:
                return found
        raise DamagedFilm(f"Frame {place.index} of {self.path.name} could not be found again.", "Has the file changed?")

    def _sought(self, place: Place, seconds_before: Fraction | None) -> tuple[Iterator[VideoFrame], VideoFrame] | None:
        """As _found, with one seek, so many seconds before the place; for None from the film's first frame on."""
        if seconds_before is None:
            self._rewind()
            following = some = self._pictures()
        elif place.stamp == NONE:
            return None
        else:
            self._seek(place.stamp + self.media.first_pts - round(seconds_before / self.media.time_base))
            following = some = self._pictures()
            if self.media.stamps == "clock":  # it may have landed where the clock shows the same once more
                some = islice(following, int((seconds_before + 2 * FAR) * self.media.rate))
        picture = self._reached(some, place, -1)
        return None if picture is None else (following, picture)

    def _reached(self, pictures: Iterator[VideoFrame], place: Place, last: int) -> VideoFrame | None:
        """The picture at this place among those that come after frame `last`; None where it is not among them.

        `last` is -1 where it is not known, or where the film's first frame comes first.
        """
        picture: VideoFrame | None = None
        if place.stamp != NONE and place.anchor > last:
            picture, last = self._met(pictures, place.stamp), place.anchor
            if picture is None:
                return None
        for _ in range(place.index - last):
            picture = next(pictures, None)
        return picture

    def _met(self, pictures: Iterator[VideoFrame], stamp: int) -> VideoFrame | None:
        """The picture with this stamp among those that come, or None as soon as enough later ones are met."""
        wanted, later = stamp + self.media.first_pts, 0
        for picture in pictures:
            if picture.pts == wanted:
                return picture
            later += picture.pts is not None and picture.pts > wanted
            if later > HELD:
                return None
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
        # By seeking not every film's first frame is found: MPEG-TS seeks by decoding time, which is earlier, Matroska's
        # index lacks what is before its zero.
        self._container.close()
        must_be_readable(self.path)
        self._open()

    def _seek(self, pts: int) -> None:
        if self.media.stamps != "clock":  # whose search takes what lies before its begin for the begin
            pts = max(pts, min(0, self.media.first_pts))
        try:
            self._container.seek(pts, stream=self._stream, backward=True)
        except av.error.FFmpegError as error:
            raise DamagedFilm(
                f"{self.path.name} cannot be read from {clock(pts * self.media.time_base)} on ({error.strerror}).",
                "Export or copy it again.",
            ) from error

    def _pictures(self) -> Iterator[VideoFrame]:
        failures, broken = 0, completeness.BrokenPackets(int(FAR / self.media.time_base))
        if self._aspects is not None:
            self._aspects.unsettled()
        while True:
            try:
                for packet in self._container.demux(self._stream):
                    failures = 0
                    self.damage.packets += broken.count(packet.dts, is_corrupt=packet.is_corrupt)
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
            self.damage.refused += 1
