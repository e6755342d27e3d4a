"""Whether browsers play a film's file itself, and the reason if they do not.

The condition is that Chromium, Firefox and Safari all show each frame at its time on the media clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ..media import container_kind

if TYPE_CHECKING:  # the app judges what another process read: it needs no decoder
    from av.codec.context import CodecContext
    from av.container import InputContainer
    from av.video.stream import VideoStream

_CODECS = {
    "MP4": ({"h264", "vp9", "av1"}, {"aac", "mp3", "opus"}),
    "MOV": ({"h264"}, {"aac", "mp3"}),
    "WebM": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
}
"""Video and sound codecs that browsers play, by container; FFmpeg's names."""
_PLAIN_FORMATS = {"yuv420p", "yuvj420p"}
_TITLES = {
    "prores": "ProRes",
    "dnxhd": "DNxHD or DNxHR",
    "hevc": "HEVC",
    "mpeg2video": "MPEG-2",
    "mpeg4": "MPEG-4 part 2",
    "mjpeg": "Motion JPEG",
    "h264": "H.264",
    "vp8": "VP8",
    "vp9": "VP9",
    "av1": "AV1",
    "ac3": "AC-3",
    "eac3": "E-AC-3",
    "aac": "AAC",
    "mp3": "MP3",
}
"""Codec names for people; others are shown as FFmpeg's."""
_UNEVEN = 0.0015
"""Seconds by which frames may differ in length: the player seeks to 2 milliseconds after a frame's start."""


_RULES = 3
"""Version of these rules; a higher one discards all stored answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackFacts:
    """The properties of a file that decide whether browsers play it."""

    container: str
    """See file_format.container_kind."""
    codec: str
    """FFmpeg's name of the video codec."""
    pixel_format: str
    """FFmpeg's name."""
    progressive: bool
    from_zero: bool
    """Whether the first frame is at time 0 of the container's clock."""
    edited: bool
    """Whether an edit list omits or repeats frames, which browsers treat differently."""
    sounds: tuple[str, ...]
    """Codec of each sound track, FFmpeg's names."""
    mirrored: bool = False
    """Whether the display matrix mirrors the picture."""
    other_pictures: bool = False
    """Whether there are further video tracks, single pictures included."""
    reordered: bool = False
    """Whether frames of uneven length are stored in another order than shown. Browsers take the time until the next
    frame that is stored for a frame's length, and then show an earlier frame than the one sought."""


def read_playback_facts(path: Path, track: int | None = None) -> PlaybackFacts:
    """The playback facts of the film at `path`; decodes its first frame. `track` as in Decoder.

    Raises NotAFilm, MediaError or SettingsError.
    """
    from ..media import open_container, probe_media, select_stream

    with open_container(path) as container:
        stream, tracks = select_stream(container, path, track)
        media = probe_media(container, stream, tracks, path, "")
        return PlaybackFacts(
            container=container_kind(path),
            codec=_codec(stream.codec_context),
            pixel_format=str(stream.codec_context.pix_fmt),
            progressive=media.field_order == "progressive",
            from_zero=media.first_pts == 0,
            edited=_edited(container, stream),
            sounds=tuple(
                s.codec_context.codec.canonical_name if s.codec_context else "" for s in container.streams.audio
            ),
            mirrored=media.mirrored,
            other_pictures=len(tracks) > 1,
            reordered=_reordered(stream),
        )


def unplayable_reason(facts: PlaybackFacts) -> str:
    """The reason why browsers do not play the file, in a few words; empty if they do."""
    if facts.codec not in {codec for codecs, _ in _CODECS.values() for codec in codecs}:
        every = "every browser" if facts.codec == "hevc" else "browsers"
        return f"{_title(facts.codec)} does not play in {every}"
    if facts.container not in _CODECS:
        return f"{facts.container} files do not play in every browser"
    codecs, sounds = _CODECS[facts.container]
    if facts.codec not in codecs:
        return f"{_title(facts.codec)} in {facts.container} does not play in every browser"
    if facts.pixel_format not in _PLAIN_FORMATS:
        return f"{_title(facts.codec)} with {_pixel_format_title(facts.pixel_format)} does not play in every browser"
    if not facts.progressive:
        return "browsers show interlaced pictures combed"
    if other := next((sound for sound in facts.sounds if sound not in sounds), None):
        name = "PCM" if other.startswith("pcm_") else _title(other)
        return f"{name} sound in {facts.container} does not play in every browser"
    if facts.other_pictures:
        return "browsers do not agree on which of its video tracks to show"
    if facts.mirrored:
        return "not every browser mirrors it"
    if facts.edited:
        return "browsers do not agree on its edit list"
    if not facts.from_zero:
        return "its clock does not begin with its first frame"
    if facts.reordered:
        return "its frames are of uneven length and out of order, of which browsers show the wrong ones"
    return ""


def _codec(context: CodecContext | None) -> str:
    """The codec's name, not the decoder's; “unknown” if FFmpeg has no decoder."""
    return context.codec.canonical_name if context is not None else "unknown"


def _edited(container: InputContainer, stream: VideoStream) -> bool:
    """Whether an edit list is in effect: FFmpeg's index then omits, repeats or discards samples."""
    # A fragmented file declares no number of frames, and has hardly ever an edit list.
    if "mp4" not in container.format.name or not stream.frames:
        return False
    entries = list(stream.index_entries)
    return len(entries) != stream.frames or any(entry.is_discard for entry in entries)


def _reordered(stream: VideoStream) -> bool:
    """Whether frames are stored out of order, and their lengths by the container's index differ by more than _UNEVEN.

    The decoder knows of reordering from its headers, without decoding.
    """
    context, base = stream.codec_context, stream.time_base
    if context is None or not context.has_b_frames or base is None:
        return False
    lengths = [float((after.timestamp - before.timestamp) * base) for before, after in pairwise(stream.index_entries)]
    return bool(lengths) and max(lengths) - min(lengths) > _UNEVEN


def _title(codec: str) -> str:
    return _TITLES.get(codec, codec)


def _pixel_format_title(pixel_format: str) -> str:
    """“10-bit pictures”: how the pixel format differs from plain 8-bit 4:2:0."""
    for depth in ("10", "12", "16"):
        if depth in pixel_format.removeprefix("yuv"):
            return f"{depth}-bit pictures"
    for sampling in ("422", "444"):
        if sampling in pixel_format:
            return f"{sampling[0]}:{sampling[1]}:{sampling[2]} colour"
    return f"{pixel_format} pictures"


def kept_reason(file: Path) -> str | None:
    """The answer of `unplayable_reason` that `keep_reason` stored; None where there is none by these rules."""
    from ..storage import hashed_json

    try:
        record = hashed_json.read(file)
        return str(record["why_not"]) if record["rules"] == _RULES else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_reason(file: Path, reason: str) -> None:
    """Store an answer of `unplayable_reason`: Home.playability says where. Raises LibraryError."""
    from ..storage import hashed_json

    hashed_json.write(file, {"rules": _RULES, "why_not": reason})
