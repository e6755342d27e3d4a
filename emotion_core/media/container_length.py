"""How many bytes a container says it has: of a copy that broke off the header still tells the whole length.

Read from the outermost structure alone: ISO/IEC 14496-12 (boxes), RFC 8794 (EBML), Microsoft's RIFF with OpenDML, SMPTE
ST 377-1 (partition packs), ISO/IEC 13818-1 (transport packets, packs of programme streams), ISO/IEC 11172-1 (packs).
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

PACKET = 188
"""Bytes of a transport packet; 192 with a time before it, 204 with a checksum after it."""

PACK = b"\0\0\1\xba"
"""Begins each pack of a programme stream."""

_LAST_PACK = 1 << 18
"""Bytes at the end of a programme stream in which its last pack begins: most are 2048 long."""

_HEAD = 256
"""Bytes that tell what it is."""
_BOXES = 10_000
"""More outermost boxes than any film has; fragmented ones have one or two a second."""
_RUN_IN = 65536
"""Bytes before an MXF's header partition, at most."""


def lacking(path: Path) -> int:
    """Bytes that the container says it has and that are not there, at least; 0 for a whole one or where none says."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp"):
            end = _boxes(file, size)
        elif head[:4] == b"\x1aE\xdf\xa3":
            end = _ebml(file)
        elif head[:4] == b"RIFF":
            end = _riff(file, size)
        elif head[:4] == PACK:
            end = _packs(file, size)
        elif (packet := _packet(head)) is not None:
            end = size + -size % packet
        else:
            file.seek(0)
            end = _mxf(file.read(_RUN_IN))
    return max(0, end - size)


def cut_within_packet(path: Path) -> bool:
    """Whether this is a transport or programme stream whose last packet is not whole."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head[:4] == PACK:
            return _packs(file, size) > size
    packet = _packet(head)
    return packet is not None and size % packet != 0


def _packet(head: bytes) -> int | None:
    """The length of a transport stream's packets, or None if it is none: each begins with the letter G."""
    for length, first in ((PACKET, 0), (PACKET + 4, 4), (PACKET + 16, 0)):
        if head[first : first + 1] == b"G" == head[first + length : first + length + 1]:
            return length
    return None


def _boxes(file: BinaryIO, size: int) -> int:
    at = 0
    for _ in range(_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return at if at >= size else at + 8  # within a box's head, or at the end of the last one
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length == 0:
            return size  # to the end of the file
        if length < 8 or not head[4:8].isascii():
            return size  # no box: what follows the film says nothing
        at += length
        if at >= size:
            return at
    return size


def _ebml(file: BinaryIO) -> int:
    """The header, then the segment that holds all else; each an identity of four bytes, a length, and the rest."""
    end = 0
    for _ in range(2):
        file.seek(end + 4)
        first = file.read(1)
        if not first or not first[0]:
            return 0
        width = 9 - first[0].bit_length()
        value = int.from_bytes(first + file.read(width - 1), "big") & ((1 << (7 * width)) - 1)
        if value == (1 << (7 * width)) - 1:
            return 0  # as long as it goes on: a live recording
        end = file.tell() + value
    return end


def _riff(file: BinaryIO, size: int) -> int:
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
    return at - 1  # the last byte may be padding that was left out


def _packs(file: BinaryIO, size: int) -> int:
    """Where the last pack ends: a head, then packets of a code of four bytes, a length of two, and so many bytes."""
    file.seek(max(0, size - _LAST_PACK))
    tail = file.read(_LAST_PACK)
    at = tail.rfind(PACK)
    while 0 <= at < len(tail):
        code, head = tail[at : at + 4], tail[at : at + 14]
        if code == PACK:
            second = len(head) > 4 and head[4] >> 6 == 1  # of MPEG-2, which may be stuffed
            at += 14 + (head[13] & 7 if len(head) == 14 else 0) if second else 12
        elif code == b"\0\0\1\xb9":  # the programme's end
            at += 4
        elif code[:3] == b"\0\0\1"[: len(code)]:
            at += 6 + int.from_bytes(tail[at + 4 : at + 6], "big")
        else:
            return size  # what follows says nothing
    return size + max(0, at - len(tail))


def _mxf(head: bytes) -> int:
    """The place of the footer, which is there in a whole file."""
    at = head.find(bytes.fromhex("060e2b34020501010d0102010102"))
    if at < 0 or len(head) < at + 64:
        return 0
    first = head[at + 16]
    value = at + 17 + (first & 0x7F if first & 0x80 else 0)
    footer = int.from_bytes(head[value + 24 : value + 32], "big")
    return footer + 1 if footer else 0
