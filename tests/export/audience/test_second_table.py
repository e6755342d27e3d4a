"""Each viewer's seconds as CSV and Parquet."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from emotion_core.export import FORMATS
from tests.support.screened import HIDDEN, NAMES, screened


def test_a_row_is_a_viewer_and_a_second() -> None:
    """With groups, scene, coverage and shares; a second without a face has a row, and no shares."""
    film = screened()
    table = pd.read_csv(io.BytesIO(FORMATS["viewers-csv"].write_audience(film)), encoding="utf-8-sig")
    assert len(table) == 12 * 100
    row = table[(table.viewer == 4) & (table.second == 60)].iloc[0]
    assert (row["scene"], row["group: group"], row["coverage"]) == (2, "old", 1.0)
    place = film.summary.labels.index("happy")
    assert row["happy"] == pytest.approx(film.summary.viewer_seconds.values[3, 60, place], abs=6e-5)
    hidden = table[table.second == HIDDEN]
    assert len(hidden) == 12
    assert hidden["happy"].isna().all()
    assert (hidden["coverage"] == 0).all()
    assert "name" not in table


def test_names_are_cells_that_are_no_formulas() -> None:
    """Where they are asked for."""
    content = FORMATS["viewers-csv"].write_audience(screened(2, names=True)).decode("utf-8-sig")
    assert "\r\n1,'=Zoë,young --> <b>,0," in content
    assert ",=Zoë" not in content


def test_parquet_has_the_same_rows_and_what_is_behind_them() -> None:
    """Read back by pyarrow: types of numbers, settings and consent in the metadata, no names."""
    content = FORMATS["viewers-parquet"].write_audience(screened())
    table = pyarrow.parquet.read_table(io.BytesIO(content))
    frame = table.to_pandas()
    assert frame["second"].dtype == np.int64
    assert frame["happy"].dtype == np.float64
    facts = json.loads(table.schema.metadata[b"film_emotion_screening"])
    assert facts["viewers"][0]["consent"]["notice_version"] == "1"
    assert "scenes" not in facts
    assert not any(name.encode() in content for name in NAMES)
