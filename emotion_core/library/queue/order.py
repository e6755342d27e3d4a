"""The order of the queue, which any process may change while others add to it and the worker takes from it.

A job's key is its column `place`, or its number where that is NULL. Jobs of another priority are never overtaken: a few
frames that someone waits for still come first, and copies for browsers last.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from ..database import transaction
from ..job_table import ORDER

Direction = Literal["front", "up", "down"]


def move(database: sqlite3.Connection, film_id: str, direction: Direction) -> bool:
    """Move a film's queued jobs before all others of their priority, or past one neighbour; False if none moved.

    A job that began or was cancelled meanwhile stays as it is.
    """
    with transaction(database):
        rows = database.execute(
            f"SELECT number, priority FROM jobs WHERE film_id = ? AND state = 'queued' ORDER BY {ORDER}", (film_id,)
        ).fetchall()
        if direction != "up":  # else one of its jobs would move past another one, and back
            rows.reverse()
        moved = [_move(database, int(number), int(priority), direction) for number, priority in rows]
    return any(moved)


def _move(database: sqlite3.Connection, number: int, priority: int, direction: Direction) -> bool:
    queue = database.execute(
        f"SELECT number, coalesce(place, number) FROM jobs WHERE state = 'queued' AND priority = ? ORDER BY {ORDER}",
        (priority,),
    ).fetchall()
    keys = {int(other): int(key) for other, key in queue}
    numbers = list(keys)
    at = numbers.index(number)
    if direction == "front":
        if at:
            _set_place(database, number, keys[numbers[0]] - 1)
        return at > 0
    other = at + (1 if direction == "down" else -1)
    if not 0 <= other < len(numbers):
        return False
    neighbour = numbers[other]
    _set_place(database, number, keys[neighbour])
    _set_place(database, neighbour, keys[number])
    return True


def _set_place(database: sqlite3.Connection, number: int, place: int) -> None:
    database.execute("UPDATE jobs SET place = ? WHERE number = ?", (place, number))
