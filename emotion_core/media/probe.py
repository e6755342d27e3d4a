"""Opening a film and reading its header: nothing is decoded but the first frame."""

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
from ..errors import FilmNotPermitted, MediaError, NotAFilm, SettingsError
from ..timecode import clock, from_timecode, is_drop_frame, may_drop, rate_from_header
from .file_type import refusal
from .identity import check_is_file
from .media import Media
from .orientation import orientation_of
from .pixel_aspect import BY_FRAME, PixelAspects
from .video_tracks import VideoTrack, chosen, films_among, picture_streams, tracks_of

CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mxf,avi,mpegts,mpeg"
"""What FFmpeg may open. Without this list a playlist dressed as a film makes it read other files."""

CODEC_OPTIONS = {"max_pixels": str(limits.PIXELS)}
"""Of every decoder: one that meets a larger picture refuses it before it takes the memory."""

_REFUSED_SIZE = re.compile(r"Picture size (\d+)x(\d+)")

_TRANSFERS = {
    9: "logarithmic (100:1)",
    10: "logarithmic (316:1)",
    16: "HDR (PQ)",
    18: "HDR (HLG)",
}
"""Transfer characteristics of ITU-T H.273, table 3, that are not for a plain display."""

_LOG_CURVE = re.compile(r"\b(?:D-?Log[-\s]?M|[SCVNFDL]-?Log[-\s]?\d?|Log-?C\d?|Log3G10)\b", re.IGNORECASE)
"""The makers' names of their log curves."""

_FIELD_ORDERS = {2: "top field first", 3: "bottom field first", 4: "top field first", 5: "bottom field first"}
"""FFmpeg's AVFieldOrder; 4 and 5 differ from 2 and 3 in the order they are coded, not shown."""


_TAIL = 0.02
"""Share of its frames that an AVI's index may end before the last: the last steps of time may hold no picture."""


def opened(path: Path) -> InputContainer:
    """Open a film, its index read and nothing decoded that is too large. Raises NotAFilm or MediaError."""
    name = path.name
    check_is_file(path)
    try:
        # From the root on: FFmpeg takes what stands before a colon for a protocol.
        return av.open(
            str(path.absolute()),
            mode="r",
            options=CODEC_OPTIONS,
            container_options={
                "format_whitelist": CONTAINERS,
                "protocol_whitelist": "file",
                "max_streams": str(limits.STREAMS_OPENED),
            },
            metadata_errors="replace",
        )
    except (av.error.FileNotFoundError, av.error.PermissionError, av.error.IsADirectoryError) as error:
        kind = FilmNotPermitted if isinstance(error, PermissionError) else NotAFilm
        raise kind(f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions.") from error
    except av.error.MemoryError as error:
        raise MediaError(
            f"{name} claims more than {limits.STREAMS_OPENED:,} streams, or an index larger than memory.",
            f"Films of up to {limits.STREAMS} streams are read: export it with its picture and sound alone.",
        ) from error
    except (av.error.FFmpegError, ValueError) as error:
        raise refusal(path) from error


def picture_stream(
    container: InputContainer, path: Path, asked: int | None = None
) -> tuple[VideoStream, tuple[VideoTrack, ...]]:
    """The stream that is the film, and the file's video tracks; `asked` is the number of one of them.

    Raises NotAFilm, MediaError, or SettingsError where there is no such track.
    """
    if len(container.streams) > limits.STREAMS:
        raise MediaError(
            f"{path.name} holds {len(container.streams):,} streams.",
            f"Films of up to {limits.STREAMS} are read: export it with its picture and sound alone.",
        )
    tracks = tracks_of(container, path, lambda: opened(path))
    stream = picture_streams(container)[chosen(tracks, asked, path).number - 1]
    _check_size(path, stream.codec_context.width, stream.codec_context.height)
    _check_claims(container, stream, path)
    return stream, tracks


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > limits.PIXELS:
        raise MediaError(f"{path.name} has a picture of {width:,} x {height:,} pixels.", limits.PIXELS_ADVICE)


def _check_claims(container: InputContainer, stream: VideoStream, path: Path) -> None:
    """What the header says of length and time."""
    advice = "Its header may be damaged: copy or export it again."
    base = Fraction(stream.time_base or 0)
    if not 0 < base <= limits.TICK:
        raise MediaError(f"{path.name} counts time in steps of {float(base):g} seconds.", advice)
    seconds = max(Fraction(container.duration or 0, av.time_base), (stream.duration or 0) * base)
    if seconds > limits.SECONDS and not _has_clock(container):
        raise MediaError(
            f"{path.name} says it lasts {clock(seconds)} (h:mm:ss).",
            f"Films of up to {int(limits.SECONDS) // 3600} hours are read. {advice}",
        )
    if stream.frames > limits.FRAMES:
        raise MediaError(
            f"{path.name} says it has {stream.frames:,} frames.", f"Up to {limits.FRAMES:,} are read. {advice}"
        )


def _rate(stream: VideoStream, path: Path) -> Fraction:
    rate = Fraction(stream.guessed_rate or stream.average_rate or 25)
    if rate > limits.RATE:  # some variable-rate files give the time base here
        rate = Fraction(stream.average_rate or 25)
    if not limits.SLOWEST <= rate <= limits.RATE:
        raise MediaError(
            f"{path.name} says it has {float(rate):g} frames a second.",
            f"Films of up to {limits.RATE} frames a second, and no fewer than one a minute, are read. Export it at the "
            "rate it is to be shown at.",
        )
    return rate_from_header(rate)


def probed(
    container: InputContainer, stream: VideoStream, tracks: tuple[VideoTrack, ...], path: Path, content: str
) -> Media:
    """The film's facts, from its header and its first frame; `stream` is the one of `tracks` that is read.

    Raises NotAFilm or MediaError.
    """
    track = tracks[picture_streams(container).index(stream)]
    real = films_among(tracks)
    first = _first_picture(container, stream, path)
    _check_size(path, first.width, first.height)
    rate = _rate(stream, path)
    aspect = Fraction(stream.sample_aspect_ratio or 1) or Fraction(1)
    if container.format.name in BY_FRAME:
        aspect = PixelAspects(aspect).marked(first, stream)
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
        if len(tracks) > 1 and track.seconds is not None:  # of the file, that is the longest track's
            duration = track.seconds
        if "matroska" in container.format.name:  # counts from zero, not from the first frame
            duration -= shown_at(first, 0) * Fraction(stream.time_base or 0)
    stamps: Literal["shown", "coded", "clock"] = "shown"
    if _has_clock(container):
        stamps = "clock"
        if duration > limits.SECONDS:  # from its first stamp to its last: between them it was set anew
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
        first_pts=shown_at(first, 0),
        stamps=stamps,
        codec=stream.codec_context.name,
        track=track.number,
        tracks=tuple(one.described for one in real) if len(real) > 1 else (),
    )


def _frames(container: InputContainer, stream: VideoStream) -> int:
    """How many the header counts. An AVI's counts steps of time; its index has those that hold a picture."""
    entries = stream.index_entries
    if container.format.name != "avi" or not len(entries):
        return stream.frames
    return len(entries) if entries[-1].timestamp >= stream.frames * (1 - _TAIL) else stream.frames


def _has_clock(container: InputContainer) -> bool:
    """Whether its stamps are those of a running clock, which may be set anew within the file."""
    return container.format.name in ("mpegts", "mpeg")


def _first_picture(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
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
        _check_size(path, *size)
    raise NotAFilm(f"{path.name} has no frame that can be decoded.", "Export it again, for example as H.264 in MP4.")


def _refused_size(path: Path, index: int) -> tuple[int, int] | None:
    """The size that FFmpeg refused to decode pictures of stream `index` of, which it says in its log alone; None if
    that was not it.
    """
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as lines, opened(path) as container:
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
    """Cameras name their log curve in words, if anywhere: the standard's table has no number for them."""
    words = " ".join(text[: limits.METADATA] for text in (*container.metadata.values(), *stream.metadata.values()))
    named = _LOG_CURVE.search(words)
    return _TRANSFERS.get(int(first.color_trc), f"log ({named[0]})" if named else "")


def _start_timecode(container: InputContainer, stream: VideoStream, rate: Fraction) -> tuple[int, bool]:
    """MOV and MP4 keep the start timecode with a stream, the film's own or another, MXF with the container."""
    for metadata in (stream.metadata, *(s.metadata for s in container.streams), container.metadata):
        text = metadata.get("timecode", "")[: limits.METADATA]
        if not text:
            continue
        drop = is_drop_frame(text) and may_drop(rate)
        try:
            return from_timecode(text if drop else text.replace(";", ":"), rate), drop
        except SettingsError:
            continue
    return 0, False


def shown_at(picture: VideoFrame, otherwise: int) -> int:
    return otherwise if picture.pts is None else picture.pts
