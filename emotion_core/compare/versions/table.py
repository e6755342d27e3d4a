"""The histories of scenes as a table: a row a scene and version."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ...media import timecode_at
from ..changes import rounded
from .scene_history import SceneHistory
from .version import Version
from .words import history_words


def history_table(
    versions: Sequence[Version], histories: Sequence[SceneHistory], numbers: Sequence[int] = ()
) -> pd.DataFrame:
    """All cells of all scenes; `docs/versions.md` says what the columns mean. `numbers` as in history_words."""
    numbers = numbers or range(1, len(versions) + 1)
    rows = []
    for number, history in enumerate(histories, start=1):
        last = history.last
        told = history_words(history, numbers)
        for place, version, cell in zip(numbers, versions, history.cells, strict=True):
            main = cell.scenes[0] if cell.scenes else None
            cells: dict[str, object] = {
                "row": number,
                "name": None if last is None else last.scene.name,
                "history": told,
                "version": place,
                "film": version.name,
                "kind": cell.kind,
                "also": ", ".join(cell.kinds[1:]) or None,
                "size": cell.size or None,
                "scenes": " ".join(str(row.scene.number) for row in cell.scenes) or None,
                "frame_in": None if main is None else main.scene.frame_in,
                "frame_out": None if main is None else main.scene.frame_out,
                "tc_in": None if main is None else timecode_at(version.media, main.scene.span.start),
                "tc_out": None if main is None else timecode_at(version.media, main.scene.span.end),
                "seconds": round(float(cell.seconds), 6) if cell.scenes else None,
                "dominant": None if main is None else main.dominant,
            }
            enough = main is not None and main.dominant is not None and main.shares is not None
            for k, label in enumerate(version.labels):
                cells[label] = rounded(main.shares[k]) if enough and main is not None and main.shares else None
            rows.append(cells)
    table = pd.DataFrame(rows)
    return table.astype({"frame_in": "Int64", "frame_out": "Int64"}) if rows else table
