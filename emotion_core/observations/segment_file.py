"""A segment's numbers as the bytes of one file: NumPy's npz, an array a field, followed by the SHA-256 of its bytes.

Layouts of the store before 6 have no hash. Readers of ZIP archives ignore it.
"""

from __future__ import annotations

import hashlib
import io
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..faces import SIDE, CropReading, Light, SeamState
from ..media import FrameShape, ShapeChange
from ..storage import ChangedError
from .face_arrays import FaceArrays
from .face_list import SegmentFaces
from .npz_file import arrays_of
from .observations import PLACE, Expression, Face, Origin, Sample, Scores, Segment, Thumbnail

_NONE = (0, 0)
"""Stands for the thumbnail of a sample that has none: no JPEG is empty."""
_UNCHECKED = -1
"""Stands for the checksum of a thumbnail that has none, as before layout 6."""
_NO_LIGHT = (-1, -1, -1)
"""Stands for the light of a face that was not measured; its sharpness is NaN."""
_DIGEST = hashlib.sha256().digest_size


def checksum(picture: bytes) -> int:
    """A thumbnail's CRC-32, as Thumbnail.checksum has it."""
    return zlib.crc32(picture)


def to_bytes(segment: Segment) -> bytes:
    """The file of `segment`, with its thumbnails' checksums computed from `segment.pictures`."""
    samples, faces = segment.samples, segment.faces
    arrays: dict[str, NDArray[Any]] = {f"scores_{f.name}": getattr(segment.scores, f.name) for f in fields(Scores)}
    arrays["damaged_frames"] = np.array(segment.damaged_frames)
    arrays["damaged_from"] = np.array(-1 if segment.damaged_from is None else segment.damaged_from, dtype=np.int64)
    arrays["sample_frame"] = np.array([s.frame for s in samples], dtype=np.int64)
    arrays["sample_pts"] = np.array([(s.pts.numerator, s.pts.denominator) for s in samples], dtype=np.int64).reshape(
        -1, 2
    )
    arrays["sample_fingerprint"] = np.array([s.fingerprint for s in samples], dtype=np.uint64)
    places = b"".join(s.place for s in samples)
    arrays["sample_place"] = np.frombuffer(places, dtype=np.uint8).reshape(len(samples), -1 if samples else PLACE)
    arrays["sample_picture"] = np.array(
        [(s.thumbnail.offset, s.thumbnail.length) if s.thumbnail is not None else _NONE for s in samples],
        dtype=np.int64,
    ).reshape(-1, 2)
    arrays["sample_checksum"] = np.array([_checksum(s.thumbnail, segment.pictures) for s in samples], dtype=np.int64)
    arrays["sample_too_small"] = np.array([s.too_small for s in samples], dtype=np.int32)
    arrays["sample_filled"] = np.array([s.filled for s in samples], dtype=np.bool_)
    arrays["sample_colour_bars"] = np.array([s.colour_bars for s in samples], dtype=np.float64)
    arrays["sample_brightest"] = np.array([s.brightest for s in samples], dtype=np.float64)
    arrays["face_frame"] = np.array([f.sample_frame for f in faces], dtype=np.int64)
    arrays["face_box"] = np.array([f.box for f in faces], dtype=np.float32).reshape(-1, 4)
    arrays["face_landmarks"] = np.array([f.landmarks for f in faces], dtype=np.float32).reshape(-1, 10)
    arrays["face_score"] = np.array([f.score for f in faces], dtype=np.float32)
    sharpness = [math.nan if f.sharpness is None else f.sharpness for f in faces]
    arrays["face_sharpness"] = np.array(sharpness, dtype=np.float32)
    arrays["face_light"] = np.array([f.light or _NO_LIGHT for f in faces], dtype=np.int16).reshape(-1, 3)
    appearances = b"".join(f.appearance for f in faces)
    arrays["face_appearance"] = np.frombuffer(appearances, dtype=np.uint8).reshape(len(faces), -1 if faces else 0)
    logits = np.array([e.logits for e in segment.expressions], dtype=np.float32)
    arrays["logits"] = logits.reshape(len(faces), -1) if len(faces) else np.empty((0, 0), dtype=np.float32)
    arrays["face_read_on"] = np.array([-1 if e.read_on is None else e.read_on for e in segment.expressions], np.int64)
    arrays |= _carried(segment.carried) | _shapes(segment.shapes) | _origins(samples)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # the stub takes **kwds for the flag allow_pickle
    content = buffer.getvalue()
    return content + hashlib.sha256(content).digest()


def _checksum(thumbnail: Thumbnail | None, pictures: bytes) -> int:
    if thumbnail is None:
        return _UNCHECKED
    return checksum(pictures[thumbnail.offset : thumbnail.offset + thumbnail.length])


def from_bytes(content: bytes, number: int, *, signed: bool = False, first_face: int = 0) -> Segment:
    """Segment `number` of a scan, from the bytes of its file. If `signed`, the hash at the end must fit. The ids of its
    faces begin at `first_face`.

    Raises ChangedError where it does not, and the errors of damaged archives.
    """
    if signed and hashlib.sha256(content[:-_DIGEST]).digest() != content[-_DIGEST:]:
        raise ChangedError("its bytes are not those that were written")
    stored = arrays_of(content)
    a: Mapping[str, NDArray[Any]] = {**_since_layout_4(stored), **stored}
    samples = tuple(
        Sample(
            frame,
            Fraction(*pts),
            fingerprint,
            Thumbnail(number, offset, length, None if check == _UNCHECKED else check) if length else None,
            too_small,
            filled,
            place.tobytes(),
            bars,
            brightest,
            origin,
        )
        for frame, pts, fingerprint, (offset, length), check, too_small, filled, place, bars, brightest, origin in zip(
            a["sample_frame"].tolist(),
            a["sample_pts"].tolist(),
            a["sample_fingerprint"].tolist(),
            a["sample_picture"].tolist(),
            a["sample_checksum"].tolist(),
            a["sample_too_small"].tolist(),
            a["sample_filled"].tolist(),
            a["sample_place"],
            a["sample_colour_bars"].tolist(),
            a["sample_brightest"].tolist(),
            _origins_of(a),
            strict=True,
        )
    )
    faces = _faces(a, first_face)
    expressions = tuple(
        Expression(i, tuple(row), None if read_on < 0 else read_on)
        for i, (row, read_on) in enumerate(
            zip(a["logits"].tolist(), a["face_read_on"].tolist(), strict=True), first_face
        )
    )
    carried = tuple(
        SeamState(CropReading(frame, tuple(box), picture), tuple(row))
        for frame, box, picture, row in zip(
            a["carried_frame"].tolist(),
            a["carried_box"].tolist(),
            a["carried_picture"],
            a["carried_logits"].tolist(),
            strict=True,
        )
    )
    scores = Scores(*(a[f"scores_{f.name}"] for f in fields(Scores)))
    damaged_from = int(a["damaged_from"])
    return Segment(
        scores,
        samples,
        faces,
        expressions,
        b"",
        int(a["damaged_frames"]),
        None if damaged_from < 0 else damaged_from,
        carried,
        _shape_changes(a),
    )


def _origins(samples: Sequence[Sample]) -> dict[str, NDArray[Any]]:
    """Arrays only of a segment with such samples: without, its bytes are those of earlier versions."""
    films = {(s.origin.film, s.origin.name): None for s in samples if s.origin is not None}
    if not films:
        return {}
    numbers = {film: number for number, film in enumerate(films)}
    origins = [s.origin for s in samples]
    return {
        "origin_film": np.array([film for film, _ in films], dtype=np.str_),
        "origin_name": np.array([name for _, name in films], dtype=np.str_),
        "sample_origin": np.array([-1 if o is None else numbers[o.film, o.name] for o in origins], dtype=np.int16),
        "sample_origin_frame": np.array([-1 if o is None else o.frame for o in origins], dtype=np.int64),
    }


def _origins_of(a: Mapping[str, NDArray[Any]]) -> list[Origin | None]:
    """Of each sample of a segment's arrays."""
    if "sample_origin" not in a:
        return [None] * len(a["sample_frame"])
    films, names = a["origin_film"].tolist(), a["origin_name"].tolist()
    pairs = zip(a["sample_origin"].tolist(), a["sample_origin_frame"].tolist(), strict=True)
    return [None if number < 0 else Origin(films[number], names[number], frame) for number, frame in pairs]


def faces_from_bytes(content: bytes) -> SegmentFaces:
    """The faces of a segment, from the bytes of its file, which are known to be those that were written."""
    stored = arrays_of(content, ("sample_frame", "sample_pts", "face_", "logits", "shape_"))
    a: Mapping[str, NDArray[Any]] = {**_shapes(()), **_faces_since_layout_4(stored), **stored}
    return SegmentFaces(
        sample_frames=a["sample_frame"],
        # Python divides whole numbers of any size exactly, as Fraction does.
        seconds=np.array([over / under for over, under in a["sample_pts"].tolist()], dtype=np.float64),
        faces=_face_arrays(a),
        logits=a["logits"].astype(np.float64),
        shapes=_shape_changes(a),
    )


def _face_arrays(a: Mapping[str, NDArray[Any]]) -> FaceArrays:
    light = a["face_light"].astype(np.float64)
    light[light[:, 0] < 0] = np.nan
    return FaceArrays(
        sample_frame=a["face_frame"].astype(np.int64),
        box=a["face_box"].astype(np.float64),
        landmarks=a["face_landmarks"].astype(np.float64),
        score=a["face_score"].astype(np.float64),
        sharpness=a["face_sharpness"].astype(np.float64),
        light=light,
    )


def _faces(a: Mapping[str, NDArray[Any]], first: int) -> tuple[Face, ...]:
    """The faces of a segment's arrays, with ids from `first` on."""
    columns = (a[name].tolist() for name in ("face_frame", "face_box", "face_landmarks", "face_score"))
    sharpness = [None if math.isnan(value) else value for value in a["face_sharpness"].tolist()]
    lights = [None if light[0] < 0 else Light(*light) for light in a["face_light"].tolist()]
    quality = zip(sharpness, lights, _rows(a["face_appearance"]), strict=True)
    return tuple(
        Face(i, frame, tuple(box), tuple(landmarks), score, *rest)
        for i, (frame, box, landmarks, score, rest) in enumerate(zip(*columns, quality, strict=True), first)
    )


def _shape_changes(a: Mapping[str, NDArray[Any]]) -> tuple[ShapeChange, ...]:
    columns = (a[name].tolist() for name in ("shape_frame", "shape_size", "shape_format"))
    return tuple(
        ShapeChange(frame, FrameShape(width, height, Fraction(over, under), pixel_format))
        for frame, (width, height, over, under), pixel_format in zip(*columns, strict=True)
    )


def _rows(array: NDArray[np.uint8]) -> list[bytes]:
    """Each row's bytes."""
    count, length = array.shape
    whole = array.tobytes()
    return [whole[i * length : (i + 1) * length] for i in range(count)]


def _shapes(shapes: tuple[ShapeChange, ...]) -> dict[str, NDArray[Any]]:
    coded = [run.shape for run in shapes]
    sizes = [(s.width, s.height, s.pixel_aspect.numerator, s.pixel_aspect.denominator) for s in coded]
    return {
        "shape_frame": np.array([s.frame for s in shapes], dtype=np.int64),
        "shape_size": np.array(sizes, dtype=np.int64).reshape(-1, 4),
        "shape_format": np.array([s.shape.pixel_format for s in shapes], dtype=np.str_),
    }


def _carried(carried: tuple[SeamState, ...]) -> dict[str, NDArray[Any]]:
    count = len(carried)
    return {
        "carried_frame": np.array([c.reading.frame for c in carried], dtype=np.int64),
        # In float64, as detected: the next segment must decide as if there were no seam.
        "carried_box": np.array([c.reading.box for c in carried], dtype=np.float64).reshape(count, 4),
        "carried_picture": np.array(
            [c.reading.picture for c in carried] or np.empty((0, SIDE, SIDE, 3)), dtype=np.uint8
        ),
        "carried_logits": np.array([c.logits for c in carried], dtype=np.float32).reshape(count, -1 if count else 0),
    }


def _since_layout_4(archive: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays that segments of layouts 4 to 6 lack, filled with what stands for "not recorded"."""
    return {
        **_faces_since_layout_4(archive),
        "sample_checksum": np.full(len(archive["sample_frame"]), _UNCHECKED),
        "scores_stamp": archive["scores_pts"],
        **_shapes(()),
    }


def _faces_since_layout_4(archive: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Of these arrays those of faces."""
    faces = len(archive["face_frame"])
    return {
        "face_sharpness": np.full(faces, np.nan),
        "face_light": np.full((faces, 3), -1),
        "face_appearance": np.empty((faces, 0), dtype=np.uint8),
    }
