"""Each viewer's second of the film as a row: what the curves, intervals and synchrony are computed from.

Seconds in which a viewer has no reading at all have no row; one with too few usable readings has a row without shares.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...labels import neutral_index
from ...report import csv_bytes
from . import document
from .screened_film import ScreenedFilm

if TYPE_CHECKING:
    import pandas as pd

_ABOUT = "film_emotion_screening"
"""Key of the facts in the metadata of a Parquet file."""
_NUMBERS = ("scenes", "seconds", "film_as_a_whole", "synchrony_of_film")
"""Parts of the document that are no facts about the table."""


def csv(screened: ScreenedFilm) -> bytes:
    """The table as CSV."""
    return csv_bytes(second_table(screened))


def parquet(screened: ScreenedFilm) -> bytes:
    """The table as Parquet, with settings, viewers and consent as JSON in the file's metadata."""
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pandas(second_table(screened), preserve_index=False)
    facts = {name: value for name, value in document.to_json(screened).items() if name not in _NUMBERS}
    content = io.BytesIO()
    metadata = {**(table.schema.metadata or {}), _ABOUT: json.dumps(facts, ensure_ascii=False)}
    pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), content)
    return content.getvalue()


def second_table(screened: ScreenedFilm) -> pd.DataFrame:
    """The rows, by viewer and second. Columns: viewer, with `names` also name, a column a grouping, second, scene,
    coverage, intensity, and a column a label.
    """
    import pandas as pd

    summary = screened.summary
    values, coverage = summary.viewer_seconds.values, summary.viewer_seconds.coverage
    rows, seconds = np.nonzero(~np.isnan(coverage))
    viewers = summary.viewers
    columns: dict[str, object] = {"viewer": np.array([viewer.number for viewer in viewers], dtype=np.int64)[rows]}
    if screened.names:
        columns["name"] = np.array([viewer.name for viewer in viewers], dtype=object)[rows]
    for column in sorted({name for viewer in viewers for name in viewer.groups}):
        of_viewer = np.array([viewer.groups.get(column) for viewer in viewers], dtype=object)
        columns[f"group: {column}"] = of_viewer[rows]
    columns["second"] = seconds
    columns["scene"] = _scenes(screened, values.shape[1])[seconds]
    columns["coverage"] = _rounded(coverage[rows, seconds])
    neutral = neutral_index(summary.labels)
    if neutral is not None:
        columns["intensity"] = _rounded(1 - values[rows, seconds, neutral])
    for place, label in enumerate(summary.labels):
        columns[label] = _rounded(values[rows, seconds, place])
    return pd.DataFrame(columns)


def _scenes(screened: ScreenedFilm, seconds: int) -> NDArray[np.int64]:
    """(seconds,) the number of the scene in which the middle of each second lies; of the last one after its end."""
    scenes = screened.summary.scenes
    place = np.searchsorted([scene.start for scene in scenes], np.arange(seconds) + 0.5, side="right") - 1
    return np.array([scene.number for scene in scenes], dtype=np.int64)[np.maximum(place, 0)]


def _rounded(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Four decimals, as in the other tables; NaN stays."""
    return np.asarray(np.round(values.astype(np.float64), 4))
