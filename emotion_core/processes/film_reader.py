"""Read a film in a confined process, so that a crash of a decoder does not end the app.

`python -m emotion_core.processes.film_reader probe|picture|fits|sound|prints …` is the child process of
decoding.isolated. With the only word "spare" it imports what a probe needs, and waits for its words as JSON on its
standard input.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import sys
from importlib import import_module
from pathlib import Path

from ..decoding import REFUSED_EXIT_CODE
from ..decoding.isolated import SPARE, SPARE_SECONDS, UNASKED_EXIT_CODE
from ..errors import EmotionError, SettingsError, error_fields, out_of_memory
from ..sandbox import confinement
from ..system import ERROR, encode, memory_limits, program_faults

NICE = 5
"""Niceness of a reader that works beside a scan: its pictures go first."""


def _main(verb: str, film: Path, content: str, *rest: str) -> bytes:
    if verb == "picture":
        return _picture(film, *rest)
    if verb == "fits":
        return _fits(film, *rest)
    if verb == "prints":
        return _prints(film, content)
    track = int(rest[0]) if rest else None
    if verb == "sound":
        from ..decoding import read_band_energies

        return read_band_energies(film, content, track).to_bytes()
    return _facts(film, content, track)


def _facts(film: Path, content: str, track: int | None) -> bytes:
    from ..decoding import Decoder, read_playback_facts

    with Decoder(film, content, track=track) as decoder:
        media = decoder.media.to_json()
    return json.dumps({"media": media, "playback": dataclasses.asdict(read_playback_facts(film, track))}).encode()


def _picture(film: Path, media_json: str, place: str) -> bytes:
    from ..decoding import Decoder, FramePlace
    from ..media import Media
    from ..picture import display_rgb, encode_jpeg

    with Decoder.reopen(film, Media.from_json(json.loads(media_json))) as decoder:
        rgb = display_rgb(decoder.seek_frame(FramePlace(**json.loads(place))), decoder.media)
        return encode_jpeg(rgb, 92)


def _prints(film: Path, media_json: str) -> bytes:
    with contextlib.suppress(OSError, AttributeError):  # some platforms have no niceness
        os.nice(NICE)
    from ..decoding import read_sound_prints
    from ..media import Media

    return read_sound_prints(film, Media.from_json(json.loads(media_json)), lambda: None).to_bytes()


def _fits(film: Path, store: str, file: str) -> bytes:
    from ..decoding import Decoder
    from ..media import FileIdentity
    from ..observations import ObservationStore
    from ..scan import matches_film

    observations = ObservationStore(Path(store)).read()
    try:
        with Decoder.reopen(film, observations.media, file=FileIdentity.from_json(json.loads(file))) as decoder:
            return json.dumps(matches_film(decoder, observations)).encode()
    except SettingsError:  # the film has no such video track
        return json.dumps(False).encode()


def _words_of_spare() -> list[str]:
    """Import what a probe needs, and wait for the words of one; end without any."""
    for module in ("decoder", "browser_support"):
        import_module(f"emotion_core.decoding.{module}")
    is_asked = select.select([sys.stdin], [], [], SPARE_SECONDS)[0]
    words: list[str] = json.loads(sys.stdin.buffer.read() or b"[]") if is_asked else []
    if not (words and confinement.has_one_thread()):
        os._exit(UNASKED_EXIT_CODE)
    return words


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as an exception it could leave a library as an ImportError
    words = sys.argv[1:] if sys.argv[1:] != [SPARE] else _words_of_spare()
    verb, film = words[0], Path(words[1])
    if verb == "fits":
        confinement.confine_reader(film, read=[Path(words[3])], seconds=confinement.COMPARE_SECONDS)
    else:
        allowed = confinement.SOUND_SECONDS if verb in ("sound", "prints") else confinement.LOOK_SECONDS
        confinement.confine_reader(film, seconds=allowed)
    try:
        sys.stdout.buffer.write(_main(verb, film, *words[2:]))
    except Exception as error:
        if isinstance(error, EmotionError) or memory_limits.is_memory_error(error):
            refused = error if isinstance(error, EmotionError) else out_of_memory(film.name)
            sys.stdout.buffer.write(encode(ERROR, error_fields(refused)).encode())
            sys.exit(REFUSED_EXIT_CODE)
        print(program_faults.fault_report(error, words[1], film.name), file=sys.stderr)
        sys.exit(program_faults.EXIT_CODE)
    sys.stdout.flush()
    os._exit(0)  # taking the modules apart would take a tenth of a second, for which somebody waits
