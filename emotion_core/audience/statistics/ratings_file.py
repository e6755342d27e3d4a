"""Reviews of a screening from a CSV: one row a rating, with who gave it, and optionally of which scene.

    viewer;rating;age;scene
    Ann;4,5;18-29;
    Ann;3;18-29;12

The columns `viewer` and `rating` are needed. `scene` (a number or a name) or `time` (seconds, MM:SS or HH:MM:SS) says
what was rated; without either the rating is of the whole film. Every other column is a group of the reviewer. Cells are
separated by commas, semicolons or tabs; numbers may have a decimal comma.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ... import parsing
from ...errors import SettingsError
from ..records import Viewer
from .curves import SceneSpan, scenes_at

MAX_BYTES = 4 * 1024**2
MAX_ROWS = 50_000
MAX_RATING = 1000
_DELIMITERS = ";,\t"
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:[.,]\d{1,6})?")
_TIME = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,6}(?:[.,]\d{1,6})?)")
_ADVICE = "Write the columns viewer and rating, and if you like scene or time and groups, one row a rating."


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating."""

    reviewer: str
    """As in the file."""
    viewer: int | None
    """The row of the viewer of this name; None for someone who is no viewer of the screening."""
    value: float
    scene: int | None
    """Index of the scene; None for the whole film."""


@dataclass(frozen=True, slots=True)
class RatingsTable:
    """The reviews of a screening."""

    ratings: tuple[Rating, ...]
    groups: Mapping[str, Mapping[str, str]]
    """Of each reviewer, those of the file and of the viewer."""
    without_rating: int
    """Rows whose rating was empty."""
    scenes_changed: bool = False
    """Whether the film has other scenes than when the file was taken in, and a scene's rating is that of its time."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Reviewers who are no viewers of the screening, by name; names are not for exports."""
        return tuple(sorted({rating.reviewer for rating in self.ratings if rating.viewer is None}))


def read_ratings(
    data: bytes | str, viewers: Sequence[Viewer], spans: Sequence[SceneSpan], rated: Sequence[SceneSpan] = ()
) -> RatingsTable:
    """The ratings of a CSV. Raises SettingsError, naming the line, for what is no table of ratings.

    `spans` are the film's scenes, `rated` those of which the file tells by number or name, if they were others: a
    rating then is that of the scenes at the same time, the mean where several fall into one. Reviewers who are no
    viewers are kept; a table of which nobody is a viewer is refused.
    """
    by_name = {_key(viewer.name): index for index, viewer in enumerate(viewers)}
    changed = bool(rated) and [(each.start, each.end) for each in rated] != [(each.start, each.end) for each in spans]
    rated = rated or spans
    places, present = _Places(rated), _Places(spans)
    moved = {index: scenes_at(each, spans) for index, each in enumerate(rated)} if changed else {}
    values: dict[tuple[str, int | None], list[float]] = {}
    groups, empty = dict[str, dict[str, str]](), 0
    seen: dict[tuple[str, int | None], int] = {}
    names: dict[str, str] = {}
    for line, row in _table(data):
        name = names.setdefault(_key(row["viewer"]), row["viewer"])
        viewer = by_name.get(_key(name))
        if name not in groups:
            groups[name] = {} if viewer is None else dict(viewers[viewer].groups)
        _add_groups(groups[name], row, line)
        if not row.get("rating"):
            empty += 1
            continue
        scene = places.scene(row.get("scene", ""), row.get("time", ""), line)
        if (name, scene) in seen:
            what = "the film" if scene is None else f"scene {rated[scene].number}"
            raise SettingsError(
                f"Lines {seen[name, scene]} and {line} of the ratings both rate {what} for {parsing.quote(name)}.",
                "Keep one of them.",
            )
        seen[name, scene] = line
        now: list[int | None] = [scene]
        if changed and scene is not None:
            now = [*moved[scene]] if row.get("scene") else [present.scene("", row.get("time", ""), line)]
        for each in now:
            values.setdefault((name, each), []).append(_value(row["rating"], line))
    ratings = [
        Rating(name, by_name.get(_key(name)), sum(own) / len(own), scene) for (name, scene), own in values.items()
    ]
    _check(ratings, viewers)
    return RatingsTable(tuple(ratings), groups, empty, changed)


def check_ratings(data: bytes | str) -> None:
    """Raise SettingsError, naming the line, for what is no table of ratings, whoever the viewers are."""
    ratings = [_value(row["rating"], line) for line, row in _table(data) if row["rating"]]
    if not ratings:
        raise SettingsError("The file has no rating.", _ADVICE)


def _table(data: bytes | str) -> list[tuple[int, dict[str, str]]]:
    """The rows with their lines, cells by title; each names a viewer."""
    titles, rows = _cells(_text(data))
    for needed in ("viewer", "rating"):
        if needed not in titles:
            raise SettingsError(
                f"The ratings have no column “{needed}”; they have {', '.join(map(parsing.quote, titles[:8]))}.",
                _ADVICE,
            )
    table = [(line, dict(zip(titles, cells, strict=False))) for line, cells in rows]
    for line, row in table:
        if not row["viewer"]:
            raise SettingsError(f"Line {line} of the ratings names no viewer.", _ADVICE)
    return table


def _check(ratings: Sequence[Rating], viewers: Sequence[Viewer]) -> None:
    if not ratings:
        raise SettingsError("The file has no rating.", _ADVICE)
    if all(rating.viewer is None for rating in ratings):
        named, known = ratings[0].reviewer, ", ".join(parsing.quote(viewer.name) for viewer in viewers[:8])
        raise SettingsError(
            f"Nobody who rated is a viewer of this screening: the first is {parsing.quote(named)}.",
            f"Name them as the viewers are named: {known}." if known else "Add viewers first.",
        )


def _text(data: bytes | str) -> str:
    if len(data) > MAX_BYTES:
        raise SettingsError(f"The ratings have {len(data):,} bytes.", f"At most {MAX_BYTES:,} are read.")
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    text = parsing.decode_text(data)
    if "\0" in text:
        raise SettingsError("The ratings are no text.", "Export the table as CSV.")
    return text


def _cells(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The titles, in small letters, and the rows with their lines."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    if not heading:
        raise SettingsError("The file of ratings is empty.", _ADVICE)
    delimiter = max(_DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    titles: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            plain = [cell.strip() for cell in cells]
            if not any(plain):
                continue
            if not titles:
                titles = _titles(plain)
                continue
            if any(plain[len(titles) :]):
                raise SettingsError(
                    f"Line {reader.line_num} of the ratings has more cells than the heading.",
                    "Write 4.5 instead of 4,5, or separate cells by semicolons.",
                )
            rows.append((reader.line_num, plain + [""] * (len(titles) - len(plain))))
            if len(rows) > MAX_ROWS:
                raise SettingsError(f"There are more than {MAX_ROWS:,} ratings.", "Is it another file?")
    except csv.Error as error:
        raise SettingsError(f"Line {reader.line_num} of the ratings cannot be read: {error}.", _ADVICE) from error
    return titles, rows


def _titles(cells: list[str]) -> list[str]:
    titles = [cell.casefold() if cell.casefold() in ("viewer", "rating", "scene", "time") else cell for cell in cells]
    doubled = next((title for title in titles if title and titles.count(title) > 1), None)
    if doubled is not None:
        raise SettingsError(f"The ratings have two columns {parsing.quote(doubled)}.", "Rename one of them.")
    return titles


def _key(name: str) -> str:
    """What two ways of writing a name have in common."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _add_groups(groups: dict[str, str], row: Mapping[str, str], line: int) -> None:
    """Add a row's groups to the reviewer's. The file's group of another row must be the same."""
    for column, group in row.items():
        if column in ("viewer", "rating", "scene", "time", "") or not group:
            continue
        if groups.setdefault(column, group) != group:
            raise SettingsError(
                f"Line {line} of the ratings puts {parsing.quote(row['viewer'])} into the group {parsing.quote(group)} "
                f"of {parsing.quote(column)}, but {parsing.quote(groups[column])} is known.",
                "Write one group of each column for a viewer.",
            )


def _value(text: str, line: int) -> float:
    value = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
    if value is None or abs(value) > MAX_RATING:
        raise SettingsError(
            f"Line {line} of the ratings has the rating {parsing.quote(text)}.",
            f"Write a number such as 4, 4.5 or 4,5, at most {MAX_RATING}.",
        )
    return value


class _Places:
    """The scenes that ratings may name."""

    def __init__(self, spans: Sequence[SceneSpan]) -> None:
        self._spans = spans
        self._by_number = {str(span.number): index for index, span in enumerate(spans)}
        self._by_name: dict[str, int] = {}
        for index, span in enumerate(spans):
            if span.name:
                self._by_name.setdefault(_key(span.name), index)

    def scene(self, scene: str, time: str, line: int) -> int | None:
        """The index of the scene that a row rates; None for the film."""
        if scene:
            index = self._by_number.get(scene, self._by_name.get(_key(scene)))
            if index is None:
                raise SettingsError(
                    f"Line {line} of the ratings rates scene {parsing.quote(scene)}.",
                    f"This film has scenes 1 to {len(self._spans)}.",
                )
            return index
        if not time:
            return None
        match = _TIME.fullmatch(time)
        hours, minutes, seconds = match.groups() if match else (None, None, "")
        second = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", ".")) if match else -1.0
        index = next((i for i, span in enumerate(self._spans) if span.start <= second < span.end), None)
        if index is None:
            raise SettingsError(
                f"Line {line} of the ratings rates the time {parsing.quote(time)}, where no scene is.",
                "Write seconds, MM:SS or HH:MM:SS within the film.",
            )
        return index
