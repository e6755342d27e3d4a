"""The numbers behind the charts of the Compare page."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from emotion_core.compare import SharedSegment
from emotion_core.timecode import Span
from pages.parts.compare import comparison_tables


def test_shared_footage_is_a_row_a_stretch() -> None:
    """Where it lies in both films, and whether it was moved."""
    segment = SharedSegment(Span(Fraction(4), Fraction(6)), Span(Fraction(60), Fraction(62)), moved=True)
    assert comparison_tables.shared_footage([segment]).to_dict("records") == [
        {
            "first film from, s": 4.0,
            "first film to, s": 6.0,
            "second film from, s": 60.0,
            "second film to, s": 62.0,
            "in another place": "yes",
        }
    ]


def test_scenes_of_both_films_are_rows_with_shares_in_percent() -> None:
    """A scene without faces has no shares, and the films are told apart by name."""
    scene = {"scene": 1, "name": "", "tc_in": "a", "tc_out": "b", "seconds": 1.5, "dominant": "happy"}
    table = pd.DataFrame(
        [
            scene | {"certainty": "clear", "happy": 0.7512, "sad": 0.2, "coverage": 1.0, "faces": 3},
            scene | {"certainty": None, "happy": None, "sad": None, "coverage": 0.0, "faces": 0},
        ]
    )
    rows = comparison_tables.scenes([table, table], ["A", "B"], ["happy", "sad"])
    assert list(rows["film"]) == ["A", "A", "B", "B"]
    assert list(rows.columns[-3:]) == ["happy, %", "sad, %", "coverage, %"]
    assert rows.loc[0, "happy, %"] == 75.1
    assert bool(rows["happy, %"].isna()[1])
    assert "faces" not in rows.columns
