"""Films for the tests, written with PyAV: the same bytes in, the same film out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from emotion_core.decoding import Decoder
from emotion_core.picture import analysis_picture
from emotion_core.scenes import FrameScore, Scorer

Picture = NDArray[np.uint8]
"""RGB, (height, width, 3)."""

FILM = Fraction(24000, 1001)
PAL = Fraction(25)
NTSC = Fraction(30000, 1001)

_BT601 = 6
PQ, HLG = 16, 18
"""Transfer characteristics, ITU-T H.273 table 3."""
INTERLACED = {"flags": "+ildct+ilme"}
"""FFmpeg's flags for interlaced coding."""


Matrix = tuple[int, int, int, int]
"""a, b, c and d of a display matrix."""

EIGHT: dict[Matrix, tuple[tuple[int, bool], str]] = {
    # the matrix: (degrees counter-clockwise, mirrored first), the filters by which FFmpeg shows it
    (1, 0, 0, 1): ((0, False), "null"),
    (0, -1, 1, 0): ((90, False), "transpose=cclock"),
    (-1, 0, 0, -1): ((180, False), "hflip,vflip"),
    (0, 1, -1, 0): ((270, False), "transpose=clock"),
    (-1, 0, 0, 1): ((0, True), "hflip"),
    (0, 1, 1, 0): ((90, True), "transpose=cclock_flip"),
    (1, 0, 0, -1): ((180, True), "vflip"),
    (0, -1, -1, 0): ((270, True), "transpose=clock_flip"),
}


def write_film(
    path: Path,
    pictures: Iterable[Picture | NDArray[np.uint16]],
    *,
    rate: Fraction = PAL,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    quality: int = 8,
    keyframe_every: int = 12,
    b_frames: int = 2,
    pixel_aspect: Fraction | None = None,
    rotation: int | None = None,
    matrix: Matrix | None = None,
    timecode: str | None = None,
    transfer: int | None = None,
    colours: int | None = None,
    comment: str = "",
    pts: Iterable[int] | None = None,
    time_base: Fraction | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write `pictures` to `path`; the container follows its suffix.

    A picture of two dimensions is a frame's planes in `pixel_format`, as PyAV lays them out; one of uint16 is RGB code
    values, 0 to 65535. `colours` is H.273's number for matrix and primaries alike (1, 9), tagged and coded by.

    `quality` is x264's CRF (0 is lossless). `pts` and `time_base` time frames unevenly; without them they come at
    `rate`. `rotation` is degrees counter-clockwise in the display matrix, `matrix` its a, b, c and d instead.
    """
    coded = {**_coding(codec, quality, keyframe_every, b_frames), **(options or {})}
    with av.open(str(path), "w", options=container_options or {}) as container:
        stream = container.add_stream(codec, rate=rate, options=coded)
        assert isinstance(stream, VideoStream)
        stream.pix_fmt = pixel_format
        if time_base is not None:
            stream.codec_context.time_base = time_base
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if transfer is not None:
            stream.codec_context.color_trc = transfer
        if colours is not None:
            stream.codec_context.colorspace = stream.codec_context.color_primaries = colours
        if comment:
            container.metadata["comment"] = comment
        if rotation is not None:
            stream.set_display_rotation(rotation)
        if matrix is not None:
            a, b, c, d = (value << 16 for value in matrix)
            stream.set_display_matrix((a, b, 0, c, d, 0, 0, 0, 1 << 30))
        if timecode is not None:  # mov and mp4 read the stream's, MXF the container's
            stream.metadata["timecode"] = timecode
            container.metadata["timecode"] = timecode
        times = iter(pts) if pts is not None else None
        for index, picture in enumerate(pictures):
            if index == 0:
                stream.height, stream.width = picture.shape[:2]
                if picture.ndim == 2:
                    stream.height = stream.height * 2 // 3
            deep = "rgb48le" if picture.dtype == np.uint16 else "rgb24"
            frame = av.VideoFrame.from_ndarray(picture, format=deep if picture.ndim == 3 else pixel_format)
            if colours is not None:
                frame = frame.reformat(format=pixel_format, dst_colorspace=colours)
            frame.pts = index if times is None else next(times)
            frame.time_base = time_base or 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A video track to be written."""

    frames: int
    width: int = 160
    height: int = 96
    codec: str = "libx264"
    default: bool = False
    attached: bool = False
    """Cover art with the attached-picture flag."""
    number: int = 1
    """Of its texture."""


def write_tracks(path: Path, *tracks: Track) -> Path:
    """Write a film of several video tracks of 25 frames a second, textures, in this order."""
    flags = av.stream.Disposition
    with av.open(str(path), "w") as container:
        streams = []
        for track in tracks:
            coded = _coding(track.codec, 8, 12, 2)
            stream = container.add_stream(track.codec, rate=PAL, options=coded)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = track.width, track.height
            stream.pix_fmt = "yuvj420p" if track.codec == "mjpeg" else "yuv420p"
            stream.disposition = flags((track.default and flags.default) | (track.attached and flags.attached_pic))
            streams.append(stream)
        for stream, track in zip(streams, tracks, strict=True):
            for index, picture in enumerate(texture(track.number, track.frames, track.width, track.height)):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = index, 1 / PAL
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a film with its own picture size, pixel aspect and format."""

    pictures: Iterable[Picture]
    pixel_format: str = "yuv420p"
    pixel_aspect: Fraction = Fraction(1)
    """What it says; the pictures are coded as they are."""


def write_parts(path: Path, *parts: Part, codec: str = "libx264", quality: int = 8, keyframe_every: int = 12) -> Path:
    """Write a transport stream of 25 frames a second whose shape changes from part to part."""
    index = 0
    with path.open("wb") as file:
        for part in parts:
            piece = path.with_suffix(".part")
            with av.open(str(piece), "w", format="mpegts") as container:
                stream = container.add_stream(codec, rate=PAL, options=_coding(codec, quality, keyframe_every, 0))
                assert isinstance(stream, VideoStream)
                stream.pix_fmt = part.pixel_format
                coded = stream.codec_context
                coded.sample_aspect_ratio = part.pixel_aspect
                # What is not tagged, FFmpeg's decoders take over from the part before.
                coded.colorspace = coded.color_primaries = coded.color_trc = _BT601
                coded.color_range = 2 if part.pixel_format.startswith("yuvj") else 1
                for number, picture in enumerate(part.pictures):
                    if number == 0:
                        stream.height, stream.width = picture.shape[:2]
                    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                    frame.pts, frame.time_base = index, 1 / PAL
                    container.mux(stream.encode(frame))
                    index += 1
                container.mux(stream.encode())
            file.write(piece.read_bytes())
            piece.unlink()
    return path


def read_film(path: Path) -> Iterator[Picture]:
    """Every picture of a film as it is coded, RGB."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


def frame_scores(path: Path) -> list[FrameScore]:
    """Every frame of a film without bars as a scan scores it."""
    scorer = Scorer()
    with Decoder(path, "") as film:
        return [scorer.score(analysis_picture(frame.picture)) for frame in film.frames()]


def _coding(codec: str, quality: int, keyframe_every: int, b_frames: int) -> dict[str, str]:
    if codec == "libx264":
        coded = {"preset": "ultrafast", "crf": str(quality), "bf": str(b_frames), "g": str(keyframe_every)}
        # b-adapt=0 uses B-frames wherever they may stand, so that decode order differs from the order shown.
        return {**coded, "x264-params": f"b-adapt=0:scenecut=0:keyint={keyframe_every}:log-level=none"}
    if codec == "mpeg2video":
        return {"g": str(keyframe_every), "bf": str(b_frames), "qmin": "1", "qmax": "3"}
    return {}


def texture(number: int, frames: int, width: int = 160, height: int = 96) -> Iterator[Picture]:
    """A synthetic shot: blocks in the colours of `number`, drifting a pixel a frame; other numbers look quite other."""
    random = np.random.default_rng(number)
    dark, bright = random.integers(20, 110, 3), random.integers(140, 236, 3)
    coarse = random.random((height // 8 + 1, width // 8 + 1)) < 0.5
    fine = np.repeat(np.repeat(coarse, 8, axis=0), 8, axis=1)[:height, :width]
    picture = np.where(fine[:, :, None], dark, bright).astype(np.uint8)
    for i in range(frames):
        yield np.roll(picture, i, axis=1)


def woven(first: Picture, second: Picture) -> NDArray[np.uint8]:
    """An interlaced frame, planes of yuv420p: every other line, from the top, of `first`, the others of `second`.

    Both of the same size, width even and height a multiple of four. Chroma is woven like luma.
    """
    whole, other = (av.VideoFrame.from_ndarray(p, format="rgb24").to_ndarray(format="yuv420p") for p in (first, second))
    height, width = first.shape[:2]
    whole[1:height:2] = other[1:height:2]
    chroma, other_chroma = (p[height:].reshape(height, width // 2) for p in (whole, other))
    chroma[1::2] = other_chroma[1::2]
    return np.asarray(whole, dtype=np.uint8)


def boxed(
    pictures: Iterable[Picture], *, top: int = 0, bottom: int = 0, left: int = 0, right: int = 0
) -> Iterator[Picture]:
    """`pictures` with black bars around them, pixels."""
    for picture in pictures:
        yield np.pad(picture, ((top, bottom), (left, right), (0, 0)))


def smpte_bars(frames: int, width: int = 320, height: int = 240, level: int = 191) -> Iterator[Picture]:
    """SMPTE colour bars (ECR 1): seven bars of `level`, the reversed blue bars below, then -I, white, +Q and black."""
    picture = np.zeros((height, width, 3), dtype=np.uint8)
    tops = ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1))
    middle = ((0, 0, 1), (0, 0, 0), (1, 0, 1), (0, 0, 0), (0, 1, 1), (0, 0, 0), (1, 1, 1))
    edges = np.linspace(0, width, 8).round().astype(int)
    for i in range(7):
        picture[: height * 2 // 3, edges[i] : edges[i + 1]] = np.array(tops[i]) * level
        picture[height * 2 // 3 : height * 3 // 4, edges[i] : edges[i + 1]] = np.array(middle[i]) * level
    quarter = width * 5 // 28
    for i, colour in enumerate(((0, 33, 76), (255, 255, 255), (50, 0, 106))):
        picture[height * 3 // 4 :, i * quarter : (i + 1) * quarter] = colour
    for _ in range(frames):
        yield picture


def ebu_bars(frames: int, width: int = 320, height: int = 240, level: int = 191) -> Iterator[Picture]:
    """EBU colour bars: white to black over the whole height, the colours at `level`."""
    colours = ((255,) * 3, *(np.array(c) * level for c in _EBU), (0, 0, 0))
    picture = np.repeat(np.array(colours, dtype=np.uint8)[None], height, axis=0)
    picture = np.repeat(picture, width // 8, axis=1)
    for _ in range(frames):
        yield picture


_EBU = ((1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1))


def slate(frames: int, width: int = 320, height: int = 240) -> Iterator[Picture]:
    """A production's slate: grey with lettering."""
    picture = np.full((height, width, 3), 70, dtype=np.uint8)
    for i, text in enumerate(("EPISODE 3", "TX VERSION", "REEL 1 OF 1", "25 FPS  STEREO")):
        cv2.putText(picture, text, (30, 50 + 45 * i), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (235, 235, 235), 2)
    for _ in range(frames):
        yield picture


def flat(level: int, frames: int, width: int = 160, height: int = 96) -> Iterator[Picture]:
    """A shot of one grey."""
    for _ in range(frames):
        yield np.full((height, width, 3), level, dtype=np.uint8)


def faded(pictures: Iterable[Picture], start: float, end: float) -> Iterator[Picture]:
    """`pictures` dimmed evenly from `start` to `end`, 0 (black) to 1."""
    shot = list(pictures)
    for picture, gain in zip(shot, np.linspace(start, end, len(shot)), strict=True):
        yield (picture * gain).round().astype(np.uint8)


def marked(frames: int, width: int = 160, height: int = 96) -> Iterator[Picture]:
    """Dark grey with a red square a quarter as high as the picture in the top left corner."""
    side = height // 4
    for picture in flat(40, frames, width, height):
        picture[:side, :side] = (230, 20, 20)
        yield picture


BITS = 10
"""Of a `numbered` picture's number."""


def numbered(frames: int, width: int = 320, height: int = 192) -> Iterator[Picture]:
    """A drifting texture whose upper half is the frame's own number: ten blocks, white for 1, the highest bit left."""
    for number, picture in enumerate(texture(5, frames, width, height)):
        for bit in range(BITS):
            block = slice(bit * width // BITS, (bit + 1) * width // BITS)
            picture[: height // 2, block] = 220 if number >> (BITS - 1 - bit) & 1 else 30
        yield picture


def number_of(picture: Picture) -> int:
    """The number that a `numbered` picture carries, at any size and coding."""
    height, width = picture.shape[:2]
    row = picture[height // 4].astype(int).mean(axis=-1)
    bits = [int(row[(2 * bit + 1) * width // (2 * BITS)] > 125) for bit in range(BITS)]
    return int("".join(map(str, bits)), 2)


def red_box(picture: Picture) -> tuple[int, int, int, int]:
    """Where the red of a `marked` picture lies: left, top, right, bottom (exclusive)."""
    wide = picture.astype(np.int16)
    red = (wide[:, :, 0] > 140) & (wide[:, :, 1] < 100)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def write_sound(path: Path, *, cover: Picture | None = None) -> Path:
    """Half a second of silence as AAC, with `cover` as cover art if there is one."""
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=48000)
        art = None
        if cover is not None:
            art = container.add_stream("mjpeg", rate=1)
            assert isinstance(art, VideoStream)
            art.height, art.width = cover.shape[:2]
            art.pix_fmt = "yuvj420p"
            art.disposition = av.stream.Disposition.attached_pic
        for index in range(24):
            frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate = 48000
            frame.pts = index * 1024
            container.mux(sound.encode(frame))
        container.mux(sound.encode())
        if art is not None and cover is not None:
            picture = av.VideoFrame.from_ndarray(cover, format="rgb24")
            picture.pts = 0
            container.mux(art.encode(picture))
            container.mux(art.encode())
    return path


def remuxed(path: Path, film: Path, *, through: str | None = None) -> Path:
    """The very packets of `film` in another container, which follows the suffix of `path`.

    `through` is FFmpeg's name of a bitstream filter that they pass.
    """
    with av.open(str(film)) as source, av.open(str(path), "w") as container:
        track = source.streams.video[0]
        stream = container.add_stream_from_template(track)
        if path.suffix == ".avi" and track.average_rate:  # which has a step of time for each frame
            stream.time_base = 1 / track.average_rate
        filtered = av.bitstream.BitStreamFilterContext(through, track, stream) if through else None
        for packet in source.demux(track):
            if packet.dts is None:  # the flush packet
                continue
            for passed in [packet] if filtered is None else filtered.filter(packet):
                passed.stream = stream
                container.mux(passed)
    return path


def restamped(path: Path, film: Path, stamps: Callable[[int], int]) -> Path:
    """The packets of a film without B-frames in Matroska at `path`, the n-th shown at `stamps(n)` milliseconds."""
    early = 1_000_000  # a muxer refuses what is shown before it is decoded; Matroska keeps the former alone
    with (
        av.open(str(film)) as source,
        av.open(str(path), "w", format="matroska", options={"avoid_negative_ts": "disabled"}) as container,
    ):
        track = source.streams.video[0]
        stream = container.add_stream_from_template(track)
        for number, packet in enumerate(packet for packet in source.demux(track) if packet.dts is not None):
            packet.stream, packet.time_base = stream, Fraction(1, 1000)
            packet.pts, packet.dts, packet.duration = stamps(number), number - early, 40
            container.mux(packet)
    return path
