"""Video tracks of a file, and the selection of the one that is the film."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av.error
import av.stream
from av.container import InputContainer
from av.video.stream import VideoStream

from .. import limits
from ..errors import MediaError, NotAFilm, SettingsError
from ..formatting import hms

SEARCH_SECONDS = Fraction(90)
"""Time within which a track must have a second frame, or it is a single picture; the slowest film has one a minute."""
SEARCH_BYTES = 256 * 1024 * 1024
"""Packets read at most in that search."""
MIN_LENGTH_SHARE = Fraction(1, 2)
"""Least length of the default track, as a share of the longest track's."""

_ATTACHED = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
_LENGTH = re.compile(r"(\d{1,9}):(\d{2}):(\d{2}(?:\.\d{1,9})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTrack:
    """A video track as its container describes it."""

    number: int
    """Number among the file's video tracks, from 1, attached covers not counted."""
    codec: str
    """FFmpeg's name; "" if FFmpeg has no decoder for it."""
    width: int
    """Coded pixels; 0 for unknown."""
    height: int
    seconds: Fraction | None
    """Length; None if the container does not declare it."""
    default: bool
    """Whether it is marked as the track that players show."""
    picture: bool
    """Whether it has a single frame, as covers have."""

    @property
    def description(self) -> str:
        """“2 (h264, 1920 x 1080, 1:02, marked default)”."""
        facts = [self.codec or "unknown codec", f"{self.width} x {self.height}"]
        if self.picture:
            facts.append("a single picture")
        elif self.seconds is not None:
            facts.append(hms(self.seconds))
        if self.default:
            facts.append("marked default")
        return f"{self.number} ({', '.join(facts)})"


def video_streams(container: InputContainer) -> list[VideoStream]:
    """Video streams of an open file without attached pictures, in the file's order: stream n is track n + 1."""
    return [stream for stream in container.streams.video if not stream.disposition & _ATTACHED]


def list_tracks(container: InputContainer, path: Path, reopen: Callable[[], InputContainer]) -> tuple[VideoTrack, ...]:
    """The video tracks of the open file `path`. Raises NotAFilm if it has none.

    If the header does not say which of several tracks are single pictures, packets are read: of a container from
    `reopen`, since reading moves the position in it.
    """
    streams = video_streams(container)
    if not streams:
        kind = "only sound" if container.streams.audio else "no picture"
        raise NotAFilm(f"{path.name} holds {kind}.", "Give a film with a video track.")
    tracks = [_describe_stream(number, stream) for number, stream in enumerate(streams, start=1)]
    unsure = {track.number for track, stream in zip(tracks, streams, strict=True) if not _frames(stream)}
    if unsure and len(moving_tracks(tracks)) > 1:
        single = _single_frames(reopen, unsure)
        tracks = [replace(track, picture=track.picture or track.number in single) for track in tracks]
    return tuple(tracks)


def moving_tracks(tracks: Sequence[VideoTrack]) -> tuple[VideoTrack, ...]:
    """The tracks that are not single pictures."""
    return tuple(track for track in tracks if not track.picture)


def default_track(tracks: Sequence[VideoTrack]) -> VideoTrack:
    """The track that players show, of one or more.

    Single pictures and tracks without a decoder are skipped if there are others. Of the rest, tracks marked default
    come first (in most files all are), then those of at least half the greatest length, then the largest frame, the
    greatest length and the lowest number.
    """
    pool = list(moving_tracks(tracks)) or list(tracks)
    pool = [track for track in pool if track.codec] or pool
    pool = [track for track in pool if track.default] or pool
    longest = max(track.seconds or Fraction(0) for track in pool)
    pool = [track for track in pool if track.seconds is None or track.seconds >= longest * MIN_LENGTH_SHARE]
    return max(pool, key=lambda track: (track.width * track.height, track.seconds or Fraction(0), -track.number))


def select_track(tracks: Sequence[VideoTrack], number: int | None, path: Path) -> VideoTrack:
    """The track of this number; the default track for None. Raises SettingsError or MediaError."""
    track = (
        default_track(tracks) if number is None else next((track for track in tracks if track.number == number), None)
    )
    if track is None:
        choices = ", ".join(track.description for track in tracks)
        raise SettingsError(f"{path.name} has no video track {number}.", f"Choose one of those it has: {choices}.")
    if not track.codec:
        raise MediaError(f"The video codec of {path.name} is not known here.", "Export it as H.264, HEVC or ProRes.")
    return track


def _describe_stream(number: int, stream: VideoStream) -> VideoTrack:
    context = stream.codec_context
    return VideoTrack(
        number=number,
        codec=context.codec.canonical_name if context is not None else "",
        width=context.width if context is not None else 0,
        height=context.height if context is not None else 0,
        seconds=_seconds(stream),
        default=bool(stream.disposition & av.stream.Disposition.default),
        picture=_frames(stream) == 1,
    )


def _frames(stream: VideoStream) -> int:
    """Frames by the header (MP4, MOV, AVI) or by the statistics tag of Matroska; 0 for unknown."""
    count = _tag(stream, "NUMBER_OF_FRAMES")
    return stream.frames or (int(count) if count.isdecimal() and len(count) < 12 else 0)


def _seconds(stream: VideoStream) -> Fraction | None:
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    if match := _LENGTH.match(_tag(stream, "DURATION")):
        return int(match[1]) * 3600 + int(match[2]) * 60 + Fraction(match[3])
    return None


def _tag(stream: VideoStream, name: str) -> str:
    """Text of a Matroska tag, whose key may end with a language ("DURATION-eng"); "" if there is none."""
    tags = stream.metadata.items()
    return next((text for key, text in tags if key.upper().partition("-")[0] == name), "")[
        : limits.METADATA_CHARACTERS
    ].strip()


def _single_frames(reopen: Callable[[], InputContainer], unsure: set[int]) -> set[int]:
    """The tracks of `unsure` without a second packet within SEARCH_SECONDS and SEARCH_BYTES of the file."""
    packets: Counter[int] = Counter()
    with reopen() as container, suppress(av.error.FFmpegError):
        streams = video_streams(container)
        number_of = {stream.index: number for number, stream in enumerate(streams, start=1)}
        size, first = 0, None
        for packet in container.demux(streams):
            if packet.size == 0:  # flushes the decoder at the end of a stream
                continue
            packets[number_of[packet.stream.index]] += 1
            size += packet.size
            time = None if packet.dts is None else packet.dts * packet.time_base
            first = time if first is None else first
            past_end = time is not None and first is not None and time - first > SEARCH_SECONDS
            if past_end or size > SEARCH_BYTES or all(packets[number] > 1 for number in unsure):
                break
    return {number for number in unsure if packets[number] <= 1}
