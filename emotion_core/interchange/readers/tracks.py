"""Which picture track of a list is read."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import CutListError


def chosen(names: Sequence[str], wanted: str | None, first: int = 0) -> tuple[int, list[str]]:
    """The place in `names` of the track to read, and a note where there is more than one.

    `wanted` is a name, “V2” or “2”, counted from 1 in the order of `names`, where no name says so; None takes `first`.
    Raises CutListError for a track that there is not.
    """
    listed = ", ".join(_called(name, number) for number, name in enumerate(names, start=1))
    at = first
    if wanted is not None and wanted.strip():
        found = _found(names, wanted.strip())
        if found is None:
            raise CutListError(f"The cut list has no picture track “{wanted.strip()}”.", f"It has {listed}.")
        at = found
    if len(names) < 2:
        return at, []
    others = ", ".join(_called(name, number) for number, name in enumerate(names, start=1) if number != at + 1)
    return at, [f"Of the list's picture tracks {_called(names[at], at + 1)} was read, not {others}."]


def _found(names: Sequence[str], wanted: str) -> int | None:
    plain = [name.strip().casefold() for name in names]
    if wanted.casefold() in plain:
        return plain.index(wanted.casefold())
    if f"v{wanted}".casefold() in plain:
        return plain.index(f"v{wanted}".casefold())
    number = wanted.casefold().removeprefix("v").strip()
    named_by_number = any(name.startswith("v") and name[1:].isdecimal() for name in plain)
    if number.isdecimal() and len(number) < 6 and not named_by_number and 1 <= int(number) <= len(names):
        return int(number) - 1
    return None


def _called(name: str, number: int) -> str:
    """“V2”, or “V2 (Titles)” for a track that has a name of its own."""
    plain = name.strip()
    return (
        plain
        if plain.casefold() == f"v{number}" or (plain[:1] in "Vv" and plain[1:].isdecimal())
        else (f"V{number} ({plain})" if plain else f"V{number}")
    )
