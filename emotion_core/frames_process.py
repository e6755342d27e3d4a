"""Frames of a film saved as pictures, in a process of its own: `python -m emotion_core.frames_process ASKED`.

The film is decoded there once the process has given up all but this film and the folder for the pictures. What it
prints goes to the terminal that asked; an error is a line on its standard error, among what libraries say there.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import confinement, exit_codes, faults, isolated, os_errors, outputs, scarcity, standard_streams
from .confinement import STALLED, Watchdog
from .errors import (
    DamagedFilm,
    DiskFull,
    EmotionError,
    MediaError,
    NobodyReads,
    SettingsError,
    named,
    out_of_memory,
    told,
)
from .home import home
from .package_root import ROOT
from .plain_text import in_one_line
from .settings import EngineName
from .storage import from_os_error, write_whole

if TYPE_CHECKING:  # who asks has no need of what reads
    from PIL import Image

    from .identity import Identity
    from .stills import FaceReading, StillReader


_REFUSED = "refused: "
"""Begins the line with the error that ended it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be saved, of which film, and where."""

    film: str
    out: str
    every: int
    """Every so many-th frame, from the first on."""
    whole_frame: bool
    checkpoint: str | None
    engine: EngineName
    track: int | None = None
    """As in ScanSettings."""


def save(asked: Asked) -> int:
    """Save them; returns the exit code, once what there is to say was printed. Raises EmotionError."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    name = Path(asked.film).name
    with standard_streams.aside() as said:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "emotion_core.frames_process", json.dumps(asdict(asked))],
                stderr=said,
                check=False,
                env={**os.environ, "PYTHONPATH": path, "EMOTION_HOME": str(home())},
            )
        except OSError as error:
            raise scarcity.no_process(name, error) from error
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").splitlines()
    if done.returncode:
        if (refusal := next((line for line in reversed(lines) if line.startswith(_REFUSED)), None)) is not None:
            raise named(**json.loads(refusal.removeprefix(_REFUSED)))
        if scarcity.ended(done.returncode, "\n".join(lines)):
            raise scarcity.of_film(name)
        if faults.ended_so(done.returncode, "\n".join(lines)):
            raise faults.fault(name, faults.keep("\n".join(lines), asked.film, name))
    if done.returncode < 0:
        raise DamagedFilm(f"{name} made the decoder fail.", "Export it again, as H.264 in MP4.")
    return done.returncode


def main(asked: Asked) -> None:
    """The other side. Raises EmotionError."""
    from .identity import hashed
    from .stills import StillReader

    film, out = Path(asked.film), Path(asked.out)
    content, file = hashed(film)
    isolated.probe(film, content, film.name, asked.track)  # before anything is made ready
    confinement.temporary_folder()  # torch makes a folder when it is imported, and wants it gone at the end
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
    from . import threads, wording
    from .decoder import Decoder
    from .display import display_rgb
    from .media import timecode_at
    from .stills import draw
    from .whole import Whole

    film = Path(asked.film)
    stalled = MediaError(f"{film.name} was given up: nothing came of it for {STALLED / 60:.0f} minutes.")
    hangs = Watchdog(lambda: _refuse(stalled))
    with Decoder(film, content, threads=threads.share().decode, track=asked.track, file=file) as decoder:
        print(wording.read_by(reader.checkpoint, reader.engine, reader.temperature))
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
        if scarcity.caused(error):
            _refuse(out_of_memory(name))
        elif isinstance(error, OSError) and error.errno in os_errors.LIMITS:
            _refuse(os_errors.refused(error, Path(os.fsdecode(error.filename or request.film)), "used"))
        else:
            print(faults.described(error, request.film, name), file=sys.stderr, flush=True)
        return faults.EXIT_CODE
    else:
        return 0
    return 1


if __name__ == "__main__":
    standard_streams.ready()
    code = _run(Asked(**json.loads(sys.argv[1])))
    if code:
        standard_streams.forget()
    confinement.leave()
    sys.exit(code)
