"""Decode a film's frames in display order, one after another or by seeking; no frame is kept."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from av.video.frame import VideoFrame

from .. import limits
from ..errors import DamagedFilm, FilmChanged, ScanError, SettingsError
from ..media import FileIdentity, Media, confirm_unchanged, identity_at, missing_bytes
from . import completeness
from .picture_reader import DamageTally, Frame, PictureReader
from .seeking import FrameSeeker
from .time_stamps import NO_STAMP, FramePlace, MediaClock, frame_places

if TYPE_CHECKING:  # a film is probed without NumPy
    import numpy as np
    from numpy.typing import NDArray

    from ..observations import Scores


class Decoder:
    """An open film, as a context manager."""

    def __init__(
        self,
        path: Path,
        content: str,
        *,
        threads: int = 0,
        track: int | None = None,
        file: FileIdentity | None = None,
    ) -> None:
        """Open and probe the film at `path`, whose SHA-256 is `content`.

        With `threads` 0 FFmpeg uses one a core; `track` None reads the track that players show. `file` is the identity
        that the file had when it was hashed; by default its present one.
        Raises NotAFilm, MediaError, SettingsError if there is no such track, FilmChanged if the file is not `file`.
        """
        self.path = path
        self._content = content
        self._file = file if file is not None else identity_at(path)
        self.heartbeat: Callable[[], object] = lambda: None
        """Called with every packet, also while no frame is decoded for long."""
        self._last: tuple[int, int] | None = None
        """Time of the last frame read and its declared duration, ticks."""
        try:
            self._reader = PictureReader(
                path,
                content,
                threads=threads,
                track=track,
                verify_file=self.verify_file,
                heartbeat=self._beat,
                position=lambda: self._end,
            )
        except Exception as error:
            if not isinstance(error, (FilmChanged, SettingsError)):
                self._raise_if_changed()
            raise
        self.media = self._reader.media
        self._seeker = FrameSeeker(self._reader, path)
        try:
            self._lacks_bytes = missing_bytes(path) > 0
            self.verify_file()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        self._clock = MediaClock(self.media)

    @classmethod
    def reopen(cls, path: Path, media: Media, *, threads: int = 0, file: FileIdentity | None = None) -> Self:
        """Open a film that was read when its facts were `media`; `threads` and `file` as above.

        Raises NotAFilm, MediaError, or ScanError if an earlier version read another track, or in another orientation.
        """
        decoder = cls(path, media.content_id, threads=threads, track=media.track, file=file)
        if not media.same_track_as(decoder.media):
            decoder._reader.close()
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
        self._reader.close()
        if isinstance(error, Exception) and not isinstance(error, FilmChanged):
            self._raise_if_changed()

    def verify_file(self) -> None:
        """Raise FilmChanged if the file was written to or replaced since it was hashed, MediaError if it is gone.

        After the call all that was read before belongs to the film.
        """
        if self._file is not None:
            self._file = confirm_unchanged(self.path, self._content, self._file, heartbeat=self.heartbeat)

    def _beat(self) -> None:
        self.heartbeat()  # an attribute that callers replace

    def _raise_if_changed(self) -> None:
        """Raise FilmChanged in place of an error that another film's bytes may have caused."""
        if identity_at(self.path) is not None:
            self.verify_file()

    def frames(self) -> Generator[Frame, None, None]:
        """All frames of the film in display order.

        Raises DamagedFilm if the file ends before its declared end, MediaError if it is gone.
        """
        self._reader.rewind()
        self._reader.damage = DamageTally()
        yield from self._number(0, MediaClock(self.media), self._reader.pictures())

    def frames_from(self, first: int, scores: Scores, seconds_before: Fraction | None) -> Generator[Frame, None, None]:
        """The frames from index `first` on; `scores` are those of an earlier pass, of at least the frames up to it.

        Decoding begins `seconds_before` that frame, or at the film's first frame for None. Yields nothing if the seek
        ends after the frame.
        """
        self._reader.damage = DamageTally()
        if seconds_before is None:
            self._reader.rewind()
            frames = self._number(0, MediaClock(self.media), self._reader.pictures())
            yield from (frame for frame in frames if frame.index >= first)
            return
        (place,) = frame_places(scores, [first])
        if place.stamp != NO_STAMP and (result := self._seeker.seek_once(place, seconds_before)) is not None:
            following, picture = result
            clock = MediaClock(self.media)
            for stamp in scores.stamp[:first].tolist():
                clock.push(stamp)
            yield from self._number(first, clock, chain([picture], following))

    def _number(self, index: int, clock: MediaClock, pictures: Iterator[VideoFrame]) -> Iterator[Frame]:
        """Number `pictures` from `index` on, at the times that `clock` gives them.

        `clock` has taken the stamps of all frames before. Raises DamagedFilm if the film breaks off or ends before its
        declared end.
        """
        self._clock, media = clock, self.media
        waiting: deque[tuple[VideoFrame | None, int, int]] = deque([(None, NO_STAMP, 0)] * clock.unsettled)
        index -= clock.unsettled

        def times() -> Iterator[int]:
            broken: DamagedFilm | None = None
            try:
                for picture in pictures:
                    stamp = NO_STAMP if picture.pts is None else picture.pts - media.first_pts
                    self._reader.damage.pictures += picture.is_corrupt
                    waiting.append((picture, stamp, self.damaged))
                    yield from clock.push(stamp)
            except DamagedFilm as error:
                broken = error
            yield from clock.flush()
            if broken is not None:
                raise broken

        for ticks in times():
            picture, stamp, damaged = waiting.popleft()
            if picture is not None:
                completeness.check_within_limits(self.path, media, picture, index, ticks)
                self._last = ticks, picture.duration or 0
                yield Frame(index, ticks, picture, damaged, stamp)
            index += 1
        completeness.check_complete(
            self.path, media, index, self._end, declared=self.declared_seconds, lacks_bytes=self._lacks_bytes
        )

    def seek_frame(self, place: FramePlace) -> Frame:
        """The frame at `place`, by seeking. Raises DamagedFilm if it is not found."""
        return next(self.seek_frames([place]))

    def seek_frames(self, places: Iterable[FramePlace], *, lenient: bool = False) -> Generator[Frame, None, None]:
        """The frames at `places`, ascending, by seeking.

        Raises DamagedFilm for a frame that is not found; `lenient` omits it, and does not read the film from its start.
        """
        return self._seeker.frames(places, lenient=lenient)

    def keyframes(self, count: int) -> Iterator[VideoFrame]:
        """The keyframes at or before `count` times, spread evenly over the film; each once, ascending.

        Raises DamagedFilm if the film cannot be read there.
        """
        return self._seeker.keyframes(count)

    def final_media(self, pts: NDArray[np.int64]) -> Media:
        """The film's facts after all frames were read at the times `pts`, ticks: exact duration and is_vfr."""
        import numpy as np

        grid = np.arange(len(pts)) / float(self.media.rate)
        off_grid = np.abs(pts * float(self.media.time_base) - grid) > 0.5 / float(self.media.rate)
        return dataclasses.replace(self.media, duration=self._end, is_vfr=bool(off_grid.any()))

    @property
    def has_sound(self) -> bool:
        """Whether the film has a sound track that FFmpeg can decode."""
        return self._reader.has_sound

    @property
    def damaged(self) -> int:
        """Frames that could not be decoded, or only in part, since reading began."""
        return self._reader.damage.frames

    @property
    def declared_seconds(self) -> Fraction:
        """Declared length of the film, without the jumps of its clock."""
        return max(Fraction(0), self.media.duration - self._clock.skipped_ticks * self.media.time_base)

    @property
    def expected_seconds(self) -> Fraction:
        """Length of a film that broke off, by its declared length or its declared number of frames."""
        return max(self.declared_seconds, (self.media.frames_from_header or 0) / self.media.rate)

    @property
    def _end(self) -> Fraction:
        """End of the last frame read, seconds."""
        if self._last is None:
            return Fraction(0)
        duration = self._last[1] * self.media.time_base
        is_credible = 0 < duration <= limits.FRAME_SECONDS
        return self._last[0] * self.media.time_base + (duration if is_credible else 1 / self.media.rate)
