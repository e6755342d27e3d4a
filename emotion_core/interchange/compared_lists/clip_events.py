"""The second list as a timeline whose events say where the first list shows their footage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ...formatting import count, signed_count
from ..marker_list import one_line
from .clip_changes import ClipChange, kind_word
from .source_clips import SourceClip, SourceList


@dataclass(frozen=True, slots=True)
class ClipEvent:
    """A stretch of the second list; frames of the lists' timelines from their first, ends exclusive."""

    clip: SourceClip
    """The clip of the second list that it is in."""
    record_in: int
    record_out: int
    place: tuple[int, int] | None
    """Where the first list shows the same frames; None for what it does not have."""
    change: ClipChange

    @property
    def speed(self) -> Fraction:
        """Frames of the first list for each of the second: 1 but where the clip was retimed."""
        before, after = self.change.before, self.change.after
        if self.place is None or before is None or after is None:
            return Fraction(1)
        return after.speed / before.speed


def timeline_events(changes: Sequence[ClipChange]) -> tuple[ClipEvent, ...]:
    """All events, by track and in order; the events of a clip have no gaps between them."""
    rows: dict[SourceClip, list[ClipChange]] = defaultdict(list)
    for change in changes:
        if change.after is not None:
            rows[change.after].append(change)
    clips = sorted(rows, key=lambda clip: (clip.track, clip.record_in))
    return tuple(event for clip in clips for event in _of_clip(clip, rows[clip]))


def event_words(before: SourceList, event: ClipEvent) -> str:
    """“kitchen.mov: trimmed, moved; head −12 frames; 00:00:04:00 in the first list”, on one line."""
    change = event.change
    words = ", ".join(clip_kinds(change))
    if change.before is None or change.kind == "replaced":
        return one_line(f"{event.clip.name}: {words}")
    parts = [words if event.place is not None else f"{words}; this part is new"]
    if change.kind != "unchanged":
        parts.append(size_text(change))
    at = change.before.record_in if event.place is None else event.place[0]
    parts.append(f"{before.timecode(at)} in the first list")
    return one_line(f"{event.clip.name}: {'; '.join(parts)}")


def clip_kinds(change: ClipChange) -> list[str]:
    """“trimmed” and “moved”: all kinds of a change in words."""
    word = kind_word(change.kind)
    return [word, "moved"] if change.is_moved and change.kind != "moved" else [word]


def size_text(change: ClipChange) -> str:
    """“head −12 frames, tail +4 frames”: what was cut off or added; else the length of the clip."""
    if change.kind == "slipped":
        return f"{count(abs(change.head), 'frame')} {'later' if change.head > 0 else 'earlier'} in the take"
    ends = (("head", change.head), ("tail", change.tail))
    words = [f"{word} {signed_count(-frames, 'frame')}" for word, frames in ends if frames]
    clip = change.after or change.before
    return ", ".join(words) or count(clip.frames if clip is not None else 0, "frame")


def _of_clip(clip: SourceClip, rows: Sequence[ClipChange]) -> Iterator[ClipEvent]:
    """The parts of a clip that the first list shows, in order, and what is new between them."""
    at = clip.record_in
    for event in sorted(filter(None, map(_shared, rows)), key=lambda each: each.record_in):
        if event.record_out <= at:  # the first list shows some frames in two clips
            continue
        if event.record_in > at:
            yield ClipEvent(clip, at, event.record_in, None, event.change)
        yield _from(event, at)
        at = event.record_out
    if at < clip.record_out:
        yield ClipEvent(clip, at, clip.record_out, None, rows[-1])


def _from(event: ClipEvent, at: int) -> ClipEvent:
    """The event from a later frame of the second list on."""
    late = at - event.record_in
    if late <= 0 or event.place is None:
        return event
    start = min(event.place[1] - 1, event.place[0] + round(late * event.speed))
    return replace(event, record_in=at, place=(start, event.place[1]))


def _shared(change: ClipChange) -> ClipEvent | None:
    """The part of the second clip whose source frames the first has; None without any, or where it runs otherwise."""
    before, after = change.before, change.after
    if before is None or after is None or change.kind == "replaced" or before.is_reversed != after.is_reversed:
        return None
    first, last = max(before.source_in, after.source_in), min(before.source_out, after.source_out)
    if last <= first:
        return None
    (old_in, old_out), (new_in, new_out) = (_on_timeline(clip, first, last) for clip in (before, after))
    if new_out <= new_in:
        return None
    if before.speed == after.speed:
        old_out = old_in + new_out - new_in
    return ClipEvent(after, new_in, new_out, (old_in, max(old_out, old_in + 1)), change)


def _on_timeline(clip: SourceClip, first: int, last: int) -> tuple[int, int]:
    """Where a clip shows the source's frames from `first` to before `last`."""
    ends = (
        (clip.source_out - last, clip.source_out - first)
        if clip.is_reversed
        else (first - clip.source_in, last - clip.source_in)
    )
    start, end = (clip.record_in + round(each / clip.speed) for each in ends)
    return start, end
