"""The two films of the golden library: a street with cyclists and a man who talks in a car, in two cuts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame

from emotion_core.ingest.sample_cut import Which
from tests.support.clips import BIKES, CARPHONE, clip

RATE = Fraction(25)
WIDTH, HEIGHT = 640, 480

PIECES: dict[Which, tuple[tuple[str, int, int], ...]] = {
    "cut": ((BIKES, 0, 76), (CARPHONE, 0, 70), (BIKES, 76, 187), (CARPHONE, 70, 120), (BIKES, 187, 242)),
    "re-cut": ((CARPHONE, 20, 120), (BIKES, 30, 76), (BIKES, 137, 242), (CARPHONE, 0, 60)),
}
"""Pieces of each film: clip, first frame, frame after the last."""


def write(path: Path, which: Which) -> None:
    """Splice one of the films."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "18", "preset": "veryfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        index = 0
        for name, first, end in PIECES[which]:
            with av.open(str(clip(name))) as source:
                for picture in list(source.decode(video=0))[first:end]:
                    frame = _cropped(picture)
                    frame.pts, frame.time_base = index, 1 / RATE
                    index += 1
                    out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _cropped(picture: VideoFrame) -> VideoFrame:
    """A picture, scaled until it covers WIDTH x HEIGHT and cropped to its centre."""
    scale = max(WIDTH / picture.width, HEIGHT / picture.height)
    width, height = round(picture.width * scale / 2) * 2, round(picture.height * scale / 2) * 2
    rgb = picture.to_ndarray(width=width, height=height, format="rgb24", interpolation="LANCZOS")
    left, top = (width - WIDTH) // 2, (height - HEIGHT) // 2
    whole = VideoFrame.from_ndarray(rgb[top : top + HEIGHT, left : left + WIDTH].copy(), format="rgb24")
    return whole.reformat(format="yuv420p")
