"""Decode a film's video stream from its start or from a seek position; pictures are not numbered yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av.error
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..errors import DamagedFilm, out_of_memory
from ..formatting import hms
from ..media import (
    CODEC_OPTIONS,
    PER_FRAME_FORMATS,
    PixelAspectTracker,
    VideoTrack,
    check_readable,
    open_container,
    probe_media,
    select_stream,
)
from .completeness import BrokenPacketCounter
from .time_stamps import JUMP_SECONDS, NO_STAMP

MAX_FAILURES = 16
"""Consecutive reads that may fail before the film counts as broken off: after a gap in the file it may go on."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame, numbered in display order."""

    index: int
    ticks: int
    """Time since the first frame, in the media's time base."""
    picture: VideoFrame
    damaged: int = 0
    """Frames up to this one that could not be decoded, or only in part."""
    stamp: int = NO_STAMP
    """The container's time stamp, as in observations.Scores."""


@dataclass(slots=True)
class DamageTally:
    """Counts of damage since reading began."""

    refused: int = 0
    """Packets that the decoder refused."""
    packets: int = 0
    """Packets that the container marks as incomplete; their pictures are incomplete or missing."""
    pictures: int = 0
    """Pictures that the decoder marks as incomplete."""

    @property
    def frames(self) -> int:
        return self.refused + max(self.packets, self.pictures)


class PictureReader:
    """An open container, and the decoder of its selected video stream."""

    def __init__(
        self,
        path: Path,
        content: str,
        *,
        threads: int,
        track: int | None,
        verify_file: Callable[[], object],
        heartbeat: Callable[[], object],
        position: Callable[[], Fraction],
    ) -> None:
        """Open and probe the film at `path`.

        `content`, `threads` and `track` as in Decoder. `verify_file` is called whenever the file was opened,
        `heartbeat` with every packet; `position` gives the seconds that were read, for a message.
        """
        self._path = path
        self._threads = threads
        self._track = track
        self._verify_file, self._heartbeat, self._position = verify_file, heartbeat, position
        self._stream_index: int | None = None
        self._aspects: PixelAspectTracker | None = None
        self.damage = DamageTally()
        tracks = self._open()
        try:
            self.media = probe_media(self._container, self._stream, tracks, path, content)
            if self._container.format.name in PER_FRAME_FORMATS:
                self._aspects = PixelAspectTracker(self.media.pixel_aspect)
        except BaseException:
            self.close()
            raise

    def _open(self) -> tuple[VideoTrack, ...]:
        """Open the file at its start. The first call selects the stream and returns the file's video tracks."""
        self._container = open_container(self._path)
        tracks: tuple[VideoTrack, ...] = ()
        try:
            self._verify_file()
            if self._stream_index is None:
                self._stream, tracks = select_stream(self._container, self._path, self._track)
                self._stream_index = self._stream.index
            else:
                stream = self._container.streams[self._stream_index]
                assert isinstance(stream, VideoStream)
                self._stream = stream
            self._stream.codec_context.options = CODEC_OPTIONS
            self._stream.codec_context.thread_count = self._threads
            self._stream.thread_type = "AUTO"
        except BaseException:
            self._container.close()
            raise
        return tracks

    @property
    def has_sound(self) -> bool:
        """Whether the file has a sound track that FFmpeg can decode."""
        return any(stream.codec_context is not None for stream in self._container.streams.audio)

    def close(self) -> None:
        self._container.close()

    def rewind(self) -> None:
        """Go to the first frame, by opening the file again.

        Seeking does not find every film's first frame: MPEG-TS seeks by decoding time, which is earlier, and Matroska's
        index lacks what precedes time zero.
        """
        self._container.close()
        check_readable(self._path)
        self._open()

    def seek(self, pts: int) -> None:
        """Go to the last keyframe at or before `pts`, ticks of the container's clock. Raises DamagedFilm."""
        if self.media.stamps != "clock":  # where a search for a time before the start finds the start
            pts = max(pts, min(0, self.media.first_pts))
        try:
            self._container.seek(pts, stream=self._stream, backward=True)
        except av.error.FFmpegError as error:
            raise DamagedFilm(
                f"{self._path.name} cannot be read from {hms(pts * self.media.time_base)} on ({error.strerror}).",
                "Export or copy it again.",
            ) from error

    def keyframe(self) -> VideoFrame | None:
        """The keyframe at the current position, decoded without the frames that a decoder usually reads ahead.

        None where that gives no whole picture; a keyframe of two fields may come in two packets. Seek afterwards.
        """
        if self.media.field_order != "progressive":
            return None
        if self._aspects is not None:
            self._aspects.reset()
        try:
            packet = next(self._container.demux(self._stream), None)
            self._heartbeat()
            if packet is None or not packet.is_keyframe or packet.is_corrupt:
                return None
            picture = next(chain(self._decode(packet), self._decode(None)), None)
        except av.error.FFmpegError:
            return None
        return None if picture is None or picture.is_corrupt or picture.pts != packet.pts else picture

    def pictures(self) -> Iterator[VideoFrame]:
        """The pictures from the current position on, in display order. Raises DamagedFilm or FilmNeedsMemory."""
        failures, broken = 0, BrokenPacketCounter(int(JUMP_SECONDS / self.media.time_base))
        if self._aspects is not None:
            self._aspects.reset()
        while True:
            try:
                for packet in self._container.demux(self._stream):
                    failures = 0
                    self.damage.packets += broken.count(packet.dts, is_corrupt=packet.is_corrupt)
                    self._heartbeat()
                    yield from self._decode(packet)
                return
            except av.error.EOFError:
                return
            except av.error.MemoryError as error:
                raise out_of_memory(self._path.name) from error
            except av.error.FFmpegError as error:
                failures += 1
                if failures == MAX_FAILURES:
                    yield from self._decode(None)
                    raise DamagedFilm(
                        f"{self._path.name} breaks off {hms(self._position())} into the film ({error.strerror}).",
                        "Export or copy it again.",
                    ) from error

    def _decode(self, packet: Packet[VideoStream] | None) -> Iterator[VideoFrame]:
        """The pictures that the decoder returns for `packet`; None flushes it."""
        try:
            for picture in self._stream.decode(packet):
                if self._aspects is not None:
                    self._aspects.tag_frame(picture, self._stream)
                yield picture
        except av.error.EOFError:
            return
        except av.error.MemoryError as error:
            raise out_of_memory(self._path.name) from error
        except av.error.FFmpegError:
            self.damage.refused += 1
