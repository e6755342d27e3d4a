"""Decode a film's first sound track: its frames, each with its begin on the media clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

from ..media import open_container
from .time_stamps import JUMP_SECONDS

SLOWEST, FASTEST = 4_000, 768_000
"""Accepted sample rates. Films have no others, and a track of one sample a second would grow 48,000 times."""
BACKWARD = Fraction(1)
"""Seconds by which sound may end before what was heard: stamps jitter. Beyond that its clock runs backwards."""
_PART = 65_536
"""Most samples of a frame."""


class SoundTrack:
    """The first sound track of an open film, as a context manager.

    The film is opened for it alone: containers may store sound and picture far apart.
    """

    def __init__(
        self, film: Path, zero: Fraction, *, clock: bool = False, heartbeat: Callable[[], object] | None = None
    ) -> None:
        """`zero` is the container's time of the first frame of the picture, in seconds.

        `clock`: the times are those of a running clock, which may be reset (media.Media.stamps). `heartbeat` is called
        with every packet of the film, be it sound or not. Raises NotAFilm or MediaError.
        """
        self._zero, self._clock, self._heartbeat = zero, clock, heartbeat
        self._container = open_container(film)
        streams = [s for s in self._container.streams.audio if s.codec_context is not None]
        self._source = streams[0] if streams else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def __bool__(self) -> bool:
        """Whether the film has a sound track that FFmpeg can decode."""
        return self._source is not None

    def frames(self) -> Iterator[tuple[Fraction, AudioFrame]]:
        """Each frame, of at most _PART samples, and its begin on the media clock, in seconds.

        All have one format, layout and rate: the sound ends where these change, where the rate is outside SLOWEST to
        FASTEST, and where the file breaks off, which the decoder of the picture reports. Frames may leave gaps and
        overlap. Those whose clock runs backwards are left out; after a reset of a running clock sound goes on at once.
        """
        form, heard, shift = None, Fraction(0), Fraction(0)
        for at, frame in self._decoded():
            frame_form = frame.format.name, frame.layout.name, frame.sample_rate
            form = form or frame_form
            if frame_form != form:
                return
            if self._clock and heard and not heard - BACKWARD <= at + shift <= heard + JUMP_SECONDS:
                shift = heard - at
            begins = at + shift if shift else at
            ends = begins + Fraction(frame.samples, frame.sample_rate)
            if ends < heard and ends < heard - BACKWARD:
                continue
            yield begins, frame
            heard = max(heard, ends)

    def _decoded(self) -> Iterator[tuple[Fraction, AudioFrame]]:
        """Each decodable frame and its begin by the container's stamp."""
        if self._source is None:
            return
        try:
            for packet in self._packets(self._source):
                try:
                    for frame in packet.decode():
                        if not SLOWEST <= frame.sample_rate <= FASTEST:
                            return
                        if frame.pts is not None and frame.time_base is not None:
                            yield from _split(frame.pts * frame.time_base - self._zero, frame)
                except av.error.InvalidDataError:
                    continue
        except av.error.FFmpegError:
            return

    def _packets(self, source: AudioStream) -> Iterator[Packet[AudioStream]]:
        """The packets of the sound."""
        if self._heartbeat is None:
            yield from self._container.demux(source)
            return
        for packet in self._container.demux():
            self._heartbeat()
            if packet.stream.index == source.index:
                yield cast("Packet[AudioStream]", packet)


def _split(begins: Fraction, frame: AudioFrame) -> Iterator[tuple[Fraction, AudioFrame]]:
    """Yield a frame and its begin, or parts of it and theirs: one PCM packet may hold all sound of a film."""
    if frame.samples <= _PART:
        yield begins, frame
        return
    channels = frame.layout.nb_channels
    planes, width = (channels, 1) if frame.format.is_planar else (1, channels)
    width *= frame.format.bytes
    for first in range(0, frame.samples, _PART):
        samples = min(_PART, frame.samples - first)
        part = AudioFrame(format=frame.format.name, layout=frame.layout.name, samples=samples)
        # With eight or more planar channels PyAV lists more planes than there are.
        for whole, own in islice(zip(frame.planes, part.planes, strict=False), planes):
            own.update(bytes(memoryview(whole)[first * width : (first + samples) * width]))
        part.sample_rate = frame.sample_rate
        yield begins + Fraction(first, frame.sample_rate), part
