"""`python -m emotion_core library check`: what is out of order in the library, and its repair."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..console import terminal
from ..errors import LibraryError
from ..maintenance.issue import Finding
from ..plain_text import in_one_line

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
    put_back: Annotated[
        str | None,
        typer.Option(metavar="COPY", help="First make a copy of the database, by its name, the one that is used."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of objects.")] = False,
) -> None:
    """Find damage, and files that belong to nothing. May be run while the app runs.

    Exit code 0 if all is well or was mended, 1 if something is left.
    """
    from ..library import copies, existing
    from ..library.library import Library
    from ..maintenance import check, check_database, repair as mend
    from ..storage.paths import home as default_home

    home, mended_before = default_home(), []
    existing.must_exist(home)
    if put_back is not None:
        _put_back(home, put_back)
    if (broken := check_database.unreadable(home)) is not None:
        if not repair:
            _print([(broken, False)], as_json=as_json)
            raise typer.Exit(1)
        copy = copies.newest_whole(home)
        mend.put_back(home, None if copy is None else copy.path)
        mended_before.append((broken, True))
    opened = Library.open()
    found = left = check.find(opened, hashes=hashes)
    if repair and found:
        mend.repair(opened, found)
        left = check.find(opened, hashes=hashes)
        if any(finding.repair and finding not in found for finding in left):  # of what a copy of the database brought
            mend.repair(opened, left)
            left = check.find(opened, hashes=hashes)
    rows = [(finding, finding not in left) for finding in found] + [(new, False) for new in left if new not in found]
    _print([*mended_before, *rows], as_json=as_json)
    if not (as_json or rows or mended_before):
        print(f"{in_one_line(opened.home)}: all is well.")
    if left:
        raise typer.Exit(1)


def _put_back(home: Path, name: str) -> None:
    from ..library import copies, database
    from ..maintenance import repair as mend
    from ..observations import later_version

    copy = next((copy for copy in copies.kept(home) if copy.path.name == name), None)
    if copy is None:
        here = ", ".join(copy.path.name for copy in copies.kept(home))
        raise LibraryError(f"There is no copy “{name}”.", f"These are kept: {here}." if here else "None was made yet.")
    if copy.counts is None:
        raise LibraryError(f"The copy {name} cannot be read.", "Choose another one.")
    later_version.refuse(f"The copy {name}", database.is_later(copy.path))
    aside = mend.put_back(home, copy.path)
    kept = "" if aside is None else f" The database that was there is {aside}."
    print(f"The copy {name} was put back.{kept}", file=terminal.stream())


def _print(rows: list[tuple[Finding, bool]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([{**asdict(finding), "mended": mended} for finding, mended in rows], indent=1))
    else:
        for finding, mended in rows:
            print(_line(finding, mended=mended))


def _line(finding: Finding, *, mended: bool) -> str:
    what = in_one_line(finding.what)
    if mended:
        return f"Mended: {what} Now {finding.repair}."
    return f"{what} With --repair {finding.repair}." if finding.repair else what
