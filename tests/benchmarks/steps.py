"""Where an analysis' time goes: its steps one after the other on one thread, so that each one's time is its own.

Processor time: on a busy machine the clock on the wall tells how long a step waited, too. What processes take to begin
is no step; nor are the threads that hand frames to each other.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion_core.decoding import Decoder
from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.selection import open_engine
from emotion_core.faces import DetectedFace, appearance_of, level_crop, open_detector, quality_of
from emotion_core.observations import ObservationStore, Scores, Segment
from emotion_core.picture import analysis_picture, brightest, colour_bars, display_rgb, encode_jpeg
from emotion_core.scan import THUMBNAIL_QUALITY, small_picture
from emotion_core.scenes import Grid, Scorer
from emotion_core.settings import ScanSettings

FRAMES = 3000
"""Of the film's beginning."""


def steps(film: Path, settings: ScanSettings) -> None:
    """Print each step's share of the time, and its time a frame."""
    spent: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        started_at = time.process_time()
        yield
        spent[step] += time.process_time() - started_at

    checkpoint = load(locate(settings.checkpoint))
    engine = open_engine(settings.engine, checkpoint, batch=settings.batch)
    scorer, grid = Scorer(), Grid(settings.samples_per_second)
    detector = open_detector(settings.detection_width, settings.min_face_px)
    resize = checkpoint.facts.table.resizing if checkpoint.facts.table is not None else None
    crops, pictures, count, sampled, faces = [], b"", 0, 0, 0
    with Decoder(film, "", threads=1) as decoder, tempfile.TemporaryDirectory() as folder:
        media, frames = decoder.media, decoder.frames()
        while count < FRAMES:
            with timed("decoding"):
                frame = next(frames, None)
            if frame is None:
                break
            count += 1
            with timed("scaling"):
                small = analysis_picture(frame.picture)
            with timed("scoring"):
                scorer.score(small)
            if not grid.wants(frame.ticks * media.time_base):
                continue
            sampled += 1
            with timed("scaling"):
                rgb = display_rgb(frame, media)
                detector_input = detector.scaled(rgb)
            with timed("face detection"):
                detected = [f for f in detector.find(rgb, detector_input) if f.shorter_side >= settings.min_face_px]
            with timed("crops"):
                cut_out = [level_crop(rgb, face, settings.crop_scale) for face in detected]
                crops += [face if resize is None else resize(face) for face in cut_out]
            with timed("looks of faces"):
                _look_at(rgb, detected, cut_out)
            with timed("inference"):
                if len(crops) >= settings.batch:
                    engine.logits(crops[: settings.batch])
                    crops = crops[settings.batch :]
            faces += len(detected)
            with timed("writing"):
                pictures += _thumbnail(detector_input)
        with timed("writing"):
            ObservationStore(Path(folder)).write(0, Segment(Scores.empty(), (), (), (), pictures))
    total = sum(spent.values())
    print(f"Where the time goes: {count} frames, {sampled} sampled, {faces} faces, one thread, {total:.1f} s:\n")
    print("| step | share | ms a frame |\n| --- | --- | --- |")
    for step, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"| {step} | {seconds / total:.1%} | {seconds / count * 1e3:.3f} |")


def _look_at(rgb: NDArray[np.uint8], faces: list[DetectedFace], crops: list[NDArray[np.uint8]]) -> None:
    for face, picture in zip(faces, crops, strict=True):
        quality_of(picture)
        appearance_of(rgb, face.box)


def _thumbnail(picture: NDArray[np.uint8]) -> bytes:
    small = small_picture(picture)
    colour_bars(small)
    brightest(small)
    return encode_jpeg(small, THUMBNAIL_QUALITY)
