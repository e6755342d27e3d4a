"""Looking at sampled frames: faces found, crops classified in batches, one small picture kept."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from . import threads
from .decoder import Frame, display_rgb
from .expression.engine import Engine
from .faces import FaceDetector, crop
from .media import Media
from .observations import Expression, Face, Sample, Scores, Segment, Thumbnail
from .patterns import brightest, colour_bars
from .settings import ScanSettings

THUMBNAIL_WIDTH = 320
JPEG_QUALITY = 82


class Observer:
    """Gathers what is seen on the sampled frames of one segment after another.

    Holds the numbers and small pictures of the current segment, and at most one batch of crops.
    """

    def __init__(self, media: Media, settings: ScanSettings, engine: Engine, *, segment: int = 0) -> None:
        """`segment` is the number of the first segment it will gather."""
        self._media, self._settings, self._engine = media, settings, engine
        self._detector = FaceDetector(settings.detection_width, settings.min_face_px, threads=threads.share().detection)
        self.faces_seen = 0
        self._start(segment)

    def _start(self, number: int) -> None:
        self._number = number
        self._samples: list[Sample] = []
        self._faces: list[Face] = []
        self._crops: list[NDArray[np.uint8]] = []
        self._logits: list[NDArray[np.float32]] = []
        self._pictures = bytearray()

    def look(self, frame: Frame, fingerprint: int, place: bytes = b"", *, filled: bool = False) -> None:
        """Find the faces of a frame, queue their crops, keep its thumbnail."""
        rgb = display_rgb(frame, self._media)
        # Where the picture ends at a bar, the frame ends: for the detector, for the crops, for what counts as cut.
        left, top, width, height = self._media.active_display
        picture = rgb[top : top + height, left : left + width]
        seen = self._detector.seen(picture)
        found = self._detector.find(picture, seen)
        large = [face for face in found if face.shorter_side >= self._settings.min_face_px]
        for face in large:
            x, y, *size = face.box
            landmarks = tuple(value + (top if i % 2 else left) for i, value in enumerate(face.landmarks))
            self._faces.append(
                Face(len(self._faces), frame.index, (x + left, y + top, size[0], size[1]), landmarks, face.score)
            )
            self._crops.append(crop(picture, face.box, self._settings.crop_scale))
        while len(self._crops) >= self._settings.batch:
            self._classify(self._settings.batch)
        whole = small_picture(seen if self._media.active is None else rgb)
        inside = whole if self._media.active is None else small_picture(seen)
        jpeg = encoded(whole)
        kept = Thumbnail(self._number, len(self._pictures), len(jpeg))
        self._pictures += jpeg
        pts = frame.ticks * self._media.time_base
        self._samples.append(
            Sample(
                frame.index,
                pts,
                fingerprint,
                kept,
                len(found) - len(large),
                filled,
                place,
                colour_bars(inside),
                brightest(inside),
            )
        )
        self.faces_seen += len(large)

    def finish(self, scores: Scores, damaged: int) -> Segment:
        """The segment seen so far; the next look begins the next one."""
        self._classify(len(self._crops))
        rows = np.concatenate(self._logits) if self._logits else np.empty((0, 0), dtype=np.float32)
        expressions = tuple(Expression(i, tuple(row)) for i, row in enumerate(rows.tolist()))
        segment = Segment(scores, tuple(self._samples), tuple(self._faces), expressions, bytes(self._pictures), damaged)
        self._start(self._number + 1)
        return segment

    def _classify(self, count: int) -> None:
        if count:
            self._logits.append(self._engine.logits(self._crops[:count]))
            del self._crops[:count]


def small_picture(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture, RGB (h, w, 3), at most THUMBNAIL_WIDTH wide."""
    height, width = rgb.shape[:2]
    scale = min(1.0, THUMBNAIL_WIDTH / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def encoded(rgb: NDArray[np.uint8]) -> bytes:
    """A picture, RGB (h, w, 3), as JPEG."""
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [int(cv2.IMWRITE_JPEG_QUALITY), JPEG_QUALITY])
    return jpeg.tobytes()
