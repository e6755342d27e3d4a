"""`python -m emotion_core.training`: train and evaluate the embedded checkpoint, and calibrate any checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ..cli import HomeOption
from ..console import terminal
from ..storage import group_mode, home as library_home, use_home

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
    """Make the embedded checkpoint; calibrate any checkpoint with its seven labels."""
    use_home(home)
    group_mode.join_group(library_home())


@app.command()
def train(
    data: Annotated[Path, typer.Option(readable=False, help="Folder with the npz files and the stills.")],
    run: Annotated[
        Path, typer.Option(readable=False, help="Folder of the run: its state, to go on from, and its log.")
    ],
    recipe: Annotated[str, typer.Option(help="first, faces, settling or mixing: see recipe.py.")] = "first",
    start: Annotated[
        Path | None,
        typer.Option(
            "--from", readable=False, help="A finished run, or a checkpoint exported from one, to start from."
        ),
    ] = None,
    taught_by: Annotated[
        list[Path] | None,
        typer.Option(readable=False, help="An exported checkpoint that teaches too, beside what --from names."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.0, help="The highest learning rate, instead of the recipe's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the recipe's.")] = None,
) -> None:
    """Train, or go on with a training that was stopped."""
    from .recipe import RECIPES
    from .train import train as run_training

    if recipe not in RECIPES:
        raise typer.BadParameter(f"There is no recipe “{recipe}”; choose one of {', '.join(RECIPES)}.")
    chosen = RECIPES[recipe]
    chosen = replace(
        chosen,
        epochs=epochs or chosen.epochs,
        learning_rate=rate or chosen.learning_rate,
        seed=chosen.seed if seed is None else seed,
    )
    run_training(data, run, chosen, start, taught_by or ())


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
    data: Annotated[
        Path, typer.Option(readable=False, help="Folder with fer2013_validation.npz, and with --films the stills.")
    ],
    checkpoint: Annotated[
        str | None, typer.Option(help="Hub id on this disk, folder, or “embedded”; default: as the app's.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(readable=False, help="Folder for calibration.json; default: where the app looks for it."),
    ] = None,
    films: Annotated[
        bool, typer.Option("--films", help="Also fit the scaling for faces of films, on faces_film_train.zip.")
    ] = False,
) -> None:
    """Fit a checkpoint's temperature on one half of the labelled faces and judge it on the other.

    With --films also the scaling of its readings for faces of films, on stills of nine people in ten, and judge such
    scalings in five folds by person. Its labels must be these seven, in any order, by these or like names: angry,
    disgust, fear, happy, neutral, sad, surprise.
    """
    from ..expression.checkpoints import calibration, load, locate
    from .judging import card, judged
    from .judging.film_scaling import ScalingRecipe

    model = load(locate(checkpoint))
    fitted = judged.judge(model, data, ScalingRecipe()).calibration if films else judged.calibration(model, data)[0]
    if out is None:
        path = calibration.stored_at(library_home(), fitted.weights)
        calibration.keep(fitted, path)
    else:
        path = calibration.keep_in(out, fitted)
    print(f"{model.identity.name} ({fitted.weights[:12]}): {card.calibration_summary(fitted)}\n{path}")


if __name__ == "__main__":
    main()
