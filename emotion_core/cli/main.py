"""The command line: films analysed, corrected, compared, marked; frames, stills; checkpoints, engines."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ..console import exit_codes, terminal
from ..console.exit_codes import EPILOG, ExitCode
from ..errors import EmotionError, SettingsError
from ..settings import Detector, EngineName, ReportSettings, ScanSettings, ScenesAre, ShotSettings
from ..storage import group_mode
from ..storage.paths import home as default_home, use
from . import cuts as cli_cuts, settings as cli_settings
from .compare import compare
from .engines import engines
from .library import library
from .markers import markers
from .progress import follow, progress
from .scenes import scenes

if TYPE_CHECKING:  # the help is shown without it
    from ..analysis.records import Analysis

app = typer.Typer(
    no_args_is_help=True,
    epilog=EPILOG,
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
TrackOption = Annotated[
    int | None,
    typer.Option(metavar="N", help="Number of the video track, from 1; default: the one that players show."),
]
HomeOption = Annotated[
    str | None,
    typer.Option(metavar="FOLDER", help="Where everything is kept; default: EMOTION_HOME, else the platform's place."),
]


def main() -> NoReturn:
    """Run a command and end the process; an error is one line on standard error."""
    terminal.run(app)


@app.callback()
def everywhere(home: HomeOption = None) -> None:
    """What is on the faces of a film, scene by scene."""
    use(home)
    group_mode.join(default_home())


@app.command()
def analyze(
    context: typer.Context,
    film: Annotated[Path, typer.Argument(readable=False, help="The film; it is read where it lies.")],
    csv: Annotated[Path | None, typer.Option(readable=False, help="Write the per-scene report here.")] = None,
    json: Annotated[
        Path | None, typer.Option(readable=False, help="Write the report with every label's interval here.")
    ] = None,
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
    track: TrackOption = None,
    detector: Annotated[
        Detector | None,
        typer.Option(help="How cuts are found; “cuts” takes --cuts. Default: as on the film's page, else combined."),
    ] = None,
    threshold: Annotated[float | None, typer.Option(help="In the detector's unit; lower finds more.")] = None,
    min_scene_frames: Annotated[
        int | None, typer.Option(help="No detected scene is shorter. Default: as on the film's page, else 15.")
    ] = None,
    held_seconds: Annotated[
        float | None,
        typer.Option(help="Black, white or a title card held so long is a scene of its own. Default: so, else 1.2."),
    ] = None,
    scenes_are: Annotated[
        ScenesAre | None,
        typer.Option(
            help="A row a shot, or a row a group of shots that return to the same places. Default: so, else shots."
        ),
    ] = None,
    cuts: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            help="A cut list: an editing tool's or scene detector's, or by hand a position a line and a name.",
        ),
    ] = None,
    cuts_track: Annotated[
        str | None, typer.Option(help="The list's picture track, by name or number; default: the first.")
    ] = None,
) -> None:
    """Analyse FILM and write its per-scene report, as corrected on its page or with `scenes`.

    The same film with the same settings is read only once.
    """
    from ..decoding import isolated
    from ..expression.checkpoints.location import locate
    from ..jobs import scans
    from ..library import outputs
    from ..library.library import Library
    from ..report import csv_file as csv_report, json_file as json_report, table
    from ..scenes.shots import cuts_of
    from ..storage.config import Configuration

    if not math.isfinite(samples_per_second):
        raise SettingsError(f"samples_per_second was {samples_per_second}.", "It goes from 1/100 to 60.")
    settings = ScanSettings(
        samples_per_second=Fraction(samples_per_second).limit_denominator(1000),
        checkpoint=checkpoint,
        engine=engine,
        reuse_equal_crops=reuse_equal_crops,
        track=track,
    )
    asked = partial(
        cli_settings.asked_for, detector=detector, threshold=threshold, min_scene_frames=min_scene_frames,
        held_seconds=held_seconds, scenes_are=scenes_are, has_list=cuts is not None,
    )  # fmt: skip
    if detector != "cuts":
        asked(ReportSettings())  # what is bad is said before the film is looked at
    edit_list = cli_cuts.edit_list(cuts, cuts_track)
    locate(checkpoint)  # what is misspelt is said before the film is looked at
    library = Library.open()
    csv_file, json_file = made = outputs.asked_for(library, (film, cuts), csv, json)
    context.with_resource(outputs.clear_of(made))
    if keep_pictures is None:
        keep_pictures = Configuration.of(library.home).keep_pictures
    settings = replace(settings, keep_pictures=keep_pictures)
    known = library.refer_to(film)
    own = library.report_settings(known.id)
    wanted = asked(own)
    shots = wanted.shots
    if edit_list is not None:
        media = known.media if track is None else isolated.probe(film, known.id, film.name, track)
        shots = cli_cuts.laid(shots, edit_list, media)
        wanted = replace(wanted, shots=shots)
        for note in shots.cut_notes:
            print(f"Note: {note}")
    if own != ReportSettings() and (changes := cli_settings.differences(own, wanted)):
        print(f"Note: This report is not as the film's page has it: {'; '.join(changes)}.")
    scan_id = scans.start(library, known.id, settings, wanted)
    follow(library, scan_id, film.name)
    if edit_list is not None:  # again, by what only a scan knows: the exact length, the rate, the cuts
        seen = library.store(scan_id).read()
        wanted = replace(wanted, shots=cli_cuts.laid(shots, edit_list, seen.media, cuts_of(seen, ShotSettings())))
    if scans.top_up(library, scan_id, wanted):
        follow(library, scan_id, film.name)
    analysis = library.analysis_of(library.scan(scan_id), wanted)
    if csv_file is not None:
        csv_file.write(csv_report.csv(table.table(analysis)))
    if json_file is not None:
        json_file.write(json_report.to_json_bytes(analysis))
    _tell(analysis, said=() if edit_list is None else shots.cut_notes)
    if csv is None and json is None:
        print(table.table(analysis)[["scene", "tc_in", "tc_out", "dominant", "coverage"]].to_string(index=False))


def _tell(analysis: Analysis, *, said: tuple[str, ...]) -> None:
    """Print what was found and the report's notes, but for those that were `said` before."""
    from .. import formatting
    from ..expression.selection import overview
    from ..report import provenance

    seen = analysis.observations
    print(
        f"{formatting.count(len(analysis.scenes), 'scene')}, {formatting.count(len(seen.faces), 'face')} on "
        f"{formatting.count(len(seen.samples), 'sampled frame')}; "
        f"{provenance.read_by(seen.checkpoint, seen.engine, analysis.temperature)}"
    )
    for note in (note for note in analysis.notes if note not in said):
        print(f"Note: {note}")
    if hint := overview.hint(seen.checkpoint.key):
        print(f"Note: {hint}")


@app.command()
def frames(
    film: Annotated[Path, typer.Argument(readable=False, help="The film.")],
    out: Annotated[Path, typer.Option(readable=False, help="Folder for the pictures.")],
    every: Annotated[int, typer.Option(min=1, help="Take every n-th frame, from the first on.")] = 300,
    whole_frame: Annotated[bool, typer.Option("--whole-frame", help="Classify the frame itself, uncropped.")] = False,
    checkpoint: CheckpointOption = None,
    engine: EngineOption = "default",
    track: TrackOption = None,
) -> None:
    """Save every n-th frame of FILM with boxes and labels drawn, and print a line each."""
    from ..library import outputs
    from ..scan import save_frames
    from ..storage.paths import home

    outputs.check_folder(out, home())
    asked = save_frames.Asked(
        film=str(film),
        out=str(out),
        every=every,
        whole_frame=whole_frame,
        checkpoint=checkpoint,
        engine=engine,
        track=track,
    )
    if code := save_frames.save(asked):
        raise typer.Exit(code)


@app.command()
def classify(
    images: Annotated[list[Path], typer.Argument(readable=False, help="Stills.")],
    checkpoint: CheckpointOption = None,
    engine: EngineOption = "torch",
) -> None:
    """Print every face of each IMAGE with its box and probabilities."""
    from ..observations import damage
    from ..report import provenance
    from ..stills import StillReader, as_far_as_it_goes

    reader = StillReader(checkpoint, engine)
    print(provenance.read_by(reader.checkpoint, reader.engine, reader.temperature))
    failed: set[ExitCode] = set()
    broken = []
    for image in images:
        try:
            rgb, breaks_off = as_far_as_it_goes(image)
            readings = reader.read(rgb)
        except EmotionError as error:
            terminal.say_error(str(error))
            failed.add(exit_codes.of(error))
            continue
        broken += [image] if breaks_off else []
        if not readings:
            print(f"{image}: no face")
        for number, reading in enumerate(readings, start=1):
            left, top, width, height = (round(value) for value in reading.box)
            chances = "  ".join(f"{label} {chance:.3f}" for label, chance in reading.probabilities.items())
            print(f"{image}: face {number} at {left},{top} {width}x{height}  {chances}")
    for image in broken:
        print(f"Note: Damaged: only a part of {image} could be read. {damage.ADVICE}")
    if failed:
        raise typer.Exit(failed.pop() if len(failed) == 1 else ExitCode.REFUSED)


@app.command()
def download(
    checkpoint: Annotated[str, typer.Argument(help="Hub id.")] = "dima806/facial_emotions_image_detection",
) -> None:
    """Fetch a checkpoint from the model hub to this disk: the one command that uses the network."""
    from ..expression.checkpoints.hub import fetch

    with progress() as bar:
        task = bar.add_task(checkpoint, total=None, note="")

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, note=f"{done / 1e6:.0f} of {total / 1e6:.0f} MB")

        location = fetch(checkpoint, show)
    print(f"{location.name} at {location.revision[:12]} is on this disk, every file as the hub has it.")
