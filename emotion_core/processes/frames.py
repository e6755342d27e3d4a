"""Frames of a film saved as pictures, in a process of its own: `python -m emotion_core.processes.frames ASKED`.

The film is decoded there once the process has given up all but this film and the folder for the pictures. What it
prints goes to the terminal that asked; an error is a line on its standard error, among what libraries say there.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import exit_codes, standard_streams
from ..decoding import isolated
from ..errors import (
    DiskFull,
    EmotionError,
    MediaError,
    NobodyReads,
    SettingsError,
    out_of_memory,
    told,
)
from ..library import outputs
from ..plain_text import in_one_line
from ..sandbox import confinement, scratch
from ..sandbox.watchdog import STALLED, Watchdog
from ..scan.save_frames import _REFUSED, Asked
from ..storage import os_errors
from ..storage.files import from_os_error, write_whole
from ..storage.paths import home
from ..system import memory_limits, program_faults

if TYPE_CHECKING:  # who asks has no need of what reads
    from PIL import Image

    from ..media.identity import Identity
    from ..stills import FaceReading, StillReader


def main(asked: Asked) -> None:
    """The other side. Raises EmotionError."""
    from ..media.identity import hashed
    from ..stills import StillReader

    film, out = Path(asked.film), Path(asked.out)
    content, file = hashed(film)
    isolated.probe(film, content, film.name, asked.track)  # before anything is made ready
    scratch.temporary_folder()  # torch makes a folder when it is imported, and wants it gone at the end
    reader = StillReader(asked.checkpoint, asked.engine)
    try:
        out.mkdir(parents=True, exist_ok=True)
        # The temperature is looked up with every frame.
        confinement.work(film.resolve(), read=[home() / "calibrations"], change=[out.resolve()])
        _save(asked, content, reader, out, file)
    except DiskFull as error:
        raise outputs.elsewhere(error) from error
    except OSError as error:
        raise from_os_error(error, out) from error


def _save(asked: Asked, content: str, reader: StillReader, out: Path, file: Identity | None = None) -> None:
    from ..decoding.decoder import Decoder
    from ..decoding.read_through import Whole
    from ..media.media import timecode_at
    from ..picture.display import display_rgb
    from ..report import provenance
    from ..stills import draw
    from ..system import threads

    film = Path(asked.film)
    stalled = MediaError(f"{film.name} was given up: nothing came of it for {STALLED / 60:.0f} minutes.")
    hangs = Watchdog(lambda: _refuse(stalled))
    with Decoder(film, content, threads=threads.share().decode, track=asked.track, file=file) as decoder:
        print(provenance.read_by(reader.checkpoint, reader.engine, reader.temperature))
        media, whole = decoder.media, Whole(decoder)
        for frame in whole.frames():
            hangs.seen()
            if frame.index % asked.every:
                continue
            rgb = display_rgb(frame, media)
            readings = reader.read(rgb, whole_frame=asked.whole_frame)
            path = out / f"frame_{frame.index:07}.jpg"
            decoder.must_be_the_film()
            _write(path, draw(rgb, readings), film)
            timecode = timecode_at(media, frame.ticks * media.time_base)
            print(f"frame {frame.index}  {timecode}  {_said(readings)}  {in_one_line(path)}", flush=True)
        if (hurt := whole.damage()) is not None:
            print(f"Note: {hurt.told}")
    hangs.leave()


def _write(path: Path, picture: Image.Image, film: Path) -> None:
    """Put a picture at `path`, whole. Raises SettingsError where that is the film itself."""
    if path.exists() and path.samefile(film):
        raise SettingsError(f"{path.name} in {path.parent} is the film itself.", "Name another folder.")
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=92)
    write_whole(path, content.getvalue())


def _said(readings: Iterable[FaceReading]) -> str:
    return ", ".join(f"{one.label} {one.probabilities[one.label]:.2f}" for one in readings) or "no face"


def _refuse(error: EmotionError) -> None:
    print(_REFUSED + json.dumps(told(error)), file=sys.stderr, flush=True)


def _run(request: Asked) -> int:
    """The exit code."""
    name = Path(request.film).name
    try:
        main(request)
        standard_streams.flush()
    except NobodyReads:
        return exit_codes.ExitCode.NOBODY_READS
    except EmotionError as error:
        _refuse(error)
    except KeyboardInterrupt:
        return exit_codes.ExitCode.STOPPED
    except Exception as error:
        if memory_limits.caused(error):
            _refuse(out_of_memory(name))
        elif isinstance(error, OSError) and error.errno in os_errors.LIMITS:
            _refuse(os_errors.refused(error, Path(os.fsdecode(error.filename or request.film)), "used"))
        else:
            print(program_faults.described(error, request.film, name), file=sys.stderr, flush=True)
        return program_faults.EXIT_CODE
    else:
        return 0
    return 1


if __name__ == "__main__":
    standard_streams.ready()
    code = _run(Asked(**json.loads(sys.argv[1])))
    if code:
        standard_streams.forget()
    scratch.leave()
    sys.exit(code)
