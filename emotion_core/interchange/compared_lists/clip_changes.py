"""Two lists compared without films, by the sources of their clips and the ranges shown of them.

Clips that share source and frames are linked; each has one counterpart at most, the one with which it shares most, and
of equals the nearest in order. Kinds mean what they mean of scenes: see compare.change_list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ...compare.change_list import ChangeKind
from .source_clips import SourceClip, SourceList

_REPLACED = 3
"""Times as long or short as a clip what replaces it may be."""
_SPEED = Fraction(1, 100)
"""Difference of speeds that is one."""


@dataclass(frozen=True, slots=True)
class ClipChange:
    """What became of a clip."""

    kind: ChangeKind
    before: SourceClip | None
    after: SourceClip | None
    head: int = 0
    """Frames of the source cut off at the clip's beginning, whichever way it runs; negative: added."""
    tail: int = 0
    """The same at its end."""
    is_moved: bool = False


def kind_word(kind: ChangeKind) -> str:
    """A kind as people read it."""
    return "shown again" if kind == "repeated" else kind


def compare_lists(before: SourceList, after: SourceList) -> tuple[ClipChange, ...]:
    """The changes in the order of the second list; what was left out stands where it was."""
    first, second = before.clips, after.clips
    links = _links(first, second)
    pairs = _counterparts(first, second, links)
    taken = {i: j for j, i in pairs.items()}
    moved = set(pairs) - _in_order(pairs, second)
    extra: dict[int, int] = {}
    swallowed: dict[int, int] = {}
    for i, j in links:
        if j not in pairs:
            extra.setdefault(j, i)
        elif i not in taken and not _overlap(first[pairs[j]], first[i]):
            swallowed.setdefault(i, j)
    parts = {j for j, i in extra.items() if not _overlap(second[taken[i]], second[j])}
    split, merged = {extra[j] for j in parts}, set(swallowed.values())
    rows: list[tuple[tuple[int, int, int], ClipChange]] = []
    for j, clip in enumerate(second):
        if j in pairs:
            kind: ChangeKind | None = "split" if pairs[j] in split else "merged" if j in merged else None
            rows.append(((j, 1, pairs[j]), _pair(first[pairs[j]], clip, kind, is_moved=j in moved)))
        elif j in extra:
            extra_kind: ChangeKind = "split" if j in parts else "repeated"
            rows.append(((j, 1, extra[j]), _pair(first[extra[j]], clip, extra_kind, is_moved=False)))
        else:
            rows.append(((j, 1, 0), ClipChange("new", None, clip)))
    at = 0
    for i, clip in enumerate(first):
        if i in taken:
            at = taken[i] + 1
        elif i in swallowed:
            rows.append(((swallowed[i], 1, i), _pair(clip, second[swallowed[i]], "merged", is_moved=False)))
        else:
            rows.append(((at, 0, i), ClipChange("left out", clip, None)))
    rows.sort(key=lambda row: row[0])
    return _with_replacements([row for _, row in rows])


def _links(first: Sequence[SourceClip], second: Sequence[SourceClip]) -> dict[tuple[int, int], int]:
    """Source frames that clips share, a tenth of the shorter one or more, by their indices."""
    of_source: dict[str, list[int]] = defaultdict(list)
    for i, clip in enumerate(first):
        of_source[clip.source].append(i)
    links = {}
    for j, clip in enumerate(second):
        for i in of_source[clip.source]:
            shared = _overlap(first[i], clip)
            if shared and 10 * shared >= min(first[i].source_frames, clip.source_frames):
                links[i, j] = shared
    return links


def _overlap(one: SourceClip, other: SourceClip) -> int:
    """Source frames that both show."""
    if one.source != other.source:
        return 0
    return max(0, min(one.source_out, other.source_out) - max(one.source_in, other.source_in))


def _counterparts(
    first: Sequence[SourceClip], second: Sequence[SourceClip], links: dict[tuple[int, int], int]
) -> dict[int, int]:
    """The clip of the first list for each of the second that has one, by indices."""
    scale = len(first) / max(1, len(second))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in sorted(links, key=lambda pair: (-links[pair], abs(pair[0] - pair[1] * scale), pair)):
        if i not in taken and j not in pairs:
            pairs[j] = i
            taken.add(i)
    return pairs


def _in_order(pairs: dict[int, int], second: Sequence[SourceClip]) -> set[int]:
    """The clips of the second list in the longest part that kept its order, by the clips' lengths."""
    best: list[tuple[int, int, int]] = []
    """(index in the first list, total frames, index in the second) of the best parts; the first two ascend."""
    previous: dict[int, int | None] = {}
    for j in sorted(pairs):
        at = bisect_left(best, (pairs[j], -1, -1))
        total = (best[at - 1][1] if at else 0) + second[j].frames
        previous[j] = best[at - 1][2] if at else None
        while at < len(best) and best[at][1] <= total:
            best.pop(at)
        best.insert(at, (pairs[j], total, j))
    kept: set[int] = set()
    last: int | None = best[-1][2] if best else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return kept


def _pair(before: SourceClip, after: SourceClip, kind: ChangeKind | None, *, is_moved: bool) -> ClipChange:
    head, tail = after.source_in - before.source_in, before.source_out - after.source_out
    if after.is_reversed:
        head, tail = tail, head
    speeds = before.speed, after.speed
    if kind is None:
        if abs(speeds[0] - speeds[1]) > _SPEED * max(speeds) or before.is_reversed != after.is_reversed:
            kind = "retimed"
        elif head == tail == 0:
            kind = "moved" if is_moved else "unchanged"
        elif head + tail == 0:
            kind = "slipped"
        else:
            kind = "trimmed" if head + tail > 0 else "extended"
    return ClipChange(kind, before, after, head, tail, is_moved)


def _with_replacements(rows: list[ClipChange]) -> tuple[ClipChange, ...]:
    """One row where a clip was left out and a new one of about its length stands in its place."""
    done: list[ClipChange] = []
    for row in rows:
        last = done[-1] if done else None
        if last is not None and {last.kind, row.kind} == {"left out", "new"}:
            old, new = last.before or row.before, last.after or row.after
            if old is not None and new is not None:
                short, long = sorted((old.frames, new.frames))
                if long <= _REPLACED * short and old.track == new.track:
                    done[-1] = ClipChange("replaced", old, new)
                    continue
        done.append(row)
    return tuple(done)
