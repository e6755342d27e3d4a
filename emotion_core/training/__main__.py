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
    recipe: Annotated[str, typer.Option(help="first, refining or second: see train.py.")] = "first",
    start: Annotated[
        Path | None, typer.Option("--from", help="A finished run, or a checkpoint exported from one, to start from.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the recipe's.")] = None,
) -> None:
    """Train, or go on with a training that was stopped."""
    from .train import RECIPES
    from .train import train as run_training

    if recipe not in RECIPES:
        raise typer.BadParameter(f"There is no recipe “{recipe}”; choose one of {', '.join(RECIPES)}.")
    chosen = RECIPES[recipe]
    chosen = replace(chosen, epochs=epochs or chosen.epochs, seed=chosen.seed if seed is None else seed)
    run_training(data, run, chosen, start)


@app.command()
def export(
    data: Annotated[Path, typer.Option(help="Folder with the npz files and the stills.")],
    run: Annotated[Path, typer.Option(help="Folder of a finished run.")],
    out: Annotated[Path, typer.Option(help="Folder of the checkpoint to write.")],
) -> None:
    """Write a run's averaged weights as a checkpoint, judge it, and write its model card."""
    from .export import export as run_export

    run_export(data, run, out)


@app.command()
def folds(
    data: Annotated[Path, typer.Option(help="Folder with fer2013_train.npz and the stills.")],
    run: Annotated[Path, typer.Option(help="Folder of the six trainings, to go on from, and of what came of them.")],
    epochs: Annotated[int, typer.Option(min=1, help="Of each training.")] = 12,
    side: Annotated[int, typer.Option(min=16, help="Side of the views, pixels.")] = 48,
    seed: Annotated[int, typer.Option(help="Of each training.")] = 20261122,
) -> None:
    """Ask whether stills in the training make it worse on stills of other people: five folds, each judged unseen."""
    from .folds import folds as run_folds
    from .folds import short

    run_folds(data, run, short(epochs=epochs, side=side, seed=seed))


if __name__ == "__main__":
    app()
