"""`python -m emotion_core engines`: what runs a checkpoint on this machine, measured, and which one is the default."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import terminal
from ..errors import EngineError
from ..settings import ENGINES, EngineName
from .progress import progress

if TYPE_CHECKING:
    from ..expression.selection.overview import Measured

RULE = "rule"
"""Leaves the default to the rule again."""


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
    from ..expression.engines.factory import check
    from ..expression.engines.variants import VARIANTS
    from ..expression.selection import benchmark, overview, trial_store

    names: dict[str, EngineName] = {name: name for name in VARIANTS}
    asked = [*(engine or ()), *([default] if default not in {None, RULE} else [])]
    unknown = [name for name in asked if name not in names]
    if unknown:
        raise EngineError(f"There is no engine “{unknown[0]}”.", f"Choose one of {', '.join(VARIANTS)}.")
    for name in asked:  # one that is named is not silently left out
        check(names[name])
    if default is not None:
        trial_store.choose(None if default == RULE else names[default])
        print(
            f"The default is now {default if default != RULE else 'left to the rule'}.",
            file=terminal.stream() if as_json else sys.stdout,
        )
        if not measure:
            return
    known = overview.known()
    if measure:
        with progress() as bar:
            task = bar.add_task("engines", total=None, note="")
            found = benchmark.measure(
                lambda done, of, doing: bar.update(task, completed=done, total=of, note=doing),
                names=checkpoint,
                engines=[names[name] for name in engine] if engine else None,
                seconds=seconds,
            )
        known = replace(found, left_out=known.left_out)
    for what, why in known.failed.items():
        terminal.say_error(f"{what}: {why}")
    if as_json:
        print(json.dumps(overview.to_json(known.trials), indent=1))
    else:
        _show(known)
    if measure and engine and known.failed:  # nothing came of what was asked for by name
        raise typer.Exit(1)


def _show(known: Measured) -> None:
    """Print what is known, a line each."""
    from .. import formatting
    from ..expression.selection import overview
    from ..system import threads

    if not known.trials and not known.failed:
        print("Nothing was measured on this machine yet: add --measure.")
    for row in overview.to_json(known.trials):
        told = "random weights" if row["agreement"] is None else f"first label as fp32: {row['agreement']:.1%}"
        told += "" if row["agrees"] is not False else ", disagrees"
        each = "" if row["milliseconds_a_face"] is None else f" ({row['milliseconds_a_face']:,.2f} ms a face)"
        print(
            f"{row['checkpoint']}, batch {row['batch']}: {row['engine']} ({row['precision']})  "
            f"{row['faces_per_second']:,.1f} faces/s{each}  start {row['start_seconds']:.1f} s  "
            f"{formatting.size(row['memory_mb'] * 1_000_000)}  {told}{'  <- default' if row['chosen'] else ''}"
        )
    print(f"An analysis on this machine: {threads.in_words()}.")
    for name, why in known.left_out.items():
        print(f"{name} cannot run here: {why}.")


assert RULE not in ENGINES
