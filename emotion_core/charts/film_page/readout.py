"""What a chart says of the column under the pointer, and the table behind it: texts and whole percents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...analysis import NOT_ENOUGH, Analysis
from ...report import wording
from .columns import MIXED, Columns


def readouts(analysis: Analysis, columns: Columns) -> dict[str, Any]:
    """Lists with an item a column: `starts` and `ends` (seconds), `titles`, `times`, `leading`, `evidence`; and
    `shares`, `low`, `high`, each a list of whole percents a label, None for missing.
    """
    texts = [_of_scene(analysis, number) for number in columns.first] if not columns.per else _of_parts(columns)
    titles, times, evidence = zip(*texts, strict=True) if texts else ((), (), ())
    return {
        "starts": np.round(columns.starts, 3).tolist(),
        "ends": np.round(columns.ends, 3).tolist(),
        "first": columns.first.tolist(),
        "last": columns.last.tolist(),
        "titles": titles,
        "times": times,
        "leading": [_leading(analysis, columns, i) for i in range(len(columns))],
        "evidence": evidence,
        **{name: _percents(getattr(columns, name)) for name in ("shares", "low", "high")},
    }


def _percents(values: NDArray[np.float64]) -> list[list[int | None]]:
    """(n, k) shares as whole percents, a list a label."""
    whole = np.rint(100 * np.nan_to_num(values, nan=-1)).astype(int)
    return [[value if value >= 0 else None for value in column] for column in whole.T.tolist()]


def _of_scene(analysis: Analysis, number: int) -> tuple[str, str, str]:
    row = analysis.scenes[number - 1]
    return wording.scene_title(row), wording.scene_times(analysis, row), wording.evidence_text(row)


def _of_parts(columns: Columns) -> list[tuple[str, str, str]]:
    """The texts of columns that pool."""
    return [
        (
            f"Scene {first}" if first == last else f"Scenes {first}–{last}",
            f"{formatting.hms(start)} – {formatting.hms(end)}",
            f"{formatting.count(faces, 'usable face')} on {with_faces} of {formatting.count(frames, 'sampled frame')} "
            f"(coverage {formatting.percent(with_faces / frames)})"
            if frames
            else "no sampled frame",
        )
        for first, last, start, end, faces, frames, with_faces in zip(
            *(getattr(columns, n).tolist() for n in ("first", "last", "starts", "ends")),
            *(getattr(columns, n).tolist() for n in ("faces", "frames", "frames_with_faces")),
            strict=True,
        )
    ]


def _leading(analysis: Analysis, columns: Columns, i: int) -> str:
    """“sad 62 % (51–70 %)”, “mixed: sad 41 % …, neutral 38 % …”, or why there is none."""
    if not columns.per:
        row = analysis.scenes[int(columns.first[i]) - 1]
        if row.dominant is None:
            return wording.dominant_or_reason(analysis, row)
    elif columns.dominant[i] < 0:
        return NOT_ENOUGH if columns.counts[i] else "not film"
    order = [int(columns.dominant[i])] + ([int(columns.rival[i])] if columns.level[i] == MIXED else [])
    parts = [f"{analysis.labels[k]} {_share(columns, i, k)}" for k in order]
    return ("mixed: " if columns.level[i] == MIXED else "") + ", ".join(parts)


def _share(columns: Columns, i: int, k: int) -> str:
    text = formatting.percent(float(columns.shares[i, k]))
    if np.isnan(columns.low[i, k]):
        return text
    return f"{text} ({100 * columns.low[i, k]:.0f}–{formatting.percent(float(columns.high[i, k]))})"
