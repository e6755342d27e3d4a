"""Who is on screen with whom, and for how long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .people import People, Person


def seconds_together(people: People, persons: Sequence[Person] | None = None) -> NDArray[np.float64]:
    """(n, n) seconds during which two people are on screen at once, on the diagonal each one's own.

    `persons` are by default all people. Seconds are those of the sampled frames with both, see screen_time.
    """
    chosen = people.people if persons is None else tuple(persons)
    places = {frame: place for place, frame in enumerate(people.parts)}
    lengths = np.array([part.seconds for part in people.parts.values()])
    present = np.zeros((len(chosen), len(places)), dtype=np.float32)
    for row, person in enumerate(chosen):
        present[row, [places[frame] for frame in person.frames]] = 1
    together: NDArray[np.float64] = (present * lengths).astype(np.float64) @ present.T
    return together


def companions(people: People, person: Person) -> tuple[tuple[Person, float], ...]:
    """Those on screen with a person, with the seconds, from the longest."""
    own = set(person.frames)
    found = []
    for other in people.people:
        if other is not person:
            seconds = sum(people.parts[frame].seconds for frame in other.frames if frame in own)
            if seconds > 0:
                found.append((other, seconds))
    return tuple(sorted(found, key=lambda each: -each[1]))
