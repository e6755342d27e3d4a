"""Cut lists read from text and laid on a film, as pages and terminal do."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from itertools import pairwise

from emotion_core.interchange import CutList, conform_to_film, read_cut_list
from emotion_core.media import Media
from tests.support.films import NTSC, PAL
from tests.support.scans import media

HEAD = "TITLE: Reel 1 v7\nFCM: NON-DROP FRAME\n\n"


def laid(content: str | bytes, film: Media, cuts: Collection[int] = (), *, name: str = "") -> CutList:
    """A list on a film; `cuts` are those of a detector."""
    return conform_to_film(read_cut_list(content.encode() if isinstance(content, str) else content, name), film, cuts)


def frames(read: CutList) -> list[int]:
    """Where its scenes begin."""
    return [frame for frame, _ in read.cuts]


def edl(*places: str, head: str = HEAD) -> str:
    """An EDL with an event from each place to the next."""
    return head + "".join(
        f"{number:03}  AX       V     C        {a} {b} {a} {b}\n"
        for number, (a, b) in enumerate(pairwise(places), start=1)
    )


def film(rate: Fraction, frames: int, first: int = 0, *, drop_frame: bool = False) -> Media:
    return media(rate=rate, duration=frames / rate, start_frame=first, drop_frame=drop_frame)


PLAIN = film(PAL, 320, 90000)


LEADER = film(PAL, 2570, 58 * 1500 + 30 * 25)


MIDNIGHT = film(PAL, 320, 25 * (86400 - 5))


DF90 = film(NTSC, 2700, 107892, drop_frame=True)


CUTS = [0, 60, 110, 185, 260]
