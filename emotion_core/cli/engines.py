"""`python -m emotion_core engines` and `download`: what reads expressions on this machine.

The engines' speed, measured, and the choice of the default; a checkpoint from the model hub.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import terminal
from ..errors import EngineError
from ..settings import ENGINES, EngineName

if TYPE_CHECKING:
    from ..expression.selection import EngineOverview

RULE = "rule"
"""Value of --default that returns the choice to the built-in rule."""


def engines(
    measure: Annotated[bool, typer.Option("--measure", help="Measure them now; takes some minutes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
    default: Annotated[
        str | None, typer.Option(help="Make an engine the default; “rule” leaves it to the rule again.")
    ] = None,
    checkpoint: Annotated[
        list[str] | None, typer.Option(help="Measure on this one instead: hub id, folder or “embedded”; repeatable.")
    ] = None,
    engine: Annotated[list[str] | None, typer.Option(help="Measure only this one; repeatable.")] = None,
    seconds: Annotated[float, typer.Option(min=0.5, max=120, help="How long each one reads faces.")] = 3.0,
) -> None:
    """Show what was measured of the engines on this machine, or measure it."""
    from ..expression.engines import VARIANTS, check
    from ..expression.selection import benchmark, overview, trial_store
    from .progress import progress

    names: dict[str, EngineName] = {name: name for name in VARIANTS}
    requested = [*(engine or ()), *([default] if default not in {None, RULE} else [])]
    unknown = [name for name in requested if name not in names]
    if unknown:
        raise EngineError(f"There is no engine “{unknown[0]}”.", f"Choose one of {', '.join(VARIANTS)}.")
    for name in requested:  # an engine given by name is refused, never silently skipped
        check(names[name])
    if default is not None:
        trial_store.set_user_default(None if default == RULE else names[default])
        print(
            f"The default is now {default if default != RULE else 'left to the rule'}.",
            file=terminal.error_output() if as_json else sys.stdout,
        )
        if not measure:
            return
    results = overview.load()
    if measure:
        with progress() as bar:
            task = bar.add_task("engines", total=None, note="")
            measured = benchmark.measure(
                lambda completed, total, note: bar.update(task, completed=completed, total=total, note=note),
                names=checkpoint,
                engines=[names[name] for name in engine] if engine else None,
                seconds=seconds,
            )
        results = replace(measured, left_out=results.left_out)
    for what, why in results.failed.items():
        terminal.print_error(f"{what}: {why}")
    if as_json:
        print(json.dumps(overview.to_json(results.trials), indent=1))
    else:
        _print_results(results)
    if measure and engine and results.failed:  # an engine given by name could not be measured
        raise typer.Exit(1)


def _print_results(results: EngineOverview) -> None:
    """Print one line for each trial, and one for each engine that cannot run."""
    from .. import formatting
    from ..expression.selection import overview
    from ..system import threads

    if not results.trials and not results.failed:
        print("Nothing was measured on this machine yet: add --measure.")
    for row in overview.to_json(results.trials):
        agreement = "random weights" if row["agreement"] is None else f"first label as fp32: {row['agreement']:.1%}"
        agreement += "" if row["agrees"] is not False else ", disagrees"
        each = "" if row["milliseconds_a_face"] is None else f" ({row['milliseconds_a_face']:,.2f} ms a face)"
        print(
            f"{row['checkpoint']}, batch {row['batch']}: {row['engine']} ({row['precision']})  "
            f"{row['faces_per_second']:,.1f} faces/s{each}  start {row['start_seconds']:.1f} s  "
            f"{formatting.size(row['memory_mb'] * 1_000_000)}  {agreement}{'  <- default' if row['chosen'] else ''}"
        )
    print(f"An analysis on this machine: {threads.budget_text()}.")
    for name, why in results.left_out.items():
        print(f"{name} cannot run here: {why}.")


def download(
    checkpoint: Annotated[str, typer.Argument(help="Hub id.")] = "dima806/facial_emotions_image_detection",
) -> None:
    """Fetch a checkpoint from the model hub to this disk: the one command that uses the network."""
    from ..expression.checkpoints import fetch
    from .progress import progress

    with progress() as bar:
        task = bar.add_task(checkpoint, total=None, note="")

        def show(completed: int, total: int) -> None:
            bar.update(task, completed=completed, total=total, note=f"{completed / 1e6:.0f} of {total / 1e6:.0f} MB")

        location = fetch(checkpoint, show)
    print(f"{location.name} at {location.revision[:12]} is on this disk, every file as the hub has it.")


assert RULE not in ENGINES
