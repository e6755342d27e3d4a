"""A CSV of viewers' groups: the column “viewer” and a column a grouping."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping

from ..errors import SettingsError
from ..parsing import decode_text, quote

MAX_BYTES = 5_000_000
_VIEWER = "viewer"
_DELIMITERS = ",;\t"
_HOW = "The first line names the columns, such as “viewer,age,seat”; each further line is a viewer."
_SHOWN = 5
"""Names that a message lists."""


def read_groups(content: bytes) -> dict[str, dict[str, str]]:
    """The groups in a file, by the viewer's name; cells without text are left out.

    As parsing.decode_text reads it; separated by commas, semicolons or tabs. Raises SettingsError.
    """
    if len(content) > MAX_BYTES:
        raise SettingsError("The file of groups is too large.", f"Give one of at most {MAX_BYTES:,} bytes.")
    text = decode_text(content)
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise SettingsError(f"The file of groups cannot be read: {error}.", _HOW) from error
    lines = [row for row in lines if any(row)]
    titles = lines[0] if lines else []
    column = next((place for place, title in enumerate(titles) if title.casefold() == _VIEWER), None)
    if column is None:
        found = ", ".join(map(quote, titles[:_SHOWN])) or "nothing"
        raise SettingsError(f"The file of groups has no column “{_VIEWER}”: its first line has {found}.", _HOW)
    groupings = [(place, title) for place, title in enumerate(titles) if place != column and title]
    if not groupings:
        raise SettingsError(f"The file of groups has no column but “{_VIEWER}”.", _HOW)
    twice = [title for number, (_, title) in enumerate(groupings) if title in dict(groupings[:number]).values()]
    if twice:
        raise SettingsError(f"The file of groups has two columns {quote(twice[0])}.", "Give each a name of its own.")
    groups: dict[str, dict[str, str]] = {}
    named: set[str] = set()
    for row in lines[1:]:
        cells = [*row, *[""] * (len(titles) - len(row))]
        if not cells[column]:
            continue
        if _key(cells[column]) in named:
            raise SettingsError(f"The file of groups names {quote(cells[column])} twice.", "Keep one line a viewer.")
        named.add(_key(cells[column]))
        groups[cells[column]] = {title: cells[place] for place, title in groupings if cells[place]}
    if not groups:
        raise SettingsError("The file of groups names nobody.", _HOW)
    return groups


def groups_of_viewers(groups: Mapping[str, dict[str, str]], viewers: Iterable[str]) -> dict[str, dict[str, str]]:
    """The groups of these viewers by their names; viewers whom the file does not name are left out.

    Names are compared without regard to case and composition. Raises SettingsError if the file names someone who is no
    viewer: a misspelt name would silently be in no group.
    """
    known = {_key(name): name for name in viewers}
    unknown = [name for name in groups if _key(name) not in known]
    if unknown:
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        here = ", ".join(map(quote, sorted(known.values())[:_SHOWN]))
        raise SettingsError(
            f"The file of groups names {', '.join(map(quote, unknown[:_SHOWN]))}{more}: no viewer has this name.",
            f"Names are those of the recordings, without the ending: {here}{' …' if len(known) > _SHOWN else ''}.",
        )
    return {known[_key(name)]: dict(of) for name, of in groups.items()}


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).casefold()
