"""How the audience's numbers are computed; no setting needs the recordings again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .. import parsing
from ..errors import SettingsError

MAX_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSettings:
    """The settings of a screening's numbers. Equal settings and equal reactions give equal numbers."""

    second_floor: float = 0.5
    """Least share of a viewer's readings in a second with a usable face, 0 to 1; below it the second is missing."""
    scene_floor: float = 0.25
    """The same of a scene, 0 to 1."""
    least_viewers: int = 5
    """With fewer usable viewers, 2 to 100, there is no interval, and a group is called too few and never ranked."""
    confidence: float = 0.90
    """Confidence level of all intervals, 0.5 to 0.99."""
    resamples: int = 1000
    """Resamples of viewers behind an interval of a scene, 100 to 20,000."""
    second_resamples: int = 400
    """The same of a second, 100 to 20,000."""
    synchrony_share: float = 0.5
    """Least share, 0.1 to 1, of the other viewers with a usable face in a second that counts for synchrony."""
    synchrony_seconds: int = 20
    """Least number of usable seconds, 10 to 600, in a scene whose synchrony is computed."""
    least_shift: int = 10
    """Least number of seconds, 1 to 600, by which the null of synchrony shifts a viewer, either way round."""
    shifts: int = 999
    """Draws of the null of synchrony, 99 to 20,000."""
    permutations: int = 999
    """Permutations of group labels, 99 to 20,000."""
    lag_window: int = 10
    """Greatest lag of the audience behind or before the cast that is tried, seconds, 1 to 60."""
    seed: int = 0
    """Of all random draws, 0 to 4294967295."""
    targets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Target populations: {"age": {"18-29": 0.4, "30-49": 0.6}}; weights 0 to 1 that sum to 1. Without one each group
    of a column weighs the same."""

    def __post_init__(self) -> None:
        _check(self.second_floor, "second_floor", 0, 1)
        _check(self.scene_floor, "scene_floor", 0, 1)
        _check(self.confidence, "confidence", 0.5, 0.99)
        _check(self.synchrony_share, "synchrony_share", 0.1, 1)
        _check_int(self.least_viewers, "least_viewers", 2, 100)
        _check_int(self.resamples, "resamples", 100, 20_000)
        _check_int(self.second_resamples, "second_resamples", 100, 20_000)
        _check_int(self.synchrony_seconds, "synchrony_seconds", 10, 600)
        _check_int(self.least_shift, "least_shift", 1, 600)
        _check_int(self.shifts, "shifts", 99, 20_000)
        _check_int(self.permutations, "permutations", 99, 20_000)
        _check_int(self.lag_window, "lag_window", 1, 60)
        _check_int(self.seed, "seed", 0, MAX_SEED)
        for column, weights in self.targets.items():
            _check_target(column, weights)


def settings_to_json(settings: AudienceSettings) -> dict[str, Any]:
    """The settings as JSON types."""
    return {**asdict(settings), "targets": {name: dict(weights) for name, weights in settings.targets.items()}}


def settings_from_json(data: Mapping[str, Any]) -> AudienceSettings:
    """Settings from their stored form; fields that it lacks have their defaults. Raises SettingsError."""
    known = AudienceSettings.__dataclass_fields__
    if unknown := sorted(set(data) - set(known)):
        raise SettingsError(
            f"{parsing.quote(unknown[0])} is no setting of an audience.", f"There are {', '.join(known)}."
        )
    targets = data.get("targets", {})
    if not isinstance(targets, Mapping) or not all(isinstance(weights, Mapping) for weights in targets.values()):
        raise SettingsError("targets was no table of groups.", 'Write {"age": {"18-29": 0.5, "30-49": 0.5}}.')
    return AudienceSettings(**{**data, "targets": {str(name): dict(weights) for name, weights in targets.items()}})


def _check_target(column: str, weights: Mapping[str, float]) -> None:
    where = f"The target population of {parsing.quote(column)}"
    for group, weight in weights.items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight <= 1:
            raise SettingsError(
                f"{where} gives {parsing.quote(group)} the weight {parsing.quote(weight)}.", "It goes from 0 to 1."
            )
    if not math.isclose(total := sum(weights.values()), 1, abs_tol=0.001):
        raise SettingsError(f"The weights of {where[0].lower()}{where[1:]} sum to {total:g}.", "They must sum to 1.")


def _check(value: object, name: str, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise SettingsError(f"{name} was {parsing.quote(value)}.", f"It goes from {low:g} to {high:g}.")


def _check_int(value: object, name: str, low: int, high: int) -> None:
    parsing.parse_int(value, name, low, high)
    if not isinstance(value, int):
        raise SettingsError(f"{name} was {parsing.quote(value)}.", f"Give a whole number, {low} to {high}.")
