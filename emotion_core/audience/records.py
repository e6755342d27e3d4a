"""The records of a screening: a film, its viewers, and what their faces showed in the film's time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from .. import parsing
from ..errors import SettingsError

Floats = NDArray[np.float64]
AlignmentMethod = Literal["start", "typed", "sound", "mark", "live", "synthetic"]
ViewerKind = Literal["recording", "live", "synthetic"]

ALIGNMENT_METHODS: tuple[AlignmentMethod, ...] = get_args(AlignmentMethod)
VIEWER_KINDS: tuple[ViewerKind, ...] = get_args(ViewerKind)
MAX_DRIFT = 0.01
"""Greatest drift of a recording's clock against the film's, 10 ms a second: quartz drifts by 0.0001 at most, and a film
played at 25 instead of 24 frames a second (0.04) is another film."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How a recording's time becomes the film's: film = (recording - offset) / (1 + drift)."""

    offset: float = 0.0
    """Second of the recording at which the film begins; negative where the recording begins later than the film."""
    drift: float = 0.0
    """Seconds by which the recording's clock runs ahead in a second of film, -MAX_DRIFT to MAX_DRIFT."""
    method: AlignmentMethod = "start"
    """"start": both begin together, as long as nothing else is known."""
    confidence: float | None = None
    """0 to 1, of an alignment by sound; None of the others."""

    def __post_init__(self) -> None:
        if self.method not in ALIGNMENT_METHODS:
            raise SettingsError(
                f"{parsing.quote(str(self.method))} is no way to align.", f"Choose of {', '.join(ALIGNMENT_METHODS)}."
            )
        if not (np.isfinite(self.offset) and abs(self.offset) <= 86_400):
            raise SettingsError(f"The offset is {self.offset} seconds.", "Give -86400 to 86400 seconds.")
        if not (np.isfinite(self.drift) and abs(self.drift) <= MAX_DRIFT):
            raise SettingsError(f"The drift is {self.drift}.", f"Give -{MAX_DRIFT} to {MAX_DRIFT} seconds a second.")

    def film_seconds(self, recording: Floats) -> Floats:
        """The film's seconds for seconds of the recording."""
        return (recording - self.offset) / (1 + self.drift)

    def recording_seconds(self, film: Floats) -> Floats:
        """The recording's seconds for seconds of the film."""
        return film * (1 + self.drift) + self.offset


@dataclass(frozen=True, slots=True)
class Consent:
    """What a viewer was told and agreed to."""

    notice: str
    """The notice that was shown, whole: what is read, where, by whom, how long it is kept."""
    given_at: str
    """ISO 8601 with the zone."""
    given_by: str = ""
    """Who confirmed it: the viewer, or who took the recording in, in their own words."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person who saw the film. One row of the audience's numbers."""

    id: str
    screening_id: str
    name: str
    """Free text, unique in a screening; never leaves in exports unless asked for."""
    number: int
    """From 1, in the order in which they were added; stands for the name in exports."""
    kind: ViewerKind
    consent: Consent | None
    groups: Mapping[str, str] = field(default_factory=dict)
    """For instance {"age": "18-29", "seat": "A4"}."""
    recording: str | None = None
    """The film id of the recording; None of a live or synthetic viewer."""
    seat: int | None = None
    """Which face of a room's recording, from 1, from left to right; None where the recording shows one viewer."""
    alignment: Alignment = field(default_factory=Alignment)
    added_at: str = ""
    """ISO 8601 with the zone."""


@dataclass(frozen=True, slots=True)
class Screening:
    """A film shown to viewers."""

    id: str
    film_id: str
    name: str
    created_at: str
    """ISO 8601 with the zone."""


@dataclass(frozen=True, slots=True, eq=False)
class Reactions:
    """What one viewer's face showed: one row a reading, ascending by the film's time."""

    labels: tuple[str, ...]
    seconds: Floats
    """(n,) seconds of the film, from its first frame; readings before 0 and after its end are left out."""
    probabilities: Floats
    """(n, labels), rows sum to 1; NaN where no face was usable: missing is neither zero nor neutral."""
    replayed: float = 0.0
    """Seconds of film that a live viewer saw again; only the first time counts."""

    def __post_init__(self) -> None:
        if self.probabilities.shape != (len(self.seconds), len(self.labels)):
            raise ValueError(f"{self.probabilities.shape} probabilities for {len(self.seconds)} readings.")

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(n,) whether a face was usable."""
        return np.asarray(~np.isnan(self.probabilities).any(axis=1))


def alignment_to_json(alignment: Alignment) -> dict[str, Any]:
    """The fields of an alignment, for the database and for reports."""
    return {
        "offset": alignment.offset,
        "drift": alignment.drift,
        "method": alignment.method,
        "confidence": alignment.confidence,
    }


def alignment_from_json(data: Mapping[str, Any]) -> Alignment:
    """An alignment from its stored form. Raises SettingsError, KeyError, TypeError."""
    confidence = data["confidence"]
    return Alignment(
        offset=float(data["offset"]),
        drift=float(data["drift"]),
        method=data["method"],
        confidence=None if confidence is None else float(confidence),
    )
