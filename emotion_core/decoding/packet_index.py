"""A film's packets: when each is shown, where it lies in the file, and what a reader that seeks there reads.

Nothing is decoded. A packet is taken for a frame, which is so of nearly all films, not of all: whoever relies on it
compares it with the frames.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av.error
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from ..errors import DamagedFilm
from ..media import Media, RecordedFile, open_container, select_stream

Part = tuple[int, int]
"""First byte of a part of a file, and the byte after its last."""

AHEAD = 64
"""Packets that a decoder may take in beyond those of the last frame it is asked for: one a thread, and the reordering.
"""
_HEAD_PACKETS = 64
"""Packets that opening a film may read, beside those that FFmpeg reads to find its streams."""
_INDEXED_FIRST = ("mov", "matroska")
"""Beginnings of FFmpeg's names of containers whose index says where a range lies. Others are searched for it."""


class NotIndexed(Exception):
    """A film whose packets do not say which frames it has; the message is a clause that says why."""


@dataclass(frozen=True, slots=True, eq=False)
class PacketIndex:
    """The packets of a film's frames."""

    stamps: NDArray[np.int64]
    """When each frame is shown, ticks since the first; ascending."""
    keyframes: NDArray[np.bool_]
    """Of each frame, in the same order, whether the container marks it as a keyframe."""
    coded: NDArray[np.int64]
    """Of each frame the place of its packet among the packets, as they lie in the file."""
    positions: NDArray[np.int64]
    """First byte of each packet, as they lie in the file; -1 where it is unknown."""
    ends: NDArray[np.int64]
    """The byte after each."""
    by_parts: bool
    """Whether parts of the file can be read alone: the index is whole once the film is open."""


def read_packets(path: Path, media: Media, heartbeat: Callable[[], object]) -> PacketIndex:
    """Read all packets of the track `media` describes; `heartbeat` is called with every one.

    Raises NotIndexed where they do not tell the frames, DamagedFilm, NotAFilm or MediaError.
    """
    pts, positions, ends, keys = array("q"), array("q"), array("q"), array("b")
    with open_container(path) as container:
        stream, _ = select_stream(container, path, media.track)
        name = container.format.name
        entries = len(stream.index_entries)
        try:
            for packet in container.demux(stream):
                heartbeat()
                if packet.dts is None and packet.pts is None and not packet.size:
                    continue  # the end
                if packet.is_corrupt:
                    raise NotIndexed("it is damaged")
                if packet.pts is None:
                    raise NotIndexed("some of its frames have no time stamp")
                pts.append(packet.pts)
                is_shown = not packet.is_discard and packet.pts >= media.first_pts
                keys.append((2 if is_shown else 0) + packet.is_keyframe)
                positions.append(-1 if packet.pos is None else packet.pos)
                ends.append((packet.pos or 0) + packet.size)
        except av.error.EOFError:
            pass
        except av.error.FFmpegError as error:
            raise DamagedFilm(f"{path.name} breaks off ({error.strerror}).", "Export or copy it again.") from error
    flags, times = np.array(keys, dtype=np.int8), np.array(pts, dtype=np.int64)
    shown = np.flatnonzero(flags & 2)
    order = shown[np.argsort(times[shown], kind="stable")]
    stamps = times[order] - media.first_pts
    if not len(order) or stamps[0] != 0:
        raise NotIndexed("its first frame is not the first that its container lists")
    if len(stamps) > 1 and int(np.diff(stamps).min()) <= 0:
        raise NotIndexed("some of its frames have the same time stamp")
    known = np.array(positions, dtype=np.int64)
    whole = name.startswith("matroska") or (name.startswith("mov") and entries == len(times))
    return PacketIndex(
        stamps,
        (flags[order] & 1).astype(np.bool_),
        order,
        known,
        np.array(ends, dtype=np.int64),
        name.startswith(_INDEXED_FIRST) and whole and bool((known >= 0).all()),
    )


class RangeSearch:
    """Seeks to ranges of a film as their readers will, and records which parts of the file that reads.

    A context manager.
    """

    def __init__(self, path: Path, media: Media, index: PacketIndex) -> None:
        self._media, self._index, self._path = media, index, path
        self._file = RecordedFile(path)
        self._container: InputContainer | None = None

    def __enter__(self) -> RangeSearch:
        self._container = self._file.open()
        self._stream, _ = select_stream(self._container, self._path, self._media.track)
        self._read(_HEAD_PACKETS)
        self._search(int(self._index.stamps[len(self._index.stamps) // 2]), Fraction(0))
        self.opening: Sequence[Part] = self._file.take()
        """What opening the film reads, and its first seek."""
        return self

    def __exit__(self, *args: object) -> None:
        if self._container is not None:
            self._container.close()
        self._file.__exit__(None, None, None)

    def seek(self, first: int, margins: Sequence[Fraction]) -> tuple[Fraction, int, list[Part]] | None:
        """How frame `first` is reached: by which of `margins`, in seconds before it, from which packet on, in the
        file's order, and which parts of the file finding it reads.

        None where no seek ends at a keyframe from which the frame can be decoded.
        """
        self._file.take()
        for margin in margins:
            packet = self._search(int(self._index.stamps[first]), margin)
            if packet is not None and packet <= self._index.coded[first]:
                return margin, packet, self._file.take()
        return None

    def _search(self, stamp: int, margin: Fraction) -> int | None:
        """The place of the packet at which a seek ends; None where it is none, or no keyframe."""
        assert self._container is not None
        pts = stamp + self._media.first_pts - round(margin / self._media.time_base)
        try:
            self._container.seek(max(pts, min(0, self._media.first_pts)), stream=self._stream, backward=True)
            found = self._read(1)
        except av.error.FFmpegError:
            return None
        return found

    def _read(self, count: int) -> int | None:
        """Read so many packets of the stream; the place of the first, None where it is no keyframe."""
        assert self._container is not None
        stream: VideoStream = self._stream
        found: int | None = None
        for read, packet in enumerate(self._container.demux(stream), 1):
            if read == 1 and packet.is_keyframe and packet.pos is not None:
                places = np.flatnonzero(self._index.positions == packet.pos)
                found = int(places[0]) if len(places) else None
            if read == count:
                break
        return found


def body(index: PacketIndex, packet: int, last: int) -> Part:
    """The part of the file from the place `packet` on that a decoder takes in which gives the frames up to `last`."""
    needed = min(len(index.positions), max(int(index.coded[: last + 1][-AHEAD:].max()), packet) + 1 + AHEAD)
    return int(index.positions[packet:needed].min()), int(index.ends[packet:needed].max())
