"""Conforming: an EditList is laid on a film and becomes the first frames of scenes, with notes on what was assumed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from ..errors import CutListError, SettingsError
from ..formatting import hms
from ..media import Media, parse_position
from ..settings import CutSource
from ..timecode import frame_at, from_timecode, nominal_rate
from .list_rate import CLOCK, candidate_countings
from .placement import PlacedEvent, Placement, placements
from .readers.edit_list import EditList, Event, FrameNumber, Position, Seconds, Timecode


@dataclass(frozen=True, slots=True)
class CutList:
    """A film's cuts as a list names them."""

    cuts: tuple[tuple[int, str], ...]
    """(first frame, name) of each scene, ascending."""
    notes: tuple[str, ...] = ()
    """What was assumed or left out, a sentence each, for the reader of the numbers."""
    sources: tuple[CutSource, ...] = ()
    """What its clips show, where it says so; see ShotSettings.cut_sources."""


def conform_to_film(edit_list: EditList, media: Media, cuts: Collection[int] = ()) -> CutList:
    """The scenes of a film according to a list.

    `cuts` are the first frames of the film's shots as a detector found them; they help to choose between two readings
    of the list. Where the frame rate varies only frame numbers are exact; timecode and seconds are refused. Raises
    CutListError, naming the line where there is one.
    """
    best, length = place_on_film(edit_list, media, cuts), frame_at(media.duration, media.rate)
    if not edit_list.frames_are_the_films:
        hits = {place.cut for place in best.places if place.cut} & set(cuts)
        if best.caveat and not hits and best.end != length:
            best = replace(best, notes=(*best.notes, best.caveat))
        best = _without_late_events(edit_list, best, length)
    scenes = _scenes(edit_list, best.places, media, length)
    notes = dict.fromkeys((*edit_list.notes, *best.notes, *_near_misses(scenes, cuts)))
    return CutList(tuple(sorted(scenes.items())), tuple(notes), tuple(_sources(edit_list, best, media, length)))


def place_on_film(edit_list: EditList, media: Media, cuts: Collection[int] = ()) -> Placement:
    """The events of a list on a film, read in the likeliest way; arguments and errors as of `conform_to_film`."""
    if not edit_list.events:
        raise CutListError(f"The {edit_list.format} has no event.", "Export the list of the film's video track.")
    length = frame_at(media.duration, media.rate)
    if edit_list.frames_are_the_films:
        best = Placement(tuple(sorted(_place_on_film(edit_list, media), key=lambda place: place.start)), ())
    elif media.is_vfr:
        raise CutListError(
            f"The cut list is an {edit_list.format}, whose timecode does not name one frame here: this film's frame "
            "rate varies.",
            "Write frame numbers, from 0.",
        )
    else:
        best = _best_placement(edit_list, media, length, cuts)
    _check_end(edit_list, best, media, length)
    return best


def _event_name(edit_list: EditList, event: Event) -> str:
    """“Line 4 of the CMX 3600 EDL”; “Event 4 of …” where the format has no lines."""
    place = f"Line {event.line}" if event.line else f"Event {edit_list.events.index(event) + 1}"
    return f"{place} of the {edit_list.format}"


def _check_end(edit_list: EditList, placement: Placement, media: Media, length: int) -> None:
    """Raise CutListError for a list that reaches more than a second beyond the film's end."""
    last = max(placement.places, key=lambda place: place.reach)
    if not media.is_vfr and last.reach - length > nominal_rate(media.rate):
        raise CutListError(
            f"{_event_name(edit_list, last.event)} reaches {hms((last.reach - length) / media.rate)} beyond the film's "
            f"end: the film lasts {hms(media.duration)}.",
            "Is it the list of another cut?",
        )


def _without_late_events(edit_list: EditList, placement: Placement, length: int) -> Placement:
    """The placement without events after the film's last frame, of which _check_end allows a second."""
    late = [place for place in placement.places if place.cut >= length]
    notes = [f"{_event_name(edit_list, place.event)} begins after the film's last frame: left out." for place in late]
    places = tuple(place for place in placement.places if place.cut < length)
    return replace(placement, places=places, notes=(*placement.notes, *notes))


def _best_placement(edit_list: EditList, media: Media, length: int, cuts: Collection[int]) -> Placement:
    """The likeliest placement, unless another one agrees with the film and that one does not."""
    best: Placement | None = None
    first_error: CutListError | None = None
    for counting in candidate_countings(edit_list, media):
        try:
            candidates = list(placements(edit_list, media, counting, length))
        except CutListError as error:
            first_error = first_error or error
            continue
        for other in candidates:
            if best is None and first_error is None and not other.needs_evidence:
                best = other
            elif evidence := _evidence(other, best, length, cuts):
                notes = (*other.notes, f"{CLOCK} Read so, {evidence}.")
                best = replace(other, notes=notes) if other.needs_evidence else other
    if best is None:
        raise first_error or CutListError(f"The {edit_list.format} cannot be read.", "Export it again.")
    return best


def _evidence(other: Placement, best: Placement | None, length: int, cuts: Collection[int]) -> str:
    """Why `other` is better than the likelier `best`, in words; empty where it is not.

    More of its cuts, by at least two and half of them all, are detected ones; or it ends with the film and the likelier
    one does not. Markers do not say where a list ends.
    """
    ends = "it ends with the film"
    missed = length if other.end is None else abs(other.end - length)
    if best is None:
        return ends if missed == 0 else ""
    other_cuts, best_cuts = ({place.cut for place in p.places if place.cut > 0} for p in (other, best))
    other_hits, best_hits = len(other_cuts.intersection(cuts)), len(best_cuts.intersection(cuts))
    if other_hits >= best_hits + 2 and 2 * other_hits >= len(other_cuts):
        return f"{other_hits} of its {len(other_cuts)} cuts are cuts that were detected"
    if other_cuts == best_cuts or best_hits >= other_hits + 2 or best.end is None:
        return ""
    return ends if missed <= 1 < abs(best.end - length) - missed else ""


def _place_on_film(edit_list: EditList, media: Media) -> Iterable[PlacedEvent]:
    """The events of a list that counts from the film's first frame. Raises CutListError, naming the line."""
    starts: set[int] = set()
    for event in edit_list.events:
        try:
            start = _frame(event.start, media)
            end = None if event.end is None else _frame(event.end, media)
        except SettingsError as error:
            raise CutListError(f"{_event_name(edit_list, event)}: {error.problem}", error.advice) from error
        if start < 0 or (end is not None and end < start):
            problem = "begins before the film's first frame" if start < 0 else "ends before it begins"
            raise CutListError(f"{_event_name(edit_list, event)} {problem}.", "Mend the line or take it out.")
        if start in starts and end is None:
            raise CutListError(f"{_event_name(edit_list, event)} repeats frame {start}.", "Give each cut once.")
        starts.add(start)
        yield PlacedEvent(event, start, start, end)


def _frame(position: Position, media: Media) -> int:
    match position:
        case FrameNumber(number):
            return number
        case Seconds(value):
            if media.is_vfr:
                raise SettingsError(
                    f"{float(value):g} s does not name one frame: this film's frame rate varies.",
                    "Write frame numbers, from 0.",
                )
            return frame_at(value, media.rate)
    return parse_position(position.text, media)


def _scenes(edit_list: EditList, places: tuple[PlacedEvent, ...], media: Media, length: int) -> dict[int, str]:
    """{first frame: name} of the scenes; in lists whose gaps are scenes, time without an event is black."""
    names = {place.event.name for place in places}
    # One name for all events is the film's and says nothing about a scene.
    is_film_name = edit_list.gaps_are_scenes and len(places) > 1 and len(names) == 1
    scenes: dict[int, str] = {}
    reached: int | None = None
    for place in places:
        if edit_list.gaps_are_scenes and reached is not None and reached < place.start:
            scenes.setdefault(reached, "")
        # A fade-in at the list's beginning comes from nothing: no scene precedes it.
        at = place.start if reached is None and not scenes else place.cut
        scenes[at] = scenes.get(at) or ("" if is_film_name else place.event.name)
        reached = place.end if place.end is None else max(reached or 0, place.end)
    rounding = nominal_rate(media.rate)
    if edit_list.gaps_are_scenes and reached is not None and reached < length - rounding:
        scenes.setdefault(reached, "")
    return scenes


def _sources(edit_list: EditList, placement: Placement, media: Media, length: int) -> Iterable[CutSource]:
    """What the clips show that run at their own speed, ascending and without overlaps."""
    reached = 0
    for place in placement.places:
        start, end = max(place.start, reached), min(length, place.start if place.end is None else place.end)
        first, last = (
            _source_frame(at, edit_list.rate, media) for at in (place.event.source_in, place.event.source_out)
        )
        if media.is_vfr or not place.event.source or first is None or last is None or end <= start:
            continue
        if place.end is not None and last - first == place.end - place.start:
            yield start, end, place.event.source, first + start - place.start, first + end - place.start
            reached = end


def _source_frame(position: Position | None, rate: Fraction | None, media: Media) -> int | None:
    """A place in a source, in frames of its timecode at the film's rate; None where that cannot be told."""
    match position:
        case FrameNumber(number):
            return number if rate is not None and nominal_rate(rate) == nominal_rate(media.rate) else None
        case Timecode(text):
            try:
                return from_timecode(text, media.rate)
            except SettingsError:
                return None
    return None


def _near_misses(scenes: Collection[int], cuts: Collection[int]) -> tuple[str, ...]:
    """A note where a list that otherwise agrees with the detected cuts has some one frame off, often by rounding."""
    listed, detected = {frame for frame in scenes if frame > 0}, set(cuts)
    near = {frame for frame in listed - detected if {frame - 1, frame + 1} & detected - listed}
    if not near or 2 * len(listed & detected) < len(listed):
        return ()
    return (f"{len(near)} of the cut list's {len(listed)} cuts lie one frame beside a cut that was detected.",)
