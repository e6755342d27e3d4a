"""Open a film's container and select the video stream to read; no frame is decoded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from .. import limits
from ..errors import FilmNotPermitted, MediaError, NotAFilm
from ..formatting import hms
from .file_format import not_a_film_error
from .identity import check_is_file
from .video_tracks import VideoTrack, list_tracks, select_track, video_streams

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mxf,avi,mpegts,mpeg"
"""FFmpeg's demuxers that may open a file. Without the list a playlist named as a film makes FFmpeg read other files."""

CODEC_OPTIONS = {"max_pixels": str(limits.PIXELS)}
"""For every decoder: a larger frame is refused before memory is allocated."""

CONTAINER_OPTIONS = {
    "format_whitelist": FORMATS,
    "protocol_whitelist": "file",
    "max_streams": str(limits.STREAMS_OPENED),
}
"""For every demuxer."""


def open_container(path: Path) -> InputContainer:
    """Open a film and read its index. Raises NotAFilm or MediaError."""
    name = path.name
    check_is_file(path)
    try:
        return av.open(
            str(path.absolute()),  # FFmpeg takes what precedes a colon for a protocol, unless a slash comes first
            mode="r",
            options=CODEC_OPTIONS,
            container_options=CONTAINER_OPTIONS,
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
        raise not_a_film_error(path) from error


def select_stream(
    container: InputContainer, path: Path, track: int | None = None
) -> tuple[VideoStream, tuple[VideoTrack, ...]]:
    """The video stream to read, and all video tracks of the open file.

    `track` is the number of a track; None selects the one that players show. Raises NotAFilm, MediaError, or
    SettingsError if there is no such track.
    """
    if len(container.streams) > limits.STREAMS:
        raise MediaError(
            f"{path.name} holds {len(container.streams):,} streams.",
            f"Films of up to {limits.STREAMS} are read: export it with its picture and sound alone.",
        )
    tracks = list_tracks(container, path, lambda: open_container(path))
    stream = video_streams(container)[select_track(tracks, track, path).number - 1]
    check_frame_size(path, stream.codec_context.width, stream.codec_context.height)
    _check_declared_times(container, stream, path)
    return stream, tracks


def check_frame_size(path: Path, width: int, height: int) -> None:
    """Raise MediaError for frames of more than limits.PIXELS."""
    if width * height > limits.PIXELS:
        raise MediaError(f"{path.name} has a picture of {width:,} x {height:,} pixels.", limits.PIXELS_ADVICE)


def has_running_clock(container: InputContainer) -> bool:
    """Whether time stamps are those of a running clock, which may be reset within the file."""
    return container.format.name in ("mpegts", "mpeg")


def _check_declared_times(container: InputContainer, stream: VideoStream, path: Path) -> None:
    """Raise MediaError where time base, length or number of frames in the header are beyond the limits."""
    advice = "Its header may be damaged: copy or export it again."
    base = Fraction(stream.time_base or 0)
    if not 0 < base <= limits.MAX_TICK_SECONDS:
        raise MediaError(f"{path.name} counts time in steps of {float(base):g} seconds.", advice)
    seconds = max(Fraction(container.duration or 0, av.time_base), (stream.duration or 0) * base)
    if seconds > limits.SECONDS and not has_running_clock(container):
        raise MediaError(
            f"{path.name} says it lasts {hms(seconds)} (h:mm:ss).",
            f"Films of up to {int(limits.SECONDS) // 3600} hours are read. {advice}",
        )
    if stream.frames > limits.FRAMES:
        raise MediaError(
            f"{path.name} says it has {stream.frames:,} frames.", f"Up to {limits.FRAMES:,} are read. {advice}"
        )
