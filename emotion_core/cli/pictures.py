"""`python -m emotion_core frames` and `classify`: faces on frames of a film and on stills, without a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console import ExitCode, exit_codes, terminal
from ..errors import EmotionError
from .options import CheckpointOption, EngineOption, TrackOption


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
    from ..scan import SaveFramesRequest, save_frames
    from ..storage import home

    outputs.check_folder(out, home())
    request = SaveFramesRequest(
        film=str(film),
        out=str(out),
        every=every,
        whole_frame=whole_frame,
        checkpoint=checkpoint,
        engine=engine,
        track=track,
    )
    if code := save_frames(request):
        raise typer.Exit(code)


def classify(
    images: Annotated[list[Path], typer.Argument(readable=False, help="Stills.")],
    checkpoint: CheckpointOption = None,
    engine: EngineOption = "torch",
) -> None:
    """Print every face of each IMAGE with its box and probabilities."""
    from ..observations import damage
    from ..report import provenance
    from ..stills import StillReader, picture_or_part

    reader: StillReader | None = None
    failed: set[ExitCode] = set()
    broken = []

    def report(error: EmotionError) -> None:
        terminal.print_error(str(error))
        failed.add(exit_codes.exit_code_for(error))

    for image in images:
        try:
            rgb, breaks_off = picture_or_part(image)
        except EmotionError as error:
            report(error)
            continue
        if reader is None:  # the model loads once there is a picture to read
            reader = StillReader(checkpoint, engine)
            print(provenance.reading_description(reader.checkpoint, reader.engine, reader.temperature))
        try:
            readings = reader.read(rgb)
        except EmotionError as error:
            report(error)
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
