"""Reading a film in another process: what a decoder may crash on never takes the app along.

`python -m emotion_core.processes.film_reader probe|tracks|picture|fits …` is the other side of the functions here.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..decoding.isolated import _REFUSED
from ..errors import EmotionError, SettingsError, out_of_memory, told
from ..sandbox import confinement
from ..system import memory_limits, program_faults

if TYPE_CHECKING:  # the other side is confined before it imports what starts threads
    pass


def _main(verb: str, film: Path, content: str, *rest: str) -> bytes:
    if verb == "picture":
        return _picture(film, *rest)
    if verb == "fits":
        return _fits(film, *rest)
    track = int(rest[0]) if rest else None
    if verb == "tracks":
        from ..decoding.browser_support import tracks

        return json.dumps(dataclasses.asdict(tracks(film, track))).encode()
    from ..decoding.decoder import Decoder

    with Decoder(film, content, track=track) as decoder:
        return json.dumps(decoder.media.to_json()).encode()


def _picture(film: Path, seen: str, place: str) -> bytes:
    import cv2

    from ..decoding.decoder import Decoder
    from ..decoding.time_stamps import Place
    from ..media.media import Media
    from ..picture.display import display_rgb

    with Decoder.reopened(film, Media.from_json(json.loads(seen))) as decoder:
        rgb = display_rgb(decoder.frame_at(Place(**json.loads(place))), decoder.media)
        _, encoded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [int(cv2.IMWRITE_JPEG_QUALITY), 92])
        return encoded.tobytes()


def _fits(film: Path, store: str, file: str) -> bytes:
    from ..decoding.decoder import Decoder
    from ..media.identity import Identity
    from ..observations.store import ObservationStore
    from ..scan.rescore import is_of

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
        if isinstance(error, EmotionError) or memory_limits.caused(error):
            refused = error if isinstance(error, EmotionError) else out_of_memory(Path(sys.argv[2]).name)
            sys.stdout.buffer.write(json.dumps(told(refused)).encode())
            sys.exit(_REFUSED)
        print(program_faults.described(error, sys.argv[2], Path(sys.argv[2]).name), file=sys.stderr)
        sys.exit(program_faults.EXIT_CODE)
