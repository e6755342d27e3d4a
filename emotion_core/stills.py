"""Faces of single pictures: stills, and frames taken out of a film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFile, ImageFont, ImageOps, UnidentifiedImageError

from .errors import MediaError
from .expression.checkpoints import calibration
from .labels import colour
from .settings import EngineName, ScanSettings
from .storage.paths import home
from .system import threads

if TYPE_CHECKING:
    from .expression.engines.engine import Engine
    from .observations.observations import CheckpointIdentity, EngineIdentity


_TRUNCATED = Lock()
"""Held while Pillow, which has one switch for all, reads pictures that break off."""


@dataclass(frozen=True, slots=True)
class FaceReading:
    """What the checkpoint says of one face."""

    box: tuple[float, float, float, float]
    """Left, top, width, height, pixels of the picture."""
    score: float
    """The detector's, 0 to 1; 1 for a whole frame."""
    probabilities: dict[str, float]
    """By label; they sum to 1."""

    @property
    def label(self) -> str:
        """The label with the highest probability."""
        return max(self.probabilities, key=lambda label: self.probabilities[label])


class StillReader:
    """A checkpoint and a face detector made ready for single pictures."""

    def __init__(self, checkpoint: str | None = None, engine: EngineName = "torch") -> None:
        """Raises CheckpointError or EngineError."""
        from .expression.checkpoints.checkpoint import load
        from .expression.checkpoints.location import locate
        from .expression.selection.choice import open_engine
        from .faces.yunet import FaceDetector

        self._settings = ScanSettings(checkpoint=checkpoint, engine=engine)
        loaded = load(locate(checkpoint))
        self._engine: Engine = open_engine(engine, loaded, batch=self._settings.batch)
        self._detector = FaceDetector(
            self._settings.detection_width, self._settings.min_face_px, threads=threads.share().detection
        )
        self.checkpoint: CheckpointIdentity = loaded.identity
        self.engine: EngineIdentity = self._engine.identity

    @property
    def temperature(self) -> calibration.Temperature:
        """The checkpoint's, as calibrations are now."""
        return calibration.resolved(None, self.checkpoint.hash, home())

    def read(self, rgb: NDArray[np.uint8], *, whole_frame: bool = False) -> tuple[FaceReading, ...]:
        """Every face of a picture, RGB (h, w, 3), left to right; or the picture itself, uncropped, as if a face."""
        from .faces.yunet import crop

        height, width = rgb.shape[:2]
        if whole_frame:
            places = [((0.0, 0.0, float(width), float(height)), 1.0)]
            crops = [rgb]
        else:
            places = [(face.box, face.score) for face in self._detector.find(rgb)]
            crops = [crop(rgb, box, self._settings.crop_scale) for box, _ in places]
        logits = self._engine.logits(crops).astype(np.float64) / self.temperature.value
        chances = np.exp(logits - logits.max(axis=1, keepdims=True)) if crops else logits
        chances /= chances.sum(axis=1, keepdims=True)
        return tuple(
            FaceReading(box, score, dict(zip(self.checkpoint.labels, row.tolist(), strict=True)))
            for (box, score), row in zip(places, chances, strict=True)
        )


def classify(
    image: Path | str | Image.Image, *, checkpoint: str | None = None, engine: EngineName = "torch"
) -> tuple[FaceReading, ...]:
    """Every face of a picture (a file, or a Pillow image) with its box and probabilities, left to right.

    The model is loaded at the first call and kept. Raises MediaError, CheckpointError or EngineError.
    """
    return _reader(checkpoint, engine).read(picture(image))


@lru_cache(maxsize=2)
def _reader(checkpoint: str | None, engine: EngineName) -> StillReader:
    return StillReader(checkpoint, engine)


def picture(image: Path | str | Image.Image) -> NDArray[np.uint8]:
    """A picture as RGB (h, w, 3), turned upright by its EXIF. Raises MediaError."""
    try:
        opened = image if isinstance(image, Image.Image) else Image.open(image)
        return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    except UnidentifiedImageError as error:
        raise MediaError(f"{image} is no picture that can be read.", "Give a JPEG, PNG, TIFF or WebP file.") from error
    except (OSError, Image.DecompressionBombError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise MediaError(f"{image} cannot be read: {why}.", "Check the path, or save the picture again.") from error


def as_far_as_it_goes(image: Path) -> tuple[NDArray[np.uint8], bool]:
    """A file's picture as `picture` gives it, and whether it breaks off: then what is missing of it is grey or black.

    Raises MediaError.
    """
    try:
        return picture(image), False
    except MediaError as error:
        if "truncated" not in str(error):
            raise
    with _TRUNCATED:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            return picture(image), True
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False


def draw(rgb: NDArray[np.uint8], readings: Sequence[FaceReading]) -> Image.Image:
    """The picture with each face's box and label, in the label's colour."""
    drawn = Image.fromarray(rgb)
    pen = ImageDraw.Draw(drawn)
    line = max(2, round(drawn.width / 400))
    font = ImageFont.load_default(size=max(12, round(drawn.width / 50)))
    for reading in readings:
        left, top, width, height = reading.box
        ink = colour(reading.label, tuple(reading.probabilities))
        pen.rectangle((left, top, left + width, top + height), outline=ink, width=line)
        text = f"{reading.label} {reading.probabilities[reading.label]:.2f}"
        # Above the box where there is room, else inside it.
        _, _, text_width, text_height = pen.textbbox((0, 0), text, font=font)
        x = min(max(0, left), max(0, drawn.width - text_width))
        y = top - text_height - 2 * line if top > text_height + 2 * line else max(0, top) + line
        pen.rectangle((x, y, x + text_width + 2 * line, y + text_height + line), fill=ink)
        pen.text((x + line, y), text, fill="#000000" if _light(ink) else "#FFFFFF", font=font)
    return drawn


def _light(ink: str) -> bool:
    red, green, blue = (int(ink[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 140
