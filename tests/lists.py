"""Cut lists in the tests: a file's text read and laid on a film, as page and terminal do."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from emotion_core.interchange.conform import CutList, conform
from emotion_core.interchange.readers.registry import read_cut_list
from emotion_core.media.media import Media

HEAD = "TITLE: Reel 1 v7\nFCM: NON-DROP FRAME\n\n"


def laid(content: str | bytes, film: Media, cuts: Collection[int] = (), *, name: str = "") -> CutList:
    """A list on a film; `cuts` are those of a detector."""
    return conform(read_cut_list(content.encode() if isinstance(content, str) else content, name), film, cuts)


def frames(read: CutList) -> list[int]:
    """Where its scenes begin."""
    return [frame for frame, _ in read.cuts]


def edl(*places: str, head: str = HEAD) -> str:
    """An EDL with an event from each place to the next."""
    return head + "".join(
        f"{number:03}  AX       V     C        {a} {b} {a} {b}\n"
        for number, (a, b) in enumerate(pairwise(places), start=1)
    )
