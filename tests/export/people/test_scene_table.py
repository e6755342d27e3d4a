"""People as CSV."""

from __future__ import annotations

import csv
import io

from emotion_core.export.people import scene_table
from emotion_core.people import read_people
from tests.support.planted_people import Seen, filmed, named


def test_the_csv_has_a_row_a_person_and_scene_and_no_name_is_a_formula() -> None:
    """As spreadsheets open it."""
    analysis, tracks, _ = filmed([[Seen("Ann"), Seen("Bob")], [Seen("Ann")]])
    content = scene_table.csv(read_people(analysis, named(tracks, ["=Ann", "Bob", "=Ann"])))
    assert content.startswith(b"\xef\xbb\xbfperson,named,scene,")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["person"], row["scene"], row["with"]) for row in rows] == [
        ("'=Ann", "1", "Bob"), ("'=Ann", "2", ""), ("Bob", "1", "'=Ann")
    ]  # fmt: skip
    assert rows[0]["dominant"] == "happy"
