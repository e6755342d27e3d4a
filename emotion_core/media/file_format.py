"""The format of a file by its bytes: which container it is, its declared length, and why it is not a film.

The length is read from the outermost structure alone: ISO/IEC 14496-12 (boxes), RFC 8794 (EBML), Microsoft's RIFF with
OpenDML, SMPTE ST 377-1 (partition packs), ISO/IEC 13818-1 (transport packets, packs of programme streams), ISO/IEC
11172-1 (packs). A copy that was cut off still declares the whole length.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ..errors import NotAFilm
from ..storage import descriptors

PACK_START = b"\0\0\1\xba"
"""Start code of each pack of a programme stream."""

_EBML = b"\x1aE\xdf\xa3"
_BOX_TYPES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
"""Types with which an MP4 or MOV file begins."""

_HEAD_BYTES = 256
"""Read to recognise a container."""
_TEXT_BYTES = 1024
"""Read to recognise another format."""
_LAST_PACK_BYTES = 1 << 18
"""At the end of a programme stream, in which its last pack begins: most packs have 2048."""
_MAX_BOXES = 10_000
"""Outermost boxes; fragmented films have one or two a second."""
_MXF_RUN_IN = 65536
"""Bytes before an MXF's header partition, at most."""

_OTHER_FORMATS: tuple[tuple[bytes, str], ...] = (
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
"""(first bytes, what the file is) of formats that are not films."""

_READ_FORMATS = "MP4, MOV, MKV, WebM, MXF, AVI, MPEG-TS and MPEG programme streams (MPG, VOB, MOD) are read"


def container_kind(path: Path) -> str:
    """The container of a file by its first bytes, not by its name: “MP4”, “MOV”, “WebM”, “Matroska”, “MXF”, “AVI”,
    “MPEG-TS” or “MPEG-PS”; empty for any other.

    Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(_EBML):
        return "WebM" if b"webm" in head else "Matroska"
    if head[4:8] in (*_BOX_TYPES, b"pnot"):
        return "MP4" if head[4:8] == b"ftyp" and head[8:12] != b"qt  " else "MOV"
    if head.startswith(b"RIFF"):
        return "AVI"
    if b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02" in head:
        return "MXF"
    if head.startswith(PACK_START):
        return "MPEG-PS"
    if head[:1] == b"G" or head[4:5] == b"G":
        return "MPEG-TS"
    return ""


def not_a_film_error(path: Path) -> NotAFilm:
    """The error for a file that cannot be opened as a film, with the most precise reason that its bytes give."""
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_TEXT_BYTES)
        missing = missing_bytes(path)
    except OSError as error:
        descriptors.raise_if_ran_out(error)
        size, head, missing = 1, b"", 0
    if size == 0:
        return NotAFilm(f"{name} is empty (0 bytes).", "Copy or export it again.")
    if (kind := _other_format(head)) is not None:
        return NotAFilm(f"{name} cannot be opened as a film: it is {kind}.", f"{_READ_FORMATS}.")
    if missing:
        return NotAFilm(
            f"{name} cannot be opened as a film: it says it has {size + missing:,} bytes, and there are {size:,}.",
            "It breaks off before the index that its pictures are found by: copy or export it again, to its end.",
        )
    return NotAFilm(
        f"{name} cannot be opened as a film.", f"{_READ_FORMATS}; if it is one, it is damaged or incomplete."
    )


def _other_format(head: bytes) -> str | None:
    for signature, kind in _OTHER_FORMATS:
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF"):
        return {b"WAVE": "a WAV sound file", b"WEBP": "a WebP picture"}.get(head[8:12])
    if head.isascii() and all(byte >= 32 or byte in b"\t\r\n\f" for byte in head):
        return "a text"
    return None


def missing_bytes(path: Path) -> int:
    """Bytes that the file lacks, at least, by the length that its container declares; 0 if complete or undeclared."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head[4:8] in (*_BOX_TYPES, b"styp"):
            end = _boxes_length(file, size)
        elif head[:4] == _EBML:
            end = _ebml_length(file)
        elif head[:4] == b"RIFF":
            end = _riff_length(file, size)
        elif head[:4] == PACK_START:
            end = _packs_length(file, size)
        elif (packet := _packet_length(head)) is not None:
            end = size + -size % packet
        else:
            file.seek(0)
            end = _mxf_length(file.read(_MXF_RUN_IN))
    return max(0, end - size)


def ends_within_packet(path: Path) -> bool:
    """Whether the file is a transport or programme stream that ends within a packet."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head[:4] == PACK_START:
            return _packs_length(file, size) > size
    packet = _packet_length(head)
    return packet is not None and size % packet != 0


def _packet_length(head: bytes) -> int | None:
    """Bytes of a transport stream's packets, each of which has the sync byte G; None for another format.

    ISO/IEC 13818-1 has 188; a time before the packet makes 192, a checksum after it 204.
    """
    for length, first in ((188, 0), (192, 4), (204, 0)):
        if head[first : first + 1] == b"G" == head[first + length : first + length + 1]:
            return length
    return None


def _boxes_length(file: BinaryIO, size: int) -> int:
    at = 0
    for _ in range(_MAX_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return at if at >= size else at + 8  # at the end of the last box, or within a box header
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length == 0:
            return size  # to the end of the file
        if length < 8 or not head[4:8].isascii():
            return size  # not a box: data after the film declares nothing
        at += length
        if at >= size:
            return at
    return size


def _ebml_length(file: BinaryIO) -> int:
    """End of the second of two elements, the header and the segment: an ID of four bytes, a length, and content."""
    end = 0
    for _ in range(2):
        file.seek(end + 4)
        first = file.read(1)
        if not first or not first[0]:
            return 0
        width = 9 - first[0].bit_length()
        value = int.from_bytes(first + file.read(width - 1), "big") & ((1 << (7 * width)) - 1)
        if value == (1 << (7 * width)) - 1:
            return 0  # unknown length: a live recording
        end = file.tell() + value
    return end


def _riff_length(file: BinaryIO, size: int) -> int:
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(8)
        if head[:4] != b"RIFF" or len(head) < 8:
            break
        length = int.from_bytes(head[4:], "little")
        if length == 0:
            return 0
        at += 8 + length + length % 2
    return at - 1  # the last padding byte may be missing


def _packs_length(file: BinaryIO, size: int) -> int:
    """End of the last pack: a pack header, then packets of a start code, a length of two bytes, and content."""
    file.seek(max(0, size - _LAST_PACK_BYTES))
    tail = file.read(_LAST_PACK_BYTES)
    at = tail.rfind(PACK_START)
    while 0 <= at < len(tail):
        code, head = tail[at : at + 4], tail[at : at + 14]
        if code == PACK_START:
            is_mpeg2 = len(head) > 4 and head[4] >> 6 == 1  # its pack headers may hold stuffing
            at += 14 + (head[13] & 7 if len(head) == 14 else 0) if is_mpeg2 else 12
        elif code == b"\0\0\1\xb9":  # end of the programme
            at += 4
        elif code[:3] == b"\0\0\1"[: len(code)]:
            at += 6 + int.from_bytes(tail[at + 4 : at + 6], "big")
        else:
            return size  # not a packet
    return size + max(0, at - len(tail))


def _mxf_length(head: bytes) -> int:
    """One byte past the start of the footer partition, which a complete file has."""
    at = head.find(bytes.fromhex("060e2b34020501010d0102010102"))
    if at < 0 or len(head) < at + 64:
        return 0
    first = head[at + 16]
    value = at + 17 + (first & 0x7F if first & 0x80 else 0)
    footer = int.from_bytes(head[value + 24 : value + 32], "big")
    return footer + 1 if footer else 0
