"""The command line: films analysed, corrected, compared, marked; frames, stills; checkpoints, engines."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from .cli_compare import compare
from .cli_engines import engines
from .cli_library import library
from .cli_markers import markers
from .cli_progress import follow, progress
from .cli_scenes import scenes
from .errors import EmotionError, SettingsError
from .home import use
from .settings import Detector, EngineName, ReportSettings, ScanSettings, ScenesAre, ShotSettings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command()(scenes)
app.command()(compare)
app.command()(markers)
app.command()(engines)
app.add_typer(library, name="library")

CheckpointOption = Annotated[
    str | None, typer.Option(help="Hub id on this disk, folder, or “embedded”; default: the reference model if here.")
]
EngineOption = Annotated[EngineName, typer.Option(help="What runs the model.")]
HomeOption = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where everything is kept; default: EMOTION_HOME, else the platform's place."),
]


def main() -> None:
    """Run; an error on purpose is one line on standard error, exit code 1, or 2 where the words make no command."""
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        _refuse(error.format_message(), error.exit_code)
    except typer.Abort:
        _refuse("Stopped.", 130)
    except EmotionError as error:
        _refuse(str(error), 1)
    sys.exit(code if isinstance(code, int) else 0)


def _refuse(message: str, code: int) -> NoReturn:
    if message:  # without a word the help was shown instead
        print(f"Error: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)


@app.callback()
def everywhere(home: HomeOption = None) -> None:
    """What is on the faces of a film, scene by scene."""
    use(home)


@app.command()
def analyze(
    film: Annotated[Path, typer.Argument(help="The film; it is read where it lies.")],
    csv: Annotated[Path | None, typer.Option(help="Write the per-scene report here.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write the report with every label's interval here.")] = None,
    checkpoint: CheckpointOption = None,
    engine: EngineOption = "default",
    samples_per_second: Annotated[float, typer.Option(help="Sampled frames a second of film.")] = 2.0,
    reuse_equal_crops: Annotated[
        bool,
        typer.Option(
            "--reuse-equal-crops/--read-every-crop",
            help="Whether a face that is the same picture as on the sampled frame before is read again.",
        ),
    ] = True,
    keep_pictures: Annotated[
        bool | None,
        typer.Option(
            "--keep-pictures/--keep-no-pictures",
            help="Whether small pictures of the sampled frames are kept, else numbers only; default: see config.toml.",
        ),
    ] = None,
    detector: Annotated[Detector, typer.Option(help="How cuts are found; “cuts” takes --cuts.")] = "combined",
    threshold: Annotated[float | None, typer.Option(help="In the detector's unit; lower finds more.")] = None,
    min_scene_frames: Annotated[int, typer.Option(help="No detected scene is shorter.")] = 15,
    held_seconds: Annotated[
        float, typer.Option(help="Black, white or a title card held so long is a scene of its own.")
    ] = 1.2,
    scenes_are: Annotated[
        ScenesAre, typer.Option(help="A row a shot, or a row a group of shots that return to the same places.")
    ] = "shots",
    cuts: Annotated[
        Path | None, typer.Option(help="A cut list: an EDL, or by hand a timecode or frame a line, then a name.")
    ] = None,
) -> None:
    """Analyse FILM and write its per-scene report. The same film with the same settings is read only once."""
    from . import cutlist, jobs, measured, report, wording
    from .configuration import Configuration
    from .expression.location import locate
    from .library import Library
    from .storage import write_whole

    if not math.isfinite(samples_per_second):
        raise SettingsError(f"samples_per_second was {samples_per_second}.", "It goes from 1/100 to 60.")
    settings = ScanSettings(
        samples_per_second=Fraction(samples_per_second).limit_denominator(1000),
        checkpoint=checkpoint,
        engine=engine,
        reuse_equal_crops=reuse_equal_crops,
    )
    shots = ShotSettings(
        detector="cuts" if cuts else detector, threshold=threshold, min_scene_frames=min_scene_frames,
        held_seconds=held_seconds,
    )  # fmt: skip
    if shots.detector == "cuts" and cuts is None:
        raise SettingsError("The detector “cuts” needs a cut list.", "Name it with --cuts FILE.")
    locate(checkpoint)  # what is misspelt is said before the film is looked at
    library = Library.open()
    if keep_pictures is None:
        keep_pictures = Configuration.of(library.home).keep_pictures
    settings = replace(settings, keep_pictures=keep_pictures)
    known = library.refer_to(film)
    if cuts is not None:
        read = cutlist.parse(_text(cuts), known.media)
        shots = replace(shots, cuts=read.cuts)
        if read.assumed:
            print(f"Note: {read.assumed}")
    wanted = ReportSettings(shots=shots, scenes_are=scenes_are)
    scan_id = jobs.start(library, known.id, settings, wanted)
    follow(library, scan_id, film.name)
    if jobs.top_up(library, scan_id, wanted):
        follow(library, scan_id, film.name)
    analysis = library.analysis_of(library.scan(scan_id), wanted)
    if csv is not None:
        write_whole(csv, report.csv(report.table(analysis)))
    if json is not None:
        write_whole(json, report.to_json_bytes(analysis))
    seen = analysis.observations
    print(
        f"{wording.count(len(analysis.scenes), 'scene')}, {wording.count(len(seen.faces), 'face')} on "
        f"{wording.count(len(seen.samples), 'sampled frame')}; "
        f"{wording.read_by(seen.checkpoint, seen.engine, analysis.temperature)}"
    )
    for note in analysis.notes:
        print(f"Note: {note}")
    if hint := measured.hint(seen.checkpoint.key):
        print(f"Note: {hint}")
    if csv is None and json is None:
        print(report.table(analysis)[["scene", "tc_in", "tc_out", "dominant", "coverage"]].to_string(index=False))


@app.command()
def frames(
    film: Annotated[Path, typer.Argument(help="The film.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")],
    every: Annotated[int, typer.Option(min=1, help="Take every n-th frame, from the first on.")] = 300,
    whole_frame: Annotated[bool, typer.Option("--whole-frame", help="Classify the frame itself, uncropped.")] = False,
    checkpoint: CheckpointOption = None,
    engine: EngineOption = "default",
) -> None:
    """Save every n-th frame of FILM with boxes and labels drawn, and print a line each."""
    from . import frames_process

    asked = frames_process.Asked(
        film=str(film), out=str(out), every=every, whole_frame=whole_frame, checkpoint=checkpoint, engine=engine
    )
    if code := frames_process.save(asked):
        raise typer.Exit(code)


@app.command()
def classify(
    images: Annotated[list[Path], typer.Argument(help="Stills.")],
    checkpoint: CheckpointOption = None,
    engine: EngineOption = "torch",
) -> None:
    """Print every face of each IMAGE with its box and probabilities."""
    from . import wording
    from .stills import StillReader, picture

    reader = StillReader(checkpoint, engine)
    print(wording.read_by(reader.checkpoint, reader.engine, reader.temperature))
    failed = 0
    for image in images:
        try:
            readings = reader.read(picture(image))
        except EmotionError as error:
            print(f"Error: {' '.join(str(error).split())}", file=sys.stderr)
            failed += 1
            continue
        if not readings:
            print(f"{image}: no face")
        for number, reading in enumerate(readings, start=1):
            left, top, width, height = (round(value) for value in reading.box)
            chances = "  ".join(f"{label} {chance:.3f}" for label, chance in reading.probabilities.items())
            print(f"{image}: face {number} at {left},{top} {width}x{height}  {chances}")
    if failed:
        raise typer.Exit(1)


@app.command()
def download(
    checkpoint: Annotated[str, typer.Argument(help="Hub id.")] = "dima806/facial_emotions_image_detection",
) -> None:
    """Fetch a checkpoint from the model hub to this disk: the one command that uses the network."""
    from .expression.fetch import fetch

    with progress() as bar:
        task = bar.add_task(checkpoint, total=None, note="")

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, note=f"{done / 1e6:.0f} of {total / 1e6:.0f} MB")

        location = fetch(checkpoint, show)
    print(f"{location.name} at {location.revision[:12]} is on this disk, every file as the hub has it.")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "it is no text"
        raise SettingsError(f"{path} cannot be read: {reason}.", "Check the path.") from error
