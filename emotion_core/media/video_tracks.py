"""The video tracks of a file, and which of them is the film."""

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
from ..timecode import clock

LOOKED_AT = Fraction(90)
"""Seconds of a file in which a track whose frames its header does not count must have a second one: the slowest film
has one a minute."""
READ_AT_MOST = 256 * 1024 * 1024
"""Bytes of packets that are read for that."""
FULL_LENGTH = Fraction(1, 2)
"""A track that lasts for less than this share of the longest one is not taken for the film by itself."""

_ATTACHED = av.stream.Disposition.attached_pic | av.stream.Disposition.timed_thumbnails
_LENGTH = re.compile(r"(\d{1,9}):(\d{2}):(\d{2}(?:\.\d{1,9})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTrack:
    """A video track as its container describes it."""

    number: int
    """Place among the file's video tracks, from 1; covers that are attached to the file are none."""
    codec: str
    """FFmpeg's name; "" for one that it has no decoder for."""
    width: int
    """As coded, pixels; 0 where that is not known."""
    height: int
    seconds: Fraction | None
    """How long it lasts; None where the container does not say."""
    default: bool
    """Whether it is marked as the one that players show."""
    picture: bool
    """Whether it has a single frame: a cover, as a rule."""

    @property
    def described(self) -> str:
        """“2 (h264, 1920 x 1080, 1:02, marked default)”."""
        facts = [self.codec or "unknown codec", f"{self.width} x {self.height}"]
        if self.picture:
            facts.append("a single picture")
        elif self.seconds is not None:
            facts.append(clock(self.seconds))
        if self.default:
            facts.append("marked default")
        return f"{self.number} ({', '.join(facts)})"


def picture_streams(container: InputContainer) -> list[VideoStream]:
    """The video streams of an open file but for attached pictures, in the file's order: stream n is track n + 1."""
    return [stream for stream in container.streams.video if not stream.disposition & _ATTACHED]


def tracks_of(container: InputContainer, path: Path, reopened: Callable[[], InputContainer]) -> tuple[VideoTrack, ...]:
    """The video tracks of the open file `path`. Raises NotAFilm where it has none.

    Where its header does not say which of several are single pictures, packets of the file `reopened` are read, since
    reading moves the place in it.
    """
    streams = picture_streams(container)
    if not streams:
        kind = "only sound" if container.streams.audio else "no picture"
        raise NotAFilm(f"{path.name} holds {kind}.", "Give a film with a video track.")
    tracks = [_described(number, stream) for number, stream in enumerate(streams, start=1)]
    unsure = {track.number for track, stream in zip(tracks, streams, strict=True) if not _frames(stream)}
    if unsure and len(films_among(tracks)) > 1:
        single = _single_frames(reopened, unsure)
        tracks = [replace(track, picture=track.picture or track.number in single) for track in tracks]
    return tuple(tracks)


def films_among(tracks: Sequence[VideoTrack]) -> tuple[VideoTrack, ...]:
    """The tracks that are no single pictures."""
    return tuple(track for track in tracks if not track.picture)


def preferred(tracks: Sequence[VideoTrack]) -> VideoTrack:
    """The track that players show, of one or more.

    Single pictures, and tracks that nothing here decodes, are passed over where there are others. Of the rest those
    marked default come first (in most files all are); of these the ones that last at least half as long as the longest;
    then the largest picture, the longest, the first.
    """
    pool = list(films_among(tracks)) or list(tracks)
    pool = [track for track in pool if track.codec] or pool
    pool = [track for track in pool if track.default] or pool
    longest = max(track.seconds or Fraction(0) for track in pool)
    pool = [track for track in pool if track.seconds is None or track.seconds >= longest * FULL_LENGTH]
    return max(pool, key=lambda track: (track.width * track.height, track.seconds or Fraction(0), -track.number))


def chosen(tracks: Sequence[VideoTrack], asked: int | None, path: Path) -> VideoTrack:
    """The track `asked` for by its number; the preferred one for None. Raises SettingsError or MediaError."""
    track = preferred(tracks) if asked is None else next((one for one in tracks if one.number == asked), None)
    if track is None:
        listed = ", ".join(one.described for one in tracks)
        raise SettingsError(f"{path.name} has no video track {asked}.", f"Choose one of those it has: {listed}.")
    if not track.codec:
        raise MediaError(f"The video codec of {path.name} is not known here.", "Export it as H.264, HEVC or ProRes.")
    return track


def _described(number: int, stream: VideoStream) -> VideoTrack:
    known = stream.codec_context
    return VideoTrack(
        number=number,
        codec=known.codec.canonical_name if known is not None else "",
        width=known.width if known is not None else 0,
        height=known.height if known is not None else 0,
        seconds=_seconds(stream),
        default=bool(stream.disposition & av.stream.Disposition.default),
        picture=_frames(stream) == 1,
    )


def _frames(stream: VideoStream) -> int:
    """As the header counts them (MP4, MOV, AVI), or the statistics that Matroska's writers add; 0 for unknown."""
    tagged = _tag(stream, "NUMBER_OF_FRAMES")
    return stream.frames or (int(tagged) if tagged.isdecimal() and len(tagged) < 12 else 0)


def _seconds(stream: VideoStream) -> Fraction | None:
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    if found := _LENGTH.match(_tag(stream, "DURATION")):
        return int(found[1]) * 3600 + int(found[2]) * 60 + Fraction(found[3])
    return None


def _tag(stream: VideoStream, name: str) -> str:
    """A Matroska tag, which may carry a language ("DURATION-eng"); "" where there is none."""
    tags = stream.metadata.items()
    return next((text for key, text in tags if key.upper().partition("-")[0] == name), "")[: limits.METADATA].strip()


def _single_frames(reopened: Callable[[], InputContainer], unsure: set[int]) -> set[int]:
    """Which of the tracks `unsure` have no second packet in as much of the file as is read for it."""
    packets: Counter[int] = Counter()
    with reopened() as container, suppress(av.error.FFmpegError):
        streams = picture_streams(container)
        number_of = {stream.index: number for number, stream in enumerate(streams, start=1)}
        read, first = 0, None
        for packet in container.demux(streams):
            if packet.size == 0:  # what ends a stream
                continue
            packets[number_of[packet.stream.index]] += 1
            read += packet.size
            at = None if packet.dts is None else packet.dts * packet.time_base
            first = at if first is None else first
            long = at is not None and first is not None and at - first > LOOKED_AT
            if long or read > READ_AT_MOST or all(packets[number] > 1 for number in unsure):
                break
    return {number for number in unsure if packets[number] <= 1}
