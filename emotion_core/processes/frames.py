"""Save frames of a film as pictures, in a confined process: `python -m emotion_core.processes.frames REQUEST`.

REQUEST is a SaveFramesRequest as JSON. The process decodes the film once it can open only this film and the folder of
the pictures. Its output goes to the terminal of the command; an error is an event among the lines on standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import exit_codes, standard_streams
from ..decoding import isolated
from ..errors import DiskFull, EmotionError, MediaError, NobodyReads, SettingsError, error_fields, out_of_memory
from ..formatting import in_one_line
from ..library import outputs
from ..sandbox import STALLED, Watchdog, confinement, scratch
from ..scan import SaveFramesRequest
from ..storage import Home, from_os_error, home, os_errors, write_whole
from ..system import ERROR, encode, memory_limits, program_faults

if TYPE_CHECKING:  # imported after confinement
    from PIL import Image

    from ..media import FileIdentity
    from ..stills import FaceReading, StillReader


def main(request: SaveFramesRequest) -> None:
    """Confine this process and save the frames of `request`. Raises EmotionError."""
    from ..media import hash_film
    from ..stills import StillReader

    film, out = Path(request.film), Path(request.out)
    content, file = hash_film(film)
    isolated.probe(film, content, film.name, request.track)  # fails early, before the model is loaded
    scratch.use_temporary_folder()  # torch creates a folder on import and removes it at exit
    reader = StillReader(request.checkpoint, request.engine)
    try:
        out.mkdir(parents=True, exist_ok=True)
        # The calibration is read with every frame.
        confinement.confine_worker(film.resolve(), read=[Home(home()).calibrations], change=[out.resolve()])
        _save(request, content, reader, out, file)
    except DiskFull as error:
        raise outputs.disk_full_elsewhere(error) from error
    except OSError as error:
        raise from_os_error(error, out) from error


def _save(
    request: SaveFramesRequest, content: str, reader: StillReader, out: Path, file: FileIdentity | None = None
) -> None:
    from ..decoding import Decoder, ReadThrough
    from ..media import timecode_at
    from ..picture import display_rgb
    from ..report import provenance
    from ..stills import draw
    from ..system import threads

    film = Path(request.film)
    stalled = MediaError(f"{film.name} was given up: nothing came of it for {STALLED / 60:.0f} minutes.")
    budget = threads.thread_budget().decode
    with (
        Watchdog(lambda: _refuse(stalled)) as watchdog,
        Decoder(film, content, threads=budget, track=request.track, file=file) as decoder,
    ):
        print(provenance.reading_description(reader.checkpoint, reader.engine, reader.temperature))
        media, read_through = decoder.media, ReadThrough(decoder)
        for frame in read_through.frames():
            watchdog.reset()
            if frame.index % request.every:
                continue
            rgb = display_rgb(frame, media)
            readings = reader.read(rgb, whole_frame=request.whole_frame)
            path = out / f"frame_{frame.index:07}.jpg"
            decoder.verify_file()
            _write(path, draw(rgb, readings), film)
            timecode = timecode_at(media, frame.ticks * media.time_base)
            print(f"frame {frame.index}  {timecode}  {_describe(readings)}  {in_one_line(path)}", flush=True)
        if (damage := read_through.damage()) is not None:
            print(f"Note: {damage.message}")


def _write(path: Path, picture: Image.Image, film: Path) -> None:
    """Write a picture to `path` in one step. Raises SettingsError if `path` is the film itself."""
    import numpy as np

    from ..picture import encode_jpeg

    if path.exists() and path.samefile(film):
        raise SettingsError(f"{path.name} in {path.parent} is the film itself.", "Name another folder.")
    write_whole(path, encode_jpeg(np.asarray(picture), 92))


def _describe(readings: Iterable[FaceReading]) -> str:
    return ", ".join(f"{face.label} {face.probabilities[face.label]:.2f}" for face in readings) or "no face"


def _refuse(error: EmotionError) -> None:
    print(encode(ERROR, error_fields(error)), file=sys.stderr, flush=True)


def _run(request: SaveFramesRequest) -> int:
    """Run `main`; return the exit code."""
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
        if memory_limits.is_memory_error(error):
            _refuse(out_of_memory(name))
        elif isinstance(error, OSError) and error.errno in os_errors.LIMITS:
            _refuse(os_errors.from_os_error(error, Path(os.fsdecode(error.filename or request.film)), "used"))
        else:
            print(program_faults.fault_report(error, request.film, name), file=sys.stderr, flush=True)
        return program_faults.EXIT_CODE
    else:
        return 0
    return 1


if __name__ == "__main__":
    standard_streams.prepare()
    code = _run(SaveFramesRequest(**json.loads(sys.argv[1])))
    if code:
        standard_streams.discard_output()
    scratch.empty_temporary_folder()
    sys.exit(code)
