"""Temperatures: what a checkpoint's logits are divided by before the softmax, so that its probabilities mean something.

Of faces read with a probability of 0.7 about 70 % should be read rightly. One number a checkpoint, fitted on labelled
faces, brings its probabilities as near to that as one number can (temperature scaling: Guo et al., "On Calibration of
Modern Neural Networks", 2017, arXiv:1706.04599). It never changes which label has the highest probability.

A calibration belongs to weights, told by their SHA-256, and is looked up in two places:

    <EMOTION_HOME>/calibrations/<weights>.json    written by `python -m emotion_core.training calibrate`
    emotion_core/expression/embedded/calibration.json    the embedded checkpoint's, committed with its weights;
                                     calibration-….json    beside it those of earlier weights that it had
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from ...settings import TEMPERATURES
from ...storage import descriptors, hashed_json
from ...storage.files import write_whole

FILE = "calibration.json"
"""In a checkpoint's own folder."""

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
    """What so few faces would show on average, were the probabilities exactly right: nothing can be told below it."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The temperature of a checkpoint and what it rests on."""

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
    """The one whose temperature counts."""
    swapped: Fit
    """The same with the halves swapped: how far the figures hang on the split."""

    @property
    def temperature(self) -> float:
        return self.fit.temperature

    def to_json(self) -> str:
        return hashed_json.packed(asdict(self), indent=1).decode()

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """What `to_json` gave. Raises ValueError, KeyError or TypeError if `text` is not that."""
        data: dict[str, Any] = hashed_json.unpacked(text.encode())
        made = cls(**{**data, "fit": Fit(**data["fit"]), "swapped": Fit(**data["swapped"])})
        figures = [*asdict(made.fit).values(), *asdict(made.swapped).values(), made.seed, made.bins]
        if not all(type(figure) in (int, float) and math.isfinite(figure) for figure in figures):
            raise ValueError("a figure that is no number")
        if not TEMPERATURES[0] <= made.temperature <= TEMPERATURES[1]:
            raise ValueError(f"a temperature of {made.temperature}")
        return made


@dataclass(frozen=True, slots=True)
class Temperature:
    """The temperature of a report, and where it came from."""

    value: float = 1.0
    source: Source = "uncalibrated"
    calibration: Calibration | None = None
    """If that is where it came from."""
    note: str = ""
    """What a reader must know of it; mostly nothing."""

    @property
    def key(self) -> str:
        """Twelve hex digits: another one as soon as anything of it is another."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def by_settings(asked: float | None) -> Temperature:
    """The temperature where no calibration is known: the one that was set, else 1."""
    return Temperature() if asked is None else Temperature(asked, "set by hand")


def resolved(asked: float | None, weights: str, home: Path) -> Temperature:
    """The temperature for a checkpoint with these weights: the one that was set, else the calibrated one, else 1.

    A calibration under `home` comes before the embedded checkpoint's own. A damaged one is passed over, with a note:
    a report is worth more than its temperature.
    """
    if asked is not None:
        return by_settings(asked)
    from .location import EMBEDDED_FOLDER  # here, since it brings the hub's client

    note = ""
    for file in (stored_at(home, weights), EMBEDDED_FOLDER / FILE, EMBEDDED_FOLDER / _earlier(weights)):
        wrong = "is damaged"
        try:
            made = Calibration.from_json(file.read_text())
        except FileNotFoundError:
            continue
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            descriptors.refuse(error)  # else it is called damaged
            made = None
            if is_later(file):
                wrong = "was written by a later version"
        if made is not None and made.weights == weights:
            return Temperature(made.temperature, "calibrated", made, note)
        if file.parent != EMBEDDED_FOLDER:  # a file there that cannot be read may well be of other weights
            note = (
                f"The calibration of this model ({file.parent.name}/{weights[:12]}….json) {wrong} and was passed "
                "over: fit it again with python -m emotion_core.training calibrate, or delete it."
            )
    return Temperature(note=note)


def stored_at(home: Path, weights: str) -> Path:
    """Where the calibration of a checkpoint with these weights is kept."""
    return home / "calibrations" / f"{weights}.json"


def keep(calibration: Calibration, file: Path) -> None:
    """Write it, whole or not at all. Raises LibraryError."""
    write_whole(file, calibration.to_json().encode())


def keep_in(folder: Path, calibration: Calibration) -> Path:
    """Write it into a checkpoint's own folder. Raises LibraryError.

    One of earlier weights stays under another name: films that those read keep their temperature.
    """
    file = folder / FILE
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        before = Calibration.from_json(file.read_text())
        if before.weights != calibration.weights:
            keep(before, folder / _earlier(before.weights))
    keep(calibration, file)
    return file


def is_later(file: Path) -> bool:
    """Whether a calibration that cannot be read has fields of a later version, and is as that wrote it."""
    try:
        told = hashed_json.read(file)
    except (OSError, ValueError, RecursionError):
        return False
    return bool(told.keys() - {field.name for field in fields(Calibration)})


def _earlier(weights: str) -> str:
    return f"calibration-{weights[:12]}.json"
