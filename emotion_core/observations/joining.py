"""Join a store's segments to the observations of the whole film."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ..media import Media, ShapeChange, shape_changes
from ..settings import scan_from_json
from .observations import CheckpointIdentity, EngineIdentity, Expression, Face, Observations, Scores, Segment


def join(header: dict[str, Any], note: dict[str, Any] | None, segments: Sequence[Segment]) -> Observations:
    """The observations in `segments`; `header` is the content of scan.json, `note` that of read.json or of the seal.

    Without a note the film was not read to its end: it ends after the last frame here.
    """
    scores = Scores.concatenate([Scores.empty(), *(segment.scores for segment in segments)])
    if note is not None:
        media = Media.from_json(note["media"])
    else:
        media = Media.from_json(header["media"])
        end = (int(scores.pts[-1]) if len(scores) else 0) * media.time_base + 1 / media.rate
        media = replace(media, duration=end)
    checkpoint, engine = reader_of(header)
    faces, expressions = _renumbered(segments)
    starts = (segment.damaged_from for segment in segments if segment.damaged_from is not None)
    samples = (sample for segment in segments for sample in segment.samples)
    return Observations(
        media=media,
        scan_settings=scan_from_json(header["scan_settings"]),
        checkpoint=checkpoint,
        engine=engine,
        scores=scores,
        samples=tuple(sorted(samples, key=lambda sample: sample.frame)),
        faces=faces,
        expressions=expressions,
        damaged_frames=sum(segment.damaged_frames for segment in segments),
        damaged_from=next((start * media.time_base for start in starts), None),
        shapes=shapes_of(segment.shapes for segment in segments),
        claimed=Fraction(note["claimed"]) if note is not None and note.get("claimed") is not None else None,
    )


def reader_of(header: dict[str, Any]) -> tuple[CheckpointIdentity, EngineIdentity]:
    """The checkpoint and the engine that the content of scan.json names."""
    return CheckpointIdentity.from_json(header["checkpoint"]), EngineIdentity(**header["engine"])


def _renumbered(segments: Sequence[Segment]) -> tuple[tuple[Face, ...], tuple[Expression, ...]]:
    """All faces in film order, with ids over the whole scan, and their expressions in the same order."""
    pairs = [pair for segment in segments for pair in zip(segment.faces, segment.expressions, strict=True)]
    pairs.sort(key=lambda pair: pair[0].sample_frame)  # stable: faces of one frame keep the detector's order
    faces = tuple(
        f if f.id == i else Face(i, f.sample_frame, f.box, f.landmarks, f.score, f.sharpness, f.light, f.appearance)
        for i, (f, _) in enumerate(pairs)
    )
    return faces, tuple(e if e.face_id == i else Expression(i, e.logits, e.read_on) for i, (_, e) in enumerate(pairs))


def shapes_of(segments: Iterable[tuple[ShapeChange, ...]]) -> tuple[ShapeChange, ...]:
    """The film's shapes from where they begin, of those of its segments; empty where the shape never changes."""
    runs = shape_changes(run for segment in segments for run in segment)
    return runs if len(runs) > 1 else ()
