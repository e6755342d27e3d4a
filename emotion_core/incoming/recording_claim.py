"""What is claimed of an upload that is the recording of a viewer: which screening it is for, and the consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

InTime = Literal["sound", "typed", "start"]
WAYS_IN_TIME: tuple[InTime, ...] = get_args(InTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingClaim:
    """The screening whose viewer an upload shows, as it was when the file was queued."""

    screening_id: str
    notice: str
    """The notice that was shown, whole."""
    given_at: str
    """When it was confirmed that the viewer was told, ISO 8601 with the zone."""
    given_by: str
    """Who confirmed it."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Groups of the viewer."""
    in_time: InTime = "sound"
    """How the recording's time becomes the film's: by the film's sound in it, by a given offset, or as yet unknown:
    "start" takes both to begin together until it is known."""
    offset: float = 0.0
    """With "typed": the second of the recording at which the film begins."""

    @classmethod
    def from_json(cls, data: Any) -> RecordingClaim | None:
        """The claim of an upload's record; None for a film. Raises TypeError."""
        return None if data is None else cls(**data)
