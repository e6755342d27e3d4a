"""Cut lists laid on a film: an EditList becomes the first frames of scenes, with what was taken for granted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ..errors import CutListError, SettingsError
from ..media import Media
from ..positions import frame_of
from ..timecode import clock, frame_at, nominal
from .first_frame import Laid, Place, laid
from .list_rate import CLOCK, countings
from .readers.edit_list import EditList, FrameNumber, Position, Seconds


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
    last = max(best.places, key=lambda place: place.reaches)
    if not media.is_vfr and last.reaches - length > nominal(media.rate):
        line = f"Line {last.event.line} of the {edit_list.format}" if last.event.line else f"The {edit_list.format}"
        raise CutListError(
            f"{line} reaches {clock((last.reaches - length) / media.rate)} beyond the film's end: the film lasts "
            f"{clock(media.duration)}.",
            "Is it the list of another cut?",
        )
    found = _scenes(edit_list, best.places, media, length)
    notes = dict.fromkeys((*edit_list.notes, *best.notes, *_beside(found, cuts)))
    return CutList(tuple(sorted(found.items())), tuple(notes))


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
            elif why := _better(other, best, length, cuts):
                best = replace(other, notes=(*other.notes, *(why if other.doubtful else ())))
    if best is None:
        raise refused or CutListError(f"The {edit_list.format} cannot be read.", "Export it again.")
    return best


def _better(other: Laid, best: Laid | None, length: int, cuts: Collection[int]) -> tuple[str, ...]:
    """Why a reading is taken instead of the one before it; empty where it is not.

    More of its cuts, by two and by half of them all, are detected ones; or it ends with the film, and the one before
    does not.
    """
    missed = abs(other.reaches - length)
    if best is None:
        return (f"{CLOCK} Read so, it ends with the film.",) if missed == 0 else ()
    mine, its = ({place.cut for place in one.places if place.cut > 0} for one in (other, best))
    if mine == its:
        return ()
    hits, rivals = len(mine.intersection(cuts)), len(its.intersection(cuts))
    if hits >= rivals + 2 and 2 * hits >= len(mine):
        return (f"{CLOCK} Read so, {hits} of its {len(mine)} cuts are cuts that were detected.",)
    if rivals >= hits + 2:
        return ()
    worse = abs(best.reaches - length)
    return (f"{CLOCK} Read so, it ends with the film.",) if missed <= 1 < worse - missed else ()


def _of_the_film(edit_list: EditList, media: Media) -> Iterable[Place]:
    """The events of a list that counts from the film's own first frame. Raises CutListError, naming the line."""
    found: set[int] = set()
    for number, event in enumerate(edit_list.events, start=1):
        line = f"Line {event.line or number} of the {edit_list.format}"
        try:
            start = _frame(event.start, edit_list, media)
            end = None if event.end is None else _frame(event.end, edit_list, media)
        except SettingsError as error:
            raise CutListError(f"{line}: {error.problem}", error.advice) from error
        if start in found and end is None:
            raise CutListError(f"{line} repeats frame {start}.", "Give each cut once.")
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
        found.setdefault(place.cut, "" if same else place.event.name)
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
