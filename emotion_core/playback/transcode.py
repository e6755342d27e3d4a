"""A small copy of a film that every browser plays: H.264 and AAC in MP4, frame n of it frame n of the film.

Each frame keeps its own time on the media clock, so that what the player shows can be told by its time alone.
"""

from __future__ import annotations

import errno
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..decoding.decoder import Decoder, Frame
from ..decoding.read_through import Whole
from ..errors import MediaError
from ..media.frame_shape import media_of
from ..media.identity import Identity
from ..media.media import Media
from ..media.transfer_functions import curve_of
from ..picture.deinterlace import deinterlaced
from ..picture.display import display_rgb
from ..storage.files import from_os_error
from ..system.progress import Report
from ..system.threads import share, usable_cores
from .audio import Sound

LONG, SHORT = 1280, 720
"""At most so many pixels along its longer and its shorter side."""
QUALITY = 23
"""x264's constant rate factor: as good as a player beside a table needs it."""
MOST_BITS = 5_000_000
"""A second, over two seconds: grain makes no file as large as the film."""
KEYFRAME_SECONDS = 1
"""A seek decodes at most so much."""
_FINEST = 1_000_000
"""Ticks a second beyond which a film's time base is not taken over."""
_BT709, _LIMITED, _UNTAGGED, _BT601 = 1, 1, 2, 6
"""ITU-T H.273's numbers and FFmpeg's; tone_mapping.py has primaries, of which plain material's are all but the same."""
_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG}


def size(media: Media) -> tuple[int, int]:
    """Width and height of its proxy, square pixels, upright: even, never larger than the film but for that."""
    width, height = media.display_width, media.display_height
    scale = min(Fraction(1), Fraction(LONG, max(width, height)), Fraction(SHORT, min(width, height)))
    return _even(width * scale), _even(height * scale)


def time_base(media: Media) -> Fraction:
    """Seconds a tick of the proxy: the film's own where an MP4 can have it, so that times are the very same."""
    ticks = media.time_base.denominator
    return Fraction(1, ticks if ticks <= _FINEST else 90_000)


def write(
    film: Path,
    content: str,
    target: Path,
    report: Report,
    *,
    track: int | None = None,
    file: Identity | None = None,
) -> int:
    """Write the proxy of `film` to `target` and return how many frames it has; `track` and `file` as in Decoder.

    `report` gets “frames” (so many, done so far) after each frame; it may raise to end the work. Of a damaged film
    there is a proxy up to the damage. Raises NotAFilm, MediaError, DamagedFilm (of a film without a frame), DiskFull,
    LibraryError, or FilmChanged where the film is not the same to the end; `target` may then be there in part.
    """
    frames = 0
    with Decoder(film, content, threads=share().decode, track=track, file=file) as decoder:
        media = decoder.media
        try:
            with (
                av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as container,
                Sound(film, media.first_pts * media.time_base, clock=media.stamps == "clock") as sound,
            ):
                stream = _picture_stream(container, media)
                sound.begin(container)
                for frame in Whole(decoder).frames():
                    seconds = frame.ticks * media.time_base
                    picture = shown(frame, media)
                    picture.time_base = time_base(media)
                    picture.pts = round(seconds / picture.time_base)
                    container.mux(stream.encode(picture))
                    sound.until(seconds)
                    frames += 1
                    report("frames", {"frames": frames})
                container.mux(stream.encode())
                sound.end(seconds + 1 / media.rate)
            decoder.must_be_the_film()  # its sound was read of it too
        except av.error.FFmpegError as error:  # what goes wrong with reading, the decoder tells by itself
            if error.errno in _OF_THE_DISK:
                raise from_os_error(OSError(error.errno, error.strerror), target) from error
            raise MediaError(
                f"{film.name} cannot be made into a copy for the browser ({error.strerror}).", "Export it as H.264."
            ) from error
    return frames


def shown(frame: Frame, media: Media) -> VideoFrame:
    """A frame as a viewer sees it, at the proxy's size, yuv420p in BT.709's limited range.

    `media` are the film's facts. A frame of another shape than the first one's is as large as fits, in its own shape,
    with black beside it or above.
    """
    own = media_of(frame.picture, media)
    if own is media:
        return _scaled(frame, media, *size(media))
    width, height = size(media)
    scale = min(Fraction(width, own.display_width), Fraction(height, own.display_height))
    fits = _even(own.display_width * scale), _even(own.display_height * scale)
    # A line or two of black come of rounding, not of another shape.
    within = [side if side - even <= 2 else even for side, even in zip((width, height), fits, strict=True)]
    return _on_black(_scaled(frame, own, *within), width, height)


def _scaled(frame: Frame, media: Media, width: int, height: int) -> VideoFrame:
    """As shown(), by the frame's own facts, width and height."""
    if media.rotation or media.mirrored or curve_of(media.transfer) is not None:
        turned = media.rotation in (90, 270)
        rgb = display_rgb(frame, media, (height, width) if turned else (width, height))
        whole, matrix, levels = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), _BT709, None
    else:
        whole = deinterlaced(frame.picture, media.field_order)
        # Untagged material is by custom BT.601 in standard definition and BT.709 above it.
        matrix = whole.colorspace
        if matrix == _UNTAGGED:
            matrix = _BT709 if media.height >= SHORT else _BT601
        levels = whole.color_range or None
    picture = whole.reformat(
        width=width, height=height, format="yuv420p", interpolation="BILINEAR", src_colorspace=matrix,
        dst_colorspace=_BT709, src_color_range=levels, dst_color_range=_LIMITED, threads=1,
    )  # fmt: skip
    picture.pict_type = 0  # the film's own keyframes are not the proxy's
    return picture


def _on_black(picture: VideoFrame, width: int, height: int) -> VideoFrame:
    """A picture, yuv420p, in the middle of a black one of that width and height; all sides are even."""
    if (picture.width, picture.height) == (width, height):
        return picture
    left, top = (width - picture.width) // 4 * 2, (height - picture.height) // 4 * 2
    wide = VideoFrame(width, height, "yuv420p")
    for source, target, shrunk in zip(picture.planes, wide.planes, (1, 2, 2), strict=True):
        plane = np.full((target.height, target.line_size), 16 if shrunk == 1 else 128, dtype=np.uint8)
        pixels = np.frombuffer(memoryview(source), dtype=np.uint8).reshape(-1, source.line_size)
        rows = slice(top // shrunk, top // shrunk + source.height)
        plane[rows, left // shrunk : left // shrunk + source.width] = pixels[: source.height, : source.width]
        target.update(plane.tobytes())
    wide.colorspace, wide.color_range = _BT709, _LIMITED
    return wide


def _picture_stream(container: OutputContainer, media: Media) -> VideoStream:
    stream = container.add_stream("libx264", rate=media.rate)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size(media)
    stream.pix_fmt = "yuv420p"
    coding = stream.codec_context
    coding.time_base = time_base(media)
    coding.thread_count = usable_cores()
    coding.colorspace = coding.color_primaries = coding.color_trc = _BT709
    coding.color_range = _LIMITED
    coding.options = {
        "preset": "veryfast",
        "crf": str(QUALITY),
        "maxrate": str(MOST_BITS),
        "bufsize": str(2 * MOST_BITS),
        "g": str(max(1, int(media.rate * KEYFRAME_SECONDS))),
        # Without B-frames times need no edit list, which browsers read differently.
        "bf": "0",
        "x264-params": "rc-lookahead=10:log-level=none",
    }
    return stream


def _even(side: Fraction) -> int:
    return max(2, round(side / 2) * 2)
