"""Probe a film in a process of its own: what a decoder may crash on never takes the app along."""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DamagedFilm, NotLookedAt, named
from ..media import identity
from ..package_root import ROOT
from ..plain_text import shown
from ..sandbox import confinement
from ..storage import descriptors
from ..system import memory_limits, program_faults

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from ..media.identity import Identity
    from ..media.media import Media
    from ..observations.observations import Observations
    from .browser_support import Tracks


PATIENCE = 180
"""Seconds for an answer; of the processor it may take confinement.LOOK_SECONDS, and no film's header takes so long."""


_CRASHES = {-int(getattr(signal, name, 0)) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL")} - {0}
"""Exit codes of a decoder that a film made fail; others are of a process that was ended, or that never got so far."""


_REFUSED = 3
"""Exit code of the other side when it raised an EmotionError and wrote it as JSON."""


def probe(film: Path, content: str, name: str, track: int | None = None) -> Media:
    """The facts of `film`, called `name` in messages; `track` as in Decoder.

    Raises NotAFilm, MediaError, SettingsError or ProgramFault.
    """
    from ..media.media import Media

    media: Media = Media.from_json(json.loads(_call(name, "probe", str(film.absolute()), content, *_word(track))))
    return media


def play_tracks(film: Path, name: str, track: int | None = None) -> Tracks:
    """What decides whether browsers play `film`, called `name` in messages; `track` as in Decoder.

    Raises NotAFilm, MediaError, SettingsError or ProgramFault.
    """
    from .browser_support import Tracks

    facts = json.loads(_call(name, "tracks", str(film.absolute()), "", *_word(track)))
    return Tracks(**{**facts, "sounds": tuple(facts["sounds"])})


def full_picture(film: Path, seen: Observations, frame: int, name: str) -> bytes:
    """One frame as viewers see it, JPEG, by seeking the original.

    Raises MediaError, ScanError or ProgramFault; FilmChanged where the film was changed or replaced meanwhile.
    """
    from .time_stamps import places

    (place,) = places(seen.scores, [frame])
    facts = (json.dumps(one) for one in (seen.media.to_json(), dataclasses.asdict(place)))
    before = identity.at(film)
    picture = _call(name, "picture", str(film.absolute()), seen.media.content_id, *facts)
    if identity.at(film) != before:
        raise identity.changed(Path(name))
    return picture


def fits(film: Path, content: str, file: Identity, store: Path, name: str) -> bool | None:
    """Whether the finished scan in the folder `store` holds the numbers of `film`, as rescore.is_of tells.

    `content` and `file` as in Decoder. Raises MediaError, ScanError or ProgramFault.
    """
    words = str(film.absolute()), content, str(store.absolute()), json.dumps(file.to_json())
    answer: bool | None = json.loads(_call(name, "fits", *words, patience=confinement.COMPARE_SECONDS + PATIENCE))
    return answer


def _word(track: int | None) -> list[str]:
    return [] if track is None else [str(track)]


def _call(name: str, *words: str, patience: float = PATIENCE) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "emotion_core.processes.film_reader", *words],
            capture_output=True,
            timeout=patience,
            check=False,
            cwd=ROOT,
            start_new_session=True,  # what ends the app by its terminal does not end this
        )
    except OSError as error:
        descriptors.refuse(error)
        raise memory_limits.no_process(name, error) from error
    except subprocess.TimeoutExpired as error:  # it had not even the processor's time that it may take
        raise NotLookedAt(
            f"{name} was not read within {patience:.0f} seconds.", "The machine is busy: try again when it is less so."
        ) from error
    if done.returncode == -getattr(signal, "SIGXCPU", 0) != 0:
        seconds = confinement.LOOK_SECONDS if patience == PATIENCE else confinement.COMPARE_SECONDS
        raise DamagedFilm(f"{name} could not be read within {seconds} seconds of work.", "Export or copy it again.")
    if done.returncode == _REFUSED:
        refusal = json.loads(done.stdout)
        problem = refusal["problem"].replace(shown(words[1]), name).replace(shown(Path(words[1]).name), name)
        raise named(refusal["kind"], problem, refusal["advice"])
    said = done.stderr.decode("utf-8", "replace")
    if memory_limits.ended(done.returncode, said):
        raise memory_limits.of_film(name)
    if program_faults.ended_so(done.returncode, said):
        raise program_faults.fault(name, program_faults.keep(said, words[1], Path(words[1]).name, name))
    if done.returncode in _CRASHES:
        raise DamagedFilm(f"{name} made the decoder fail.", "Export it again, for example as H.264 in MP4.")
    if done.returncode != 0:
        raise NotLookedAt(f"{name} could not be looked at: the process that reads it was ended.", "Try again.")
    return done.stdout
