"""`python -m emotion_core library check`: what is out of order in the library, and its repair."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from .finding import Finding

library = typer.Typer(no_args_is_help=True, help="The folder in which everything is kept.")


@library.callback()
def group() -> None:
    """The folder in which everything is kept."""


@library.command("check")
def check_library(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended; nothing that you added or corrected is deleted.")
    ] = False,
    hashes: Annotated[
        bool, typer.Option("--hashes", help="Compare every film's bytes with its SHA-256 too; reads them all.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
) -> None:
    """Find damage, and files that belong to nothing. May be run while the app runs.

    Exit code 0 if all is well or was mended, 1 if something is left.
    """
    from . import check, mend
    from .library import Library

    opened = Library.open()
    found = left = check.find(opened, hashes=hashes)
    if repair and found:
        mend.repair(opened, found)
        left = check.find(opened, hashes=hashes)
    rows = [(finding, finding not in left) for finding in found] + [(new, False) for new in left if new not in found]
    if as_json:
        print(json.dumps([{**asdict(finding), "mended": mended} for finding, mended in rows], indent=1))
    else:
        for finding, mended in rows:
            print(_line(finding, mended=mended))
        if not rows:
            print(f"{opened.home}: all is well.")
    if left:
        raise typer.Exit(1)


def _line(finding: Finding, *, mended: bool) -> str:
    what = " ".join(finding.what.split())
    if mended:
        return f"Mended: {what} Now {finding.repair}."
    return f"{what} With --repair {finding.repair}." if finding.repair else what
