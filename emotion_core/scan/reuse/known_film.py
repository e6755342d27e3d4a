"""Which films of a library a scan looks at for faces to take over: few, chosen by name and length before it begins.

Whether they share footage shows only when the film's pictures are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

NOTHING_TAKEN_OVER = "nothing_taken_over"
"""The field of a scan's event "done" that says why no faces were taken over, where they were to be."""
MOST = 3
"""Films that a scan looks at: each of two hours takes about 100 MB while it lasts."""
MOST_BITS = 2.0
"""How many times as many bytes a second one film may have as the other: beyond that, faces are coded differently."""
ALIKE_NAMES = 0.75
"""Likeness of names, 0 to 1, from which films may be cuts of one, whatever they last."""
ALIKE_LENGTHS = 0.2
"""Difference of length, of the longer one, up to which films may be cuts of one, whatever they are called."""


@dataclass(frozen=True, slots=True)
class KnownFilm:
    """A film whose analysis a scan may take faces from."""

    content_id: str
    name: str
    store: Path
    """The folder of its scan."""


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What is known of a film before it is read."""

    name: str
    seconds: float
    size: tuple[int, int]
    """Display pixels."""
    coding: tuple[object, ...]
    """Facts that must be equal."""
    bytes: int
    is_version: bool = False
    """Whether it is in one project with the film that is read."""


def likely_cuts(film: FilmFacts, others: Iterable[tuple[FilmFacts, KnownFilm]]) -> tuple[KnownFilm, ...]:
    """The films, MOST at most, that are most likely cuts of the same film, in the same coding; likeliest first."""
    ranked = []
    for facts, known in others:
        names, lengths = _names_alike(film.name, facts.name), _lengths_apart(film, facts)
        may_be = facts.is_version or names >= ALIKE_NAMES or lengths <= ALIKE_LENGTHS
        if may_be and is_coded_alike(film, facts):
            ranked.append((not facts.is_version, lengths - names, known.content_id, known))
    return tuple(known for *_, known in sorted(ranked, key=lambda row: row[:3])[:MOST])


def is_coded_alike(film: FilmFacts, other: FilmFacts) -> bool:
    """Whether faces of `other` look as those of `film` do, by size and coding."""
    if (film.size, film.coding) != (other.size, other.coding):
        return False
    rates = [facts.bytes / max(facts.seconds, 1e-3) for facts in (film, other)]
    return max(rates) <= MOST_BITS * max(min(rates), 1e-9)


def _lengths_apart(first: FilmFacts, second: FilmFacts) -> float:
    longer = max(first.seconds, second.seconds, 1e-3)
    return abs(first.seconds - second.seconds) / longer


_VERSION = re.compile(r"[\W\d_]+|\b(v|ver|version|cut|edit|final)\b")
"""Of a lower-case name what tells versions apart."""


def _names_alike(first: str, second: str) -> float:
    """Likeness of two file names, apart from _VERSION."""
    one, other = (" ".join(_VERSION.sub(" ", Path(name).stem.lower()).split()) for name in (first, second))
    return float(SequenceMatcher(None, one, other, autojunk=False).ratio())
