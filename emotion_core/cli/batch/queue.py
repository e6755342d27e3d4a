"""`python -m emotion_core queue`: what runs and waits in the library, and changes of the order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import SettingsError

if TYPE_CHECKING:  # the help is shown without it
    from ...library import Library

SHOWN = 50
"""Waiting films that are listed without --all."""


def queue(
    front: Annotated[
        str | None,
        typer.Option(
            metavar="FILM", help="Move FILM before all others that wait: its file, or its name in the library."
        ),
    ] = None,
    cancel: Annotated[
        str | None,
        typer.Option(metavar="FILM", help="Cancel FILM's analysis; what was read is kept, and can be gone on from."),
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help=f"List all that waits, not only the first {SHOWN}.")] = False,
) -> None:
    """Show what is analysed now, what waits and what ended last, or change the order.

    Times and errors of films that ended are on the page Queue too.
    """
    from ...jobs.queue import cancel_film, move_film
    from ...library import Library

    library = Library.existing()
    if front is not None:
        film_id, name = _film(library, front)
        moved = move_film(library, film_id, "front")
        print(f"{name} is next." if moved else f"{name} does not wait, or is next already.")
    if cancel is not None:
        film_id, name = _film(library, cancel)
        number = cancel_film(library, film_id)
        print(f"The analysis of {name} was cancelled." if number else f"Nothing of {name} waits or runs.")
    if front is None and cancel is None:
        _list(library, most=1_000_000 if show_all else SHOWN)


def _list(library: Library, most: int) -> None:
    from ...formatting import count, in_one_line, rough
    from ...jobs import progress_text
    from ...jobs.queue import machines, overview

    now = overview.overview(library, count=most)
    for entry, status in now.running:
        print(f"now    {in_one_line(entry.name)}: {in_one_line(progress_text(status))}")
    for place, entry in enumerate(now.waiting, start=1):
        work = "" if entry.job.kind == "scan" else f": {entry.work}"
        print(f"{place:<6} {in_one_line(entry.name)}{work}")
    if now.waiting_count > len(now.waiting):
        print(f"and {now.waiting_count - len(now.waiting):,} more, which --all lists")
    if not now.running and not now.waiting:
        print("Nothing runs or waits.")
    for entry in now.ended:
        why = f": {in_one_line(entry.job.message)}" if entry.job.message else ""
        print(f"ended  {in_one_line(entry.name)}: {entry.job.state}{why}")
    for machine in machines.create(library.home).now()[1:]:
        doing = f"works at {', '.join(machine.doing)}" if machine.doing else "" if machine.note else "waits for films"
        print(f"worker {machine.name}: {in_one_line(' · '.join(filter(None, [doing, machine.note])))}")
    rate = now.throughput
    if rate.films_an_hour is not None and rate.film_hours_an_hour is not None:
        print(
            f"In the last day {count(rate.films, 'film')}, {rough(rate.film_seconds)} in all. An hour of work does "
            f"{rough(rate.film_hours_an_hour * 3600)} of film, or {rate.films_an_hour:,.1f} films like these."
        )


def _film(library: Library, words: str) -> tuple[str, str]:
    """Id and name of a film given by its file, by its name in the library, or by its id's beginning."""
    path = Path(words)
    films = library.films()
    resolved = path.resolve() if path.exists() else None
    found = [film for film in films if film.path == resolved] or [film for film in films if film.name == words]
    found = found or [film for film in films if len(words) >= 8 and film.id.startswith(words)]
    if not found:
        raise SettingsError(f"The library has no film “{words}”.", "Name its file, or its name as the queue shows it.")
    if len(found) > 1:
        raise SettingsError(f"{len(found)} films are called “{words}”.", "Name the file, or the beginning of its id.")
    return found[0].id, found[0].name
