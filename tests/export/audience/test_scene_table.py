"""The table of a screening, a row a scene, as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from emotion_core.export import FORMATS
from tests.support.repository import ROOT
from tests.support.screened import NAMES, screened

LABELS = ("happy", "neutral", "sad")


def _rows(count: int = 12, *, names: bool = False) -> list[dict[str, str]]:
    content = FORMATS["audience-csv"].write_audience(screened(count, names=names))
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_has_the_numbers_of_the_summary() -> None:
    """Shares with their intervals, viewers, synchrony with p, the cast's distance and the groups, four decimals."""
    film = screened()
    summary, row = film.summary, _rows()[1]
    assert (row["scene"], row["start"], row["end"], row["viewers"]) == ("2", "50.0", "100.0", "12")
    assert row["tc_in"] == "00:00:50:00"
    for label in LABELS:
        place = summary.labels.index(label)
        assert float(row[label]) == pytest.approx(summary.by_scene.share[1, place], abs=6e-5)
        assert float(row[f"{label}_low"]) <= float(row[label]) <= float(row[f"{label}_high"])
    place = summary.labels.index("happy")
    assert float(row["happy_synchrony"]) == pytest.approx(summary.synchrony.correlation[1, place], abs=6e-5)
    assert 0 < float(row["happy_synchrony_p"]) < 0.05
    assert (row["synchrony_missing"], row["interval_missing"], row["synchrony_viewers"]) == ("", "", "12")
    assert float(row["intensity_low"]) == pytest.approx(1 - float(row["neutral_high"]), abs=1e-4)
    assert summary.cast is not None
    assert float(row["cast_distance"]) == pytest.approx(summary.cast.distance[1], abs=6e-5)
    assert row["group old: viewers"] == row["group young --> <b>: viewers"] == "6"
    assert float(row["group: happy_difference"]) > 0.05
    assert 0 < float(row["group: happy_difference_p"]) <= 0.1
    assert row["group balanced: happy"]


def test_what_is_missing_has_its_reason() -> None:
    """Two viewers: no interval, no synchrony, no difference of groups; shares all the same, and no zeros."""
    row = _rows(2)[0]
    assert row["interval_missing"] == "too few viewers: 2 of at least 5"
    assert row["certainty"] == "few viewers"
    assert "fewer than 3 viewers" in row["synchrony_missing"]
    assert "fewer than two groups" in row["group: difference_missing"]
    assert [row[f"happy{end}"] for end in ("_low", "_high", "_synchrony", "_synchrony_p")] == ["", "", "", ""]
    assert float(row["happy"]) > 0


@pytest.mark.parametrize("names", [False, True])
def test_no_cell_is_a_formula_and_none_a_name(names: bool) -> None:
    """A row a scene is about no single viewer: names are not in it, asked for or not."""
    rows = _rows(names=names)
    assert rows[1]["name"] == "'=1+1 --> <b>"
    assert not any(name in "".join([*row, *row.values()]) for row in rows for name in NAMES)


def test_every_column_is_in_the_guide() -> None:
    """docs/screenings.md explains each; those a label and a group by the parts of their names."""
    guide = (ROOT / "docs" / "screenings.md").read_text(encoding="utf-8")
    for title in _rows()[0]:
        plain = title.rpartition(": ")[2]
        for label in screened(2).summary.labels:
            plain = plain.replace(f"{label}_", "").replace(label, "label")
        assert plain == "label" or f"{plain}`" in guide, title
