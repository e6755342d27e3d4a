"""Where an analysis' time goes: its steps one after the other on one thread, so that each one's time is its own."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emotion_core.decoding import Decoder
from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.selection import open_engine
from emotion_core.faces import crop, open_detector
from emotion_core.observations import ObservationStore, Scores, Segment
from emotion_core.picture import analysis_picture, display_rgb, encode_jpeg
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
        started_at = time.perf_counter()
        yield
        spent[step] += time.perf_counter() - started_at

    checkpoint = load(locate(settings.checkpoint))
    engine = open_engine(settings.engine, checkpoint, batch=settings.batch)
    scorer, grid = Scorer(), Grid(settings.samples_per_second)
    detector = open_detector(settings.detection_width, settings.min_face_px)
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
            with timed("inference"):
                crops += [crop(rgb, face.box, settings.crop_scale) for face in detected]
                if len(crops) >= settings.batch:
                    engine.logits(crops[: settings.batch])
                    crops = crops[settings.batch :]
            faces += len(detected)
            with timed("writing"):
                pictures += encode_jpeg(small_picture(detector_input), THUMBNAIL_QUALITY)
        with timed("writing"):
            ObservationStore(Path(folder)).write(0, Segment(Scores.empty(), (), (), (), pictures))
    total = sum(spent.values())
    print(f"Where the time goes: {count} frames, {sampled} sampled, {faces} faces, one thread, {total:.1f} s:\n")
    print("| step | share | ms a frame |\n| --- | --- | --- |")
    for step, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"| {step} | {seconds / total:.1%} | {seconds / count * 1e3:.3f} |")
