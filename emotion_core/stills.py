"""Read the faces of single pictures: stills, and frames taken from a film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from .errors import MediaError
from .expression.checkpoints import calibration
from .labels import colour
from .settings import EngineName, ScanSettings
from .storage import home
from .system import threads

if TYPE_CHECKING:
    from .expression.engines import Engine
    from .observations import CheckpointIdentity, EngineIdentity


_TRUNCATED = Lock()
"""Held while Pillow's global switch for truncated pictures is on."""


@dataclass(frozen=True, slots=True)
class FaceReading:
    """The probabilities of one face."""

    box: tuple[float, float, float, float]
    """Left, top, width, height, pixels of the picture."""
    score: float
    """The detector's score, 0 to 1; 1 for a whole frame."""
    probabilities: dict[str, float]
    """Probability by label; they sum to 1."""

    @property
    def label(self) -> str:
        """The label with the highest probability."""
        return max(self.probabilities, key=lambda label: self.probabilities[label])


class StillReader:
    """A checkpoint and a face detector, ready for single pictures."""

    def __init__(self, checkpoint: str | None = None, engine: EngineName = "torch") -> None:
        """Raises CheckpointError or EngineError."""
        from .expression.checkpoints import load, locate
        from .expression.selection import open_engine
        from .faces import open_detector

        self._settings = ScanSettings(checkpoint=checkpoint, engine=engine)
        loaded = load(locate(checkpoint))
        self._engine: Engine = open_engine(engine, loaded, batch=self._settings.batch)
        self._detector = open_detector(
            self._settings.detection_width, self._settings.min_face_px, threads=threads.thread_budget().detection
        )
        self.checkpoint: CheckpointIdentity = loaded.identity
        self.engine: EngineIdentity = self._engine.identity

    @property
    def temperature(self) -> calibration.Temperature:
        """The checkpoint's temperature by the present calibrations."""
        return calibration.resolve_temperature(None, self.checkpoint.hash, home())

    def read(self, rgb: NDArray[np.uint8], *, whole_frame: bool = False) -> tuple[FaceReading, ...]:
        """The faces of a picture, RGB (h, w, 3), left to right; with `whole_frame` the whole picture as one face."""
        from .faces import level_crop

        height, width = rgb.shape[:2]
        if whole_frame:
            places = [((0.0, 0.0, float(width), float(height)), 1.0)]
            crops = [rgb]
        else:
            faces = self._detector.find(rgb)
            places = [(face.box, face.score) for face in faces]
            crops = [level_crop(rgb, face, self._settings.crop_scale) for face in faces]
        chances = self.temperature.scaling.probabilities(self._engine.logits(crops))
        return tuple(
            FaceReading(box, score, dict(zip(self.checkpoint.labels, row.tolist(), strict=True)))
            for (box, score), row in zip(places, chances, strict=True)
        )


def classify(
    image: Path | str | Image.Image, *, checkpoint: str | None = None, engine: EngineName = "torch"
) -> tuple[FaceReading, ...]:
    """The faces of a picture (a file, or a Pillow image) with box and probabilities, left to right.

    The model is loaded at the first call and stays in memory. Raises MediaError, CheckpointError or EngineError.
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


def picture_or_part(image: Path) -> tuple[NDArray[np.uint8], bool]:
    """A file's picture as by `picture`, and whether it is truncated; its missing part is then grey or black.

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
    """The picture with each face's box, label and probability, in the label's colour."""
    from .picture import FaceMark, draw_face_marks

    drawn = Image.fromarray(rgb)
    line = max(2, round(drawn.width / 400))
    marks = [
        FaceMark(
            reading.box,
            f"{reading.label} {reading.probabilities[reading.label]:.2f}",
            colour(reading.label, tuple(reading.probabilities)),
            line,
        )
        for reading in readings
    ]
    draw_face_marks(drawn, marks, font_size=max(12, round(drawn.width / 50)), padding=line, gap=line)
    return drawn
