"""The sound of a proxy: the film's first audio track in stereo, in sync with the picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph

from ..decoding import SoundTrack

RATE = 48_000
"""Samples a second."""
_BITS = 160_000
"""Bits a second."""
_SAMPLES = 1024
"""Samples of an AAC frame."""
GAP = Fraction(1)
"""Longest gap, in seconds, that FFmpeg fills with silence: it creates all of the silence at once."""


class Sound:
    """The sound track of a proxy under way."""

    def __init__(self, film: Path, zero: Fraction, *, clock: bool = False) -> None:
        """Open the film a second time; `zero` and `clock` as in SoundTrack."""
        self._source = SoundTrack(film, zero, clock=clock)
        self._frames: Iterator[AudioFrame] = iter(())
        self._target: tuple[OutputContainer, AudioStream] | None = None
        self._next: AudioFrame | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.__exit__(kind, error, trace)

    def begin(self, container: OutputContainer) -> None:
        """Add an audio track to `container` if the film has readable sound."""
        self._frames = self._resampled()
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

    def _resampled(self) -> Iterator[AudioFrame]:
        """Yield stereo frames of _SAMPLES from zero of the media clock on, with silence in the gaps.

        The frames of a long silence are created one by one.
        """
        run: _Resampler | None = None
        position, heard = 0, Fraction(0)
        for begins, frame in self._source.frames():
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
            heard = max(heard, begins + Fraction(frame.samples, frame.sample_rate))
        if run is not None:
            yield from run.rest()


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
