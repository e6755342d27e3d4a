"""The choice of the picture track to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import CutListError


@dataclass(frozen=True, slots=True)
class Track:
    number: int
    """From 1, the lowest."""
    name: str = ""
    """Name in the file; empty for none."""

    def __str__(self) -> str:
        """“V2”, or “V2 (Titles)” where its name says more than its number."""
        name = self.name.strip()
        plain = name.casefold().replace(" ", "") in ("", f"v{self.number}", f"video{self.number}", str(self.number))
        return f"V{self.number}" if plain else f"V{self.number} ({name})"

    def has_number(self, wanted: str) -> bool:
        """Whether `wanted` is its number, with or without V before it."""
        return wanted.casefold() in (str(self.number), f"v{self.number}")


def choose_track(tracks: Sequence[Track], wanted: str | None) -> tuple[int, list[str]]:
    """Index in `tracks` of the one to read, and a note where there is more than one.

    `wanted` is the name of a track, “V2” or “2”; None takes the first. Raises CutListError for a track that does not
    exist.
    """
    at = 0
    if wanted is not None and (wanted := wanted.strip()):
        by_name = [n for n, track in enumerate(tracks) if track.name.strip().casefold() == wanted.casefold()]
        by_number = [n for n, track in enumerate(tracks) if track.has_number(wanted)]
        if not by_name + by_number:
            raise CutListError(
                f"The cut list has no picture track “{wanted[:60]}”.", f"It has {', '.join(map(str, tracks))}."
            )
        at = (by_name + by_number)[0]
    if len(tracks) < 2:
        return at, []
    others = [str(track) for n, track in enumerate(tracks) if n != at]
    return at, [f"Of the list's picture tracks {tracks[at]} was read, not {', '.join(others)}."]
