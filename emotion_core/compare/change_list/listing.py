"""The list of changes between two cuts, from their alignment and their matched scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

import numpy as np

from ...analysis import Analysis, SceneEmotion
from ...observations import Layouts
from ...timecode import Span
from ..alignment import AlignmentMap, frames_on_grid
from ..altered import Match
from ..changes import SceneChange, scene_difference
from ..scene_matching import MatchKind, scene_edges
from .footage_change import MAIN_KINDS, ChangeKind, ChangeList, FootageChange, Place
from .footage_totals import other_footage, uncovered
from .grade import Grade, fit_grade, ungraded, whole_grade
from .overlap import Overlap, matched_steps, measure
from .speed import NEAR, measure_retimed, pace_of, steady_speed, whole_retimed, whole_speed
from .take_offset import Take
from .treatment import has_other_sound, treatments_of

LIST_FORMAT = 5
"""To be raised with each change of what a list of changes says: kept lists are then made again."""
LONGEST_RATIO = 3
"""Times as long as the scene in whose place it comes that a new scene is at most, to replace it."""
OTHER_SECONDS = 0.4
"""Length from which footage of other scenes in an unchanged one counts."""
OTHER_GRADE = 4.0
"""Levels by which a scene's tones differ at most where it has the grade of the whole cut."""
_SINGLE: tuple[MatchKind, ...] = ("only before", "only after")
_PARTS: dict[MatchKind, ChangeKind] = {"split": "split", "merged": "merged", "repeated": "repeated"}


def list_changes(
    before: Analysis, after: Analysis, alignment: AlignmentMap, scenes: Sequence[SceneChange]
) -> ChangeList:
    """What became of each scene of both cuts. `scenes` are those of changes.pair.

    Without common footage the list is empty.
    """
    films = [analysis.observations for analysis in (before, after)]
    counts_frames = all(film.media.rate == alignment.rate and not film.media.is_vfr for film in films)
    if all(scene.kind == "by order" for scene in scenes):
        return ChangeList((), alignment.rate, counts_frames)
    listing = _Listing(before, after, alignment)
    rows: list[FootageChange] = []
    for is_single, group in groupby(scenes, key=lambda scene: scene.kind in _SINGLE):
        scenes_here = list(group)
        rows += _singles(scenes_here) if is_single else map(listing.row, scenes_here)
    rows, grade = listing.graded(rows)
    left_out, new = uncovered(rows, alignment, listing.edges)
    return ChangeList(tuple(rows), alignment.rate, counts_frames, grade, left_out, new)


def _singles(scenes: Sequence[SceneChange]) -> list[FootageChange]:
    """Scenes of one cut only, between the same neighbours: in turn, each replaced by one of about its length."""
    gone = [scene.before for scene in scenes if scene.before is not None]
    come = [scene.after for scene in scenes if scene.after is not None]
    rows: list[FootageChange] = []
    for b, a in zip(gone, come, strict=False):
        lengths = sorted(row.scene.span.seconds for row in (b, a))
        if lengths[1] <= LONGEST_RATIO * lengths[0]:
            rows.append(_change("replaced", b, a))
        else:
            rows += [_change("left out", b, None), _change("new", None, a)]
    paired = min(len(gone), len(come))
    rows += [_change("left out", b, None) for b in gone[paired:]]
    return rows + [_change("new", None, a) for a in come[paired:]]


def _change(kind: ChangeKind, before: SceneEmotion | None, after: SceneEmotion | None) -> FootageChange:
    """A change of whole scenes."""
    delta, intervals = scene_difference(before, after)
    return FootageChange(kind, before, after, _whole(before), _whole(after), delta=delta, intervals=intervals)


def _whole(row: SceneEmotion | None) -> Place | None:
    return None if row is None else Place(row.scene.frame_in, row.scene.frame_out, row.scene.span)


class _Listing:
    """Turns pairs of scenes into changes."""

    def __init__(self, before: Analysis, after: Analysis, alignment: AlignmentMap) -> None:
        self._alignment = alignment
        self._pictured = np.where(alignment.how == Match.SOUND, -1, alignment.source)
        """AlignmentMap.source without what only sounds the same: no picture of it can be compared."""
        self._by_source = np.argsort(alignment.source, kind="stable")
        self._speed = whole_speed(self._pictured, alignment.how)
        self._films = (before.observations, after.observations)
        self._grids = [frames_on_grid(film, alignment.rate) for film in self._films]
        first, second = (
            film.scores.layout[grid] if alignment.clear.all() else film.scores.layout[grid][:, alignment.clear]
            for film, grid in zip(self._films, self._grids, strict=True)
        )
        self._layouts = (first, second)
        """Of both cuts on the grid, the fields on which nothing lies: timecode tells neither offsets nor tones."""
        self.edges = [
            scene_edges([row.scene for row in analysis.scenes], alignment.rate) for analysis in (before, after)
        ]
        rates = {film.media.rate for film in self._films}
        self._drifts = len(rates) > 1 or any(film.media.is_vfr for film in self._films)

    def row(self, scene: SceneChange) -> FootageChange:
        """The change of two matched scenes, or of a scene whose footage is in several of the other cut."""
        if scene.before is None or scene.after is None:
            return _change("split" if scene.after is None else "merged", scene.before, scene.after)
        ranges = self._steps(0, scene.before), self._steps(1, scene.after)
        rate = float(self._alignment.rate)
        matched = matched_steps(self._alignment.source, *ranges)
        has_steps = len(matched) and all(map(self._has_steps, (0, 1), (scene.before, scene.after)))
        if scene.kind == "same" and not has_steps:  # paired by their frames, see short_scenes
            shift = scene.after.scene.span.start - scene.before.scene.span.start
            return replace(_change("unchanged", scene.before, scene.after), shift=shift)
        how = self._alignment.how[matched]
        treatments = treatments_of(how)
        speed = None
        if self._speed is not None and scene.kind not in _PARTS:
            slope, start = self._speed
            is_near = np.abs(slope * matched + start - self._alignment.source[matched]) <= NEAR
            if 2 * np.count_nonzero(is_near) > len(matched):
                speed = self._speed
                treatments = treatments if "retimed" in treatments else (*treatments, "retimed")
        is_whole = False
        # What both cut lists say is exact, and more than the pictures of a take that stands still can tell.
        is_listed = 2 * np.count_nonzero(self._alignment.is_listed[matched]) > len(matched)
        if not is_listed and treatments in ((), ("retimed",)) and not self._drifts and scene.kind not in _PARTS:
            pace = pace_of(self._alignment.source, self._layouts, matched, *ranges)
            is_whole = pace == "other"
            if pace == "plain":
                speed, treatments = None, ()
            elif not (is_whole or treatments):
                speed = steady_speed(self._pictured, matched[self._pictured[matched] >= 0])
            treatments = ("retimed",) if is_whole or speed is not None else treatments
        take, offset = None, None
        source = self._alignment.source if "sound only" in treatments else self._pictured
        if is_whole:
            overlap = whole_retimed(*ranges)
        elif "retimed" in treatments:
            overlap = measure_retimed(source, matched, *ranges, line=speed)
        else:
            # Of treated pictures the alignment has fitted the offset already, and they would not compare as they are.
            shown = matched[source[matched] >= 0]
            is_told = self._drifts or treatments or is_listed
            take = None if is_told else Take(source, self._layouts, shown, *ranges)
            offset = None if take is None else take.offset()
            goes_on = (True, True) if take is None or offset is None else take.edges_alike(offset)
            overlap = measure(
                source, shown, *ranges, rate, drifts=self._drifts, offset=offset, heard=self._alignment.source,
                is_treated=bool(treatments), may_go_on=goes_on,
            )  # fmt: skip
        kind = _PARTS.get(scene.kind)
        is_part = kind is not None
        kind = kind or _kind(overlap, scene.kind, is_moved=scene.moved and not treatments)
        if has_other_sound(how, self._alignment.other_sound[matched]):
            treatments = (*treatments, "other sound")
        if kind == "unchanged" and treatments:
            kind = MAIN_KINDS[treatments[0]]
        is_trimmed = kind in ("trimmed", "extended", "slipped")
        return FootageChange(
            kind, scene.before, scene.after,
            self._part(0, overlap.before) if is_part else _whole(scene.before),
            self._part(1, overlap.after) if is_part else _whole(scene.after),
            head=overlap.head if is_trimmed else 0,
            tail=overlap.tail if is_trimmed else 0,
            inside=overlap.inside if is_trimmed else 0,
            is_about=is_trimmed and take is not None and offset is not None and take.is_rough(offset),
            shift=Fraction(overlap.shift) / self._alignment.rate,
            is_moved=scene.moved,
            delta=scene.delta,
            intervals=scene.intervals,
            treatments=treatments,
            holds_other=kind in ("unchanged", "moved")
            and other_footage(self._alignment.source, self._by_source, *ranges) > OTHER_SECONDS * rate,
        )  # fmt: skip

    def _steps(self, side: int, row: SceneEmotion) -> tuple[int, int]:
        """First step of a scene and one past its last.

        A last scene of half a step or less has none by its edges, and yet the film's last step may be its.
        """
        first, end = (int(self.edges[side][row.scene.number - back]) for back in (1, 0))
        return first, max(end, first + 1)

    def _has_steps(self, side: int, row: SceneEmotion) -> bool:
        """Whether the middle of a step lies in a scene."""
        return bool(self.edges[side][row.scene.number - 1] < self.edges[side][row.scene.number])

    def _part(self, side: int, steps: tuple[int, int]) -> Place:
        """The place of a range of steps in the first cut (side 0) or the second."""
        film, grid = self._films[side], self._grids[side]
        first, last = int(grid[steps[0]]), int(grid[steps[1] - 1]) + 1
        return Place(first, last, Span(film.seconds_at(first), film.seconds_at(last)))

    def graded(self, rows: Sequence[FootageChange]) -> tuple[list[FootageChange], Grade | None]:
        """The rows with their differences in tone, and the grade of the whole cut if nearly all footage has one.

        Against that, a row is regraded where it has another.
        """
        pictures = [self._pictures(row) for row in rows]
        grades = [None if both is None else fit_grade(*both) for both in pictures]
        steps = [0 if both is None else len(both[0]) for both in pictures]
        whole = whole_grade(grades, steps)
        result = []
        for row, grade, both in zip(rows, grades, pictures, strict=True):
            differs = both is not None and _is_regraded(grade, whole, both[0])
            kind: ChangeKind = "regraded" if differs and row.kind == "unchanged" else row.kind
            result.append(replace(row, kind=kind, is_regraded=differs))
        return result, whole

    def _pictures(self, row: FootageChange) -> tuple[Layouts, Layouts] | None:
        """The same pictures in both cuts, as far as the row's scenes have some in common."""
        if row.before is None or row.after is None or row.shift is None:
            return None
        ranges = self._steps(0, row.before), self._steps(1, row.after)
        matched = matched_steps(self._alignment.source, *ranges)
        matched = matched[self._alignment.how[matched] == Match.PICTURE]
        return (self._layouts[0][self._alignment.source[matched]], self._layouts[1][matched]) if len(matched) else None


def _kind(overlap: Overlap, matched: MatchKind, *, is_moved: bool) -> ChangeKind:
    """The kind of two scenes that are each other's counterpart."""
    head, tail, inside = overlap.head, overlap.tail, overlap.inside
    if not overlap.is_in_order and matched != "same":
        return "recut"
    if head and head + tail == 0 and not inside:
        return "slipped"
    if head or tail or inside:
        return "trimmed" if head + tail + inside > 0 else "extended"
    return "moved" if is_moved else "unchanged"


def _is_regraded(grade: Grade | None, whole: Grade | None, before: Layouts) -> bool:
    if whole is None:
        return grade is not None
    return (grade or ungraded(before)).difference(whole) > OTHER_GRADE
