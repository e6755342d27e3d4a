"""Read a film in a confined child process, so that a film which crashes the decoder does not crash the app."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DamagedFilm, NotLookedAt
from ..formatting import printable
from ..media import changed_error, identity_at
from ..sandbox import confinement
from ..storage import descriptors
from ..system import (
    PIPE,
    Child,
    Finished,
    TimeoutExpired,
    error_of,
    memory_limits,
    program_faults,
    python_module,
    run,
    spawn,
)

if TYPE_CHECKING:  # imported late: the child process is confined before it imports what starts threads
    from ..media import FileIdentity, Media
    from ..observations import Observations, SoundPrints
    from .browser_support import PlaybackFacts
    from .sound import BandEnergies

ANSWER_SECONDS = 180
"""Time for the child's answer, beyond the processor time that it may take in excess of confinement.LOOK_SECONDS."""

_CRASHES = {-int(getattr(signal, name, 0)) for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL")} - {0}
"""Exit codes after a crash of the decoder; other codes mean that the process was ended, or failed before decoding."""

REFUSED_EXIT_CODE = 3
"""Exit code of the child after it wrote an EmotionError as JSON."""
UNASKED_EXIT_CODE = 4
"""Exit code of a spare child that has read no film."""

_READER = "emotion_core.processes.film_reader"
SPARE = "spare"
"""The child's only word where its others come over its standard input."""
SPARE_SECONDS = 60.0
"""Seconds for which a spare child waits; it holds some 15 MB of its own, and takes no processor time."""
_spares: list[Child] = []
"""The spare child, if one was started: at most one."""
_guard = threading.Lock()
"""Held while it is started or taken."""


def start_ahead() -> None:
    """Start the child of the next probe, which will come in a moment: it imports what it needs meanwhile.

    It ends by itself where none comes, and with this process. Only on Linux, see confinement.has_one_thread.
    """
    if sys.platform != "linux":
        return
    with _guard, contextlib.suppress(OSError):
        if not any(child.poll() is None for child in _spares):
            _spares[:] = [spawn(python_module(_READER, SPARE), stdin=PIPE, stdout=PIPE, stderr=PIPE)]


def probe(film: Path, content: str, name: str, track: int | None = None) -> Media:
    """The facts of `film`, called `name` in messages; `track` as in Decoder.

    Raises NotAFilm, MediaError, SettingsError or ProgramFault.
    """
    from ..media import Media

    media: Media = Media.from_json(_facts_of(film, content, name, track)["media"])
    return media


def playback_facts(film: Path, content: str, name: str, track: int | None = None) -> PlaybackFacts:
    """The playback facts of `film`; arguments and errors as of `probe`, which finds them, too."""
    from .browser_support import PlaybackFacts

    facts = _facts_of(film, content, name, track)["playback"]
    return PlaybackFacts(**{**facts, "sounds": tuple(facts["sounds"])})


@dataclasses.dataclass(frozen=True, slots=True)
class _Question:
    """A film's bytes, the file that holds them, and the track; where that is and how it is called alter no fact."""

    content: str
    track: int | None
    inode: int
    modified_ns: int
    film: Path = dataclasses.field(compare=False)
    name: str = dataclasses.field(compare=False)


def _facts_of(film: Path, content: str, name: str, track: int | None) -> dict[str, Any]:
    file = identity_at(film)
    inode, modified = (0, 0) if file is None else (file.inode, file.modified_ns)
    facts: dict[str, Any] = json.loads(_facts(_Question(content, track, inode, modified, film.absolute(), name)))
    return facts


@lru_cache(maxsize=64)  # a film that was added a moment ago is asked about again: for its scan, and its proxy
def _facts(asked: _Question) -> bytes:
    return _run_reader(asked.name, "probe", str(asked.film), asked.content, *_track_words(asked.track))


def frame_jpeg(film: Path, observations: Observations, frame: int, name: str) -> bytes:
    """One frame of the original film as viewers see it, JPEG.

    Raises MediaError, ScanError or ProgramFault; FilmChanged if the film was changed or replaced meanwhile.
    """
    from .time_stamps import frame_places

    (place,) = frame_places(observations.scores, [frame])
    facts = (json.dumps(record) for record in (observations.media.to_json(), dataclasses.asdict(place)))
    before = identity_at(film)
    picture = _run_reader(name, "picture", str(film.absolute()), observations.media.content_id, *facts)
    if identity_at(film) != before:
        raise changed_error(Path(name))
    return picture


def matches_scan(film: Path, content: str, file: FileIdentity, store: Path, name: str) -> bool | None:
    """Whether the finished scan in the folder `store` is of `film`, see scan.film_match; None if undecided.

    `content` and `file` as in Decoder. Raises MediaError, ScanError or ProgramFault.
    """
    words = str(film.absolute()), content, str(store.absolute()), json.dumps(file.to_json())
    answer: bool | None = json.loads(_run_reader(name, "fits", *words, seconds=confinement.COMPARE_SECONDS))
    return answer


def band_energies(film: Path, content: str, name: str, track: int | None = None) -> BandEnergies:
    """The band energies of the first sound track of `film`; `content` and `track`, of the picture, as in Decoder.

    Raises NoSound, NotAFilm, MediaError, SettingsError, FilmChanged or ProgramFault.
    """
    from .sound import BandEnergies

    words = str(film.absolute()), content, *_track_words(track)
    return BandEnergies.from_bytes(_run_reader(name, "sound", *words, seconds=confinement.SOUND_SECONDS))


def sound_prints(
    film: Path, media: Media, name: str, note: Callable[[Child], object] = lambda child: None
) -> SoundPrints:
    """The fingerprints of the first sound track of `film`, whose facts are `media`, see sound_prints.

    `note` is called with the process that reads them. Raises NotAFilm, MediaError or ProgramFault.
    """
    from ..observations import SoundPrints

    words = str(film.absolute()), json.dumps(media.to_json())
    return SoundPrints.from_bytes(_run_reader(name, "prints", *words, seconds=confinement.SOUND_SECONDS, note=note))


def _track_words(track: int | None) -> list[str]:
    return [] if track is None else [str(track)]


def _run_reader(
    name: str,
    *words: str,
    seconds: int = confinement.LOOK_SECONDS,
    note: Callable[[Child], object] = lambda child: None,
) -> bytes:
    """The answer of a child process, which may take `seconds` of processor time; `note` is called with it."""
    timeout = ANSWER_SECONDS + seconds - confinement.LOOK_SECONDS
    try:
        process = _asked_spare(words, timeout) if words[0] == "probe" else None
        process = process or run(python_module(_READER, *words), timeout=timeout, note=note)
    except OSError as error:
        descriptors.raise_if_ran_out(error)
        raise memory_limits.no_process_error(name, error) from error
    except TimeoutExpired as error:  # the machine gave it less processor time than it may take
        raise NotLookedAt(
            f"{name} was not read within {timeout} seconds.", "The machine is busy: try again when it is less so."
        ) from error
    if process.returncode == -getattr(signal, "SIGXCPU", 0) != 0:
        raise DamagedFilm(f"{name} could not be read within {seconds} seconds of work.", "Export or copy it again.")
    if process.returncode == REFUSED_EXIT_CODE:
        refusal = error_of(json.loads(process.stdout))
        problem = refusal.problem.replace(printable(words[1]), name).replace(printable(Path(words[1]).name), name)
        raise type(refusal)(problem, refusal.advice)
    stderr = process.stderr.decode("utf-8", "replace")
    if memory_limits.ended_for_memory(process.returncode, stderr):
        raise memory_limits.film_needs_memory(name)
    if program_faults.is_fault_exit(process.returncode, stderr):
        raise program_faults.fault_error(
            name, program_faults.append_to_log(stderr, words[1], Path(words[1]).name, name)
        )
    if process.returncode in _CRASHES:
        raise DamagedFilm(f"{name} made the decoder fail.", "Export it again, for example as H.264 in MP4.")
    if process.returncode != 0:
        raise NotLookedAt(f"{name} could not be looked at: the process that reads it was ended.", "Try again.")
    return process.stdout


def _asked_spare(words: Sequence[str], timeout: float) -> Finished | None:
    """The end of the spare child, which got these words; None where there was none to read the film."""
    with _guard:
        child = _spares.pop() if _spares else None
    if child is None or child.poll() is not None:
        return None
    with child:
        try:
            output, errors = child.communicate(json.dumps(words).encode(), timeout)
        except BaseException:
            child.kill()
            raise
    return None if child.returncode == UNASKED_EXIT_CODE else Finished(child.args, child.returncode, output, errors)
