"""The second cut as a timeline whose events say where their footage lies in the first.

An event ends where a scene of the second cut does, where footage of the first cut ends, and where its place there
jumps. Its place follows from the list of changes, which is exact to the frame, where the scene shows one take without a
break; else, and at the scene's ends where they show other footage than the take, from the alignment. Footage that the
first cut does not have stands with its own place in the second.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from ...compare import Match, map_frames
from ...compare.change_list import kind_words, size_text
from ...compare.shared_segments import SLACK
from ...interchange.marker_list import one_line
from ...timecode import Span

if TYPE_CHECKING:
    from ...analysis import Analysis, SceneEmotion
    from ...compare.change_list import FootageChange
    from .compared_cuts import ComparedCuts

_ROUNDED = Fraction(1, 10)
"""Seconds by which both sides of a stretch may differ and run at one speed."""
_ONE_TAKE = ("split", "merged", "repeated", "recut")
"""Kinds of which a scene does not show one take at one offset."""


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """A stretch of the second cut."""

    scene: SceneEmotion
    """The scene of the second cut that it is in."""
    record: Span
    """Its place in the second cut, seconds of the film's clock."""
    source: Span | None
    """The place of the same footage in the first cut; None for footage that is new."""
    change: FootageChange | None
    """The row of the list that it belongs to; None where the list has none for it."""

    @property
    def speed(self) -> Fraction:
        """Seconds of the first cut for each second of the second: 1 but in retimed footage."""
        is_retimed = self.source is not None and self.change is not None and "retimed" in self.change.treatments
        if not is_retimed or self.source is None or not self.record.seconds:
            return Fraction(1)
        return self.source.seconds / self.record.seconds


def events(cuts: ComparedCuts) -> tuple[TimelineEvent, ...]:
    """All events, in order and without gaps."""
    rows: dict[int, list[FootageChange]] = defaultdict(list)
    for change in cuts.listed.changes:
        if change.after is not None:
            rows[change.after.scene.number].append(change)
    mapped = _mapped(cuts)
    result: list[TimelineEvent] = []
    for scene in cuts.analyses[1].scenes:
        result += _of_scene(cuts, scene, rows[scene.scene.number], mapped)
    return tuple(result)


def event_words(cuts: ComparedCuts, event: TimelineEvent) -> str:
    """“Scene 3 Kitchen: trimmed, moved; head −12 frames; scene 4 of the first cut”, on one line."""
    change, scene = event.change, event.scene.scene
    parts = ["new"]
    if change is not None and change.before is not None:
        kinds = ", ".join(kind_words(change))
        parts = [kinds if event.source is not None else f"{kinds}; this part is new"]
        if change.kind != "unchanged":
            parts.append(size_text(cuts.listed, change))
        parts.append(f"scene {change.before.scene.number} of the first cut")
    return one_line(f"Scene {scene.number} {scene.name}".rstrip() + f": {'; '.join(parts)}")


def left_out(cuts: ComparedCuts) -> tuple[FootageChange, ...]:
    """The rows whose footage the second cut does not have, and which therefore are in no event."""
    return tuple(change for change in cuts.listed.changes if change.place_after is None)


def _mapped(cuts: ComparedCuts) -> list[tuple[Span, Span]]:
    """The same footage in the first cut and in the second, seconds, in the order of the second."""
    before, after = (analysis.observations for analysis in cuts.analyses)
    is_picture = cuts.shared.how != Match.SOUND
    pictures = replace(cuts.shared, source=np.where(is_picture, cuts.shared.source, -1))
    return [
        (
            Span(before.seconds_at(part.before[0]), before.seconds_at(part.before[1])),
            Span(after.seconds_at(part.after[0]), after.seconds_at(part.after[1])),
        )
        for part in map_frames(pictures, before, after)
    ]


def _of_scene(
    cuts: ComparedCuts, scene: SceneEmotion, rows: list[FootageChange], mapped: list[tuple[Span, Span]]
) -> list[TimelineEvent]:
    matched = [row for row in rows if row.before is not None]
    if not matched or any(row.kind == "replaced" or "sound only" in row.treatments for row in matched):
        return [TimelineEvent(scene, scene.scene.span, None, rows[0] if rows else None)]
    if any("retimed" in row.treatments for row in matched):
        return _retimed(scene, matched, cuts.listed.rate, mapped)
    is_one_take = len(matched) == 1 and matched[0].kind not in _ONE_TAKE and not matched[0].inside
    if is_one_take and cuts.listed.counts_frames and matched[0].shift is not None:
        return _of_one_take(cuts, scene, matched[0], mapped)
    stretches = _stretches(scene, matched, mapped)
    if is_one_take:  # the list, too, sees nothing else within it
        stretches = _joined(stretches, SLACK / cuts.listed.rate)
    return _filled(scene, matched[0] if len(matched) == 1 else None, stretches)


def _retimed(
    scene: SceneEmotion, rows: list[FootageChange], steps: Fraction, mapped: list[tuple[Span, Span]]
) -> list[TimelineEvent]:
    """The places of the rows, each at one speed; what they do not show of the scene is new.

    Of a whole scene, what was cut off at its ends is counted in frames of the first cut at `steps` a second.
    """
    found = []
    for row in rows:
        if row.place_before is None or row.place_after is None or not row.place_after.span.seconds:
            continue
        before, after = row.place_before.span, row.place_after.span
        head, tail = row.head / steps, row.tail / steps
        speed = (before.seconds - head - tail) / after.seconds
        if speed <= 0 or "retimed" not in row.treatments:
            head = tail = Fraction(0)
            speed = Fraction(1)
        record = Span(after.start + max(Fraction(0), -head) / speed, after.end - max(Fraction(0), -tail) / speed)
        first = before.start + max(Fraction(0), head)
        if (line := _on_line(record, first, mapped)) is not None:
            found.append(TimelineEvent(scene, record, line, row))
            continue
        found.append(TimelineEvent(scene, record, Span(first, first + record.seconds * speed), row))
    found.sort(key=lambda event: event.record.start)
    return _filled(scene, rows[0] if len(rows) == 1 else None, found)


def _on_line(record: Span, first: Fraction, mapped: list[tuple[Span, Span]]) -> Span | None:
    """The place in the first cut of a retimed range that is within one stretch at one speed, and begins there near
    `first`: so a whole cut at another speed has that speed in all of its events, whatever its scenes' edges round to.
    """
    for before, after in mapped:
        speed = _speed(before, after)
        start = before.start + (record.start - after.start) * speed
        if speed == 1 or abs(start - first) > _ROUNDED:
            continue
        if after.start - _ROUNDED <= record.start and record.end <= after.end + _ROUNDED:
            start = max(Fraction(0), start)
            return Span(start, start + record.seconds * speed)
    return None


def _of_one_take(
    cuts: ComparedCuts, scene: SceneEmotion, row: FootageChange, mapped: list[tuple[Span, Span]]
) -> list[TimelineEvent]:
    """One event at the take's offset; what else is at the scene's ends is from elsewhere in the first cut, or new."""
    steps, shift = cuts.listed.rate, row.shift or Fraction(0)
    whole = scene.scene.span
    longest = cuts.analyses[0].observations.media.duration
    start = max(whole.start + max(Fraction(0), -row.head / steps), shift)
    end = min(whole.end - max(Fraction(0), -row.tail / steps), longest + shift)
    if end <= start:
        return [TimelineEvent(scene, whole, None, row)]
    stretches = _stretches(scene, [row], mapped)
    first, last = Fraction(0), Fraction(0)
    for event in stretches:
        if event.source is None:
            continue
        away = abs(event.record.start - event.source.start - shift) * steps
        if away < 1:  # the take: it may go on beyond the scene that it had in the first cut
            start, end = min(start, event.record.start), max(end, event.record.end)
        elif event.record.start == whole.start and event.record.end < end:
            first = event.record.end
        elif event.record.end == whole.end and event.record.start > start:
            last = event.record.start
    start, end = max(start, first), min(end, last or end)
    if end <= start:
        return _filled(scene, row, stretches)
    take = TimelineEvent(scene, Span(start, end), Span(start - shift, end - shift), row)
    before = [event for event in stretches if event.record.end <= start]
    after = [event for event in stretches if event.record.start >= end]
    return _filled(scene, row, [*before, take, *after])


def _joined(stretches: list[TimelineEvent], slack: Fraction) -> list[TimelineEvent]:
    """The stretches of one take, those joined whose offsets differ by up to `slack` seconds, with short gaps closed.

    At two frame rates some pictures have no counterpart. Both edges of a gap may be off by `slack`.
    """
    result = stretches[:1]
    for event in stretches[1:]:
        last = result[-1]
        if last.source is None or event.source is None:
            result.append(event)
            continue
        gap = event.record.start - last.record.end
        drift = event.source.start - event.record.start - (last.source.start - last.record.start)
        if gap <= 2 * slack and abs(drift) <= slack:
            record = Span(last.record.start, event.record.end)
            source = Span(last.source.start, last.source.start + record.seconds)
            result[-1] = replace(last, record=record, source=source)
        else:
            result.append(event)
    return result


def _stretches(scene: SceneEmotion, rows: list[FootageChange], mapped: list[tuple[Span, Span]]) -> list[TimelineEvent]:
    """The stretches that the alignment found in the scene."""
    whole, found = scene.scene.span, []
    first_at = bisect_right(mapped, whole.start, key=lambda both: both[1].end)
    for before, after in islice(mapped, first_at, None):
        start, end = max(whole.start, after.start), min(whole.end, after.end)
        if end <= start:
            break
        speed = _speed(before, after)
        first = before.start + (start - after.start) * speed
        source = Span(first, first + (end - start) * speed)
        found.append(TimelineEvent(scene, Span(start, end), source, _row_at(rows, source)))
    return found


def _speed(before: Span, after: Span) -> Fraction:
    """Seconds of the first cut for each of the second; a difference of two frames or so is their rounding."""
    if abs(before.seconds - after.seconds) <= _ROUNDED or not after.seconds:
        return Fraction(1)
    return before.seconds / after.seconds


def _row_at(rows: list[FootageChange], source: Span) -> FootageChange:
    """The row whose place in the first cut has most of `source`."""

    def common(row: FootageChange) -> Fraction:
        if row.place_before is None:
            return Fraction(-1)
        return min(source.end, row.place_before.span.end) - max(source.start, row.place_before.span.start)

    return max(rows, key=common)


def _filled(scene: SceneEmotion, row: FootageChange | None, found: list[TimelineEvent]) -> list[TimelineEvent]:
    """The events of a scene with new footage in the gaps between them."""
    result: list[TimelineEvent] = []
    at = scene.scene.span.start
    for event in found:
        start = max(at, event.record.start)
        if event.record.end <= start:
            continue
        if start > at:
            result.append(TimelineEvent(scene, Span(at, start), None, row))
        result.append(_from(event, start))
        at = event.record.end
    if at < scene.scene.span.end:
        result.append(TimelineEvent(scene, Span(at, scene.scene.span.end), None, row))
    return result


def _from(event: TimelineEvent, start: Fraction) -> TimelineEvent:
    """The event from a later time of the second cut on."""
    late = start - event.record.start
    if not late or event.source is None:
        return event
    source = Span(event.source.start + late * event.speed, event.source.end)
    return replace(event, record=Span(start, event.record.end), source=source)


def frames_alike(analyses: tuple[Analysis, Analysis]) -> bool:
    """Whether both cuts have one constant frame rate, so that a place in one is as many frames in the other."""
    films = [analysis.observations.media for analysis in analyses]
    return films[0].rate == films[1].rate and not any(film.is_vfr for film in films)
