"""The rule which faces count for a report: large enough, sure enough, not cut by the picture's edge, and readable.

Scans apply the first part, reports the others. `fingerprint` names the rule as it stands in this file and in those that
it goes by: it is part of the key of cached reports, so that those of another rule are not used.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..faces import pose
from ..observations import Face, FaceArrays
from ..settings import ReportSettings, ScanSettings
from . import readable_faces
from .readable_faces import Unreadable

Rule = Literal["cut", "unsure", Unreadable]
"""Why a face that was read does not count: the picture's edge cuts it, the detector is not sure enough of it, or it
cannot be read well."""
Floats = NDArray[np.float64]
Picture = tuple[int, int, int, int]
"""media.active_display of a frame: left, top, width, height in display pixels, without the film's bars."""

BOX_MARGIN = 0.03
"""A box is cut if it comes nearer to the picture's edge than this share of its own width (height): the detector draws
the box of a cut face up to the edge or just inside it, never far beyond."""

LANDMARK_MARGIN = 0.1
"""A face whose box is cut counts if eyes, nose tip and mouth corners lie this far inside the picture, in shares of the
box's longer side.

Measured on 332 press photographs and film stills (7 labels, embedded checkpoint). Each was cut at one of its four edges
at eleven depths, detected and read again, and compared with the whole face: mean absolute difference of the
probabilities and share of the same first label.

| landmarks inside by | difference | first label | rightly labelled | whole: rightly labelled |
| --- | --- | --- | --- | --- |
| 0.00 +- 0.015 | 0.081 | 0.68 | 0.55 | 0.68 |
| 0.05 +- 0.015 | 0.058 | 0.77 | 0.61 | 0.66 |
| 0.10 +- 0.015 | 0.045 | 0.84 | 0.67 | 0.68 |
| 0.15 +- 0.015 | 0.032 | 0.87 | 0.68 | 0.67 |
| 0.10 and more | 0.034 | 0.87 | 0.69 | 0.68 |

Two crops of the same whole face differ as much: one of the box alone (scale 1.0 instead of 1.15) by 0.037 with 0.87 of
the first labels, one at 1.3 by 0.029 with 0.89. From 0.10 on cut faces are labelled as rightly as whole ones, nearer
to the edge they are not. `python -m tests.benchmarks.closeups` repeats the measurement. With 20 stills a label, 128 in
all, it gave 0.049 and 0.80 at 0.10, and 0.036 and 0.85 from there on (the box alone: 0.043 and 0.84). 25 faces of films
shot with a camera agree: from 0.10 on 0.046 and 0.88, the box alone 0.038 and 0.88.
"""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Number of faces on sampled frames that do not count, by rule; each face is counted under one rule."""

    too_small: int = 0
    """Smaller than ScanSettings.min_face_px: not read."""
    unsure: int = 0
    """Below ReportSettings.min_face_score."""
    cut: int = 0
    """Cut by the picture's edge, with eyes, nose or mouth at it or beyond."""
    misplaced: int = 0
    """Eyes, nose and mouth further from those of any face than FaceLimits.max_misfit."""
    turned: int = 0
    """Turned away, or looking up or down, by more than FaceLimits.max_yaw or max_pitch."""
    tilted: int = 0
    """By more than FaceLimits.max_roll."""
    blurred: int = 0
    """Less sharp than FaceLimits.min_sharpness."""
    badly_lit: int = 0
    """Darker than FaceLimits.min_brightness, or more of it black or white than FaceLimits.max_clipped."""
    by_editor: int = 0
    """On tracks that the editor left out."""

    @property
    def total(self) -> int:
        """Faces under all rules."""
        return sum(getattr(self, field.name) for field in fields(self))

    def to_json(self) -> dict[str, int]:
        """The counts by rule. Those of a rule that reports are older than are omitted where there is none."""
        return {name: count for name, count in asdict(self).items() if count or name in _OLDEST}

    @staticmethod
    def summed(parts: Iterable[LeftOut]) -> LeftOut:
        """The sum over all parts."""
        all_parts = list(parts)
        return LeftOut(*(sum(getattr(part, field.name) for part in all_parts) for field in fields(LeftOut)))


_OLDEST = ("too_small", "unsure", "cut")


def is_large(shorter_side: float, settings: ScanSettings) -> bool:
    """Whether a face is large enough to be read, by its box's shorter side in display pixels."""
    return shorter_side >= settings.min_face_px


def is_sure(face: Face, settings: ReportSettings) -> bool:
    """Whether the detector is sure enough of a face."""
    return face.score >= settings.min_face_score


def rules_of(
    faces: Sequence[Face] | FaceArrays, settings: ReportSettings, pictures: Iterable[Picture]
) -> list[Rule | None]:
    """The rule that leaves each face out, None where it counts; `pictures` are those of the faces' frames."""
    arrays = faces if isinstance(faces, FaceArrays) else FaceArrays.of(faces)
    rules: list[Rule | None] = list(readable_faces.unreadable(arrays, settings.face_limits))
    for row in np.flatnonzero(~(arrays.score >= settings.min_face_score)).tolist():
        rules[row] = "unsure"
    for row in np.flatnonzero(_cut(arrays, np.array(list(pictures), dtype=np.float64).reshape(-1, 4))).tolist():
        rules[row] = "cut"
    return rules


def left_out_by(face: Face, settings: ReportSettings, picture: Picture) -> Rule | None:
    """As `rules_of`, of one face."""
    return rules_of([face], settings, [picture])[0]


def unusable_because(face: Face, settings: ReportSettings, picture: Picture) -> str | None:
    """Why `face` does not count, in a few words, or None if it does; arguments as those of `left_out_by`."""
    match left_out_by(face, settings, picture):
        case "cut":
            return "cut by the frame's edge"
        case "unsure":
            return f"detector unsure ({face.score:.2f}, asked for {settings.min_face_score:.2f})"
        case None:
            return None
        case rule:
            return readable_faces.why(face, rule, settings.face_limits)


def _cut(faces: FaceArrays, pictures: Floats) -> NDArray[np.bool_]:
    """Whether the box of each face is cut, and eyes, nose or mouth lie at its picture's edge or beyond."""
    left, top, width, height = faces.box.T
    across, down = BOX_MARGIN * width, BOX_MARGIN * height
    whole = _within(pictures, np.stack([left, left + width]), np.stack([top, top + height]), across, down)
    margin, points = LANDMARK_MARGIN * np.maximum(width, height), faces.landmarks.T
    return ~whole & ~_within(pictures, points[::2], points[1::2], margin, margin)


def _within(pictures: Floats, xs: Floats, ys: Floats, across: Floats, down: Floats) -> NDArray[np.bool_]:
    """Whether the points (p, n) of n faces lie inside their pictures (n, 4), `across` pixels from left and right,
    `down` from top and bottom.
    """
    left, top, width, height = pictures.T
    return np.asarray(
        (xs.min(axis=0) - left >= across)
        & (left + width - xs.max(axis=0) >= across)
        & (ys.min(axis=0) - top >= down)
        & (top + height - ys.max(axis=0) >= down)
    )


@cache
def fingerprint() -> str:
    """Twelve hex digits that name the rule in this file, in readable_faces and in faces.pose."""
    return fingerprint_of(source())


def source() -> str:
    """The text of those three files, end to end."""
    files = (__file__, readable_faces.__file__, pose.__file__)
    return "\n".join(Path(file).read_text(encoding="utf-8") for file in files)


def fingerprint_of(source: str) -> str:
    """The fingerprint of the rule in modules' `source`: of its code, without comments, docstrings and layout."""
    tree = ast.parse(source.replace("from __future__ import annotations", ""))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [line for line in body if not _is_text(line)]  # type: ignore[attr-defined]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:12]


def _is_text(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
