"""Pixel aspect frame by frame, for formats that may change it: broadcasts switch between 4:3 and 16:9."""

from __future__ import annotations

from collections import deque
from fractions import Fraction

import av.filter
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from .. import limits

PER_FRAME_FORMATS = {"mpegts", "mpeg"}
"""FFmpeg's names of containers that leave the pixel aspect to the coded frames; others declare one for the film."""

DECODER_DELAY = 64
"""Frames that a decoder holds back at most: after a change of its header, so many may belong to the one before."""
_STEPS = 1024
"""Resolution of a measured aspect, fine enough to distinguish those within a film."""


class PixelAspectTracker:
    """Sets `opaque` of each frame whose pixel aspect differs from the film's.

    PyAV 18 exposes the decoder's aspect, which is ahead of the frames that the decoder returns, but not a frame's.
    FFmpeg's filters see the frame's. They are used only while the two may differ, since they take a tenth of a
    millisecond a frame.
    """

    def __init__(self, film: Fraction) -> None:
        """`film` is the first frame's aspect: width of a pixel / its height."""
        self._film = self._current = film
        self._candidates: deque[Fraction] = deque([film], maxlen=DECODER_DELAY)
        self._frames_to_check = DECODER_DELAY
        self._probe = _Probe()

    def reset(self) -> None:
        """Expect any frame of the film next, as after a seek."""
        self._frames_to_check = DECODER_DELAY

    def tag_frame(self, picture: VideoFrame, stream: VideoStream) -> Fraction:
        """The aspect of the frame that `stream` decoded last; stored in its `opaque` if it differs from the film's."""
        decoder_aspect = stream.codec_context.sample_aspect_ratio or Fraction(1)
        if decoder_aspect != self._candidates[-1]:
            self._candidates.append(decoder_aspect)
            self._frames_to_check = DECODER_DELAY
        if self._frames_to_check:
            self._frames_to_check -= 1
            self._current = self._measure(picture)
        if self._current != self._film:
            # A new object: PyAV 18 drops one that several frames share as soon as the first of them is freed.
            picture.opaque = Fraction(self._current)
        return self._current

    def _measure(self, picture: VideoFrame) -> Fraction:
        """A frame's aspect: of those that the decoder had, the nearest to the measured value."""
        measured = self._probe.aspect_of(picture)
        nearest = min(self._candidates, key=lambda aspect: abs(float(aspect) / measured - 1))
        close = abs(float(nearest) / measured - 1) < 4 / _STEPS
        aspect = nearest if close else Fraction(measured).limit_denominator(99)
        return aspect if 1 / limits.ASPECT <= aspect <= limits.ASPECT else self._film


class _Probe:
    """A filter graph that scales a frame to a width proportional to its pixel aspect."""

    def __init__(self) -> None:
        self._graph: av.filter.Graph | None = None
        self._input: tuple[int, int, str] | None = None

    def aspect_of(self, picture: VideoFrame) -> float:
        """Width of a pixel / its height; 1 if the frame has none."""
        input_format = picture.width, picture.height, picture.format.name
        if self._graph is None or self._input != input_format:
            self._graph, self._input = self._build(picture), input_format
        self._graph.vpush(picture)
        scaled = self._graph.vpull()
        assert isinstance(scaled, VideoFrame)
        return scaled.width / _STEPS

    def _build(self, picture: VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        graph.threads = 1
        widest = _STEPS * int(limits.ASPECT)
        graph.link_nodes(
            graph.add_buffer(
                width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 1000)
            ),
            graph.add("crop", "min(16\\,iw):min(16\\,ih):0:0"),  # a view, so that the scaler touches few pixels
            graph.add("scale", f"w=max(1\\,min({_STEPS}*sar\\,{widest})):h=2:eval=frame:flags=neighbor"),
            graph.add("buffersink"),
        )
        graph.configure()
        return graph
