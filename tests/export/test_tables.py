"""The report as workbook and as Parquet, read back by other packages."""

from __future__ import annotations

import io
import json

import pandas as pd
import pyarrow.parquet

from emotion_core.export import FORMATS
from emotion_core.report import scene_table
from tests.support.reported import WRITTEN, film
from tests.support.workbooks import sheet


def test_the_workbook_has_the_table_as_numbers_and_the_method() -> None:
    """Names that look like formulas are text, shares are numbers, missing cells are empty, and the method is there."""
    reported = film()
    content = FORMATS["xlsx"].write(reported)
    scenes, intervals, method = (sheet(content, number) for number in (1, 2, 4))
    table = scene_table(reported.analysis)
    assert [scenes[f"{column}1"] for column in "ABC"] == list(table)[:3]
    assert scenes["B4"] == "=1+1 --> <b>"
    place = list(table).index("happy")
    assert place == 22
    assert scenes["W2"] == table["happy"][0] == 0.88
    assert "W3" not in scenes
    assert (intervals["A2"], round(float(intervals["B2"]), 4)) == (1, 0.02)
    assert "B3" not in intervals
    values = list(method.values())
    assert values[values.index("model: hash") + 1] == "ab" * 32
    assert values[values.index("report_settings: mixed_floor") + 1] == 0.4


def test_the_workbook_has_the_notes_and_the_targets() -> None:
    """Notes have a sheet of their own, where no text is a formula; deviations are numbers beside their results."""
    content = FORMATS["xlsx"].write(film(annotations=WRITTEN))
    scenes, _, notes, _ = (sheet(content, number) for number in (1, 2, 3, 4))
    assert [notes[f"{column}3"] for column in "ABCE"] == [10, "00:00:00:10", 1, "=2+2\ntwice"]
    heads = {head: place.rstrip("1") for place, head in scenes.items() if place.rstrip("1").isalpha()}
    assert (scenes[f"{heads['deviation']}2"], scenes[f"{heads['target_result']}2"]) == (0.98, "missed")
    assert f"{heads['deviation']}3" not in scenes
    assert scenes[f"{heads['notes']}2"] == "Slow --> <i> | 00:00:00:10 =2+2 twice"


def test_parquet_has_the_table_and_the_method() -> None:
    """The table comes back as it was, and the metadata says what is behind it."""
    reported = film()
    content = io.BytesIO(FORMATS["parquet"].write(reported))
    back = pd.read_parquet(content)
    assert list(back["certainty"].astype(object).where(back["certainty"].notna(), None)) == ["clear", None, "mixed"]
    assert back["happy"].tolist()[0] == 0.88
    assert back["happy"].isna().tolist() == [False, True, False]
    about = json.loads(pyarrow.parquet.read_schema(content).metadata[b"film_emotion"])
    assert (about["film"], about["model"]["hash"]) == ("cut <7>.mov", "ab" * 32)
