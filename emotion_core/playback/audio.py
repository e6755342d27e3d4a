"""The sound of a proxy: the film's first audio track in stereo, in sync with the picture."""

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

from ..decoding import JUMP_SECONDS
from ..media import open_container

RATE = 48_000
"""Samples a second."""
_BITS = 160_000
"""Bits a second."""
_SAMPLES = 1024
"""Samples of an AAC frame."""
SLOWEST, FASTEST = 4_000, 768_000
"""Accepted sample rates. Films have no others, and a track of one sample a second would grow 48,000 times."""
GAP = Fraction(1)
"""Longest gap, in seconds, that FFmpeg fills with silence: it creates all of the silence at once."""
_PART = 65_536
"""Samples that FFmpeg receives at once."""


class Sound:
    """The sound track of a proxy under way.

    The film is opened a second time for it: containers may store sound and picture far apart.
    """

    def __init__(self, film: Path, zero: Fraction, *, clock: bool = False) -> None:
        """`zero` is the container's time of the first frame, in seconds.

        `clock`: the times are those of a running clock, which may be reset (media.Media.stamps).
        """
        self._zero, self._clock = zero, clock
        self._container = open_container(film)
        streams = [s for s in self._container.streams.audio if s.codec_context is not None]
        self._source = streams[0] if streams else None
        self._frames: Iterator[AudioFrame] = iter(())
        self._target: tuple[OutputContainer, AudioStream] | None = None
        self._next: AudioFrame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def begin(self, container: OutputContainer) -> None:
        """Add an audio track to `container` if the film has readable sound."""
        if self._source is None:
            return
        self._frames = self._resampled(self._source)
        self._next = next(self._frames, None)
        if self._next is None:
            return
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = _BITS
        self._target = container, stream

    def until(self, seconds: Fraction) -> None:
        """Write the sound before `seconds` of the media clock."""
        while self._target is not None and self._next is not None and (self._next.pts or 0) < seconds * RATE:
            container, stream = self._target
            container.mux(stream.encode(self._next))
            self._next = next(self._frames, None)

    def end(self, seconds: Fraction) -> None:
        """Write the remaining sound up to `seconds`, where the picture ends."""
        self.until(seconds)
        if self._target is not None:
            container, stream = self._target
            container.mux(stream.encode())

    def _resampled(self, source: AudioStream) -> Iterator[AudioFrame]:
        """Yield stereo frames of _SAMPLES from zero of the media clock on, with silence in the gaps.

        The frames of a long silence are created one by one. The sound ends where its format, layout or rate changes.
        """
        run: _Resampler | None = None
        form, position, heard, shift = None, 0, Fraction(0), Fraction(0)
        for at, frame in self._decoded(source):
            frame_form = frame.format.name, frame.layout.name, frame.sample_rate
            form = form or frame_form
            if frame_form != form:
                break
            if self._clock and heard and not heard - GAP <= at + shift <= heard + JUMP_SECONDS:
                shift = heard - at
            begins = at + shift
            ends = begins + Fraction(frame.samples, frame.sample_rate)
            if ends < heard - GAP:  # the clock runs backwards
                continue
            if run is None or begins > heard + GAP:
                if run is not None:
                    yield from run.rest()
                    position = run.position
                silent = max(0, floor(begins * RATE) - position) // _SAMPLES
                yield from (_silence(position + i * _SAMPLES) for i in range(silent))
                position += silent * _SAMPLES
                try:
                    run = _Resampler(frame, position)
                except av.error.FFmpegError:  # more channels than it can mix
                    return
            yield from run.resample(begins, frame)
            heard = max(heard, ends)
        if run is not None:
            yield from run.rest()

    def _decoded(self, source: AudioStream) -> Iterator[tuple[Fraction, AudioFrame]]:
        """Yield each decodable frame and its begin on the media clock, in seconds.

        Stop at the first frame whose rate is outside SLOWEST to FASTEST.
        """
        try:
            for packet in self._container.demux(source):
                try:
                    for frame in packet.decode():
                        if not SLOWEST <= frame.sample_rate <= FASTEST:
                            return
                        if frame.pts is not None and frame.time_base is not None:
                            yield from _split(frame.pts * frame.time_base - self._zero, frame)
                except av.error.InvalidDataError:
                    continue
        except av.error.FFmpegError:  # the decoder of the picture reports where the film breaks off
            return


class _Resampler:
    """Resampler of sound without a long gap; FFmpeg fills the short ones."""

    def __init__(self, frame: AudioFrame, position: int) -> None:
        """Accept frames in the format of `frame`; output begins at sample `position`. Raises FFmpegError."""
        self.position = position
        """Next output sample, counted from zero of the media clock."""
        self._zero = Fraction(position, RATE)
        self._graph = Graph()
        source = self._graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=Fraction(1, frame.sample_rate),
        )
        even = self._graph.add("aresample", f"{RATE}:async=1:first_pts=0:out_chlayout=stereo:out_sample_fmt=fltp")
        parts = self._graph.add("asetnsamples", f"n={_SAMPLES}:p=1")
        self._graph.link_nodes(source, even, parts, self._graph.add("abuffersink")).configure()

    def resample(self, begins: Fraction, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Push a frame that begins at `begins` seconds of the media clock; yield the output that is ready."""
        frame.time_base = Fraction(1, frame.sample_rate)
        frame.pts = round((begins - self._zero) * frame.sample_rate)
        self._graph.push(frame)
        return self._pull()

    def rest(self) -> Iterator[AudioFrame]:
        """Yield the remaining output after the last frame; silence fills up its last frame."""
        self._graph.push(None)
        return self._pull()

    def _pull(self) -> Iterator[AudioFrame]:
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, AudioFrame)
            frame.pts = self.position
            self.position += frame.samples
            yield frame


def _silence(pts: int) -> AudioFrame:
    frame = AudioFrame(format="fltp", layout="stereo", samples=_SAMPLES)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), pts
    return frame


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
