"""Rows of screenings, viewers and ratings, and the records that they hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ... import audience  # its records, and with them NumPy, are loaded where one is made
from ...errors import CHECK_ADVICE, INVALID_DATA_ERRORS, LibraryError
from ...storage import hashed_json
from ..readable_rows import can_read

if TYPE_CHECKING:
    from ...audience import Alignment, Consent, SceneSpan, Screening, Viewer


Marks = tuple[tuple[str, str], ...]
"""Moments that a user marked in a film and in a recording, as they were typed or chosen; empty text on a side where
none is marked yet."""


@dataclass(frozen=True, slots=True)
class RatingsFile:
    """The reviews of a screening, as the user's file has them."""

    name: str
    """The file's name; text, never a path."""
    text: str
    """The CSV, whole."""
    scenes: tuple[SceneSpan, ...] = ()
    """The film's scenes when the file was taken in, of which it tells by number or name; empty where unknown."""


@dataclass(frozen=True, slots=True)
class SoundSearch:
    """The search for the film's sound in a viewer's recording, from when it is asked for until it is heard.

    One that is not wanted, and never was, stands for a recording that is to be aligned by hand.
    """

    wanted: bool
    """Whether it is still to be done; else it was done in vain, or is left to the user."""
    note: str = ""
    """Why it is not heard, could not be sought yet, or is not sought."""


def search_from_text(text: str) -> SoundSearch | None:
    """The search of a column; None without one, and for what is none: it can be asked for again."""
    try:
        data = json.loads(text)
        return SoundSearch(bool(data["wanted"]), str(data["note"]))
    except INVALID_DATA_ERRORS:
        return None


def search_text(search: SoundSearch) -> str:
    """The column of a search."""
    return json.dumps(asdict(search))


@dataclass(frozen=True, slots=True)
class FilmAudience:
    """The audience of a film as its page asks for it first, without any of its numbers."""

    screening: str
    """Id of the screening that is shown: the one that is asked for, else the one added last of those with viewers; of
    all, where none has any."""
    name: str
    """The screening's."""
    viewers: int
    """Of this screening."""
    all_viewers: int
    """Of all screenings of the film."""
    state: str
    """Text that changes with the screening, its viewers, and the analyses of their recordings."""
    choices: tuple[tuple[str, str, int], ...] = ()
    """Id, name and number of viewers of each screening of the film with viewers, in their order."""


def audience_from_rows(found: list[sqlite3.Row], asked: str) -> FilmAudience | None:
    """The audience of a film whose screenings' rows these are, in their order; None without a row.

    It is that of the screening `asked` for, where that has viewers.
    """
    if not found:
        return None
    seen = [row for row in found if row["viewers"]]
    row = next((row for row in seen if row["id"] == asked), [*found, *seen][-1])
    return FilmAudience(
        screening=row["id"],
        name=row["name"],
        viewers=row["viewers"],
        all_viewers=sum(each["viewers"] for each in found),
        state=f"{row['id']}-{row['revision']}-{row['analyses']}",
        choices=tuple((each["id"], each["name"], each["viewers"]) for each in seen),
    )


def screening_from_row(row: sqlite3.Row) -> Screening:
    """The screening of a row."""
    return audience.Screening(row["id"], row["film_id"], row["name"], row["created_at"])


def viewer_from_row(row: sqlite3.Row) -> Viewer:
    """The viewer of a row. Raises one of INVALID_DATA_ERRORS."""
    return audience.Viewer(
        id=row["id"],
        screening_id=row["screening_id"],
        name=row["name"],
        number=row["number"],
        kind=_kind(row["kind"]),
        consent=_consent(row["consent"]),
        groups=_groups(row["groups"]),
        recording=row["recording"],
        seat=row["seat"],
        alignment=audience.alignment_from_json(hashed_json.from_text(row["alignment"])),
        added_at=row["added_at"],
    )


def _kind(text: str) -> Any:
    if text not in audience.VIEWER_KINDS:
        raise ValueError(text)
    return text


def _groups(text: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in hashed_json.from_text(text).items()}


def _consent(text: str) -> Consent | None:
    data = hashed_json.from_text(text)
    return audience.Consent(str(data["notice"]), str(data["given_at"]), str(data["given_by"])) if data else None


def alignment_text(alignment: Alignment, marks: Marks = ()) -> str:
    """The column of an alignment, with the marks by which the viewer may be aligned next."""
    fields = audience.alignment_to_json(alignment)
    return hashed_json.to_text({**fields, "marks": marks} if marks else fields)


def marks_from_text(text: str) -> Marks:
    """The marks in the column of an alignment; none where they cannot be read: they can be given again."""
    try:
        return tuple((str(film), str(own)) for film, own in hashed_json.from_text(text).get("marks", ()))
    except INVALID_DATA_ERRORS:
        return ()


def consent_text(consent: Consent | None) -> str:
    """The column of a consent."""
    if consent is None:
        return hashed_json.to_text({})
    return hashed_json.to_text({"notice": consent.notice, "given_at": consent.given_at, "given_by": consent.given_by})


def ratings_from_text(text: str) -> RatingsFile:
    """The ratings of a column. Raises one of INVALID_DATA_ERRORS."""
    data = hashed_json.from_text(text)
    scenes = tuple(audience.SceneSpan(*span) for span in data.get("scenes", ()))
    return RatingsFile(str(data["name"]), str(data["text"]), scenes)


def ratings_text(ratings: RatingsFile) -> str:
    """The column of ratings."""
    scenes = [[span.number, span.start, span.end, span.name] for span in ratings.scenes]
    return hashed_json.to_text({"name": ratings.name, "text": ratings.text, "scenes": scenes})


_COLUMNS: dict[str, dict[str, Callable[[str], Any]]] = {
    "screenings": {"created_at": datetime.fromisoformat, "settings": hashed_json.from_text},
    "viewers": {
        "kind": _kind,
        "groups": _groups,
        "consent": _consent,
        "alignment": lambda text: audience.alignment_from_json(hashed_json.from_text(text)),
        "added_at": datetime.fromisoformat,
    },
    "ratings": {"file": ratings_from_text},
}
"""Parser of each column whose text has a format, by table."""


def unreadable_columns(table: str, row: sqlite3.Row | Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the columns of a row that cannot be read."""
    return tuple(column for column, read in _COLUMNS[table].items() if not can_read(read, row[column]))


def viewer_error(row: sqlite3.Row | Mapping[str, Any]) -> LibraryError:
    """The error for a viewer whose row cannot be read."""
    return LibraryError(f"What is known of the viewer “{row['name']}” cannot be read.", CHECK_ADVICE)


def ratings_error() -> LibraryError:
    """The error for ratings that cannot be read."""
    return LibraryError("The ratings of this screening cannot be read.", "Remove them, and give the file again.")


def settings_error() -> LibraryError:
    """The error for a screening's settings that cannot be read."""
    return LibraryError("The settings of this screening cannot be read.", "Set them anew.")
