"""Seats of a room's recording."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience.seats import find_seats, rows_of_seat
from emotion_core.audience.viewer_faces import ViewerFaces


def room(places: list[tuple[float, float, float]], frames: int, *, seed: int = 0, seen: float = 0.8,
         jitter: float = 0.15) -> tuple[ViewerFaces, np.ndarray]:  # fmt: skip
    """Faces at `places` (x, y, side), each on a share of the frames, moving by `jitter` sides; and whose each is."""
    random = np.random.default_rng(seed)
    rows = []
    for frame in range(frames):
        for number, (x, y, side) in enumerate(places):
            if random.random() < seen:
                move = random.normal(0, jitter * side, 2)
                rows.append((frame, number, x + move[0], y + move[1], side * random.uniform(0.9, 1.1)))
    table = np.array(rows)
    ids = np.arange(len(table))
    return ViewerFaces(frames, table[:, 0].astype(int), ids, table[:, 2:4], table[:, 4]), table[:, 1].astype(int)


@pytest.mark.parametrize("people", [1, 2, 8])
def test_each_person_of_a_row_has_a_seat(people: int) -> None:
    """Seats are numbered from left to right, and each has its own person's faces."""
    faces, whose = room([(0.2 + 0.2 * i, 0.5, 0.1) for i in range(people)], 300)
    seats = find_seats(faces)
    assert [seat.number for seat in seats] == list(range(1, people + 1))
    for seat in seats:
        own = faces.select(rows_of_seat(faces, seats, seat.number))
        assert (whose[own.face] == seat.number - 1).mean() > 0.99
        assert seat.presence == pytest.approx(0.8, abs=0.08)
        assert len(np.unique(own.sample)) == len(own)


def test_a_cinema_of_sixty_in_rows_of_smaller_and_smaller_faces() -> None:
    """Sixty seats in four rows: each is found once, and nearly every face is given to whom it belongs."""
    places = [(0.1 + 0.11 * i, 0.2 + 0.2 * row, 0.04 + 0.01 * row) for row in range(4) for i in range(15)]
    faces, whose = room(places, 120)
    seats = find_seats(faces)
    assert len(seats) == 60
    by_place = sorted(range(60), key=lambda i: (places[i][0], places[i][1]))
    found = [np.bincount(whose[rows_of_seat(faces, seats, seat.number)]).argmax() for seat in seats]
    assert sorted(found) == sorted(by_place)


def test_who_passes_by_has_no_seat() -> None:
    """A face that is there on few frames, and false detections all over the picture, make no seat."""
    faces, _ = room([(0.3, 0.5, 0.1), (0.7, 0.5, 0.1)], 200)
    random = np.random.default_rng(3)
    noise = ViewerFaces(
        200, random.integers(0, 200, 60), np.arange(60) + len(faces), random.uniform(0, 1.7, (60, 2)), np.full(60, 0.1)
    )
    passing = ViewerFaces(
        200, np.arange(12), np.arange(12) + 1000, np.tile([1.2, 0.5], (12, 1)), np.full(12, 0.1)
    )  # fmt: skip
    assert len(find_seats(_joined(faces, noise, passing))) == 2


def test_who_moves_keeps_one_seat() -> None:
    """A viewer who leans to the side for half of the film is one person; two who sit as near are two."""
    left, _ = room([(0.3, 0.5, 0.1)], 100, jitter=0.1)
    right, _ = room([(0.42, 0.5, 0.1)], 100, jitter=0.1)
    later = ViewerFaces(200, right.sample + 100, right.face, right.centre, right.side)
    first = ViewerFaces(200, left.sample, left.face, left.centre, left.side)
    assert len(find_seats(_joined(first, later))) == 1
    both, _ = room([(0.3, 0.5, 0.1), (0.42, 0.5, 0.1)], 200, jitter=0.1)
    assert len(find_seats(both)) == 2


def test_without_faces_there_are_no_seats() -> None:
    """Nothing to cluster."""
    nothing = np.empty(0, dtype=np.int64)
    assert find_seats(ViewerFaces(10, nothing, nothing, np.empty((0, 2)), np.empty(0))) == ()


def _joined(*parts: ViewerFaces) -> ViewerFaces:
    sample = np.concatenate([part.sample for part in parts])
    order = np.argsort(sample, kind="stable")
    total = len(sample)
    return ViewerFaces(
        parts[0].samples,
        sample[order],
        np.arange(total),
        np.concatenate([part.centre for part in parts])[order],
        np.concatenate([part.side for part in parts])[order],
    )
