"""`python -m emotion_core library check`: find issues of the library, and repair them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import terminal
from ..errors import LibraryError
from ..formatting import in_one_line

if TYPE_CHECKING:
    from ..maintenance import Issue

library = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="The folder in which everything is kept."
)


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
    from ..library import contents
    from ..storage import home as default_home

    home = default_home()
    contents.check_is_library(home)

    from ..library import Library, copies  # no library, no check: it loads all that reads one
    from ..maintenance import check, check_database, repair as mend

    repaired_before: list[tuple[Issue, bool]] = []
    if put_back is not None:
        _restore_copy(home, put_back)
    if (broken := check_database.find_damage(home)) is not None:
        if not repair:
            _print([(broken, False)], as_json=as_json)
            raise typer.Exit(1)
        copy = copies.newest_usable(home)
        mend.restore_copy(home, None if copy is None else copy.path)
        repaired_before.append((broken, True))
    opened = Library.open()
    issues = remaining = check.find(opened, hashes=hashes)
    if repair and issues:
        mend.repair(opened, issues)
        remaining = check.find(opened, hashes=hashes)
        if any(issue.repair and issue not in issues for issue in remaining):  # new with a copy of the database
            mend.repair(opened, remaining)
            remaining = check.find(opened, hashes=hashes)
    rows = [(issue, issue not in remaining) for issue in issues]
    rows += [(new, False) for new in remaining if new not in issues]
    _print([*repaired_before, *rows], as_json=as_json)
    if not (as_json or rows or repaired_before):
        print(f"{in_one_line(opened.home)}: all is well.")
    if remaining:
        raise typer.Exit(1)


def _restore_copy(home: Path, name: str) -> None:
    """Make the copy called `name` the library's database. Raises LibraryError."""
    from ..library import copies, migrations
    from ..maintenance import repair as mend
    from ..observations import later_version

    copy = next((copy for copy in copies.all_copies(home) if copy.path.name == name), None)
    if copy is None:
        here = ", ".join(copy.path.name for copy in copies.all_copies(home))
        raise LibraryError(f"There is no copy “{name}”.", f"These are kept: {here}." if here else "None was made yet.")
    if copy.counts is None:
        raise LibraryError(f"The copy {name} cannot be read.", "Choose another one.")
    later_version.raise_if_later(f"The copy {name}", migrations.is_later(copy.path))
    aside = mend.restore_copy(home, copy.path)
    replaced = "" if aside is None else f" The database that was there is {aside}."
    print(f"The copy {name} was put back.{replaced}", file=terminal.error_output())


def _print(rows: list[tuple[Issue, bool]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([{**asdict(issue), "mended": mended} for issue, mended in rows], indent=1))
    else:
        for issue, mended in rows:
            print(_line(issue, mended=mended))


def _line(issue: Issue, *, mended: bool) -> str:
    what = in_one_line(issue.what)
    if mended:
        return f"Mended: {what} Now {issue.repair}."
    return f"{what} With --repair {issue.repair}." if issue.repair else what
