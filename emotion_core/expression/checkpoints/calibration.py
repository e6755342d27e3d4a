"""Temperatures: a checkpoint's logits are divided by one before the softmax, so that probabilities mean something.

Of faces read with a probability of 0.7 about 70 % should be read rightly. One number a checkpoint, fitted on labelled
faces, brings its probabilities as near to that as one number can (temperature scaling: Guo et al., "On Calibration of
Modern Neural Networks", 2017, arXiv:1706.04599). It never changes which label has the highest probability. A scaling
for films, fitted on stills, does: faces of films are other faces than most checkpoints are trained on.

A calibration belongs to weights, named by their SHA-256, and is looked up in two places:

    <EMOTION_HOME>/calibrations/<weights>.json    written by `python -m emotion_core.training calibrate`
    emotion_core/expression/embedded/calibration.json    the embedded checkpoint's, committed with its weights;
                                     calibration-….json beside it are those of its earlier weights
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields, replace
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from ...settings import TEMPERATURE_RANGE
from ...storage import Home, descriptors, hashed_json, write_whole
from ..film_fit import FilmFit
from ..probabilities import Scaling

FILE = "calibration.json"
"""Name of the calibration in a checkpoint's own folder."""

Source = Literal["calibrated", "uncalibrated", "set by hand"]


@dataclass(frozen=True, slots=True)
class Fit:
    """A temperature fitted on one half of a labelled set and judged on the other."""

    temperature: float
    fitted: int
    """Faces."""
    judged: int
    """Faces."""
    ece_before: float
    """Expected calibration error of the judged half at temperature 1, 0 to 1."""
    ece_after: float
    """The same at `temperature`."""
    ece_by_chance: float
    """The error that so few faces show on average if the probabilities are exactly right: the floor of the figures."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The scaling of a checkpoint's logits and the data behind it."""

    weights: str
    """SHA-256 of the weights file, hex."""
    faces: str
    """Name of the labelled set."""
    faces_hash: str
    """SHA-256 of the set's file, hex."""
    seed: int
    """Of the split into halves."""
    bins: int
    """Of the expected calibration error, all equally wide."""
    made_on: str
    """The day, ISO 8601."""
    fit: Fit
    """The fit whose temperature is used."""
    swapped: Fit
    """The same with the halves swapped: shows how far the figures depend on the split."""
    film: FilmFit | None = None
    """The scaling for faces of films, which is used instead of `fit` where there is one."""

    @property
    def temperature(self) -> float:
        return self.fit.temperature if self.film is None else self.film.temperature

    def to_fields(self) -> dict[str, Any]:
        """As JSON types; `film` only where there is one, as before there were any."""
        stored = asdict(self)
        if self.film is None:
            del stored["film"]
        return stored

    def to_json(self) -> str:
        return hashed_json.to_bytes(self.to_fields(), indent=1).decode()

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """The calibration in the result of `to_json`. Raises ValueError, KeyError or TypeError for any other text."""
        data: dict[str, Any] = hashed_json.from_bytes(text.encode())
        film = None if data.get("film") is None else FilmFit.from_json(data["film"])
        calibration = cls(**{**data, "fit": Fit(**data["fit"]), "swapped": Fit(**data["swapped"]), "film": film})
        figures = [*asdict(calibration.fit).values(), *asdict(calibration.swapped).values()]
        figures += [calibration.seed, calibration.bins]
        if film is not None:
            figures += [film.temperature, film.fitted, film.judged, *film.offsets, *chain.from_iterable(film.matrix)]
            figures += [film.ece_before, film.ece_after, film.ece_by_chance]
        if not all(type(figure) in (int, float) and math.isfinite(figure) for figure in figures):
            raise ValueError("a figure that is no number")
        if not TEMPERATURE_RANGE[0] <= calibration.temperature <= TEMPERATURE_RANGE[1]:
            raise ValueError(f"a temperature of {calibration.temperature}")
        return calibration


@dataclass(frozen=True, slots=True)
class Temperature:
    """The temperature of a report, where it came from, and the scaling that it is part of."""

    value: float = 1.0
    source: Source = "uncalibrated"
    calibration: Calibration | None = None
    """The calibration behind the value, or behind the matrix where the value is set by hand."""
    note: str = ""
    """A sentence that a reader must know; mostly empty."""

    @property
    def scaling(self) -> Scaling:
        """How logits become probabilities."""
        film = None if self.calibration is None else self.calibration.film
        return Scaling(self.value) if film is None else replace(film.scaling, temperature=self.value)

    @property
    def key(self) -> str:
        """Twelve hex digits that name all of it."""
        calibration = None if self.calibration is None else self.calibration.to_fields()
        parts = {"value": self.value, "source": self.source, "calibration": calibration, "note": self.note}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def temperature_by_settings(setting: float | None) -> Temperature:
    """The temperature without a calibration: the one in the settings, else 1."""
    return Temperature() if setting is None else Temperature(setting, "set by hand")


def resolve_temperature(setting: float | None, weights: str, home: Path) -> Temperature:
    """The temperature for a checkpoint with these weights: the one in the settings, else the calibrated one, else 1.

    One in the settings leaves a calibrated matrix as it is. A calibration under `home` comes before the embedded
    checkpoint's own. A damaged one is ignored, with a note: a report is worth more than its temperature.
    """
    stored, note = _calibration_of(weights, home)
    if setting is not None:
        by_hand = temperature_by_settings(setting)
        return by_hand if stored is None or stored.film is None else replace(by_hand, calibration=stored)
    return Temperature(note=note) if stored is None else Temperature(stored.temperature, "calibrated", stored, note)


def _calibration_of(weights: str, home: Path) -> tuple[Calibration | None, str]:
    """The calibration of a checkpoint with these weights, and what a reader must know of one that was passed over."""
    from .location import EMBEDDED_FOLDER  # here, since it brings the hub's client

    note = ""
    for file in (stored_at(home, weights), EMBEDDED_FOLDER / FILE, EMBEDDED_FOLDER / _earlier(weights)):
        wrong = "is damaged"
        try:
            stored = Calibration.from_json(file.read_text())
        except FileNotFoundError:
            continue
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            descriptors.raise_if_ran_out(error)  # else it is called damaged
            stored = None
            if is_later(file):
                wrong = "was written by a later version"
        if stored is not None and stored.weights == weights:
            return stored, note
        if file.parent != EMBEDDED_FOLDER:  # a file there that cannot be read may well be of other weights
            note = (
                f"The calibration of this model ({file.parent.name}/{weights[:12]}….json) {wrong} and was passed "
                "over: fit it again with python -m emotion_core.training calibrate, or delete it."
            )
    return None, note


def stored_at(home: Path, weights: str) -> Path:
    """File of the calibration of a checkpoint with these weights."""
    return Home(home).calibration(weights)


def keep(calibration: Calibration, file: Path) -> None:
    """Write a calibration, whole or not at all. Raises LibraryError."""
    write_whole(file, calibration.to_json().encode())


def keep_in(folder: Path, calibration: Calibration) -> Path:
    """Write a calibration into a checkpoint's own folder. Raises LibraryError.

    That of earlier weights stays under another name: films that those weights read keep their temperature.
    """
    file = folder / FILE
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        before = Calibration.from_json(file.read_text())
        if before.weights != calibration.weights:
            keep(before, folder / _earlier(before.weights))
    keep(calibration, file)
    return file


def is_later(file: Path) -> bool:
    """Whether a calibration that cannot be read is intact and has fields of a later version."""
    try:
        data = hashed_json.read(file)
    except (OSError, ValueError, RecursionError):
        return False
    return bool(data.keys() - {field.name for field in fields(Calibration)})


def _earlier(weights: str) -> str:
    return f"calibration-{weights[:12]}.json"
