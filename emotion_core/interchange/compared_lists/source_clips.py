"""The clips of a list with what they show: a source, a range of it, and a place on the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ...errors import CutListError, SettingsError
from ...timecode import (
    from_timecode,
    is_drop_frame,
    nominal_rate,
    supports_drop_frame,
    to_timecode,
    with_separator,
)
from ..marker_list import one_line
from ..readers.content import Content, decode
from ..readers.lists import edl
from ..readers.lists.edl_line import EventLine, parse_event, timecode_spans
from ..readers.timelines import otio

_BLACK = ("BL", "BLACK")
_RATES = (Fraction(24), Fraction(25), Fraction(30), Fraction(48), Fraction(50), Fraction(60))


@dataclass(frozen=True, slots=True)
class SourceClip:
    """One clip of a picture track; frames at the list's rate, ends exclusive."""

    source: str
    """Its reel, or its media; clips of one source can show the same footage."""
    name: str
    source_in: int
    source_out: int
    """Above `source_in`. Of a retimed clip the source runs faster or slower than the timeline."""
    record_in: int
    """From the timeline's first frame."""
    record_out: int
    track: int = 1
    """Picture track, from 1."""
    is_drop_frame: bool = False
    """Whether its source's timecode is drop-frame."""
    is_reversed: bool = False
    """Whether it runs backwards: it begins with the source's last frame."""

    @property
    def frames(self) -> int:
        """Length on the timeline."""
        return self.record_out - self.record_in

    @property
    def source_frames(self) -> int:
        """Length of the source that it shows."""
        return self.source_out - self.source_in

    @property
    def speed(self) -> Fraction:
        """Frames of the source for each of the timeline, above 0; of a frame that is held one in all."""
        return Fraction(self.source_frames, max(1, self.frames))


@dataclass(frozen=True, slots=True)
class SourceList:
    """The clips of all picture tracks, the lowest first, each in its order."""

    name: str
    clips: tuple[SourceClip, ...]
    rate: Fraction
    starts_at: int = 0
    """Timecode of the timeline's first frame, in frames from midnight."""
    drop_frame: bool = False
    notes: tuple[str, ...] = ()

    def timecode(self, frame: int) -> str:
        """Timecode of a frame of the timeline."""
        return to_timecode(self.starts_at + frame, self.rate, drop_frame=self.drop_frame)


def read_sources(raw: bytes, name: str, rate: Fraction | None = None) -> SourceList:
    """The clips of an EDL or an OpenTimelineIO file; `rate` is an EDL's, which gives none.

    Without `rate` an EDL's is the lowest usual one that its frame fields allow. Raises CutListError for another file,
    and for one without clips.
    """
    content = decode(raw, name)
    if otio.sniff(content):
        found = _of_otio(content, name)
    elif content.text is not None and edl.sniff(content):
        found = _of_edl(content, name, rate)
    else:
        raise CutListError(
            f"“{one_line(name)}” says nothing of its clips' sources.", "Give two EDLs or two OpenTimelineIO files."
        )
    if not found.clips:
        raise CutListError(f"“{one_line(name)}” has no clip of picture.", "Export the list of the film's video track.")
    return found


def read_two_lists(first: tuple[bytes, str], second: tuple[bytes, str]) -> tuple[SourceList, SourceList]:
    """Two lists that count alike, each given as its bytes and its name. Raises CutListError as read_sources, and
    SettingsError for two frame rates.

    An EDL beside an OpenTimelineIO file has that file's rate, if its numbers allow it. Where reels and media have no
    name in common, such two are compared by the names of their clips.
    """
    rates = [rate_of_fields([raw]) for raw, _ in (first, second)]
    if None not in rates:
        rates = [rate_of_fields([first[0], second[0]])] * 2
    elif rates != [None, None]:
        timeline = read_sources(*(second if rates[0] else first)).rate
        rates = [timeline if rate is not None and _may_count(rate, timeline) else rate for rate in rates]
    before, after = (read_sources(*each, rate) for each, rate in zip((first, second), rates, strict=True))
    if before.rate != after.rate:
        raise SettingsError(
            f"The lists count {float(before.rate):g} and {float(after.rate):g} frames a second.",
            "Export both at one rate, or compare the films.",
        )
    is_mixed = (rates[0] is None) != (rates[1] is None)
    return _named_alike(before, after) if is_mixed else (before, after)


def _may_count(rate: Fraction, other: Fraction) -> bool:
    """Whether an EDL of `rate`, the lowest that its numbers allow, may count `other`: drop-frame only its own."""
    return nominal_rate(rate) <= nominal_rate(other) and (not supports_drop_frame(rate) or supports_drop_frame(other))


def _named_alike(before: SourceList, after: SourceList) -> tuple[SourceList, SourceList]:
    """Both lists, with their clips' names for sources if they have sources in common only so."""
    sources = [{clip.source for clip in each.clips} for each in (before, after)]
    if sources[0] & sources[1]:
        return before, after
    by_name = [
        replace(each, clips=tuple(replace(clip, source=clip.name) for clip in each.clips)) for each in (before, after)
    ]
    for first, second in ((by_name[0], after), (before, by_name[1]), (by_name[0], by_name[1])):
        if {clip.source for clip in first.clips} & {clip.source for clip in second.clips}:
            note = "Reels and media have no name in common: clips were compared by their names."
            return replace(first, notes=(*first.notes, note)), second
    return before, after


def rate_of_fields(raws: Sequence[bytes]) -> Fraction | None:
    """The lowest usual rate that the frame fields of several EDLs allow; None where one of them is none."""
    contents = [decode(raw) for raw in raws]
    if any(content.text is None or otio.sniff(content) for content in contents):
        return None
    texts = [text for content in contents for text in _timecodes(content)]
    highest = max((int(text[-2:]) for text in texts), default=0)
    drops = any(map(is_drop_frame, texts)) or any(map(_colons_drop, contents))
    rate = next((each for each in _RATES if highest < each and (not drops or each % 30 == 0)), _RATES[-1])
    return rate * Fraction(1000, 1001) if drops else rate


def _timecodes(content: Content) -> list[str]:
    """The timecodes of an EDL's events, as written."""
    events = (line for number, line in enumerate(content.lines, start=1) if parse_event(line, number) is not None)
    return [line[first:last] for line in events for first, last in timecode_spans(line)]


def _colons_drop(content: Content) -> bool:
    """Whether an EDL's colons mean drop-frame: its head says so, and all its timecodes exist there."""
    counting = next((line.upper() for line in content.lines if line.upper().startswith("FCM")), "NON")
    texts = _timecodes(content)
    if "NON" in counting or any(map(is_drop_frame, texts)):
        return False
    base = 30 if all(int(text[-2:]) < 30 for text in texts) else 60
    try:
        for text in _as_drop_frame(texts):
            from_timecode(text, Fraction(base * 1000, 1001))
    except SettingsError:
        return False
    return True


def _as_drop_frame(texts: Iterable[str]) -> list[str]:
    return [with_separator(text, drop_frame=True) for text in texts]


def _of_edl(content: Content, name: str, rate: Fraction | None) -> SourceList:
    edl.read(content)  # refuses what cannot be understood
    rate = rate or rate_of_fields([content.raw]) or Fraction(25)
    colons_drop = _colons_drop(content) and supports_drop_frame(rate)
    drops, last = colons_drop, ""
    said: dict[str, str] = {}
    """Names in the comments of the event lines that share them: those of one number without comments between."""
    found: list[tuple[EventLine, list[str], list[int], dict[str, str]]] = []
    for number, line in enumerate(content.lines, start=1):
        event = parse_event(line, number)
        if event is None:
            head, sign, text = line.lstrip("* ").partition(":")
            if sign and head.upper().endswith("CLIP NAME"):
                said[head.upper().removesuffix("CLIP NAME").strip()] = text.strip()
            continue
        if said or event.number != last:
            said, last = {}, event.number
        if event.track is not None and event.start != event.end:
            texts = [line[start:end] for start, end in timecode_spans(line)]
            texts = _as_drop_frame(texts) if colons_drop else texts
            drops = drops or is_drop_frame(texts[2])
            try:
                found.append((event, texts, [from_timecode(text, rate) for text in texts], said))
            except SettingsError as error:
                raise CutListError(f"Line {number} of “{one_line(name)}”: {error.problem}", error.advice) from error
    first = min((at[2] for _, _, at, _ in found), default=0)
    clips = tuple(_clip(event, at, names, first, drops=is_drop_frame(texts[0])) for event, texts, at, names in found)
    note = f"“{one_line(name)}” gives no frame rate: {float(rate):g} was taken."
    in_tracks = tuple(sorted(filter(None, clips), key=lambda clip: clip.track))
    return SourceList(one_line(name), in_tracks, rate, first, drops, (note,))


def _clip(event: EventLine, at: list[int], said: dict[str, str], first: int, *, drops: bool) -> SourceClip | None:
    """The clip of an event; None for black."""
    if event.reel in _BLACK:
        return None
    order = ("TO", "", "FROM") if event.is_transition else ("FROM", "", "TO")
    clip = one_line(next((said[word] for word in order if said.get(word)), ""))
    source = f"{event.reel} {clip}".strip() if event.reel in edl.COMMON_REELS else event.reel
    places = at[0], at[1], at[2] - first, at[3] - first
    return SourceClip(source, clip or event.reel, *places, event.track or 1, drops)


def _of_otio(content: Content, name: str) -> SourceList:
    import opentimelineio
    from opentimelineio import schema

    read = otio.read(content)
    document = opentimelineio.adapters.read_from_string(otio.text_of(content), adapter_name="otio_json")
    if isinstance(document, schema.SerializableCollection):
        document = document.find_children(descended_from_type=schema.Timeline)[0]
    rate = read.rate or Fraction(25)
    is_timeline = isinstance(document, schema.Timeline)
    tracks = document.tracks if is_timeline else [document]
    video = schema.TrackKind.Video
    pictures = [track for track in tracks if isinstance(track, schema.Track) and track.kind == video and len(track)]
    clips: list[SourceClip] = []
    for number, track in enumerate(pictures, start=1):
        at = Fraction(0)
        for item in track:
            if isinstance(item, schema.Transition):
                continue
            source = item.trimmed_range()
            start, length = otio.seconds(source.start_time), otio.seconds(source.duration)
            if not isinstance(item, schema.Gap) and item.enabled:
                speed, media = _speed(item), otio.media_of(item)
                shown_in, shown_out = sorted(round(each * rate) for each in (start, start + length * speed))
                clips.append(
                    SourceClip(
                        media, one_line(item.name or media), shown_in, max(shown_out, shown_in + 1),
                        round(at * rate), round((at + length) * rate), number, is_reversed=speed < 0,
                    )
                )  # fmt: skip
            at += length
    starts_at = document.global_start_time if is_timeline else None
    return SourceList(
        one_line(name), tuple(clips), rate, 0 if starts_at is None else round(otio.seconds(starts_at) * rate)
    )


def _speed(item: Any) -> Fraction:
    from opentimelineio.schema import LinearTimeWarp

    speeds = (Fraction(str(effect.time_scalar)) for effect in item.effects if isinstance(effect, LinearTimeWarp))
    return next(speeds, Fraction(1))
