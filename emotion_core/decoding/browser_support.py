"""Whether browsers play a film as it is, and on our clock; if not, why not.

Played as it is means: by Chromium, Firefox and Safari alike, each frame at the time that the media clock gives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from av.codec.context import CodecContext
from av.container import InputContainer
from av.video.stream import VideoStream

from ..media.container_length import PACK
from ..media.probe import opened, picture_stream, probed

_HEAD = 64
"""Bytes at a file's start that name its kind."""
_WITHIN = {
    "MP4": ({"h264", "vp9", "av1"}, {"aac", "mp3", "opus"}),
    "MOV": ({"h264"}, {"aac", "mp3"}),
    "WebM": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
}
"""Pictures and sound that browsers play, by container; FFmpeg's names."""
_PLAIN_PIXELS = {"yuv420p", "yuvj420p"}
_NAMES = {
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
"""As people write them; others as FFmpeg does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """What decides it, as the file has it."""

    container: str
    """"MP4", "MOV", "WebM", "Matroska", "MXF", "AVI", "MPEG-TS" or "MPEG-PS"."""
    codec: str
    """Of the picture, FFmpeg's name."""
    pixel_format: str
    """FFmpeg's name."""
    progressive: bool
    from_zero: bool
    """Whether the first frame is shown at time 0 of the container's clock."""
    edited: bool
    """Whether an edit list leaves out or repeats frames: browsers do not agree on those."""
    sounds: tuple[str, ...]
    """Codec of each sound track, FFmpeg's names."""
    mirrored: bool = False
    """Whether its display matrix mirrors the picture."""
    other_pictures: bool = False
    """Whether there are further video tracks, of whatever kind."""


def tracks(path: Path, track: int | None = None) -> Tracks:
    """Of the film at `path`, whose first frame is decoded for it; `track` as in Decoder.

    Raises NotAFilm, MediaError or SettingsError.
    """
    with opened(path) as container:
        stream, pictures = picture_stream(container, path, track)
        media = probed(container, stream, pictures, path, "")
        return Tracks(
            container=kind(path),
            codec=_codec(stream.codec_context),
            pixel_format=str(stream.codec_context.pix_fmt),
            progressive=media.field_order == "progressive",
            from_zero=media.first_pts == 0,
            edited=_edited(container, stream),
            sounds=tuple(
                s.codec_context.codec.canonical_name if s.codec_context else "" for s in container.streams.audio
            ),
            mirrored=media.mirrored,
            other_pictures=len(pictures) > 1,
        )


def why_not(film: Tracks) -> str:
    """In a few words, why browsers do not play `film` as it is; empty if they do."""
    if film.codec not in {codec for pictures, _ in _WITHIN.values() for codec in pictures}:
        every = "every browser" if film.codec == "hevc" else "browsers"
        return f"{_name(film.codec)} does not play in {every}"
    if film.container not in _WITHIN:
        return f"{film.container} files do not play in every browser"
    pictures, sounds = _WITHIN[film.container]
    if film.codec not in pictures:
        return f"{_name(film.codec)} in {film.container} does not play in every browser"
    if film.pixel_format not in _PLAIN_PIXELS:
        return f"{_name(film.codec)} with {_pixels(film.pixel_format)} does not play in every browser"
    if not film.progressive:
        return "browsers show interlaced pictures combed"
    if other := next((sound for sound in film.sounds if sound not in sounds), None):
        name = "PCM" if other.startswith("pcm_") else _name(other)
        return f"{name} sound in {film.container} does not play in every browser"
    if film.other_pictures:
        return "browsers do not agree on which of its video tracks to show"
    if film.mirrored:
        return "not every browser mirrors it"
    if film.edited:
        return "browsers do not agree on its edit list"
    if not film.from_zero:
        return "its clock does not begin with its first frame"
    return ""


def kind(path: Path) -> str:
    """What container a file is, by its first bytes; its name may say anything. Empty if it is none of those known.

    Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "WebM" if b"webm" in head else "Matroska"
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "MP4" if head[4:8] == b"ftyp" and head[8:12] != b"qt  " else "MOV"
    if head.startswith(b"RIFF"):
        return "AVI"
    if b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02" in head:
        return "MXF"
    if head.startswith(PACK):
        return "MPEG-PS"
    if head[:1] == b"\x47" or head[4:5] == b"\x47":
        return "MPEG-TS"
    return ""


def _codec(context: CodecContext | None) -> str:
    """Of the standard, not of the decoder that happens to read it; nothing for one that none does."""
    return context.codec.canonical_name if context is not None else "unknown"


def _edited(container: InputContainer, stream: VideoStream) -> bool:
    """FFmpeg follows edit lists: its index then lacks samples of the file, has some twice, or has them marked."""
    if (
        "mp4" not in container.format.name or not stream.frames
    ):  # a fragmented file has no count and hardly an edit list
        return False
    entries = list(stream.index_entries)
    return len(entries) != stream.frames or any(entry.is_discard for entry in entries)


def _name(codec: str) -> str:
    return _NAMES.get(codec, codec)


def _pixels(pixel_format: str) -> str:
    """“10-bit pictures”, or what else sets them apart from the plain 8-bit 4:2:0."""
    for depth in ("10", "12", "16"):
        if depth in pixel_format.removeprefix("yuv"):
            return f"{depth}-bit pictures"
    for sampling in ("422", "444"):
        if sampling in pixel_format:
            return f"{sampling[0]}:{sampling[1]}:{sampling[2]} colour"
    return f"{pixel_format} pictures"
