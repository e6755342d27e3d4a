"""What of a film a viewer has seen: seeking, pauses and replays. A second that is watched twice counts once."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

SLACK = 0.75
"""Seconds by which the film may run ahead of the clock between two readings of one pass: pictures wait, and stamps are
rounded to pictures of the film."""


@dataclass(slots=True)
class Playhead:
    """Follows the media times of readings, in the order in which they come."""

    replayed: float = 0.0
    """Seconds of film that were seen again."""
    jumps: int = 0
    """Times that the film went on from another place."""
    _seen: list[tuple[float, float]] = field(default_factory=list)
    """Parts of the film that earlier passes showed: seconds, ascending, apart from each other."""
    _pass: tuple[float, float] | None = None
    """First and last second of the present pass: the film plays on without a jump."""
    _at: float = 0.0
    """Clock of the last reading, seconds."""

    def saw(self, film: float, clock: float) -> bool:
        """Note a reading at the second `film` of the film, at the time `clock`; whether it is the first time."""
        again = self._is_seen(film)
        if self._pass is not None and 0 <= film - self._pass[1] <= clock - self._at + SLACK:
            if again:
                self.replayed += film - self._pass[1]
            self._pass = (self._pass[0], film)
        else:
            self.jump()
            again = self._is_seen(film)
            self._pass = (film, film)
        self._at = clock
        return not again

    def jump(self) -> None:
        """The film goes on from another place: the present pass is over."""
        if self._pass is None:
            return
        self.jumps += 1
        self._seen = _joined([*self._seen, self._pass])
        self._pass = None

    @property
    def seen(self) -> float:
        """Seconds of film that were seen at least once."""
        parts = self._seen if self._pass is None else _joined([*self._seen, self._pass])
        return sum(end - begin for begin, end in parts)

    def _is_seen(self, film: float) -> bool:
        place = bisect_right(self._seen, (film, float("inf"))) - 1
        return place >= 0 and film <= self._seen[place][1]


def _joined(parts: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(parts):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined
