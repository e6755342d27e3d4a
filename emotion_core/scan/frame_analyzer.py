"""Analysis of sampled frames: detect faces, classify their crops in batches, and keep a thumbnail if asked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..analysis import is_large
from ..decoding import Decoder, Frame, frame_places
from ..faces import (
    CropReading,
    CropReuse,
    FaceDetector,
    SeamState,
    appearance_of,
    comparison_crop,
    crop,
    is_tilted,
    level_crop,
    open_detector,
    quality_of,
    without_crop,
)
from ..faces.detector import Box
from ..faces.embedding import Embedder
from ..media import Media, media_at_frame
from ..observations import Expression, Face, Sample, Scores, Segment, Thumbnail
from ..picture import brightest, colour_bars, display_rgb, encode_jpeg
from ..settings import ScanSettings
from ..system import threads
from .model_thread import CropBatches, ModelThread
from .reuse import KnownCuts, KnownFaces, are_same_faces
from .reuse.footage_follower import Place

THUMBNAIL_WIDTH = 320
THUMBNAIL_QUALITY = 82
"""JPEG quality, 1 to 100."""


def detector_for(settings: ScanSettings) -> FaceDetector:
    """The face detector of a scan. Its first frame takes as long as ten: the network is compiled then."""
    return open_detector(settings.detection_width, settings.min_face_px, threads=threads.thread_budget().detection)


def embedder_for(settings: ScanSettings) -> Embedder | None:
    """What tells people apart in a scan, where that is asked for."""
    return Embedder(threads=threads.thread_budget().detection) if settings.people else None


class FrameAnalyzer:
    """Collects the samples, faces and logits of one segment after another.

    Holds the numbers and thumbnails of the current segment, and whole crops of about CROP_BYTES. Crops are classified
    in batches across frames; a crop that is the same as on the sampled frame before is not classified again.
    """

    def __init__(
        self,
        media: Media,
        settings: ScanSettings,
        model: ModelThread,
        *,
        segment: int = 0,
        carried: tuple[SeamState, ...] = (),
        detector: FaceDetector | None = None,
        cuts: KnownCuts | None = None,
        embedder: Embedder | None = None,
        batches: CropBatches | None = None,
    ) -> None:
        """`segment` is the number of the first segment, `carried` the seam state of the one before it.

        `detector` and `embedder` are the results of `detector_for` and `embedder_for`, if analyzers of one scan share
        them; `batches` likewise. `cuts` are those that faces may be taken over from.
        """
        self._media, self._settings, self._model, self._cuts = media, settings, model, cuts or KnownCuts()
        cv2.setNumThreads(1)  # its threads would wait, and spin, for cores that the decoder keeps busy
        self._detector = detector or detector_for(settings)
        self._embedder = embedder or embedder_for(settings)
        self.face_count = 0
        """Faces on all frames so far."""
        self._reuse = CropReuse(c.reading for c in carried)
        self.batches = batches or CropBatches(model, settings.batch)
        self.batches.logits |= {c.reading: c.logits for c in carried}
        self._start(segment)

    def _start(self, number: int) -> None:
        self._number = number
        self._samples: list[Sample] = []
        self._faces: list[Face] = []
        self._readings: list[CropReading] = []
        """One a face; faces with the same crop share one."""
        self._carried = self._reuse.last
        self._pictures = bytearray()

    def analyze(
        self, frame: Frame, fingerprint: int, place: bytes = b"", *, filled: bool = False, known: Place | None = None
    ) -> None:
        """Detect the faces of a frame, queue their crops, keep its thumbnail.

        `known` is the frame of a known cut that this frame is; where its picture proves to be the same, the faces are
        taken over. Waits while crops of CROP_BYTES wait for the model. Raises the error that ended the model's opening.
        """
        self._model.keep_pace()
        media = media_at_frame(frame.picture, self._media)
        rgb = display_rgb(frame, media)
        # Bars are cut off: the detector, the crops and the rule of cut faces take the picture's edge for the frame's.
        picture = _active(rgb, media)
        scaled = self._detector.scaled(picture)
        whole = small_picture(scaled if media.active is None else rgb)
        inside = whole if media.active is None else small_picture(scaled)
        jpeg = encode_jpeg(whole, THUMBNAIL_QUALITY) if known is not None or self._settings.keep_pictures else b""
        read = None if known is None else self._cuts.faces_at(known, media, jpeg)
        if read is not None and read[0].is_sure:
            self._take_over(frame.index, read[0], read[0].faces)
            too_small = read[0].sample.too_small
        else:
            doubtful = None if read is None else read[0]
            too_small, is_read = self._look(frame.index, media, picture, scaled, doubtful, filled=filled)
            read = None if is_read else read
        thumbnail: Thumbnail | None = None
        if self._settings.keep_pictures:
            thumbnail = Thumbnail(self._number, len(self._pictures), len(jpeg))
            self._pictures += jpeg
        self._samples.append(
            Sample(
                frame.index,
                frame.ticks * media.time_base,
                fingerprint,
                thumbnail,
                too_small,
                filled,
                place,
                colour_bars(inside),
                brightest(inside),
                None if read is None else read[1],
            )
        )

    def _look(
        self,
        index: int,
        media: Media,
        picture: NDArray[np.uint8],
        scaled: NDArray[np.uint8],
        known: KnownFaces | None,
        *,
        filled: bool,
    ) -> tuple[int, bool]:
        """Detect the faces of a frame; take over what the model made of them where they are those of a `known` frame,
        else queue their crops.

        `picture` is the frame without its bars, `scaled` the same as the detector takes it. Returns the number of faces
        that are too small, and whether the others are read.
        """
        left, top, _, _ = media.active_display
        detected = self._detector.find(picture, scaled)
        large = [face for face in detected if is_large(face.shorter_side, self._settings)]
        faces = [(face.box, crop(picture, face.box, self._settings.crop_scale)) for face in large]
        level = self._settings.level_faces
        upright = [
            level_crop(picture, face, self._settings.crop_scale) if level and is_tilted(face) else as_it_is
            for face, (_, as_it_is) in zip(large, faces, strict=True)
        ]
        found = []
        for face, face_crop in zip(large, upright, strict=True):
            x, y, *size = face.box
            box = (x + left, y + top, size[0], size[1])
            landmarks = tuple(value + (top if i % 2 else left) for i, value in enumerate(face.landmarks))
            looks = appearance_of(picture, face.box)
            found.append(Face(0, index, box, landmarks, face.score, *quality_of(face_crop), looks))
        is_known = known is not None and are_same_faces(known.faces, [one.box for one in found])
        if known is not None and is_known:
            self._take_over(index, known, found)
        else:
            for one, face in zip(found, large, strict=True):
                self._faces.append(replace(one, id=len(self._faces)))
                if self._embedder is not None:
                    self._embedder.add(picture, face.landmarks)
            self._read(index, faces, upright, filled=filled)
        return len(detected) - len(large), not is_known

    def _read(
        self,
        index: int,
        faces: list[tuple[Box, NDArray[np.uint8]]],
        upright: list[NDArray[np.uint8]],
        *,
        filled: bool,
    ) -> None:
        """Queue the crops of a frame's faces; `upright` are those that the model is given."""
        # A frame that fills up a scene was read out of order: no frame is before it.
        if self._settings.reuse_equal_crops and not filled:
            readings = self._reuse.readings(index, faces)
        else:
            readings = tuple(CropReading(index, box) for box, _ in faces)
        self._readings += readings
        for reading, face_crop in zip(readings, upright, strict=True):
            if reading.frame == index:
                self.batches.add(reading, face_crop)
        self.batches.hand_over()
        self.face_count += len(faces)

    def _take_over(self, index: int, known: KnownFaces, faces: Sequence[Face]) -> None:
        """Take over what the model made of a known frame's faces, which are `faces` of the frame `index`."""
        for number, (face, logits) in enumerate(zip(faces, known.logits, strict=True)):
            reading = CropReading(index, face.box)
            self._faces.append(replace(face, id=len(self._faces), sample_frame=index))
            self._readings.append(reading)
            self.batches.logits[reading] = logits
            if self._embedder is not None and known.embeddings is not None:
                self._embedder.add_known(known.embeddings[number])
        self._reuse = CropReuse()  # none of these crops was read: the next frame has nothing to compare with
        self.face_count += len(faces)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The samples of the segment so far."""
        return tuple(self._samples)

    @property
    def last_readings(self) -> tuple[CropReading, ...]:
        """The readings of the last frame's faces, with which those of the next are compared."""
        return self._reuse.last

    def finish(self, scores: Scores, damaged: int, damaged_from: int | None = None) -> Segment:
        """The segment collected so far, with its damage as in Segment; the next frame begins the next segment.

        Waits for the model. Raises the error that ended its opening.
        """
        self.batches.finish()
        logits = self.batches.logits
        expressions = tuple(
            Expression(face.id, logits[reading], reading.frame if reading.frame != face.sample_frame else None)
            for face, reading in zip(self._faces, self._readings, strict=True)
        )
        carried = tuple(SeamState(reading, logits[reading]) for reading in self._reuse.last)
        segment = Segment(
            scores,
            tuple(self._samples),
            tuple(self._faces),
            expressions,
            bytes(self._pictures),
            damaged,
            damaged_from,
            carried if self._settings.keep_pictures else tuple(map(without_crop, carried)),
            embeddings=None if self._embedder is None else self._embedder.take(),
        )
        self.batches.forget({*self._readings, *self._carried}.difference(self._reuse.last))
        self._start(self._number + 1)
        return segment


def restore_crops(
    decoder: Decoder, settings: ScanSettings, carried: tuple[SeamState, ...], scores: Scores
) -> tuple[SeamState, ...]:
    """The seam state of a scan that keeps no pictures, with its crops cut out of the film again, by seeking.

    `scores` are those of the frames read so far. Raises DamagedFilm.
    """
    media, frames = decoder.media, sorted({state.reading.frame for state in carried})
    decoded = decoder.seek_frames(frame_places(scores, frames))
    pictures = {
        frame.index: _active(display_rgb(frame, media), media_at_frame(frame.picture, media)) for frame in decoded
    }

    def restored(reading: CropReading) -> CropReading:
        face = crop(pictures[reading.frame], reading.box, settings.crop_scale)
        return CropReading(reading.frame, reading.box, comparison_crop(face))

    return tuple(replace(state, reading=restored(state.reading)) for state in carried)


def _active(rgb: NDArray[np.uint8], media: Media) -> NDArray[np.uint8]:
    """A frame without its bars; `media` holds the facts of this frame."""
    left, top, width, height = media.active_display
    return rgb[top : top + height, left : left + width]


def small_picture(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture, RGB (h, w, 3), at most THUMBNAIL_WIDTH wide."""
    height, width = rgb.shape[:2]
    scale = min(1.0, THUMBNAIL_WIDTH / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
