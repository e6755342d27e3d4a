"""The pixel aspect of each frame, in films that may change it: broadcasts switch between 4:3 and 16:9 as they run."""

from __future__ import annotations

from collections import deque
from fractions import Fraction

import av.filter
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from .. import limits

BY_FRAME = {"mpegts", "mpeg"}
"""Containers, by FFmpeg's names, that leave the pixel aspect to the coded pictures. Others state one for the film."""

DELAY = 64
"""Frames that a decoder holds back at most: so many after its header changed may still be of the earlier one."""
_STEPS = 1024
"""An aspect is measured to one of so many parts, which tells those of one film from each other."""


class PixelAspects:
    """Tells which frames of a film have another pixel aspect than the film.

    PyAV 18 shows the decoder's aspect, which runs ahead of the frames that come out of it, and none of a frame's own.
    FFmpeg's filters see that one. They are asked only while the two may differ, since that costs a tenth of a
    millisecond a frame.
    """

    def __init__(self, film: Fraction) -> None:
        """`film` is the aspect of its first frame: width of a pixel / its height."""
        self._film = self._settled = film
        self._seen: deque[Fraction] = deque([film], maxlen=DELAY)
        self._unsure = DELAY
        self._probe = _Probe()

    def unsettled(self) -> None:
        """The next frame may be any of the film's: it was sought."""
        self._unsure = DELAY

    def marked(self, picture: VideoFrame, stream: VideoStream) -> Fraction:
        """The aspect of the next frame that came out of `stream`; put on it, too, where it is not the film's."""
        decoders = stream.codec_context.sample_aspect_ratio or Fraction(1)
        if decoders != self._seen[-1]:
            self._seen.append(decoders)
            self._unsure = DELAY
        if self._unsure:
            self._unsure -= 1
            self._settled = self.of(picture)
        if self._settled != self._film:
            # An object of its own: PyAV 18 forgets one that several frames share when the first of them goes.
            picture.opaque = Fraction(self._settled)
        return self._settled

    def of(self, picture: VideoFrame) -> Fraction:
        """The aspect of one frame: of those that the decoder had, the one that is nearest to what is measured."""
        measured = self._probe.measured(picture)
        nearest = min(self._seen, key=lambda aspect: abs(float(aspect) / measured - 1))
        close = abs(float(nearest) / measured - 1) < 4 / _STEPS
        aspect = nearest if close else Fraction(measured).limit_denominator(99)
        return aspect if 1 / limits.ASPECT <= aspect <= limits.ASPECT else self._film


class _Probe:
    """A filter graph whose picture's width says what pixel aspect a frame has."""

    def __init__(self) -> None:
        self._graph: av.filter.Graph | None = None
        self._for: tuple[int, int, str] | None = None

    def measured(self, picture: VideoFrame) -> float:
        """Width of a pixel / its height; 1 where the frame does not say."""
        form = picture.width, picture.height, picture.format.name
        if self._graph is None or self._for != form:
            self._graph, self._for = self._built(picture), form
        self._graph.vpush(picture)
        told = self._graph.vpull()
        assert isinstance(told, VideoFrame)
        return told.width / _STEPS

    def _built(self, picture: VideoFrame) -> av.filter.Graph:
        graph = av.filter.Graph()
        graph.threads = 1
        widest = _STEPS * int(limits.ASPECT)
        graph.link_nodes(
            graph.add_buffer(
                width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 1000)
            ),
            graph.add("crop", "min(16\\,iw):min(16\\,ih):0:0"),  # a view: no pixel is touched for the rest
            graph.add("scale", f"w=max(1\\,min({_STEPS}*sar\\,{widest})):h=2:eval=frame:flags=neighbor"),
            graph.add("buffersink"),
        )
        graph.configure()
        return graph
