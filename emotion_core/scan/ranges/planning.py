"""Plan a film's ranges from its packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from ...decoding import SEEK_MARGINS, Decoder, MediaClock
from ...decoding.packet_index import NotIndexed, PacketIndex, RangeSearch, body, read_packets
from ...errors import DamagedFilm
from ...media import FileIdentity, Media, identity_at, missing_bytes
from ...picture import media_with_bars
from ...settings import ScanSettings
from ...system import threads
from ..segmenting import SEGMENT_SECONDS, begins_segment
from .range_plan import BLOCK_BYTES, FilmRange, RangePlan, Span, steps_of, whole_blocks
from .seam import PROVEN

MARGINS: tuple[Fraction, ...] = tuple(margin for margin in SEEK_MARGINS if margin is not None)
"""Seconds before a range at which a seek to it begins: the first that finds a keyframe before it is taken."""
_TAIL_BYTES = 65_536
"""Bytes at the file's end that opening it may read: what follows the film's data."""


def plan(
    film: Path,
    content: str,
    settings: ScanSettings,
    *,
    file: FileIdentity | None = None,
    segment_seconds: Fraction = SEGMENT_SECONDS,
    heartbeat: Callable[[], object] = lambda: None,
    block_bytes: int = BLOCK_BYTES,
) -> RangePlan:
    """The ranges of `film`, whose SHA-256 is `content`, for a scan with `settings`; they are the segments that one
    pass writes with `segment_seconds`.

    The film's packets are read once; only the few keyframes by which bars are found are decoded. Call it in a confined
    process. `file` as in film_scan.scan; `heartbeat` is called while it lasts; spans are blocks of `block_bytes`.
    RangePlan.whole_reason says why a film has no ranges.
    Raises NotAFilm, MediaError, SettingsError, FilmChanged.
    """
    with Decoder(film, content, threads=threads.thread_budget().decode, track=settings.track, file=file) as decoder:
        decoder.heartbeat = heartbeat
        media = replace(media_with_bars(decoder), mended=True)
        identity = file if file is not None else identity_at(film)
        whole = RangePlan(content, 0 if identity is None else identity.bytes, media, segment_seconds, "")
        try:
            _check_divisible(film, media, settings)
            index = read_packets(film, media, heartbeat)
            _check_times(index, media)
        except (NotIndexed, DamagedFilm) as reason:
            why = reason.problem if isinstance(reason, DamagedFilm) else str(reason)
            decoder.verify_file()
            return replace(whole, whole_reason=f"It is read whole, by one machine: {why.rstrip('.')}.")
        firsts = segment_firsts(index, media.time_base, segment_seconds)
        ranges = _ranges(film, media, index, firsts, whole.bytes, block_bytes)
        decoder.verify_file()
    steps = steps_of(index.stamps.tolist())
    return replace(whole, ranges=ranges, steps=steps)


def _check_divisible(film: Path, media: Media, settings: ScanSettings) -> None:
    """Raise NotIndexed where what a range holds would depend on more than its own frames and those beside it."""
    if settings.reuse_faces:
        raise NotIndexed("faces are taken over from other cuts, along a run of frames")
    if media.stamps == "clock":
        raise NotIndexed("its time stamps are those of a running clock, which may be reset")
    if media.stamps == "coded":
        raise NotIndexed("its container does not say when each frame is shown")
    if missing_bytes(film) > 0:
        raise NotIndexed("its file is shorter than its container declares")


def _check_times(index: PacketIndex, media: Media) -> None:
    """Raise NotIndexed unless each frame's time is its time stamp."""
    clock, times = MediaClock(media), list[int]()
    stamps = index.stamps.tolist()
    for stamp in stamps:
        times += clock.push(stamp)
    times += clock.flush()
    if times != stamps:
        raise NotIndexed("its time stamps have gaps")


def segment_firsts(index: PacketIndex, time_base: Fraction, length: Fraction) -> list[int]:
    """The first frame of each segment that one pass writes."""
    firsts = [0]
    candidates = np.flatnonzero(index.stamps >= int(length / time_base))
    for frame in candidates.tolist():
        seconds = int(index.stamps[frame]) * time_base
        if begins_segment(len(firsts), seconds, length, keyframe=bool(index.keyframes[frame])):
            firsts.append(frame)
    return firsts


def _ranges(
    film: Path, media: Media, index: PacketIndex, firsts: list[int], size: int, block: int
) -> tuple[FilmRange, ...]:
    frames = len(index.stamps)
    ranges = []
    with RangeSearch(film, media, index) as search:
        # The end: boxes after the film's data, an index that FFmpeg reads when it seeks.
        opening: list[Span] = [*search.opening, (max(0, size - _TAIL_BYTES), size)]
        for number, (first, end) in enumerate(pairwise([*firsts, frames])):
            last = min(frames, end + PROVEN) - 1
            found = search.seek(first, MARGINS) if first else (None, 0, [])
            if found is None:  # no keyframe is found before it
                ranges.append(FilmRange(number, first, end, None, None))
                continue
            margin, packet, read = found
            spans = None
            if index.by_parts:
                spans = whole_blocks([*opening, *read, body(index, packet, last)], size, block)
            ranges.append(FilmRange(number, first, end, margin, spans))
    return tuple(ranges)
