"""Cut lists laid on a film: an EditList becomes the first frames of scenes, with what was taken for granted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ..errors import CutListError, SettingsError
from ..media.media import Media
from ..media.positions import frame_of
from ..timecode import clock, frame_at, nominal
from .first_frame import Laid, Place, laid
from .list_rate import CLOCK, countings
from .readers.edit_list import EditList, Event, FrameNumber, Position, Seconds


@dataclass(frozen=True, slots=True)
class CutList:
    """A film's cuts as a list names them."""

    cuts: tuple[tuple[int, str], ...]
    """(first frame, name) of each scene, ascending."""
    notes: tuple[str, ...] = ()
    """What a reader of the numbers must know: what was taken for granted or passed over, a sentence each."""


def conform(edit_list: EditList, media: Media, cuts: Collection[int] = ()) -> CutList:
    """The scenes of a film as a list has them.

    `cuts` are the first frames of the film's shots as a detector found them, where that is known: of two ways to read
    a list they favour one. Where the frame rate varies only frame numbers are exact; timecode and seconds are refused.
    Raises CutListError, naming the line where there is one.
    """
    if not edit_list.events:
        raise CutListError(f"The {edit_list.format} has no event.", "Export the list of the film's video track.")
    length = frame_at(media.duration, media.rate)
    if edit_list.frames_are_the_films:
        best = Laid(tuple(sorted(_of_the_film(edit_list, media), key=lambda place: place.start)), ())
    elif media.is_vfr:
        raise CutListError(
            f"The cut list is an {edit_list.format}, whose timecode does not name one frame here: this film's frame "
            "rate varies.",
            "Write frame numbers, from 0.",
        )
    else:
        best = _likeliest(edit_list, media, length, cuts)
    _check_end(edit_list, best, media, length)
    if not edit_list.frames_are_the_films:
        if best.unsure and not {place.cut for place in best.places if place.cut} & set(cuts) and best.ends != length:
            best = replace(best, notes=(*best.notes, best.unsure))
        best = _without_late(edit_list, best, length)
    found = _scenes(edit_list, best.places, media, length)
    notes = dict.fromkeys((*edit_list.notes, *best.notes, *_beside(found, cuts)))
    return CutList(tuple(sorted(found.items())), tuple(notes))


def _called(edit_list: EditList, event: Event) -> str:
    """“Line 4 of the CMX 3600 EDL”; “Event 4 of …” where the format has no lines."""
    place = f"Line {event.line}" if event.line else f"Event {edit_list.events.index(event) + 1}"
    return f"{place} of the {edit_list.format}"


def _check_end(edit_list: EditList, read: Laid, media: Media, length: int) -> None:
    """Raise CutListError for a list that reaches more than a second beyond the film's end."""
    last = max(read.places, key=lambda place: place.reaches)
    if not media.is_vfr and last.reaches - length > nominal(media.rate):
        raise CutListError(
            f"{_called(edit_list, last.event)} reaches {clock((last.reaches - length) / media.rate)} beyond the film's "
            f"end: the film lasts {clock(media.duration)}.",
            "Is it the list of another cut?",
        )


def _without_late(edit_list: EditList, read: Laid, length: int) -> Laid:
    """The list without what begins after the film's last frame, by less than a second."""
    late = [place for place in read.places if place.cut >= length]
    told = tuple(f"{_called(edit_list, place.event)} begins after the film's last frame: left out." for place in late)
    return replace(read, places=tuple(place for place in read.places if place.cut < length), notes=(*read.notes, *told))


def _likeliest(edit_list: EditList, media: Media, length: int, cuts: Collection[int]) -> Laid:
    """The list as it is read first, unless another reading agrees with the film and that one does not."""
    best: Laid | None = None
    refused: CutListError | None = None
    for counting in countings(edit_list, media):
        try:
            readings = list(laid(edit_list, media, counting, length))
        except CutListError as error:
            refused = refused or error
            continue
        for other in readings:
            if best is None and refused is None and not other.doubtful:
                best = other
            elif why := _favoured(other, best, length, cuts):
                best = replace(other, notes=(*other.notes, f"{CLOCK} Read so, {why}.")) if other.doubtful else other
    if best is None:
        raise refused or CutListError(f"The {edit_list.format} cannot be read.", "Export it again.")
    return best


def _favoured(other: Laid, best: Laid | None, length: int, cuts: Collection[int]) -> str:
    """Why a reading is taken instead of the likelier one, in words; empty where it is not.

    More of its cuts, by two and by half of them all, are detected ones; or it ends with the film and the likelier one
    does not. Markers do not tell where a list ends.
    """
    ends = "it ends with the film"
    missed = length if other.ends is None else abs(other.ends - length)
    if best is None:
        return ends if missed == 0 else ""
    mine, its = ({place.cut for place in one.places if place.cut > 0} for one in (other, best))
    hits, rivals = len(mine.intersection(cuts)), len(its.intersection(cuts))
    if hits >= rivals + 2 and 2 * hits >= len(mine):
        return f"{hits} of its {len(mine)} cuts are cuts that were detected"
    if mine == its or rivals >= hits + 2 or best.ends is None:
        return ""
    return ends if missed <= 1 < abs(best.ends - length) - missed else ""


def _of_the_film(edit_list: EditList, media: Media) -> Iterable[Place]:
    """The events of a list that counts from the film's own first frame. Raises CutListError, naming the line."""
    found: set[int] = set()
    for event in edit_list.events:
        try:
            start = _frame(event.start, edit_list, media)
            end = None if event.end is None else _frame(event.end, edit_list, media)
        except SettingsError as error:
            raise CutListError(f"{_called(edit_list, event)}: {error.problem}", error.advice) from error
        if start < 0 or (end is not None and end < start):
            what = "begins before the film's first frame" if start < 0 else "ends before it begins"
            raise CutListError(f"{_called(edit_list, event)} {what}.", "Mend the line or take it out.")
        if start in found and end is None:
            raise CutListError(f"{_called(edit_list, event)} repeats frame {start}.", "Give each cut once.")
        found.add(start)
        yield Place(event, start, start, end)


def _frame(position: Position, edit_list: EditList, media: Media) -> int:
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
    return frame_of(position.text, media)


def _scenes(edit_list: EditList, places: tuple[Place, ...], media: Media, length: int) -> dict[int, str]:
    """The first frames of scenes with their names. Time without an event is black, where the list's gaps are."""
    names = {place.event.name for place in places}
    same = edit_list.gaps_are_scenes and len(places) > 1 and len(names) == 1  # the film's own name tells nothing
    found: dict[int, str] = {}
    reached: int | None = None
    for place in places:
        if edit_list.gaps_are_scenes and reached is not None and reached < place.start:
            found.setdefault(reached, "")
        # What fades in at the list's begin comes from nothing: no scene lies before it.
        at = place.start if reached is None and not found else place.cut
        found[at] = found.get(at) or ("" if same else place.event.name)
        reached = place.end if place.end is None else max(reached or 0, place.end)
    if edit_list.gaps_are_scenes and reached is not None and reached < length - nominal(media.rate):  # else rounding
        found.setdefault(reached, "")
    return found


def _beside(found: Collection[int], cuts: Collection[int]) -> tuple[str, ...]:
    """Which cuts of a list that else has the detected ones lie one frame beside such a cut: rounding, often."""
    mine, its = {frame for frame in found if frame > 0}, set(cuts)
    beside = {frame for frame in mine - its if {frame - 1, frame + 1} & its - mine}
    if not beside or 2 * len(mine & its) < len(mine):
        return ()
    return (f"{len(beside)} of the cut list's {len(mine)} cuts lie one frame beside a cut that was detected.",)
