"""The sound of a proxy: the film's first sound track in stereo, where it lies against the picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from math import floor
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph

from ..decoding.time_stamps import FAR
from ..media.probe import opened

RATE = 48_000
"""Samples a second."""
_BITS = 160_000
"""A second."""
_SAMPLES = 1024
"""AAC's frame."""
SLOWEST, FASTEST = 4_000, 768_000
"""Samples a second: no film's sound has fewer or more, and a track of one a second grows 48,000 times."""
GAP = Fraction(1)
"""Seconds without sound up to which FFmpeg makes the silence: it makes all of it at once, however long."""
_PART = 65_536
"""Samples that FFmpeg is given at once."""


class Sound:
    """Read beside the picture, from the file opened a second time: containers may keep them far apart."""

    def __init__(self, film: Path, zero: Fraction, *, clock: bool = False) -> None:
        """`zero` is the container's time, seconds, at which the first frame is shown.

        `clock` says that times are those of a running clock, which may be set anew (media.Media.stamps).
        """
        self._zero, self._clock = zero, clock
        self._container = opened(film)
        streams = [s for s in self._container.streams.audio if s.codec_context is not None]
        self._source = streams[0] if streams else None
        self._frames: Iterator[AudioFrame] = iter(())
        self._into: tuple[OutputContainer, AudioStream] | None = None
        self._next: AudioFrame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def begin(self, container: OutputContainer) -> None:
        """Add a track to `container`, if the film has sound that can be read."""
        if self._source is None:
            return
        self._frames = self._resampled(self._source)
        self._next = next(self._frames, None)
        if self._next is None:
            return
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = _BITS
        self._into = container, stream

    def until(self, seconds: Fraction) -> None:
        """Write the sound that is heard before `seconds` of the media clock."""
        while self._into is not None and self._next is not None and (self._next.pts or 0) < seconds * RATE:
            container, stream = self._into
            container.mux(stream.encode(self._next))
            self._next = next(self._frames, None)

    def end(self, seconds: Fraction) -> None:
        """Write the rest up to `seconds`, where the picture ends."""
        self.until(seconds)
        if self._into is not None:
            container, stream = self._into
            container.mux(stream.encode())

    def _resampled(self, source: AudioStream) -> Iterator[AudioFrame]:
        """Stereo from the media clock's zero on, without a gap: silence where the film has none, nothing before zero.

        Each frame has _SAMPLES; a long silence is made as it is asked for. Sound that changes its form halfway ends
        there.
        """
        run: _Run | None = None
        form, given, heard, moved = None, 0, Fraction(0), Fraction(0)
        for at, frame in self._decoded(source):
            mine = frame.format.name, frame.layout.name, frame.sample_rate
            form = form or mine
            if mine != form:
                break
            if self._clock and heard and not heard - GAP <= at + moved <= heard + FAR:
                moved = heard - at
            begins = at + moved
            ends = begins + Fraction(frame.samples, frame.sample_rate)
            if ends < heard - GAP:  # the clock runs backwards
                continue
            if run is None or begins > heard + GAP:
                if run is not None:
                    yield from run.rest()
                    given = run.given
                silent = max(0, floor(begins * RATE) - given) // _SAMPLES
                yield from (_silence(given + i * _SAMPLES) for i in range(silent))
                given += silent * _SAMPLES
                try:
                    run = _Run(frame, given)
                except av.error.FFmpegError:  # more channels than it can mix
                    return
            yield from run.evened(begins, frame)
            heard = max(heard, ends)
        if run is not None:
            yield from run.rest()

    def _decoded(self, source: AudioStream) -> Iterator[tuple[Fraction, AudioFrame]]:
        """What can be decoded, each frame with the media clock's seconds at which it begins.

        Up to the first frame of an absurd rate.
        """
        try:
            for packet in self._container.demux(source):
                try:
                    for frame in packet.decode():
                        if not SLOWEST <= frame.sample_rate <= FASTEST:
                            return
                        if frame.pts is not None and frame.time_base is not None:
                            yield from _in_parts(frame.pts * frame.time_base - self._zero, frame)
                except av.error.InvalidDataError:
                    continue
        except av.error.FFmpegError:  # the picture says where the film breaks off
            return


class _Run:
    """Sound without a long gap, resampled: FFmpeg fills short ones."""

    def __init__(self, frame: AudioFrame, given: int) -> None:
        """For frames of the form of `frame`, from output sample `given` on. Raises FFmpegError."""
        self.given = given
        """Samples of the output from the media clock's zero on, this run's own among them as they are taken."""
        self._zero = Fraction(given, RATE)
        self._graph = Graph()
        into = self._graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=Fraction(1, frame.sample_rate),
        )
        even = self._graph.add("aresample", f"{RATE}:async=1:first_pts=0:out_chlayout=stereo:out_sample_fmt=fltp")
        parts = self._graph.add("asetnsamples", f"n={_SAMPLES}:p=1")
        self._graph.link_nodes(into, even, parts, self._graph.add("abuffersink")).configure()

    def evened(self, begins: Fraction, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Take in what begins at `begins` of the media clock, and give what is ready."""
        frame.time_base = Fraction(1, frame.sample_rate)
        frame.pts = round((begins - self._zero) * frame.sample_rate)
        self._graph.push(frame)
        return self._pulled()

    def rest(self) -> Iterator[AudioFrame]:
        """What is left, once all is taken in; the last frame is filled up with silence."""
        self._graph.push(None)
        return self._pulled()

    def _pulled(self) -> Iterator[AudioFrame]:
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, AudioFrame)
            frame.pts = self.given
            self.given += frame.samples
            yield frame


def _silence(pts: int) -> AudioFrame:
    frame = AudioFrame(format="fltp", layout="stereo", samples=_SAMPLES)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), pts
    return frame


def _in_parts(begins: Fraction, frame: AudioFrame) -> Iterator[tuple[Fraction, AudioFrame]]:
    """A frame that begins at `begins`, or parts of it and when they begin: a packet of PCM may hold a film's sound."""
    if frame.samples <= _PART:
        yield begins, frame
        return
    channels = frame.layout.nb_channels
    planes, width = (channels, 1) if frame.format.is_planar else (1, channels)
    width *= frame.format.bytes
    for first in range(0, frame.samples, _PART):
        many = min(_PART, frame.samples - first)
        part = AudioFrame(format=frame.format.name, layout=frame.layout.name, samples=many)
        # PyAV gives more planes than there are where eight or more channels have one each.
        for whole, own in islice(zip(frame.planes, part.planes, strict=False), planes):
            own.update(bytes(memoryview(whole)[first * width : (first + many) * width]))
        part.sample_rate = frame.sample_rate
        yield begins + Fraction(first, frame.sample_rate), part
