"""Limits of how a face may be turned, sharp and lit to count: settings of a report that need no new scan."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from . import parsing
from .errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLimits:
    """What a face must be like to be usable, beside its size and the detector's score; None leaves nothing out."""

    max_yaw: float | None = None
    """Degrees, 0 to 90, by which a head may be turned to a side; see faces.pose."""
    max_pitch: float | None = None
    """Degrees, 0 to 90, by which a face may look up or down."""
    max_roll: float | None = None
    """Degrees, 0 to 180, by which a head may be tilted in the picture."""
    max_misfit: float | None = None
    """Distance of eyes, nose and mouth from those of any face, 0 to 1, in distances between the eyes."""
    min_sharpness: float | None = None
    """Least sharpness, 0 to 2; see faces.quality. This limit and those below need a scan of layout 7 or later."""
    min_brightness: float | None = None
    """Least mean luma of a face, 0 to 255."""
    max_clipped: float | None = None
    """Most of a face's pixels that are black or white, percent, 0 to 100."""

    def __post_init__(self) -> None:
        for name, highest in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not 0 <= value <= highest:
                raise SettingsError(f"{name} was {parsing.quote(value)}.", f"It goes from 0 to {highest}.")

    def __bool__(self) -> bool:
        """Whether any limit is set."""
        return any(getattr(self, field.name) is not None for field in fields(self))

    @property
    def need_quality(self) -> bool:
        """Whether a limit is set of what older scans did not measure."""
        return any(limit is not None for limit in (self.min_sharpness, self.min_brightness, self.max_clipped))

    def to_json(self) -> dict[str, float]:
        """The limits that are set."""
        return {name: value for name, value in asdict(self).items() if value is not None}


_RANGES = {
    "max_yaw": 90,
    "max_pitch": 90,
    "max_roll": 180,
    "max_misfit": 1,
    "min_sharpness": 2,
    "min_brightness": 255,
    "max_clipped": 100,
}
"""Greatest value of each limit."""

RECOMMENDED = FaceLimits(max_yaw=50, max_misfit=0.12, min_sharpness=0.1, min_brightness=25, max_clipped=60)
"""The limits of a film whose settings nobody changed. `python -m tests.benchmarks.readable_faces` measured what they
rest on; see docs/how-to-read-the-report.md. Up and down, and tilts of levelled crops, no fall was found."""


def from_json(data: dict[str, Any]) -> FaceLimits:
    """Limits from their stored form; those that are not named are not set."""
    return FaceLimits(**data)
