"""Every format of a change list, and all in one archive."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace

import pytest

from emotion_core.errors import ComparisonError
from emotion_core.export.changes import FORMATS, archive, file_stem, write
from tests.support.compared import NAMES, changed
from tests.support.workbooks import sheet


def test_the_archive_has_every_format_and_both_cuts_markers() -> None:
    """A format that cannot hold the films is named in a text file."""
    cuts = changed(NAMES, {}, {"is_vfr": True})
    name, content = archive(cuts)
    assert name == f"{file_stem(NAMES)}-changes.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        names = files.namelist()
        assert "EDL: the second cut, each event's place in the first: The frames of" in (
            files.read("not included.txt").decode()
        )
    for form in FORMATS.values():
        assert any(each.endswith(form.suffix) for each in names) == (form.name != "edl")
    assert sum(each.startswith("markers of the first cut/") for each in names) == 5
    assert sum(each.startswith("markers of the second cut/") for each in names) == 5


@pytest.mark.parametrize("name", FORMATS)
def test_cuts_that_share_nothing_have_no_list(name: str) -> None:
    cuts = changed()
    with pytest.raises(ComparisonError, match="share no footage"):
        write(name, replace(cuts, listed=replace(cuts.listed, changes=())), "a")


def test_the_workbook_has_words_numbers_and_the_method() -> None:
    """A name like a formula is text, timecodes are text, shares are numbers, and both films' hashes are there."""
    content = write("xlsx", changed(), "a")["a-changes.xlsx"]
    summary, changes, expressions, method = (sheet(content, number) for number in (1, 2, 3, 4))
    assert summary["B1"] == NAMES[0]
    assert str(summary["B3"]).startswith(
        "2.6 s left out, 0.5 s new: 1 scene left out, 1 trimmed, 1 extended, 1 slipped, 1 moved; "
    )
    rows = {changes[f"B{n}"]: n for n in range(2, 7)}
    n = rows["trimmed"]
    assert [changes[f"{column}{n}"] for column in "CDFGHIJ"] == [
        "head −15 frames", 3, "00:00:03:15", "00:00:07:15", 90, 190, 4,
    ]  # fmt: skip
    assert f"K{rows['left out']}" not in changes
    heads = {head: place.rstrip("1") for place, head in expressions.items() if place.rstrip("1").isalpha()}
    assert [expressions[f"{heads[title]}3"] for title in ("no.", "kind", "scene_before")] == [
        1,
        changes["B2"],
        changes["D2"],
    ]
    assert list(method.values()).count("sha256") == 2
    assert "emotion" not in str(method.get("C1"))


def test_the_json_has_both_films_and_every_interval() -> None:
    """Hashes, models and settings of both films, the ranges in frames and timecode, and null for what is missing."""
    document = json.loads(write("json", changed(), "a")["a-changes.json"])
    assert [document["films"][side]["name"] for side in ("before", "after")] == list(NAMES)
    for side in ("before", "after"):
        film = document["films"][side]
        assert len(film["sha256"]) == 64
        assert film["model"]["name"] == "test-faces"
        assert film["report_settings"]["shots"]["detector"] == "cuts"
    trimmed = next(change for change in document["changes"] if change["kind"] == "trimmed")
    assert trimmed["head"] == {"seconds": 0.6, "frames": 15}
    assert (trimmed["before"]["tc_in"], trimmed["after"]["frame_out"]) == ("00:00:03:15", 85)
    low, high = trimmed["expressions"]["sad"]["interval"]
    assert low <= trimmed["expressions"]["sad"]["change"] <= high
    gone = next(change for change in document["changes"] if change["kind"] == "left out")
    assert (gone["after"], gone["expressions"]["happy"]["change"]) == (None, None)
    assert document["audiences"] is None


def test_the_csv_guards_formulas() -> None:
    """A scene whose name begins like a formula is text for spreadsheets."""
    cuts = changed()
    first = cuts.analyses[0].scenes[0]
    named = replace(first, scene=replace(first.scene, name="=1+1"))
    rows = [replace(row, before=named) if row.before is first else row for row in cuts.listed.changes]
    content = write("csv", replace(cuts, listed=replace(cuts.listed, changes=tuple(rows))), "a")["a-changes.csv"]
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert next(row for row in read if row["scene_before"] == "1")["name_before"] == "'=1+1"


def test_a_files_name_is_one_short_line() -> None:
    assert file_stem(("cut\n7.mov", "b/cut 8.mov")) == "cut 7-vs-cut 8"
    assert file_stem(("🎬" * 60 + ".mov", "a.mov")) == "🎬" * 25 + "-vs-a"
