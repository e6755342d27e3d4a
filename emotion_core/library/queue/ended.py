"""Jobs that ended: the last ones, and how many films an hour the library analyses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ..job_table import Job, jobs_where

DAY = 86400.0
"""Seconds."""
ENOUGH_FILMS, ENOUGH_SECONDS = 3, 600.0
"""Films, or seconds of film, from which on a speed is told."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """What was analysed within the last day."""

    films: int
    film_seconds: float
    """Length of these films."""
    worked_seconds: float
    """Time within the day during which at least one of these analyses ran."""

    @property
    def has_basis(self) -> bool:
        """Whether enough was analysed to tell a speed: one clip of some seconds says little about an hour."""
        return self.worked_seconds > 0 and (self.films >= ENOUGH_FILMS or self.film_seconds >= ENOUGH_SECONDS)

    @property
    def films_an_hour(self) -> float | None:
        """Films an hour of work; None without a basis."""
        return self.films / (self.worked_seconds / 3600) if self.has_basis else None

    @property
    def film_hours_an_hour(self) -> float | None:
        """Hours of film an hour of work; None without a basis."""
        return self.film_seconds / self.worked_seconds if self.has_basis else None


def last_ended(database: sqlite3.Connection, count: int) -> list[Job]:
    """The scans that ended last, at most `count`, the last one first. Jobs of earlier versions have no time, and are
    left out.
    """
    return jobs_where(
        database,
        "kind = 'scan' AND state IN ('done', 'failed', 'cancelled') AND ended_at IS NOT NULL "
        "ORDER BY ended_at DESC, number DESC LIMIT ?",
        (count,),
    )


def throughput(database: sqlite3.Connection, now: float) -> Throughput:
    """The films that were analysed in the day before `now`, seconds since 1970; recordings of viewers are none."""
    rows = database.execute(
        "SELECT began_at, ended_at, json_extract(films.media, '$.duration') FROM jobs "
        "JOIN films ON films.id = jobs.film_id "
        "WHERE jobs.kind = 'scan' AND jobs.state = 'done' AND jobs.ended_at BETWEEN ? AND ? AND began_at IS NOT NULL "
        "AND films.role = 'film' AND json_valid(films.media)",
        (now - DAY, now),
    ).fetchall()
    spans = [(max(float(began), now - DAY), float(ended)) for began, ended, _ in rows]
    return Throughput(len(rows), sum(_seconds(duration) for _, _, duration in rows), _covered(spans))


def _seconds(duration: object) -> float:
    """A stored duration, such as “1001/24”; 0 where it is damaged."""
    try:
        return float(Fraction(str(duration)))
    except (ValueError, ZeroDivisionError):
        return 0.0


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    """Length of the union of spans. One that ends before it begins, since the clock was set, counts nothing."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total
