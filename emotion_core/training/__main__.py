"""`python -m emotion_core.training train|export`: make the embedded checkpoint from scratch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def main() -> None:
    """Make the embedded checkpoint from scratch."""


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="Folder with the npz files and the stills.")],
    run: Annotated[Path, typer.Option(help="Folder of the run: its state, to go on from, and its log.")],
    epochs: Annotated[int, typer.Option(min=1)] = 60,
    seed: int = 20261122,
) -> None:
    """Train, or go on with a training that was stopped."""
    from .train import Recipe
    from .train import train as run_training

    run_training(data, run, replace(Recipe(), epochs=epochs, seed=seed))


@app.command()
def refine(
    data: Annotated[Path, typer.Option(help="Folder with the npz files and the stills.")],
    teacher: Annotated[Path, typer.Option(help="Folder of a finished run, to start from.")],
    run: Annotated[Path, typer.Option(help="Folder of this run.")],
    epochs: Annotated[int, typer.Option(min=1)] = 10,
    seed: int = 20261123,
) -> None:
    """Train on from a finished run, at full size, with its predictions mixed into the targets."""
    from .train import REFINING
    from .train import train as run_training

    run_training(data, run, replace(REFINING, epochs=epochs, seed=seed), teacher)


@app.command()
def export(
    data: Annotated[Path, typer.Option(help="Folder with the npz files and the stills.")],
    run: Annotated[Path, typer.Option(help="Folder of a finished run.")],
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint to write.")],
) -> None:
    """Write a run's averaged weights as a checkpoint, judge it, and write its model card."""
    from .export import export as run_export

    run_export(data, run, out)


if __name__ == "__main__":
    app()
