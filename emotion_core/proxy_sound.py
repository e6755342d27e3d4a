"""The sound of a proxy: the film's first sound track in stereo, where it lies against the picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.filter import Graph

from .header import opened

RATE = 48_000
"""Samples a second."""
_BITS = 160_000
"""A second."""
_SAMPLES = 1024
"""AAC's frame."""


class Sound:
    """Read beside the picture, from the file opened a second time: containers may keep them far apart."""

    def __init__(self, film: Path, zero: Fraction) -> None:
        """`zero` is the container's time, seconds, at which the first frame is shown."""
        self._zero = zero
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

        Sound that changes its form halfway ends there.
        """
        graph, form = Graph(), None
        for frame in self._decoded(source):
            mine = frame.format.name, frame.layout.name, frame.sample_rate
            if form is None:
                form = mine
                into = graph.add_abuffer(
                    sample_rate=frame.sample_rate,
                    format=frame.format.name,
                    layout=frame.layout.name,
                    time_base=Fraction(1, frame.sample_rate),
                )
                even = graph.add("aresample", f"{RATE}:async=1:first_pts=0:out_chlayout=stereo:out_sample_fmt=fltp")
                parts = graph.add("asetnsamples", f"n={_SAMPLES}:p=0")
                graph.link_nodes(into, even, parts, graph.add("abuffersink")).configure()
            elif mine != form:
                break
            graph.push(frame)
            yield from _pulled(graph)
        if form is not None:
            graph.push(None)
            yield from _pulled(graph)

    def _decoded(self, source: AudioStream) -> Iterator[AudioFrame]:
        """What can be decoded, timed by the media clock in samples."""
        try:
            for packet in self._container.demux(source):
                try:
                    for frame in packet.decode():
                        if frame.pts is not None and frame.time_base is not None:
                            seconds = frame.pts * frame.time_base - self._zero
                            frame.time_base = Fraction(1, frame.sample_rate)
                            frame.pts = round(seconds * frame.sample_rate)
                            yield frame
                except av.error.InvalidDataError:
                    continue
        except av.error.FFmpegError:  # the picture says where the film breaks off
            return


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, AudioFrame)
        yield frame
