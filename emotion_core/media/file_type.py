"""What a file is that cannot be opened as a film, as far as its first bytes tell."""

from __future__ import annotations

from pathlib import Path

from ..errors import NotAFilm
from ..storage import descriptors
from . import container_length

_LOOKED_AT = 1024
"""Bytes."""

_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"SDPX", "a single DPX picture"),
    (b"XPDS", "a single DPX picture"),
    (b"v/1\x01", "a single EXR picture"),
    (b"#EXTM3U", "a playlist, which names other files"),
    (b"ffconcat", "a list of other files"),
    (b"\0\0\1\xb3", "bare MPEG video without a container"),
    (b"\0\0\0\1\x67", "bare H.264 video without a container"),
    (b"\0\0\0\1\x40\x01", "bare HEVC video without a container"),
    (b"ID3", "an MP3 sound file"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC sound file"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"{\\rtf", "a text document"),
)
"""The formats' own signatures; of texts, how they begin."""

_READ = "MP4, MOV, MKV, WebM, MXF, AVI, MPEG-TS and MPEG programme streams (MPG, VOB, MOD) are read"


def refusal(path: Path) -> NotAFilm:
    """Why `path` cannot be opened as a film, as exactly as can be told."""
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_LOOKED_AT)
        lacking = container_length.lacking(path)
    except OSError as error:
        descriptors.refuse(error)
        size, head, lacking = 1, b"", 0
    if size == 0:
        return NotAFilm(f"{name} is empty (0 bytes).", "Copy or export it again.")
    if (kind := _kind(head)) is not None:
        return NotAFilm(f"{name} cannot be opened as a film: it is {kind}.", f"{_READ}.")
    if lacking:
        return NotAFilm(
            f"{name} cannot be opened as a film: it says it has {size + lacking:,} bytes, and there are {size:,}.",
            "It breaks off before the index that its pictures are found by: copy or export it again, to its end.",
        )
    return NotAFilm(f"{name} cannot be opened as a film.", f"{_READ}; if it is one, it is damaged or incomplete.")


def _kind(head: bytes) -> str | None:
    for signature, kind in _KINDS:
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF"):
        return {b"WAVE": "a WAV sound file", b"WEBP": "a WebP picture"}.get(head[8:12])
    if head.isascii() and all(byte >= 32 or byte in b"\t\r\n\f" for byte in head):
        return "a text"
    return None
