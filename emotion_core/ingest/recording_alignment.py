"""Recordings brought into the film's time: by the film's sound in them, and moments to choose marks from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..decoding import isolated
from ..errors import EmotionError, LibraryError, NoSound, SettingsError
from ..library import Library

if TYPE_CHECKING:
    from ..audience import Alignment
    from ..decoding import BandEnergies


@dataclass(frozen=True, slots=True)
class Mark:
    """A sudden moment that may be seen or heard in both a film and a recording of its viewers."""

    second: float
    """Of the film or recording, from its first picture on."""
    kind: Literal["clap", "flash"]
    strength: float
    """Decibels of a clap, levels (0 to 255) of a flash, above what is around it."""


@dataclass(frozen=True, slots=True)
class FoundMarks:
    """The moments of one film or recording."""

    marks: tuple[Mark, ...]
    """Ascending in time."""
    note: str = ""
    """Why there are none of a kind, in sentences."""


def marks_of(library: Library, film_id: str) -> FoundMarks:
    """Claps in the sound of a film or recording, and flashes in the pictures that its newest scan saw.

    The sound is read by a process of its own. What cannot be read is told in the note.
    """
    import numpy as np  # here, as the page of uploads does not wait for it

    from ..audience import claps, flashes

    marks, notes = [], []
    try:
        marks += [Mark(each.second, "clap", each.strength) for each in claps(sound_of(library, film_id))]
    except EmotionError as error:
        notes.append(str(error))
    try:
        scan = library.newest_scan(film_id)
        if scan is None:
            notes.append("Flashes can be found as soon as it is analysed.")
        else:
            seen = library.store(scan.id).read()
            seconds = seen.scores.pts.astype(np.float64) * float(seen.media.time_base)
            marks += [Mark(each.second, "flash", each.strength) for each in flashes(seconds, seen.scores.brightness)]
    except EmotionError as error:
        notes.append(str(error))
    return FoundMarks(tuple(sorted(marks, key=lambda mark: mark.second)), " ".join(notes))


def sound_of(library: Library, film_id: str) -> BandEnergies:
    """The levels of a film's or a recording's sound, read by a process of its own: some seconds for an hour of it.

    Raises LibraryError if the file is gone, NoSound, MediaError.
    """
    film = library.film(film_id)
    path = library.original(film_id)
    if path is None:
        raise LibraryError(film.missing_message)
    return isolated.band_energies(path, film.id, film.name)


class FilmSounds:
    """The sounds of films, read when they are asked for. The last one is kept, so that it serves many viewers."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._film_id = ""
        self._sound: BandEnergies | EmotionError | None = None

    def of(self, film_id: str) -> BandEnergies:
        """The sound of a film. Raises as `sound_of`, without reading again."""
        if self._sound is None or film_id != self._film_id:
            self._film_id = film_id
            try:
                self._sound = sound_of(self._library, film_id)
            except EmotionError as error:
                self._sound = error
        if isinstance(self._sound, EmotionError):
            raise self._sound
        return self._sound

    def is_silent(self, film_id: str) -> bool:
        """Whether the film was found to have no sound."""
        return film_id == self._film_id and isinstance(self._sound, NoSound)


def alignment_by_sound(library: Library, viewer_id: str, film_sound: BandEnergies) -> Alignment:
    """Find when the film begins in a viewer's recording by its sound; nothing is stored.

    `film_sound` is what `sound_of` gave for the film. Raises NoSound, and AlignmentError where the film is not heard
    well enough.
    """
    from ..audience import align_by_sound

    viewer = library.viewer(viewer_id)
    if viewer.recording is None:
        raise SettingsError(
            f"“{viewer.name}” is no recording.", "Live sessions are in time with the film by themselves."
        )
    return align_by_sound(film_sound, sound_of(library, viewer.recording))


def align_viewer_by_sound(library: Library, viewer_id: str, film_sound: BandEnergies | None = None) -> Alignment:
    """`alignment_by_sound`, stored for all seats of the recording; `film_sound` is read here if it is not given.

    The alignment stays as it was where the film is not heard.
    """
    screening = library.screening(library.viewer(viewer_id).screening_id)
    alignment = alignment_by_sound(library, viewer_id, film_sound or sound_of(library, screening.film_id))
    library.set_recording_alignment(viewer_id, alignment)
    return alignment
