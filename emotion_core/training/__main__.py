"""`python -m emotion_core.training`: train and evaluate the embedded checkpoint, and calibrate any checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ..cli import HomeOption
from ..console import terminal
from ..storage import group_mode, home as library_home, use_home

if TYPE_CHECKING:
    from .recipe import Recipe

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> NoReturn:
    """Run a command and end the process; an error is one line on standard error."""
    terminal.run(app)


@app.callback()
def everywhere(home: HomeOption = None) -> None:
    """Make the embedded checkpoint from scratch; calibrate any checkpoint with its seven labels."""
    use_home(home)
    group_mode.join_group(library_home())


@app.command()
def train(
    data: Annotated[Path, typer.Option(readable=False, help="Folder with the npz files and the stills.")],
    run: Annotated[
        Path, typer.Option(readable=False, help="Folder of the run: its state, to go on from, and its log.")
    ],
    recipe: Annotated[str, typer.Option(help="first, refining, settling or film: see recipe.py.")] = "first",
    start: Annotated[
        Path | None,
        typer.Option(
            "--from", readable=False, help="A finished run, or a checkpoint exported from one, to start from."
        ),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the recipe's.")] = None,
) -> None:
    """Train, or go on with a training that was stopped."""
    from .train import train as run_training

    chosen = _recipe(recipe)
    chosen = replace(chosen, epochs=epochs or chosen.epochs, seed=chosen.seed if seed is None else seed)
    run_training(data, run, chosen, start)


def _recipe(name: str) -> Recipe:
    from .recipe import RECIPES

    if name not in RECIPES:
        raise typer.BadParameter(f"There is no recipe “{name}”; choose one of {', '.join(RECIPES)}.")
    return RECIPES[name]


@app.command()
def export(
    data: Annotated[Path, typer.Option(readable=False, help="Folder with the npz files and the stills.")],
    run: Annotated[Path, typer.Option(readable=False, help="Folder of a finished run.")],
    out: Annotated[Path, typer.Option(readable=False, help="Folder of the checkpoint to write.")],
    one_way: Annotated[
        bool, typer.Option("--one-way", help="Read each face as it is only, not mirrored too: half the cost.")
    ] = False,
) -> None:
    """Write a run's averaged weights as a checkpoint and judge it."""
    from .export import export as run_export

    run_export(data, run, out, both_ways=not one_way)


@app.command()
def judge(
    data: Annotated[Path, typer.Option(readable=False, help="Folder with the npz files and the stills.")],
    out: Annotated[Path, typer.Option(readable=False, help="Folder of an exported checkpoint.")],
) -> None:
    """Measure an exported checkpoint anew, and write its calibration and model card."""
    from .export import evaluate

    evaluate(data, out)


@app.command()
def calibrate(
    data: Annotated[Path, typer.Option(readable=False, help="Folder with fer2013_validation.npz.")],
    checkpoint: Annotated[
        str | None, typer.Option(help="Hub id on this disk, folder, or “embedded”; default: as the app's.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(readable=False, help="Folder for calibration.json; default: where the app looks for it."),
    ] = None,
) -> None:
    """Fit a checkpoint's temperature on one half of the labelled faces and judge it on the other.

    Its labels must be these seven, in any order, by these or like names: angry, disgust, fear, happy, neutral, sad,
    surprise.
    """
    from ..expression.checkpoints import calibration, load, locate
    from . import card, export
    from .data import load_fer

    file = export.validation_file(data)
    model = load(locate(checkpoint))
    export.label_order(model)  # fail before the model runs if the labels do not match
    faces = load_fer(file, side=48)
    fitted = export.calibration_of(model, file, export.checkpoint_logits(model, faces), faces.labels)
    if out is None:
        path = calibration.stored_at(library_home(), fitted.weights)
        calibration.keep(fitted, path)
    else:
        path = calibration.keep_in(out, fitted)
    print(f"{model.identity.name} ({fitted.weights[:12]}): {card.calibration_summary(fitted)}\n{path}")


@app.command()
def folds(
    data: Annotated[Path, typer.Option(readable=False, help="Folder with fer2013_train.npz and the stills.")],
    run: Annotated[
        Path, typer.Option(readable=False, help="Folder of the six trainings, to go on from, and of what came of them.")
    ],
    epochs: Annotated[int, typer.Option(min=1, help="Of each training.")] = 8,
    side: Annotated[int, typer.Option(min=16, help="Side of the views, pixels.")] = 48,
    seed: Annotated[int, typer.Option(help="Of each training.")] = 20261122,
    recipe: Annotated[
        str | None, typer.Option(help="Of each training, at full length, instead of the short one: see recipe.py.")
    ] = None,
    only: Annotated[
        int | None,
        typer.Option(
            min=0, max=5, help="Train one alone: 0 without stills, 1 to 5 a fold. A GPU has room for all six at once."
        ),
    ] = None,
) -> None:
    """Ask whether stills in the training make it worse on stills of other people: five folds, each judged unseen."""
    from .folds import cross_validate, fold_recipe, train_one

    chosen = fold_recipe(epochs=epochs, side=side, seed=seed) if recipe is None else _recipe(recipe)
    if only is None:
        cross_validate(data, run, chosen)
    else:
        train_one(only, data, run, chosen)


if __name__ == "__main__":
    main()
