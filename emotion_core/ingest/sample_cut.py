"""Sample films for users without a film at hand, spliced on this machine from clips that installed packages ship.

Scenes of a woman at home, a man who talks in a car, and a street. They were never one film: the order is ours. The
re-cut has the same footage in another order and with other lengths, so that a comparison shows every kind of change.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from ..errors import MediaError
from ..library import Film, Library
from ..media.sample_clips import INSTALL_AGAIN
from ..storage import Home, from_os_error

if TYPE_CHECKING:  # the samples' names are shown without it
    from av.filter import Graph
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

RATE = Fraction(24)
WIDTH, HEIGHT = 640, 360

Which = Literal["cut", "re-cut"]
NAMES: dict[Which, str] = {"cut": "Sample cut.mp4", "re-cut": "Sample re-cut.mp4"}

_MAN, _STREET, _WOMAN = "carphone_pristine.mp4", "bikes.mp4", "WolfgangLanger_Pexels.mp4"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a clip, as one shot of a sample film."""

    clip: str
    first: int
    """Its first frame in the clip."""
    end: int
    """The clip's frame after its last."""
    camera: tuple[float, float, float] = (0.5, 0.5, 1.0)
    """What the camera holds: where its middle lies in the picture (right and down, 0 to 1), and its size, as a share of
    the largest of this shape that fits into the picture."""


def _man(first: int, end: int) -> Piece:
    return Piece(_MAN, first, end, (0.5, 0.45, 1.0))


def _man_closer(first: int, end: int) -> Piece:
    return Piece(_MAN, first, end, (0.45, 0.45, 0.7))


def _street(first: int, end: int) -> Piece:
    return Piece(_STREET, first, end)


def _woman(first: int, end: int) -> Piece:
    return Piece(_WOMAN, first, end)


PIECES: dict[Which, tuple[Piece, ...]] = {
    "cut": (
        _street(76, 137),
        _woman(52, 73),
        _man(0, 30),
        _woman(158, 190),
        _man(74, 102),
        _woman(190, 222),
        _street(137, 187),
        _woman(94, 142),
        _man_closer(50, 71),
        _woman(232, 282),
        _man_closer(0, 30),
        _woman(282, 342),
        _street(30, 76),
        _woman(342, 392),
        _street(187, 242),
        _woman(392, 472),
        _man_closer(74, 104),
    ),
    "re-cut": (
        _woman(94, 142),  # moved to the beginning
        _man(0, 20),  # trimmed
        _woman(158, 222),  # merged
        _man(80, 106),  # recut
        _street(137, 187),
        _woman(52, 73),
        _man_closer(50, 71),
        _woman(232, 310),  # extended by half of a scene that is spread over two
        _man_closer(0, 30),
        _woman(314, 392),
        _street(30, 76),
        _man_closer(50, 71),  # repeated
        _street(187, 242),
        _woman(392, 432),  # split
        Piece(_STREET, 76, 137, (0.5, 0.3, 0.6)),  # new
        _woman(432, 472),
        _man_closer(74, 104),
    ),
}
"""The shots of each film. Shown a second time, a clip's frames are the same pictures."""


def make(library: Library, which: Which, told: Callable[[float], object] = lambda share: None) -> Film:
    """Splice the sample and add it to `library`; `told` hears after each shot what share of them is written.

    Raises MediaError if the clips are not installed, LibraryError if the film cannot be stored.
    """
    incoming = Home(library.home).incoming
    try:
        with tempfile.TemporaryDirectory(dir=incoming) as folder:
            path = Path(folder) / "sample.mp4"
            write(path, installed_pieces(which), told)
            with path.open("rb") as file:
                return library.add_film(file, NAMES[which])
    except OSError as error:
        raise from_os_error(error, incoming / "sample.mp4") from error


def installed_pieces(which: Which) -> tuple[Piece, ...]:
    """The shots whose clips lie here. Plain pip leaves the woman's out; the film is then shorter."""
    from ..media import is_installed

    has_woman = is_installed(_WOMAN)
    return tuple(piece for piece in PIECES[which] if has_woman or piece.clip != _WOMAN)


def write(
    path: Path, pieces: Sequence[Piece], told: Callable[[float], object] = lambda share: None, rate: Fraction = RATE
) -> None:
    """Write a film of these pieces, `rate` frames a second. Raises MediaError if their clips are not installed."""
    import av

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"crf": "18", "preset": "superfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        index = 0
        for number, piece in enumerate(pieces, 1):
            for frame in _frames(piece):
                frame.pts, frame.time_base = index, 1 / rate
                index += 1
                out.mux(stream.encode(frame))
            told(number / len(pieces))
        out.mux(stream.encode(None))


def _frames(piece: Piece) -> Iterator[VideoFrame]:
    """The frames of a piece at WIDTH x HEIGHT, decoded from the key frame before it."""
    import av

    from ..media import sample_clip

    with av.open(str(sample_clip(piece.clip))) as source:
        stream = source.streams.video[0]
        rate, tick = stream.average_rate, stream.time_base
        if rate is None or tick is None:
            raise MediaError(f"The sample's clip {piece.clip} is damaged.", INSTALL_AGAIN)
        camera = _camera(stream, piece.camera)
        source.seek(int(piece.first / rate / tick), stream=stream)
        for picture in source.decode(stream):
            index = round((picture.pts or 0) * tick * rate)
            if index >= piece.end:
                return
            if index >= piece.first:
                camera.push(picture)
                yield cast("VideoFrame", camera.pull())


def _camera(stream: VideoStream, camera: tuple[float, float, float]) -> Graph:
    """A filter that crops pictures to what the camera holds, and scales that to WIDTH x HEIGHT."""
    from av.filter import Graph

    right, down, size = camera
    scale = min(stream.width / WIDTH, stream.height / HEIGHT) * size
    width, height = round(WIDTH * scale), round(HEIGHT * scale)
    left = min(max(round(right * stream.width - width / 2), 0), stream.width - width)
    top = min(max(round(down * stream.height - height / 2), 0), stream.height - height)
    graph = Graph()
    graph.link_nodes(
        graph.add_buffer(template=stream),
        graph.add("crop", f"{width}:{height}:{left}:{top}:exact=1"),
        graph.add("scale", f"{WIDTH}:{HEIGHT}:flags=bicubic"),
        graph.add("setsar", "1"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ).configure()
    return graph
