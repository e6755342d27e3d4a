"""Which picture track of a list is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import CutListError


@dataclass(frozen=True, slots=True)
class Track:
    number: int
    """From 1, the lowest."""
    name: str = ""
    """Its own name; empty for none."""

    def __str__(self) -> str:
        """“V2”, or “V2 (Titles)” where it has another name of its own."""
        own = self.name.strip()
        plain = own.casefold().replace(" ", "") in ("", f"v{self.number}", f"video{self.number}", str(self.number))
        return f"V{self.number}" if plain else f"V{self.number} ({own})"

    def is_called(self, wanted: str) -> bool:
        """Whether `wanted` is its number, with or without V before it."""
        return wanted.casefold() in (str(self.number), f"v{self.number}")


def chosen(tracks: Sequence[Track], wanted: str | None) -> tuple[int, list[str]]:
    """The place in `tracks`, those with picture, of the one to read, and a note where there is more than one.

    `wanted` is its own name, “V2” or “2”; None takes the first. Raises CutListError for a track that there is not.
    """
    at = 0
    if wanted is not None and (wanted := wanted.strip()):
        named = [n for n, track in enumerate(tracks) if track.name.strip().casefold() == wanted.casefold()]
        numbered = [n for n, track in enumerate(tracks) if track.is_called(wanted)]
        if not named + numbered:
            raise CutListError(
                f"The cut list has no picture track “{wanted[:60]}”.", f"It has {', '.join(map(str, tracks))}."
            )
        at = (named + numbered)[0]
    if len(tracks) < 2:
        return at, []
    others = [str(track) for n, track in enumerate(tracks) if n != at]
    return at, [f"Of the list's picture tracks {tracks[at]} was read, not {', '.join(others)}."]
