"""Reading a film in another process: what a decoder may crash on never takes the app along.

`python -m emotion_core.isolated probe|tracks|picture|fits …` is the other side of the functions here.
"""

from __future__ import annotations

import dataclasses
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import confinement, descriptors, faults, identity, scarcity
from .errors import DamagedFilm, EmotionError, NotLookedAt, SettingsError, named, out_of_memory, told
from .package_root import ROOT
from .plain_text import shown

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    from .identity import Identity
    from .media import Media
    from .observations import Observations
    from .playable import Tracks

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
    from .media import Media

    media: Media = Media.from_json(json.loads(_call(name, "probe", str(film.absolute()), content, *_word(track))))
    return media


def play_tracks(film: Path, name: str, track: int | None = None) -> Tracks:
    """What decides whether browsers play `film`, called `name` in messages; `track` as in Decoder.

    Raises NotAFilm, MediaError, SettingsError or ProgramFault.
    """
    from .playable import Tracks

    facts = json.loads(_call(name, "tracks", str(film.absolute()), "", *_word(track)))
    return Tracks(**{**facts, "sounds": tuple(facts["sounds"])})


def full_picture(film: Path, seen: Observations, frame: int, name: str) -> bytes:
    """One frame as viewers see it, JPEG, by seeking the original.

    Raises MediaError, ScanError or ProgramFault; FilmChanged where the film was changed or replaced meanwhile.
    """
    from .stamps import places

    (place,) = places(seen.scores, [frame])
    facts = (json.dumps(one) for one in (seen.media.to_json(), dataclasses.asdict(place)))
    before = identity.at(film)
    picture = _call(name, "picture", str(film.absolute()), seen.media.content_id, *facts)
    if identity.at(film) != before:
        raise identity.changed(Path(name))
    return picture


def fits(film: Path, content: str, file: Identity, store: Path, name: str) -> bool | None:
    """Whether the finished scan in the folder `store` holds the numbers of `film`, as rescored.is_of tells.

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
            [sys.executable, "-m", "emotion_core.isolated", *words],
            capture_output=True,
            timeout=patience,
            check=False,
            cwd=ROOT,
            start_new_session=True,  # what ends the app by its terminal does not end this
        )
    except OSError as error:
        descriptors.refuse(error)
        raise scarcity.no_process(name, error) from error
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
    if scarcity.ended(done.returncode, said):
        raise scarcity.of_film(name)
    if faults.ended_so(done.returncode, said):
        raise faults.fault(name, faults.keep(said, words[1], Path(words[1]).name, name))
    if done.returncode in _CRASHES:
        raise DamagedFilm(f"{name} made the decoder fail.", "Export it again, for example as H.264 in MP4.")
    if done.returncode != 0:
        raise NotLookedAt(f"{name} could not be looked at: the process that reads it was ended.", "Try again.")
    return done.stdout


def _main(verb: str, film: Path, content: str, *rest: str) -> bytes:
    if verb == "picture":
        return _picture(film, *rest)
    if verb == "fits":
        return _fits(film, *rest)
    track = int(rest[0]) if rest else None
    if verb == "tracks":
        from .playable import tracks

        return json.dumps(dataclasses.asdict(tracks(film, track))).encode()
    from .decoder import Decoder

    with Decoder(film, content, track=track) as decoder:
        return json.dumps(decoder.media.to_json()).encode()


def _picture(film: Path, seen: str, place: str) -> bytes:
    import cv2

    from .decoder import Decoder
    from .display import display_rgb
    from .media import Media
    from .stamps import Place

    with Decoder.reopened(film, Media.from_json(json.loads(seen))) as decoder:
        rgb = display_rgb(decoder.frame_at(Place(**json.loads(place))), decoder.media)
        _, encoded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [int(cv2.IMWRITE_JPEG_QUALITY), 92])
        return encoded.tobytes()


def _fits(film: Path, store: str, file: str) -> bytes:
    from .decoder import Decoder
    from .identity import Identity
    from .observation_store import ObservationStore
    from .rescored import is_of

    seen = ObservationStore(Path(store)).read()
    try:
        with Decoder.reopened(film, seen.media, file=Identity.from_json(json.loads(file))) as decoder:
            return json.dumps(is_of(decoder, seen)).encode()
    except SettingsError:  # it has no such video track
        return json.dumps(False).encode()


if __name__ == "__main__":
    if sys.argv[1] == "fits":
        confinement.look(Path(sys.argv[2]), read=[Path(sys.argv[4])], seconds=confinement.COMPARE_SECONDS)
    else:
        confinement.look(Path(sys.argv[2]))
    try:
        sys.stdout.buffer.write(_main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))
    except Exception as error:
        if isinstance(error, EmotionError) or scarcity.caused(error):
            refused = error if isinstance(error, EmotionError) else out_of_memory(Path(sys.argv[2]).name)
            sys.stdout.buffer.write(json.dumps(told(refused)).encode())
            sys.exit(_REFUSED)
        print(faults.described(error, sys.argv[2], Path(sys.argv[2]).name), file=sys.stderr)
        sys.exit(faults.EXIT_CODE)
