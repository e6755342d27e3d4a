"""Looking at sampled frames: faces found, crops classified in batches, one small picture kept where that is wanted."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..decoding.decoder import Decoder, Frame
from ..decoding.time_stamps import places
from ..expression.engines.engine import Engine
from ..faces.crop_reuse import Carried, Reading, Repeats, small, without_picture
from ..faces.yunet import FaceDetector, crop
from ..media.frame_shape import media_of
from ..media.media import Media
from ..observations.observations import Expression, Face, Sample, Scores, Segment, Thumbnail
from ..picture.display import display_rgb
from ..picture.test_patterns import brightest, colour_bars
from ..settings import ScanSettings
from ..system import threads

THUMBNAIL_WIDTH = 320
JPEG_QUALITY = 82


class Observer:
    """Gathers what is seen on the sampled frames of one segment after another.

    Holds the numbers and small pictures of the current segment, and at most one batch of crops. Crops are classified in
    batches across frames; one that is the same picture as on the sampled frame before is not classified again.
    """

    def __init__(
        self,
        media: Media,
        settings: ScanSettings,
        engine: Engine,
        *,
        segment: int = 0,
        carried: tuple[Carried, ...] = (),
    ) -> None:
        """`segment` is the number of the first segment it will gather, `carried` what the one before hands to it."""
        self._media, self._settings, self._engine = media, settings, engine
        self._detector = FaceDetector(settings.detection_width, settings.min_face_px, threads=threads.share().detection)
        self.faces_seen = 0
        self._repeats = Repeats(c.reading for c in carried)
        self._said = {c.reading: c.logits for c in carried}
        self._start(segment)

    def _start(self, number: int) -> None:
        self._number = number
        self._samples: list[Sample] = []
        self._faces: list[Face] = []
        self._readings: list[Reading] = []
        """One a face; several faces may share one."""
        self._waiting: list[tuple[Reading, NDArray[np.uint8]]] = []
        """Readings to be made, and their crops."""
        self._said = {reading: self._said[reading] for reading in self._repeats.last}
        self._pictures = bytearray()

    def look(self, frame: Frame, fingerprint: int, place: bytes = b"", *, filled: bool = False) -> None:
        """Find the faces of a frame, queue their crops, keep its thumbnail."""
        media = media_of(frame.picture, self._media)
        rgb = display_rgb(frame, media)
        # Where the picture ends at a bar, the frame ends: for the detector, for the crops, for what counts as cut.
        left, top, _, _ = media.active_display
        picture = _active(rgb, media)
        seen = self._detector.seen(picture)
        found = self._detector.find(picture, seen)
        large = [face for face in found if face.shorter_side >= self._settings.min_face_px]
        for face in large:
            x, y, *size = face.box
            landmarks = tuple(value + (top if i % 2 else left) for i, value in enumerate(face.landmarks))
            self._faces.append(
                Face(len(self._faces), frame.index, (x + left, y + top, size[0], size[1]), landmarks, face.score)
            )
        crops = [crop(picture, face.box, self._settings.crop_scale) for face in large]
        # A frame that was asked for by itself has no frame before it.
        repeats = self._repeats if self._settings.reuse_equal_crops and not filled else Repeats()
        readings = repeats.readings(frame.index, [(face.box, one) for face, one in zip(large, crops, strict=True)])
        self._readings += readings
        self._waiting += [pair for pair in zip(readings, crops, strict=True) if pair[0].frame == frame.index]
        while len(self._waiting) >= self._settings.batch:
            self._classify(self._settings.batch)
        whole = small_picture(seen if media.active is None else rgb)
        inside = whole if media.active is None else small_picture(seen)
        kept: Thumbnail | None = None
        if self._settings.keep_pictures:
            jpeg = encoded(whole)
            kept = Thumbnail(self._number, len(self._pictures), len(jpeg))
            self._pictures += jpeg
        pts = frame.ticks * media.time_base
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

    def finish(self, scores: Scores, damaged: int, damaged_from: int | None = None) -> Segment:
        """The segment seen so far, and its damage as Segment has it; the next look begins the next one."""
        self._classify(len(self._waiting))
        expressions = tuple(
            Expression(face.id, self._said[reading], reading.frame if reading.frame != face.sample_frame else None)
            for face, reading in zip(self._faces, self._readings, strict=True)
        )
        carried = tuple(Carried(reading, self._said[reading]) for reading in self._repeats.last)
        segment = Segment(
            scores,
            tuple(self._samples),
            tuple(self._faces),
            expressions,
            bytes(self._pictures),
            damaged,
            damaged_from,
            carried if self._settings.keep_pictures else tuple(map(without_picture, carried)),
        )
        self._start(self._number + 1)
        return segment

    def _classify(self, count: int) -> None:
        if count:
            rows = self._engine.logits([crop for _, crop in self._waiting[:count]])
            for (reading, _), row in zip(self._waiting[:count], rows.tolist(), strict=True):
                self._said[reading] = tuple(row)
            del self._waiting[:count]


def carried_again(
    decoder: Decoder, settings: ScanSettings, carried: tuple[Carried, ...], scores: Scores
) -> tuple[Carried, ...]:
    """What a segment handed on, with the pictures that a scan which keeps none has not written down.

    They are cut out of the film again, by seeking. `scores` are those of the frames read. Raises DamagedFilm.
    """
    media, frames = decoder.media, sorted({one.reading.frame for one in carried})
    found = decoder.frames_at(places(scores, frames))
    pictures = {frame.index: _active(display_rgb(frame, media), media_of(frame.picture, media)) for frame in found}

    def whole(reading: Reading) -> Reading:
        return replace(reading, picture=small(crop(pictures[reading.frame], reading.box, settings.crop_scale)))

    return tuple(replace(one, reading=whole(one.reading)) for one in carried)


def _active(rgb: NDArray[np.uint8], media: Media) -> NDArray[np.uint8]:
    """A frame without its bars; `media` are its own facts."""
    left, top, width, height = media.active_display
    return rgb[top : top + height, left : left + width]


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
