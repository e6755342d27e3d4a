"""Transcode a film to its proxy, which every browser plays: H.264 and AAC in MP4.

Frame n of the proxy is frame n of the film and has the same time on the media clock, so that the player can tell the
frame by its time alone.
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

from ..decoding import Decoder, Frame, ReadThrough
from ..errors import MediaError
from ..media import FileIdentity, Media, media_at_frame, transfer_curve
from ..picture import deinterlace_frame, display_rgb
from ..storage import from_os_error
from ..system import Report, thread_budget, usable_cores
from .audio import Sound

LONG, SHORT = 1280, 720
"""Most pixels along the proxy's longer and shorter side."""
QUALITY = 23
"""x264's constant rate factor; sufficient for a player beside a table."""
MAX_BIT_RATE = 5_000_000
"""Highest bit rate, averaged over two seconds, so that grain does not make the proxy as large as the film."""
KEYFRAME_SECONDS = 1
"""Seconds between keyframes: the most that a seek has to decode."""
_MAX_TICKS = 1_000_000
"""Ticks a second beyond which the proxy does not keep the film's time base."""
_BT709, _LIMITED, _UNTAGGED, _BT601 = 1, 1, 2, 6
"""Numbers of ITU-T H.273 and FFmpeg. tone_mapping.py handles primaries; those of SDR material hardly differ."""
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG}


def size(media: Media) -> tuple[int, int]:
    """Width and height of the proxy of `media`: square pixels, upright, rounded to even, no larger than the film."""
    width, height = media.display_width, media.display_height
    scale = min(Fraction(1), Fraction(LONG, max(width, height)), Fraction(SHORT, min(width, height)))
    return _even(width * scale), _even(height * scale)


def time_base(media: Media) -> Fraction:
    """The proxy's time base, in seconds a tick: the film's own if MP4 can express it, so that times are identical."""
    ticks = media.time_base.denominator
    return Fraction(1, ticks if ticks <= _MAX_TICKS else 90_000)


def write(
    film: Path,
    content: str,
    target: Path,
    report: Report,
    *,
    track: int | None = None,
    file: FileIdentity | None = None,
) -> int:
    """Write the proxy of `film` to `target` and return how many frames it has; `track` and `file` as in Decoder.

    `report` gets “frames” (the number written so far) after each frame and may raise to cancel. The proxy of a damaged
    film ends at the damage. Raises NotAFilm, MediaError, DamagedFilm (for a film without a frame), DiskFull,
    LibraryError, or FilmChanged if the film changes meanwhile; `target` may then be partly written.
    """
    frames = 0
    with Decoder(film, content, threads=thread_budget().decode, track=track, file=file) as decoder:
        media = decoder.media
        try:
            with (
                av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as container,
                Sound(film, media.first_pts * media.time_base, clock=media.stamps == "clock") as sound,
            ):
                stream = _picture_stream(container, media)
                sound.begin(container)
                for frame in ReadThrough(decoder).frames():
                    seconds = frame.ticks * media.time_base
                    picture = proxy_picture(frame, media)
                    picture.time_base = time_base(media)
                    picture.pts = round(seconds / picture.time_base)
                    container.mux(stream.encode(picture))
                    sound.until(seconds)
                    frames += 1
                    report("frames", {"frames": frames})
                container.mux(stream.encode())
                sound.end(seconds + 1 / media.rate)
            decoder.verify_file()  # its sound was read from a second handle
        except av.error.FFmpegError as error:  # errors of reading are the decoder's own
            if error.errno in _DISK_ERRORS:
                raise from_os_error(OSError(error.errno, error.strerror), target) from error
            raise MediaError(
                f"{film.name} cannot be made into a copy for the browser ({error.strerror}).", "Export it as H.264."
            ) from error
    return frames


def proxy_picture(frame: Frame, media: Media) -> VideoFrame:
    """A frame as a viewer sees it, at the proxy's size, yuv420p in BT.709's limited range.

    `media` describes the film. A frame whose shape differs from the first frame's is scaled to fit and padded with
    black.
    """
    own = media_at_frame(frame.picture, media)
    if own is media:
        return _scale(frame, media, *size(media))
    width, height = size(media)
    scale = min(Fraction(width, own.display_width), Fraction(height, own.display_height))
    fits = _even(own.display_width * scale), _even(own.display_height * scale)
    # One or two black lines come from rounding, not from another shape.
    sides = [side if side - even <= 2 else even for side, even in zip((width, height), fits, strict=True)]
    return _pad(_scale(frame, own, *sides), width, height)


def _scale(frame: Frame, media: Media, width: int, height: int) -> VideoFrame:
    """As proxy_picture, with the frame's own `media`, width and height."""
    if media.rotation or media.mirrored or transfer_curve(media.transfer) is not None:
        turned = media.rotation in (90, 270)
        rgb = display_rgb(frame, media, (height, width) if turned else (width, height))
        whole, matrix, levels = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), _BT709, None
    else:
        whole = deinterlace_frame(frame.picture, media.field_order)
        # By convention untagged material is BT.601 in standard definition and BT.709 above.
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


def _pad(picture: VideoFrame, width: int, height: int) -> VideoFrame:
    """Centre a picture, yuv420p, on a black one of `width` x `height`; all sides are even."""
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
        "maxrate": str(MAX_BIT_RATE),
        "bufsize": str(2 * MAX_BIT_RATE),
        "g": str(max(1, int(media.rate * KEYFRAME_SECONDS))),
        # Without B-frames times need no edit list, which browsers read differently.
        "bf": "0",
        "x264-params": "rc-lookahead=10:log-level=none",
    }
    return stream


def _even(side: Fraction) -> int:
    return max(2, round(side / 2) * 2)
