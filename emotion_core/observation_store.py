"""The only form that observations have on disk, written and read here only.

A store is a folder:

    scan.json            media, settings, checkpoint, engine; written first
    segments/00000.npz   scores, samples, faces and logits of one part of the film
    segments/00000.jpgs  that part's thumbnails, end to end
    sealed.json          the number of segments and their hashes; written last
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from .errors import ScanError
from .media import Media
from .observations import (
    PLACE,
    CheckpointIdentity,
    EngineIdentity,
    Expression,
    Face,
    Observations,
    Sample,
    Scores,
    Segment,
    Thumbnail,
)
from .settings import ScanSettings, scan_from_json, to_json
from .storage import write_whole

FORMAT = 2
"""Version of the store's layout; a reader refuses later ones. Layout 1 had no scores_layout and no sample_place."""


class ObservationStore:
    """A scan on disk. Written by the scan, read by everyone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def sealed(self) -> bool:
        return (self.folder / "sealed.json").exists()

    @property
    def segments(self) -> int:
        """Segments of a finished scan."""
        return int(self._seal()["segments"])

    def begin(
        self, media: Media, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
    ) -> None:
        header = {
            "format": FORMAT,
            "media": media.to_json(),
            "scan_settings": to_json(settings),
            "checkpoint": asdict(checkpoint),
            "engine": asdict(engine),
        }
        write_whole(self.folder / "scan.json", json.dumps(header, indent=1).encode())

    def write(self, number: int, segment: Segment) -> None:
        """Write one segment; its numbers last, so that a segment that can be read has its pictures."""
        write_whole(self._file(number, "jpgs"), segment.pictures)
        write_whole(self._file(number, "npz"), _packed(segment))

    def seal(self, segments: int, media: Media) -> None:
        """Say that the scan is complete; `media` now knows its exact duration."""
        hashes = [hashlib.sha256(self._file(i, "npz").read_bytes()).hexdigest() for i in range(segments)]
        note = {"segments": segments, "hashes": hashes, "media": media.to_json()}
        write_whole(self.folder / "sealed.json", json.dumps(note, indent=1).encode())

    def read(self) -> Observations:
        """The whole scan, numbers only. Raises ScanError if it is not complete, damaged or of a later layout."""
        if not self.sealed:
            raise ScanError("This scan did not reach its end.", "Analyse the film again.")
        try:
            return self._read()
        except (OSError, ValueError, LookupError, TypeError, BadZipFile) as error:
            raise ScanError(f"This scan's files are damaged ({error}).", "Analyse the film again.") from error

    def _read(self) -> Observations:
        header = json.loads((self.folder / "scan.json").read_text())
        seal = self._seal()
        if header["format"] > FORMAT:
            raise ScanError(
                f"This analysis was written by a later version (layout {header['format']}, known up to {FORMAT}).",
                "Open it with that version, or analyse the film again.",
            )
        media = Media.from_json(seal["media"])
        segments = []
        for number, digest in enumerate(seal["hashes"]):
            content = self._file(number, "npz").read_bytes()
            if hashlib.sha256(content).hexdigest() != digest:
                raise ScanError(f"Part {number + 1} of this scan has changed on disk.", "Analyse the film again.")
            segments.append(_unpacked(content, number))
        checkpoint = {**header["checkpoint"], "labels": tuple(header["checkpoint"]["labels"])}
        faces, expressions = _renumbered(segments)
        return Observations(
            media=media,
            scan_settings=scan_from_json(header["scan_settings"]),
            checkpoint=CheckpointIdentity(**checkpoint),
            engine=EngineIdentity(**header["engine"]),
            scores=Scores.joined(s.scores for s in segments),
            samples=tuple(sorted((x for s in segments for x in s.samples), key=lambda x: x.frame)),
            faces=faces,
            expressions=expressions,
            damaged_frames=sum(s.damaged_frames for s in segments),
        )

    def picture(self, thumbnail: Thumbnail) -> bytes:
        """A sample's thumbnail, JPEG."""
        with self._file(thumbnail.segment, "jpgs").open("rb") as file:
            file.seek(thumbnail.offset)
            return file.read(thumbnail.length)

    def _seal(self) -> dict[str, Any]:
        seal: dict[str, Any] = json.loads((self.folder / "sealed.json").read_text())
        return seal

    def _file(self, number: int, suffix: str) -> Path:
        return self.folder / "segments" / f"{number:05}.{suffix}"


def _packed(segment: Segment) -> bytes:
    samples, faces = segment.samples, segment.faces
    arrays: dict[str, NDArray[Any]] = {f"scores_{f.name}": getattr(segment.scores, f.name) for f in fields(Scores)}
    arrays["damaged_frames"] = np.array(segment.damaged_frames)
    arrays["sample_frame"] = np.array([s.frame for s in samples], dtype=np.int64)
    arrays["sample_pts"] = np.array([(s.pts.numerator, s.pts.denominator) for s in samples], dtype=np.int64).reshape(
        -1, 2
    )
    arrays["sample_fingerprint"] = np.array([s.fingerprint for s in samples], dtype=np.uint64)
    places = b"".join(s.place for s in samples)
    arrays["sample_place"] = np.frombuffer(places, dtype=np.uint8).reshape(len(samples), -1 if samples else PLACE)
    arrays["sample_picture"] = np.array(
        [(s.thumbnail.offset, s.thumbnail.length) for s in samples], dtype=np.int64
    ).reshape(-1, 2)
    arrays["sample_too_small"] = np.array([s.too_small for s in samples], dtype=np.int32)
    arrays["sample_filled"] = np.array([s.filled for s in samples], dtype=np.bool_)
    arrays["face_frame"] = np.array([f.sample_frame for f in faces], dtype=np.int64)
    arrays["face_box"] = np.array([f.box for f in faces], dtype=np.float32).reshape(-1, 4)
    arrays["face_landmarks"] = np.array([f.landmarks for f in faces], dtype=np.float32).reshape(-1, 10)
    arrays["face_score"] = np.array([f.score for f in faces], dtype=np.float32)
    logits = np.array([e.logits for e in segment.expressions], dtype=np.float32)
    arrays["logits"] = logits.reshape(len(faces), -1) if len(faces) else np.empty((0, 0), dtype=np.float32)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stub takes **kwds for the flag allow_pickle
    return buffer.getvalue()


def _unpacked(content: bytes, number: int) -> Segment:
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        a: Mapping[str, NDArray[Any]] = {**_since_layout_2(archive), **archive}
    samples = tuple(
        Sample(frame, Fraction(*pts), fingerprint, Thumbnail(number, *picture), too_small, filled, place.tobytes())
        for frame, pts, fingerprint, picture, too_small, filled, place in zip(
            a["sample_frame"].tolist(),
            a["sample_pts"].tolist(),
            a["sample_fingerprint"].tolist(),
            a["sample_picture"].tolist(),
            a["sample_too_small"].tolist(),
            a["sample_filled"].tolist(),
            a["sample_place"],
            strict=True,
        )
    )
    faces = tuple(
        Face(i, frame, tuple(box), tuple(landmarks), score)
        for i, (frame, box, landmarks, score) in enumerate(
            zip(
                a["face_frame"].tolist(),
                a["face_box"].tolist(),
                a["face_landmarks"].tolist(),
                a["face_score"].tolist(),
                strict=True,
            )
        )
    )
    expressions = tuple(Expression(i, tuple(row)) for i, row in enumerate(a["logits"].tolist()))
    scores = Scores(*(a[f"scores_{f.name}"] for f in fields(Scores)))
    return Segment(scores, samples, faces, expressions, b"", int(a["damaged_frames"]))


def _since_layout_2(archive: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """What a part written in layout 1 lacks, with a row for each of its frames and samples and nothing in it."""
    return {
        "scores_layout": np.empty((len(archive["scores_pts"]), 0), dtype=np.uint8),
        "sample_place": np.empty((len(archive["sample_frame"]), 0), dtype=np.uint8),
    }


def _renumbered(segments: list[Segment]) -> tuple[tuple[Face, ...], tuple[Expression, ...]]:
    """All faces in film order with ids over the whole scan, and their expressions in that order."""
    pairs = [(f, e) for s in segments for f, e in zip(s.faces, s.expressions, strict=True)]
    pairs.sort(key=lambda pair: pair[0].sample_frame)  # stable: faces of one frame keep the detector's order
    faces = tuple(Face(i, f.sample_frame, f.box, f.landmarks, f.score) for i, (f, _) in enumerate(pairs))
    return faces, tuple(Expression(i, e.logits) for i, (_, e) in enumerate(pairs))
