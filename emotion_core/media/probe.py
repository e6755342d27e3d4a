"""Probe a film: its facts by the header and the first frame, the only one that is decoded."""

from __future__ import annotations

import contextlib
import re
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Literal

import av
import av.error
import av.logging
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from .. import limits
from ..errors import MediaError, NotAFilm, SettingsError
from ..timecode import from_timecode, is_drop_frame, rate_from_header, supports_drop_frame
from .container import CODEC_OPTIONS, check_frame_size, has_running_clock, open_container
from .frame_geometry import orientation_of
from .media import Media
from .pixel_aspect import PER_FRAME_FORMATS, PixelAspectTracker
from .video_tracks import VideoTrack, moving_tracks, video_streams

_REFUSED_SIZE = re.compile(r"Picture size (\d+)x(\d+)")

_TRANSFERS = {
    9: "logarithmic (100:1)",
    10: "logarithmic (316:1)",
    16: "HDR (PQ)",
    18: "HDR (HLG)",
}
"""Transfer characteristics of ITU-T H.273, table 3, that are not those of a plain display."""

_LOG_CURVE = re.compile(r"\b(?:D-?Log[-\s]?M|[SCVNFDL]-?Log[-\s]?\d?|Log-?C\d?|Log3G10)\b", re.IGNORECASE)
"""Camera makers' names of log curves."""

_FIELD_ORDERS = {2: "top field first", 3: "bottom field first", 4: "top field first", 5: "bottom field first"}
"""Display order by FFmpeg's AVFieldOrder; 4 and 5 differ from 2 and 3 in coding order only."""

_AVI_TAIL = 0.02
"""Share of an AVI's frames before its end at which the index may end: the last time steps may hold no frame."""


def probe_media(
    container: InputContainer, stream: VideoStream, tracks: tuple[VideoTrack, ...], path: Path, content: str
) -> Media:
    """The facts of the film of SHA-256 `content`; `stream` and `tracks` as from select_stream.

    Raises NotAFilm or MediaError.
    """
    track = tracks[video_streams(container).index(stream)]
    moving = moving_tracks(tracks)
    first = _first_frame(container, stream, path)
    check_frame_size(path, first.width, first.height)
    rate = _rate(stream, path)
    aspect = Fraction(stream.sample_aspect_ratio or 1) or Fraction(1)
    if container.format.name in PER_FRAME_FORMATS:
        aspect = PixelAspectTracker(aspect).tag_frame(first, stream)
    if not 1 / limits.ASPECT <= aspect <= limits.ASPECT or first.width * aspect * first.height > limits.PIXELS:
        raise MediaError(
            f"{path.name} has {first.width:,} x {first.height:,} pixels {float(aspect):g} times as wide as high.",
            f"Up to {limits.ASPECT} times are read, and 8192 x 8192 pixels as shown. Export it with square pixels.",
        )
    start_frame, drop_frame = _start_timecode(container, stream, rate)
    if stream.duration:
        duration = stream.duration * Fraction(stream.time_base or 1)
    else:
        duration = Fraction(container.duration or 0, av.time_base)
        if len(tracks) > 1 and track.seconds is not None:  # the file lasts as long as its longest track
            duration = track.seconds
        if "matroska" in container.format.name:  # Matroska counts from zero, not from the first frame
            duration -= pts_or(first, 0) * Fraction(stream.time_base or 0)
    stamps: Literal["shown", "coded", "clock"] = "shown"
    if has_running_clock(container):
        stamps = "clock"
        if duration > limits.SECONDS:  # the difference of two stamps between which the clock was reset
            duration = Fraction(0)
    elif container.format.name in ("avi", "mxf") and stream.codec_context.has_b_frames:
        stamps = "coded"
    field_order = _FIELD_ORDERS.get(int(stream.codec_context.field_order), "progressive")
    if field_order == "progressive" and first.interlaced_frame:
        field_order = "top field first"
    rotation, mirrored = orientation_of(first)
    return Media(
        content_id=content,
        rate=rate,
        start_frame=start_frame,
        drop_frame=drop_frame,
        duration=duration,
        frames_from_header=_frames(container, stream) or None,
        width=first.width,
        height=first.height,
        pixel_aspect=aspect,
        rotation=rotation,
        mirrored=mirrored,
        field_order=field_order,
        transfer=_transfer(container, stream, first),
        is_vfr=False,
        time_base=Fraction(stream.time_base or Fraction(1, 1000)),
        first_pts=pts_or(first, 0),
        stamps=stamps,
        codec=stream.codec_context.name,
        track=track.number,
        tracks=tuple(track.description for track in moving) if len(moving) > 1 else (),
    )


def _rate(stream: VideoStream, path: Path) -> Fraction:
    rate = Fraction(stream.guessed_rate or stream.average_rate or 25)
    if rate > limits.MAX_RATE:  # in some variable-rate files this is the time base
        rate = Fraction(stream.average_rate or 25)
    if not limits.MIN_RATE <= rate <= limits.MAX_RATE:
        raise MediaError(
            f"{path.name} says it has {float(rate):g} frames a second.",
            f"Films of up to {limits.MAX_RATE} frames a second, and no fewer than one a minute, are read. Export it "
            "at the rate it is to be shown at.",
        )
    return rate_from_header(rate)


def _frames(container: InputContainer, stream: VideoStream) -> int:
    """Frames by the header; 0 for unknown. An AVI's header counts time steps, and its index those that hold a frame."""
    entries = stream.index_entries
    if container.format.name != "avi" or not len(entries):
        return stream.frames
    return len(entries) if entries[-1].timestamp >= stream.frames * (1 - _AVI_TAIL) else stream.frames


def _first_frame(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    try:
        for packet in container.demux(stream):
            try:
                for picture in packet.decode():
                    return picture
            except av.error.EOFError:
                break
            except av.error.FFmpegError:
                continue
    except av.error.FFmpegError:
        pass
    if (size := _refused_size(path, stream.index)) is not None:
        check_frame_size(path, *size)
    raise NotAFilm(f"{path.name} has no frame that can be decoded.", "Export it again, for example as H.264 in MP4.")


def _refused_size(path: Path, index: int) -> tuple[int, int] | None:
    """Width and height of a frame of stream `index` that FFmpeg refused as too large; None if it did not.

    FFmpeg names the size in its log only.
    """
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as lines, open_container(path) as container:
            stream = container.streams[index]
            assert isinstance(stream, VideoStream)
            stream.codec_context.options = CODEC_OPTIONS
            stream.codec_context.thread_count = 1
            for packet in islice(container.demux(stream), 3):
                with contextlib.suppress(av.error.FFmpegError):
                    packet.decode()
    except (av.error.FFmpegError, MediaError):
        pass
    finally:
        av.logging.set_level(None)
    sizes = [_REFUSED_SIZE.search(line) for _, _, line in lines]
    return next(((int(size[1]), int(size[2])) for size in sizes if size), None)


def _transfer(container: InputContainer, stream: VideoStream, first: VideoFrame) -> str:
    """Media.transfer. Log curves have no number in H.273: cameras name them in the metadata, if at all."""
    metadata = " ".join(
        text[: limits.METADATA_CHARACTERS] for text in (*container.metadata.values(), *stream.metadata.values())
    )
    curve = _LOG_CURVE.search(metadata)
    return _TRANSFERS.get(int(first.color_trc), f"log ({curve[0]})" if curve else "")


def _start_timecode(container: InputContainer, stream: VideoStream, rate: Fraction) -> tuple[int, bool]:
    """Start frame and whether it is drop-frame. MOV and MP4 store it with some stream, MXF with the container."""
    for metadata in (stream.metadata, *(s.metadata for s in container.streams), container.metadata):
        text = metadata.get("timecode", "")[: limits.METADATA_CHARACTERS]
        if not text:
            continue
        drop = is_drop_frame(text) and supports_drop_frame(rate)
        try:
            return from_timecode(text if drop else text.replace(";", ":"), rate), drop
        except SettingsError:
            continue
    return 0, False


def pts_or(picture: VideoFrame, default: int) -> int:
    """The frame's PTS, ticks; `default` if it has none."""
    return default if picture.pts is None else picture.pts
