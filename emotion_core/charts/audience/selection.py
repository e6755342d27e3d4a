"""What the charts of a screening show: expressions, groups, and whether the film's own curve lies over them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...audience import ScreeningSummary
from ...errors import SettingsError
from ...labels import colour, neutral_index
from ...parsing import quote

INTENSITY = -1
"""In place of a label's index: 1 - neutral."""
BALANCED = -1
"""In place of a group's index: the group-balanced mean."""
INTENSITY_COLOUR = "#7A8794"
GROUP_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Six hues of Okabe and Ito (2008), which stay apart under the common colour-blindnesses."""
DASHES = ("solid", "dash")
BALANCED_COLOUR = "#8C6BB1"

_PAIR = re.compile(r"(\d{1,2})\.(\d{1,2}|b)")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen of a screening."""

    rows: tuple[int, ...]
    """Indices of labels, or INTENSITY; at least one."""
    groups: tuple[tuple[int, int], ...] = ()
    """(column, group) indices; the group is BALANCED for the group-balanced mean."""
    cast: bool = True
    """Whether the film's own curve is drawn."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A line beside that of the whole audience."""

    name: str
    viewers: int
    too_few: bool
    hue: str
    dash: str
    place: tuple[int, int]
    """(column, group)"""

    @property
    def words(self) -> str:
        """“18-29 (n = 4, too few)”."""
        return f"{self.name} (n = {self.viewers}{', too few' if self.too_few else ''})"


def chosen_from_text(summary: ScreeningSummary, rows: str, groups: str, *, cast: bool) -> Chosen:
    """What an address chose: rows “i,3”, groups “0.1,0.b”. Raises SettingsError for anything that is not there."""
    known = available_rows(summary)
    wanted = tuple(INTENSITY if part == "i" else _index(part) for part in rows.split(",") if part)
    wanted = wanted or known[:1]
    pairs: list[tuple[int, int]] = []
    for part in filter(None, groups.split(",")):
        match = _PAIR.fullmatch(part)
        if match is None:
            raise SettingsError(f"A group was {quote(part)}.", "Give a column and a group by number, such as 0.1.")
        pairs.append((int(match[1]), BALANCED if match[2] == "b" else int(match[2])))
    places = {each.place for each in comparisons(summary)}
    if not set(wanted) <= set(known) or not set(pairs) <= places:
        raise SettingsError("This screening has no such curve.", "Reload the page.")
    return Chosen(wanted, tuple(pairs), cast)


def _index(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise SettingsError(f"A curve was {quote(text)}.", "Give an expression by number, or i for intensity.")
    return int(text)


def available_rows(summary: ScreeningSummary) -> tuple[int, ...]:
    """What a row can show: intensity first, where there is a neutral label, then each label."""
    intensity = (INTENSITY,) if neutral_index(summary.labels) is not None else ()
    return (*intensity, *range(len(summary.labels)))


def row_name(summary: ScreeningSummary, row: int) -> str:
    """The name of a row."""
    return "intensity" if row == INTENSITY else summary.labels[row]


def row_colour(summary: ScreeningSummary, row: int) -> str:
    """The colour of a row."""
    return INTENSITY_COLOUR if row == INTENSITY else colour(summary.labels[row], summary.labels)


def comparisons(summary: ScreeningSummary) -> tuple[Comparison, ...]:
    """The lines that can be drawn beside the audience's: each group, and each column's group-balanced mean."""
    found = []
    for number, column in enumerate(summary.groups):
        for index, group in enumerate(column.groups):
            hue = GROUP_COLOURS[index % len(GROUP_COLOURS)]
            dash = DASHES[index // len(GROUP_COLOURS) % len(DASHES)]
            name = f"{column.name}: {group.name}"
            found.append(Comparison(name, group.viewers, group.too_few, hue, dash, (number, index)))
        if column.film is not None:
            viewers = len(summary.viewers) - column.without
            found.append(
                Comparison(
                    f"{column.name}: group-balanced mean",
                    viewers,
                    False,
                    BALANCED_COLOUR,
                    "dashdot",
                    (number, BALANCED),
                )
            )
    return tuple(found)
