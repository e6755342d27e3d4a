"""`python -P tests/benchmarks/long_library.py HOME FILM SCENES`: a library with an analysis of a long film, unread.

Its scan is written by hand, as one would be that looked at two frames a second: three faces on each, with the film's
own pictures. Where a build's scans leave their analysis, this one does. It is run as a file by the build whose root is
PYTHONPATH, since each build stores a library of its own.
"""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from emotion_core.observations import (
    CheckpointIdentity,
    EngineIdentity,
    Expression,
    Face,
    Sample,
    Scores,
    Segment,
    Thumbnail,
)
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests.support.scans import even_scores, logits_of

SCENE, SAMPLED = 60, (7, 22, 37, 52)
"""Frames of a scene, and those of them that are sampled: two seconds at 30 frames a second."""
SCENES_A_SEGMENT = 30
BOXES = ((60.0, 40.0, 110.0, 140.0), (240.0, 60.0, 100.0, 130.0), (430.0, 50.0, 90.0, 120.0))


def pictures_of(film: Path) -> list[bytes]:
    """Small pictures of the film's first half minute, four of each scene."""
    pictures: list[bytes] = []
    with av.open(str(film)) as source:
        for index, frame in enumerate(source.decode(video=0)):
            if index >= 12 * SCENE:
                break
            if index % SCENE in SAMPLED:
                jpeg = io.BytesIO()
                small = frame.to_ndarray(width=320, height=180, format="rgb24")
                Image.fromarray(small).save(jpeg, "JPEG", quality=80)
                pictures.append(jpeg.getvalue())
    return pictures


def segment(
    number: int, scenes: range, scores: Scores, tick: Fraction, pictures: list[bytes], random: np.random.Generator
) -> Segment:
    """A minute of the film; `tick` is the unit of the scores' times in seconds."""
    samples: list[Sample] = []
    faces: list[Face] = []
    read: list[Expression] = []
    stored: list[bytes] = []
    for scene in scenes:
        label = REFERENCE_LABELS[int(random.integers(len(REFERENCE_LABELS)))]
        for nth, offset in enumerate(SAMPLED):
            frame = scene * SCENE + offset
            picture = pictures[(scene * len(SAMPLED) + nth) % len(pictures)]
            where = Thumbnail(number, sum(map(len, stored)), len(picture))
            stored.append(picture)
            samples.append(Sample(frame, int(scores.pts[frame]) * tick, 0, where, 0, filled=False, place=b""))
            for box in BOXES if scene % 9 else ():  # each ninth scene has no faces
                read.append(Expression(len(faces), logits_of(**{label: float(random.uniform(0.3, 0.95))})))
                faces.append(Face(len(faces), frame, box, (0.0,) * 10, 0.9))
    part = slice(scenes.start * SCENE, scenes.stop * SCENE)
    own = Scores(*(getattr(scores, field.name)[part] for field in fields(Scores)))
    return Segment(own, tuple(samples), tuple(faces), tuple(read), b"".join(stored))


def main(home: Path, film: Path, scenes: int) -> str:
    """Make the library; returns the film's id."""
    library = Library.open(home)
    added = library.refer_to(film)
    scan = library.add_scan(added.id, ScanSettings(), "embedded")
    frames = scenes * SCENE
    scores = even_scores(frames, added.media.rate, added.media.time_base)
    media = replace(added.media, duration=frames / added.media.rate)
    store = library.store(scan.id)
    checkpoint = CheckpointIdentity("embedded", "folder", "", "embedded", REFERENCE_LABELS, "T")
    store.begin(media, scan.settings, checkpoint, EngineIdentity("torch", "fp32", "torch 0", 2, "named"))
    random, pictures = np.random.default_rng(scenes), pictures_of(film)
    starts = range(0, scenes, SCENES_A_SEGMENT)
    for number, first in enumerate(starts):
        part = range(first, min(first + SCENES_A_SEGMENT, scenes))
        store.write(number, segment(number, part, scores, media.time_base, pictures, random))
    store.seal(len(starts), media)
    cuts = tuple((scene * SCENE, "") for scene in range(scenes))
    library.set_report_settings(added.id, ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts)))
    with contextlib.suppress(ImportError):  # builds whose scans leave no analysis
        from emotion_core.processes.scan import keep_analysis

        keep_analysis(home, store, library.report_settings(added.id))
    return added.id


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
