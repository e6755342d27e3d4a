"""Where an analysis' time goes: its steps one after the other on one thread, so that each one's time is its own."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emotion_core.decoding.decoder import Decoder
from emotion_core.expression.checkpoints.checkpoint import load
from emotion_core.expression.checkpoints.location import locate
from emotion_core.expression.selection.choice import open_engine
from emotion_core.faces.yunet import FaceDetector, crop
from emotion_core.observations.observations import Scores, Segment
from emotion_core.observations.store import ObservationStore
from emotion_core.picture.display import display_rgb
from emotion_core.picture.downscale import scored_picture
from emotion_core.scan.frame_analyzer import encoded, small_picture
from emotion_core.scenes.frame_metrics import Scorer
from emotion_core.scenes.sampling import Grid
from emotion_core.settings import ScanSettings

FRAMES = 3000
"""Of the film's beginning."""


def steps(film: Path, settings: ScanSettings) -> None:
    """Print each step's share of the time, and its time a frame."""
    spent: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        spent[step] += time.perf_counter() - begun

    checkpoint = load(locate(settings.checkpoint))
    engine = open_engine(settings.engine, checkpoint, batch=settings.batch)
    scorer, grid = Scorer(), Grid(settings.samples_per_second)
    detector = FaceDetector(settings.detection_width, settings.min_face_px)
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
                small = scored_picture(frame.picture)
            with timed("scoring"):
                scorer.score(small)
            if not grid.wants(frame.ticks * media.time_base):
                continue
            sampled += 1
            with timed("scaling"):
                rgb = display_rgb(frame, media)
                seen = detector.seen(rgb)
            with timed("face detection"):
                found = [f for f in detector.find(rgb, seen) if f.shorter_side >= settings.min_face_px]
            with timed("inference"):
                crops += [crop(rgb, face.box, settings.crop_scale) for face in found]
                if len(crops) >= settings.batch:
                    engine.logits(crops[: settings.batch])
                    crops = crops[settings.batch :]
            faces += len(found)
            with timed("writing"):
                pictures += encoded(small_picture(seen))
        with timed("writing"):
            ObservationStore(Path(folder)).write(0, Segment(Scores.none(), (), (), (), pictures))
    total = sum(spent.values())
    print(f"Where the time goes: {count} frames, {sampled} sampled, {faces} faces, one thread, {total:.1f} s:")
    for step, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"  {step:16}{seconds / total:6.1%}{seconds / count * 1e3:9.3f} ms a frame")
