"""Footage that both films' cut lists name: reel or media, and where in it. Where the pictures do not contradict, the
lists say to the frame what the alignment can only see: which part of a take that stands still was kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analysis import Analysis
from ..observations import Layouts, directions, vectors
from ..settings import CutSource
from .alignment import AlignmentMap, layouts_on_grid
from .altered import Match
from .pictures import Steps
from .shared_segments import SLACK

LOOKED_AT = 60
"""Pictures of a pair of clips that are compared, evenly spread."""
ALIKE = 0.7
"""Similarity of pictures from which they may show the same: far below that of the same footage in two codings, so that
a grade or burnt-in timecode is no contradiction."""
CONTRAST = 1.0
"""Standard deviation of a picture's fields, levels, below which it tells nothing."""
TRUSTED = 0.8
"""Share of the footage named by both lists that the pictures must not contradict, so that the lists also say what is
nowhere in the first cut."""


class _Pair(NamedTuple):
    """A clip of each list that show the same of one source, in steps: those of the second cut, and the offset."""

    first: int
    last: int
    offset: int
    """Step of the first cut, less that of the second."""


def with_listed_sources(shared: AlignmentMap, before: Analysis, after: Analysis) -> AlignmentMap:
    """The alignment of both cuts with the footage that both cut lists name; without such lists as it is.

    Both films must have one constant frame rate.
    """
    films = before.observations, after.observations
    lists = [analysis.report_settings.shots.cut_sources for analysis in (before, after)]
    if not all(lists) or any(film.media.is_vfr or film.media.rate != shared.rate for film in films):
        return shared
    pairs = _pairs(lists[0], lists[1], (shared.steps, len(shared.source)))
    if not pairs:
        return shared
    _, *layouts = layouts_on_grid(*films)
    return listed(shared, pairs, lists[0], lists[1], (layouts[0], layouts[1]))


def listed(
    shared: AlignmentMap, pairs: Sequence[_Pair], before: Sequence[CutSource], after: Sequence[CutSource],
    layouts: tuple[Layouts, Layouts],
) -> AlignmentMap:  # fmt: skip
    """As with_listed_sources, of pairs and of both cuts' layouts on the grid."""
    agreed = [_agreement(shared, pair) for pair in pairs]
    fits = [
        2 * agreement >= pair.last - pair.first or _is_alike(pair, layouts)
        for agreement, pair in zip(agreed, pairs, strict=True)
    ]
    source, how = shared.source.copy(), shared.how.copy()
    is_listed = np.zeros(len(source), dtype=np.bool_)
    # What is shown twice in the first cut: the place that the pictures found, else the first one.
    for i in sorted(range(len(pairs)), key=lambda i: (-agreed[i], pairs[i].first)):
        steps = np.arange(pairs[i].first, pairs[i].last)
        steps = steps[~is_listed[steps]]
        if not fits[i] or not len(steps):
            continue
        named = steps + pairs[i].offset
        is_altered = (how[steps] > Match.PICTURE) & (np.abs(source[steps] - named) <= SLACK)
        how[steps] = np.where(is_altered, how[steps], np.uint8(Match.PICTURE))
        source[steps], is_listed[steps] = named, True
    total = sum(pair.last - pair.first for pair in pairs)
    trusted = sum(pair.last - pair.first for pair, fit in zip(pairs, fits, strict=True) if fit)
    if trusted >= TRUSTED * total:
        nowhere = _contradicted(source, is_listed, before, after)
        source[nowhere], how[nowhere], is_listed[nowhere] = -1, np.uint8(Match.NONE), True
    other_sound = shared.other_sound & (source >= 0)
    return replace(shared, source=source, how=how, other_sound=other_sound, is_listed=is_listed)


def _pairs(before: Sequence[CutSource], after: Sequence[CutSource], lengths: tuple[int, int]) -> list[_Pair]:
    """What both lists name, in the order of the second."""
    by_source: dict[str, list[CutSource]] = defaultdict(list)
    for clip in before:
        by_source[clip[2]].append(clip)
    found = []
    for start, end, name, source_in, source_out in after:
        for first, _, _, first_in, first_out in by_source[name]:
            low, high = max(source_in, first_in), min(source_out, first_out)
            offset = first - first_in - start + source_in
            step, last = start + low - source_in, min(start + high - source_in, end, lengths[1])
            last = min(last, lengths[0] - offset)
            if last > step >= 0 and step + offset >= 0:
                found.append(_Pair(step, last, offset))
    return found


def _agreement(shared: AlignmentMap, pair: _Pair) -> int:
    """Steps that the alignment found where the lists say."""
    steps = np.arange(pair.first, pair.last)
    here = shared.source[steps]
    return int(np.count_nonzero((here >= 0) & (np.abs(here - steps - pair.offset) <= SLACK)))


def _is_alike(pair: _Pair, layouts: tuple[Layouts, Layouts]) -> bool:
    """Whether the pictures may show the same; those without contrast tell nothing."""
    steps = np.unique(np.linspace(pair.first, pair.last - 1, LOOKED_AT).astype(np.int64))
    first, second = layouts[0][steps + pair.offset], layouts[1][steps]
    clear = (first.std(axis=1) >= CONTRAST) & (second.std(axis=1) >= CONTRAST)
    if not clear.any():
        return True
    alike = np.einsum("ij,ij->i", directions(vectors(first[clear])), directions(vectors(second[clear])))
    return float(np.median(alike)) >= ALIKE


def _contradicted(
    source: Steps, is_listed: NDArray[np.bool_], before: Sequence[CutSource], after: Sequence[CutSource]
) -> NDArray[np.bool_]:
    """The steps that were matched with another part of their own source than the second list names."""
    names = {name: number for number, name in enumerate(dict.fromkeys(clip[2] for clip in (*before, *after)))}
    reach = max(int(source.max()) + 1, 1)
    own = [_places(clips, names, count) for clips, count in ((before, reach), (after, len(source)))]
    matched = np.flatnonzero((source >= 0) & ~is_listed)
    first, second = own[0][:, source[matched]], own[1][:, matched]
    is_wrong = (first[0] >= 0) & (first[0] == second[0]) & (first[1] != second[1])
    result: NDArray[np.bool_] = np.zeros(len(source), dtype=np.bool_)
    result[matched[is_wrong]] = True
    return result


def _places(clips: Sequence[CutSource], names: dict[str, int], count: int) -> Steps:
    """(2, count): the number of each step's source, -1 where the list says none, and its frame there."""
    places = np.full((2, count), -1, dtype=np.int64)
    for first, last, name, source_in, _ in clips:
        end = min(last, count)
        if end > first:
            places[0, first:end] = names[name]
            places[1, first:end] = source_in + np.arange(end - first)
    return places
