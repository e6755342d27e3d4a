"""A library with films in it whose scans were written by hand: what pages show, without any inference."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emotion_core.decoding import Decoder
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Job, Library, Scan, job_table
from emotion_core.media import Media, content_id
from emotion_core.observations import (
    PLACE,
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
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.scans import even_scores, logits_of

SCENE = 30
"""Frames a scene."""
ENGINE = EngineIdentity("torch", "fp32", "torch 0", 2, "named")

_looked_at: dict[str, Media] = {}
"""Media facts of films by content id."""


def film(library: Library, name: str, expressions: Sequence[str | None], *, model: str = "embedded",
         labels: tuple[str, ...] = REFERENCE_LABELS, places: str = "", keep_pictures: bool = True,
         start_frame: int = 0, embeddings: NDArray[np.float32] | None = None) -> Film:  # fmt: skip
    """A clip in `library`, analysed: a scene an expression, on whose faces it has a share of 70 %; None for no face.

    None stands for a scene without faces, "black" for a black one.
    Each scene has three sampled frames. On the first of each scene with faces there is another face, cut by the left
    edge. `places` has a letter a scene: scenes of one letter look alike, and every detector but the threshold one finds
    the cuts between others. `start_frame` is the start timecode of the scan, in frames. `embeddings` has a row a
    face: four a scene with faces, of which the second is that of the face that the edge cuts.
    """
    added = referred(library, clip(name))
    weights = model.ljust(8, "0")
    settings = ScanSettings(keep_pictures=keep_pictures, people=embeddings is not None)
    scan = library.add_scan(added.id, settings, weights)
    frames = SCENE * len(expressions)
    scores = even_scores(frames, added.media.rate, added.media.time_base)
    if places:
        scores = _between(places, scores)
    samples: list[Sample] = []
    faces: list[Face] = []
    read: list[Expression] = []
    pictures = b""
    for scene, expression in enumerate(expressions):
        for frame in (scene * SCENE + 5, scene * SCENE + 15, scene * SCENE + 25):
            picture = _jpeg() if keep_pictures else b""
            pts = int(scores.pts[frame]) * added.media.time_base
            where = Thumbnail(0, len(pictures), len(picture)) if keep_pictures else None
            place = _colours(places[scene]) if places else b""
            samples.append(Sample(frame, pts, 0, where, 0, filled=False, place=place))
            pictures += picture
            if expression == "black":
                scores.brightness[scene * SCENE : (scene + 1) * SCENE] = 0
            if expression in (None, "black"):
                continue
            boxes = [(40.0, 30.0, 40.0, 40.0)] + ([(-5.0, 30.0, 40.0, 40.0)] if frame % SCENE == 5 else [])
            for box in boxes:
                read.append(Expression(len(faces), logits_of(**{str(expression): 0.7})[: len(labels)]))
                faces.append(Face(len(faces), frame, box, (0.0,) * 10, 0.9))
    media = replace(added.media, duration=frames / added.media.rate, start_frame=start_frame)
    store = library.store(scan.id)
    store.begin(media, scan.settings, CheckpointIdentity(model, "folder", "", weights, labels, "T"), ENGINE)
    store.write(0, Segment(scores, tuple(samples), tuple(faces), tuple(read), pictures, embeddings=embeddings))
    store.seal(1, media)
    cuts = tuple((scene * SCENE, "") for scene in range(len(expressions)))
    library.set_report_settings(added.id, ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts)))
    return added


def of_clip(library: Library, name: str) -> Film:
    """The film in `library` that the clip `name` became."""
    return next(film for film in library.films() if film.name == Path(name).name)


def recut(library: Library) -> tuple[Film, Film]:
    """A film and a re-cut of it, analysed: the third scene comes first, the second is gone, one is new."""
    before = film(library, CARPHONE, ["happy", None, "sad"], places="abc")
    return before, film(library, BIKES, ["sad", "happy", "angry"], places="cax")


def referred(library: Library, path: Path) -> Film:
    """As Library.refer_to; but a film that was taken in by another test before is not looked at by a process again."""
    film_id = content_id(path)
    media = _looked_at.get(film_id)
    if media is None or any(existing.id == film_id for existing in library.films()):
        added = library.refer_to(path)
        _looked_at[film_id] = added.media
        return added
    with library.database() as database:
        Film.insert(database, library.home, film_id, path.name, path.resolve(), managed=False, media=media)
    return library.film(film_id)


def timed(library: Library, path: Path, cuts: Sequence[int] = (), layout: NDArray[np.uint8] | None = None) -> Film:
    """The film at `path` where it lies, with a scan that knows each frame's own time and saw no face; scenes at 0 and
    `cuts`. `layout` are its frames' layouts (n, 144); without, all are the same grey.
    """
    added = library.refer_to(path)
    settings = ScanSettings(min_scene_samples=0)
    scan = library.add_scan(added.id, settings, "embedded")
    with Decoder(path, added.id) as decoder:
        pts = np.array([frame.ticks for frame in decoder.frames()], dtype=np.int64)
        media = decoder.final_media(pts)
    store = library.store(scan.id)
    identity = CheckpointIdentity("embedded", "folder", "", "embedded", REFERENCE_LABELS, "T")
    store.begin(media, settings, identity, ENGINE)
    scores = replace(even_scores(len(pts)), pts=pts)
    store.write(0, Segment(scores if layout is None else replace(scores, layout=layout), (), (), (), b""))
    store.seal(1, media)
    shots = ShotSettings(detector="cuts", cuts=tuple((cut, "") for cut in (0, *cuts)))
    library.set_report_settings(added.id, ReportSettings(shots=shots))
    return added


def _between(places: str, calm: Scores) -> Scores:
    """The scores of a film that shows these places in turn."""
    layout = np.concatenate([np.tile(_drawn(place, calm.layout.shape[1]), (SCENE, 1)) for place in places])
    cut = np.zeros(len(calm), dtype=bool)
    cut[SCENE::SCENE] = True
    content, histogram, hashes = (np.where(cut, *to) for to in ((80.0, 0.0), (0.1, 1.0), (0.5, 0.0)))
    return replace(calm, content=content, histogram=histogram, hash=hashes, layout=layout)


def _drawn(place: str, count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(ord(place)).integers(0, 256, count).astype(np.uint8)


def _colours(place: str) -> bytes:
    return np.where(np.arange(PLACE) % 16 == ord(place) % 16, 127, 0).astype(np.uint8).tobytes()


def unfinished(library: Library, name: str, *events: dict[str, object], pid: int | None = None,
               pid_started: float | None = None) -> Film:  # fmt: skip
    """A clip in `library` with an unfinished scan of these `events`, running in process `pid` if given."""
    added = referred(library, clip(name))
    scan = library.add_scan(added.id, ScanSettings(), "weights")
    lines = "".join(json.dumps(event) + "\n" for event in events)
    (library.home / "jobs" / f"{scan.id}.events").write_text(lines)
    if pid is not None:
        runs(library, scan, pid, pid_started or 0.0)
    return added


def runs(library: Library, scan: Scan, pid: int, pid_started: float, kind: str = "scan") -> Job:
    """A job about `scan` that is being done by process `pid`, though no worker has begun it."""
    queued_job(library, scan, kind)
    with library.database() as database:
        job = job_table.take_next(database)
        assert job is not None
        assert job.scan_id == scan.id
        job_table.set_process(database, job, pid, pid_started)
    return job


def queued_job(library: Library, scan: Scan, kind: str = "scan") -> Job:
    """A job about `scan` that waits, though no worker looks."""
    with library.database() as database:
        assert job_table.enqueue(database, kind, scan.film_id, "{}", scan_id=scan.id)
        job = job_table.find(database, scan.id)
        assert job is not None
    return job


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (176, 144), "#556677").save(buffer, "JPEG")
    return buffer.getvalue()
