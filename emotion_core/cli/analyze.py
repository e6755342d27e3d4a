"""`python -m emotion_core analyze FILM...`: analyse a film, or many, and write their reports."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import ExitCode
from ..errors import LibraryError, SettingsError
from ..media import check_is_file, content_id
from ..settings import FOR_NEW_FILMS, Detector, ScanSettings, ScenesAre, ShotSettings
from . import options
from .batch import is_batch
from .options import CheckpointOption, EngineOption, TrackOption

if TYPE_CHECKING:  # the help is shown without it
    from ..analysis import Analysis
    from ..interchange import EditList
    from ..library import Library
    from ..library.outputs import Output
    from ..settings import ReportSettings
    from .batch import BatchOptions


SHORT = 60
"""Seconds of film up to which what makes reports is loaded beside the scan: up to half a second, and 80 MB, which are
not spent beside the scan of a longer film.
"""


def analyze(
    context: typer.Context,
    films: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILM...", help="The film; it is read where it lies. Or several, a folder, or a quoted pattern."
        ),
    ],
    csv: Annotated[Path | None, typer.Option(readable=False, help="Write the per-scene report here.")] = None,
    json: Annotated[
        Path | None, typer.Option(readable=False, help="Write the report with every label's interval here.")
    ] = None,
    csv_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write the report of each of several films here, and a list of them."),
    ] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", help="Take the films of all folders in a named folder too.")
    ] = False,
    workers: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Films analysed at once on this machine, up to 8. One keeps all of a few cores busy: several pay off "
            "where there are many. Each takes its own memory, 0.6 GB with the embedded network.",
        ),
    ] = 1,
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
    level_faces: Annotated[
        bool,
        typer.Option(
            "--level-faces/--no-level-faces", help="Whether tilted heads are turned upright before they are read."
        ),
    ] = True,
    keep_pictures: Annotated[
        bool | None,
        typer.Option(
            "--keep-pictures/--keep-no-pictures",
            help="Whether small pictures of the sampled frames are kept, else numbers only; default: see config.toml.",
        ),
    ] = None,
    reuse: Annotated[
        bool,
        typer.Option(
            "--reuse/--no-reuse",
            help="Whether faces are taken over from an analysed cut of the library, on frames that both cuts have.",
        ),
    ] = False,
    reuse_from: Annotated[
        Path | None, typer.Option(readable=False, help="The only film from which they are; turns --reuse on.")
    ] = None,
    people: Annotated[
        bool,
        typer.Option(
            "--people",
            help="Store what tells people's faces apart: biometric data. Needs pictures, and a network; see the guide.",
        ),
    ] = False,
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
    readable_faces: Annotated[
        bool | None,
        typer.Option(
            "--readable-faces/--all-faces",
            help="Whether faces that are turned away, blurred or badly lit are left out. Default: as on the film's "
            "page, else left out.",
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
) -> int:
    """Analyse FILM and write its per-scene report, as corrected on its page or with `scenes`.

    The same film with the same settings is read only once. Of several films, a folder or a pattern such as
    "season/**/*.mov" each is analysed; errors end none of the others.
    """
    from ..expression.checkpoints import locate

    if not math.isfinite(samples_per_second):
        raise SettingsError(f"samples_per_second was {samples_per_second}.", "It goes from 1/100 to 60.")
    settings = ScanSettings(
        samples_per_second=Fraction(samples_per_second).limit_denominator(1000),
        checkpoint=checkpoint,
        engine=engine,
        reuse_equal_crops=reuse_equal_crops,
        level_faces=level_faces,
        track=track,
    )
    with_options = partial(
        options.report_settings, detector=detector, threshold=threshold, min_scene_frames=min_scene_frames,
        held_seconds=held_seconds, scenes_are=scenes_are, readable_faces=readable_faces,
        has_list=cuts is not None,
    )  # fmt: skip
    if detector != "cuts":
        with_options(FOR_NEW_FILMS)  # bad options are refused before the film is read
    edit_list = options.edit_list(cuts, cuts_track)
    locate(checkpoint)  # an unknown checkpoint is refused before the film is read
    settings = replace(settings, people=people, reuse_faces=reuse or reuse_from is not None)
    if is_batch(films, csv_dir, recursive=recursive):
        from .batch import BatchOptions

        for option, value in {"--csv": csv, "--json": json, "--cuts": cuts, "--reuse-from": reuse_from}.items():
            if value is not None:
                raise SettingsError(f"{option} is for one film.", "Of several films, --csv-dir writes a report each.")
        batch = BatchOptions(csv_dir, recursive, workers)
        return _analyze_several(films, settings, with_options, batch, keep_pictures=keep_pictures)
    check_is_file(films[0])  # before all that is imported to analyse one
    _analyze_one(
        context, films[0], csv, json, settings, with_options, edit_list, cuts, reuse_from, keep_pictures=keep_pictures
    )
    return ExitCode.DONE


def _analyze_one(
    context: typer.Context,
    film: Path,
    csv: Path | None,
    json: Path | None,
    settings: ScanSettings,
    with_options: Callable[[ReportSettings], ReportSettings],
    edit_list: EditList | None,
    cuts: Path | None,
    reuse_from: Path | None,
    *,
    keep_pictures: bool | None,
) -> None:
    """Analyse one film; `edit_list` is what the file `cuts` holds."""
    from ..ingest import begin_film
    from ..jobs import scans
    from ..library import Library, outputs
    from ..storage import Configuration
    from .progress import add_film, follow

    library = Library.open()
    csv_file, json_file = targets = outputs.outputs_for(library, (film, cuts), csv, json)
    context.with_resource(outputs.keep_standard_output_clear(targets))
    if keep_pictures is None:
        keep_pictures = Configuration.load(library.home).keep_pictures
    settings = replace(settings, keep_pictures=keep_pictures)
    source = None if reuse_from is None else _id_in_library(library, reuse_from)
    added = add_film(library, film)
    stored = library.report_settings(added.id)
    requested = with_options(stored)
    shots = requested.shots
    if edit_list is not None:
        from ..decoding import isolated

        media = added.media if settings.track is None else isolated.probe(film, added.id, film.name, settings.track)
        shots = options.with_edit_list(shots, edit_list, media)
        requested = replace(requested, shots=shots)
        for note in shots.cut_notes:
            print(f"Note: {note}")
    if stored != FOR_NEW_FILMS and (changes := options.differences(stored, requested)):
        print(f"Note: This report is not as the film's page has it: {'; '.join(changes)}.")
    scan_id = begin_film(library, added, settings, requested, browser_copy=False, reuse_from=source)
    if added.media.duration <= SHORT:
        Thread(target=_load_reports, args=(json is not None,), name="load reports", daemon=True).start()
    follow(library, scan_id, film.name)
    nothing_taken_over = scans.why_nothing_was_taken_over(library, scan_id)  # a backfill has events of its own
    if edit_list is not None:  # conform again: only a scan knows the exact length, the rate and the detected cuts
        from ..scenes import cuts_of

        observations = library.store(scan_id).read()
        detected_cuts = cuts_of(observations, ShotSettings())
        shots_of_scan = options.with_edit_list(shots, edit_list, observations.media, detected_cuts)
        requested = replace(requested, shots=shots_of_scan)
    if scans.backfill(library, scan_id, requested):
        follow(library, scan_id, film.name)
    analysis = library.analysis_of(library.scan(scan_id), requested)
    _write_reports(analysis, csv_file, json_file)
    _print_summary(analysis, printed_notes=() if edit_list is None else shots.cut_notes)
    if nothing_taken_over:
        print(f"Note: {nothing_taken_over}")
    if csv is None and json is None:
        _print_table(analysis)


def _analyze_several(
    words: list[Path],
    settings: ScanSettings,
    report_settings: Callable[[ReportSettings], ReportSettings],
    batch: BatchOptions,
    *,
    keep_pictures: bool | None,
) -> int:
    """Analyse several films; return the exit code."""
    from ..library import Library
    from ..storage import Configuration
    from .batch import run_batch

    library = Library.open()
    if keep_pictures is None:
        keep_pictures = Configuration.load(library.home).keep_pictures
    return run_batch(library, words, replace(settings, keep_pictures=keep_pictures), report_settings, batch)


def _id_in_library(library: Library, film: Path) -> str:
    """The id of the film at a path. Raises LibraryError where the library does not have it."""
    check_is_file(film)
    found = content_id(film)
    if found not in {known.id for known in library.films()}:
        raise LibraryError(
            f"{film.name} is not in the library: it has no faces to take over.",
            "Analyse it first, or leave out --reuse-from.",
        )
    return found


def _load_reports(needs_table: bool) -> None:
    """Load what the report needs, which takes up to half a second, while the film is read."""
    with contextlib.suppress(Exception):  # loaded again when it is needed, and then an error is reported
        from ..analysis import disk_cache  # noqa: F401

        if needs_table:
            import pandas as pd  # noqa: F401


def _write_reports(analysis: Analysis, csv_file: Output | None, json_file: Output | None) -> None:
    from ..report import json_bytes, scene_csv

    if csv_file is not None:
        csv_file.write(scene_csv(analysis))
    if json_file is not None:
        json_file.write(json_bytes(analysis))


def _print_table(analysis: Analysis) -> None:
    from ..report import scene_text

    print(scene_text(analysis, ["scene", "tc_in", "tc_out", "dominant", "coverage"]))


def _print_summary(analysis: Analysis, *, printed_notes: tuple[str, ...]) -> None:
    """Print the numbers of scenes, faces and frames, and the report's notes except `printed_notes`."""
    from .. import formatting
    from ..expression.selection import overview
    from ..report import provenance

    observations = analysis.observations
    print(
        f"{formatting.count(len(analysis.scenes), 'scene')}, {formatting.count(len(observations.faces), 'face')} "
        f"read on {formatting.count(len(observations.samples), 'sampled frame')}; "
        f"{provenance.reading_description(observations.checkpoint, observations.engine, analysis.temperature)}"
    )
    for note in (note for note in analysis.notes if note not in printed_notes):
        print(f"Note: {note}")
    if hint := overview.hint(observations.checkpoint.key):
        print(f"Note: {hint}")
