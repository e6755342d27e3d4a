"""The report's table, CSV and JSON."""

from __future__ import annotations

import csv as csv_reader
import dataclasses
import io
import json
from fractions import Fraction

import pandas as pd
import pytest

from emotion_core.analysis import Analysis, analyse
from emotion_core.annotations import Annotations, Note, Target
from emotion_core.observations import CheckpointIdentity
from emotion_core.report import csv_bytes, json_bytes, scene_csv, scene_table, scene_text
from tests.support.scans import Look, by_cuts, logits_of, media, observations

NTSC = Fraction(30000, 1001)

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((90.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))

COLUMNS = (
    "scene,name,kind,tc_in,tc_out,tc_duration,frame_in,frame_out,frames,shots,seconds_in,seconds_out,seconds,"
    "dominant,interval_low,interval_high,sad,disgust,angry,neutral,fear,surprise,happy,intensity,faces,people,frames_sampled,"
    "coverage,model,model_hash,engine,temperature,calibration,runner_up,runner_up_share,certainty,"
    "target,target_intensity,deviation,deviation_low,deviation_high,target_result,notes"
)
CSV = [
    # A film at 29.97 that starts at 00:59:59;20 drop-frame; scenes at 0, 11, 12 and 40; every cell by hand.
    f"\ufeff{COLUMNS}",
    "1,Opening,film,00:59:59;20,01:00:00;01,00:00:00;11,0,11,11,1,0.0,0.367033,0.367033,happy,0.88,0.88,"
    f"0.02,0.02,0.02,0.02,0.02,0.02,0.88,0.98,3,1.0,3,1.0,test-faces,{'ab' * 32},torch fp32,1.0,uncalibrated,"
    "sad,0.02,clear,happy,,0.12,0.12,0.12,met,Slow",
    "2,Flash,film,01:00:00;01,01:00:00;02,00:00:00;01,11,12,1,1,0.367033,0.4004,0.033367,,,,"
    f",,,,,,,,0,2.0,1,0.0,test-faces,{'ab' * 32},torch fp32,1.0,uncalibrated,,,,sad,0.5,,,,,01:00:00;01 Look twice",
    "3,,film,01:00:00;02,01:00:01;00,00:00:00;28,12,40,28,1,0.4004,1.334667,0.934267,sad,,,"
    f"0.45,0.02,0.02,0.02,0.02,0.02,0.45,0.98,2,1.0,2,0.5,test-faces,{'ab' * 32},torch fp32,1.0,uncalibrated,"
    "happy,0.45,few frames,,,,,,,",
    "4,Street,film,01:00:01;00,01:00:01;20,00:00:00;20,40,60,20,1,1.334667,2.002,0.667333,,,,"
    f",,,,,,,,0,,0,,test-faces,{'ab' * 32},torch fp32,1.0,uncalibrated,,,,,,,,,,",
    "",
]

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]
HARMLESS = ["Küche – Nacht", "a=1", "1-2", "'quoted'", 'said "no", left', "two\nlines", "\u2009=1"]


def film(*names: str) -> Analysis:
    """A film with a scene of ten frames for each name."""
    settings = by_cuts(*((10 * i, name) for i, name in enumerate(names)))
    return analyse(observations({0: [HAPPY]}, frames=10 * len(names)), settings)


@pytest.fixture
def drop_frame_film() -> Analysis:
    observed = observations(
        {0: [HAPPY], 4: [HAPPY], 8: [HAPPY], 11: [], 12: [SAD, HAPPY], 30: []},
        frames=60,
        too_small={11: 2},
        film=media(rate=NTSC, start_frame=107882, drop_frame=True, duration=60 / NTSC, time_base=Fraction(1, 30000)),
    )
    written = Annotations(
        (Note(0, "Slow", of_scene=True), Note(11, "Look\ntwice")), (Target(0, "happy"), Target(11, "sad", 0.5))
    )
    return analyse(observed, by_cuts((0, "Opening"), (11, "Flash"), 12, (40, "Street"), annotations=written))


def cells(analysis: Analysis) -> list[dict[str, str]]:
    text = csv_bytes(scene_table(analysis)).decode("utf-8-sig")
    return list(csv_reader.DictReader(io.StringIO(text, newline="")))


def test_csv_is_right_to_the_byte(drop_frame_film: Analysis) -> None:
    """The CSV equals one written by hand: every column, BOM, CRLF, drop-frame, empty cells."""
    assert csv_bytes(scene_table(drop_frame_film)) == "\r\n".join(CSV).encode()


def test_table_has_the_columns_in_order(drop_frame_film: Analysis) -> None:
    """The table has the columns of the CSV, in the promised order."""
    assert list(scene_table(drop_frame_film)) == COLUMNS.split(",")


def test_columns_follow_the_checkpoints_labels() -> None:
    """Another checkpoint's labels keep their order in the CSV; without neutral, intensity is empty."""
    checkpoint = CheckpointIdentity("two", "folder", "", "cd" * 32, ("joy", "sadness"), "Net")
    observed = observations({0: [((9, 9, 40, 40), 0.9, (0.0, 0.0))]}, labels=("joy", "sadness"), checkpoint=checkpoint)
    (row,) = cells(analyse(observed, by_cuts()))
    assert list(row)[16:19] == ["joy", "sadness", "intensity"]
    assert (row["joy"], row["sadness"], row["intensity"], row["model"]) == ("0.5", "0.5", "", "two")


@pytest.mark.parametrize("name", DANGEROUS)
def test_text_that_a_spreadsheet_would_run_is_disarmed(name: str) -> None:
    """A name that a spreadsheet would evaluate is prefixed with an apostrophe."""
    assert cells(film("plain", name))[1]["name"] == f"'{name}"


@pytest.mark.parametrize("name", HARMLESS)
def test_other_text_is_kept(name: str) -> None:
    """Any other name survives unchanged, with commas, quotes and line breaks."""
    assert cells(film("plain", name))[1]["name"] == name


def test_a_checkpoints_name_and_labels_are_disarmed_too() -> None:
    """A model's name and labels, which come from a file, cannot become formulas either."""
    labels = ("=happy", "happy", "sad")
    checkpoint = CheckpointIdentity("@model", "folder", "", "ab" * 32, labels, "Net")
    observed = observations({0: [((9, 9, 40, 40), 0.9, (5.0, 0.0, 0.0))]}, labels=labels, checkpoint=checkpoint)
    (row,) = cells(analyse(observed, by_cuts()))
    assert row["model"] == "'@model"
    assert row["dominant"] == "'=happy"
    assert "'=happy" in row


def test_numbers_are_left_alone() -> None:
    """A negative number keeps its sign and gets no apostrophe."""
    table = pd.DataFrame({"change": [-0.5, 0.25], "label": ["-x", None]})
    assert csv_bytes(table) == b"\xef\xbb\xbfchange,label\r\n-0.5,'-x\r\n0.25,\r\n"


def test_the_table_is_not_changed_by_writing_it() -> None:
    """Writing a CSV leaves the table unchanged, for the page that shows it."""
    table = scene_table(film("=1"))
    csv_bytes(table)
    assert table.loc[0, "name"] == "=1"


def test_timecode_follows_the_clock_where_the_rate_varies() -> None:
    """At a variable frame rate timecode and seconds follow time; frame numbers count frames."""
    observed = observations({}, frames=4, film=media(is_vfr=True, duration=Fraction(2)))
    pts = observed.scores.pts.copy()
    pts[:] = [0, 100, 1000, 1480]
    observed = dataclasses.replace(observed, scores=dataclasses.replace(observed.scores, pts=pts))
    rows = cells(analyse(observed, by_cuts(2, 3)))
    assert [(r["frame_in"], r["tc_in"], r["tc_out"], r["tc_duration"], r["seconds"]) for r in rows] == [
        ("0", "00:00:00:00", "00:00:01:00", "00:00:01:00", "1.0"),
        ("2", "00:00:01:00", "00:00:01:12", "00:00:00:12", "0.48"),
        ("3", "00:00:01:12", "00:00:02:00", "00:00:00:13", "0.52"),
    ]


def test_json_has_every_labels_interval(drop_frame_film: Analysis) -> None:
    """The JSON holds the table's cells, every label's interval, the settings, the model and the notes."""
    document = json.loads(json_bytes(drop_frame_film))
    first, flash, *_ = document["scenes"]
    assert first["intervals"]["happy"] == [0.88, 0.88]
    assert list(first["intervals"]) == document["labels"] == COLUMNS.split(",")[16:23]
    assert flash["intervals"] is None
    assert flash["dominant"] is None
    assert flash["happy"] is None
    assert (first["tc_in"], first["frames_with_faces"], first["happy"]) == ("00:59:59;20", 3, 0.88)
    assert document["media"]["rate"] == "30000/1001"
    assert document["model"]["hash"] == "ab" * 32
    assert document["engine"]["precision"] == "fp32"
    assert document["report_settings"]["shots"]["detector"] == "cuts"
    assert document["scan_settings"]["samples_per_second"] == "2"
    assert document["notes"] == list(drop_frame_film.notes)


def test_faces_taken_over_are_counted(drop_frame_film: Analysis) -> None:
    """Note and JSON count the faces whose logits were reused, on the frames of this report only."""
    observed = drop_frame_film.observations
    settings = drop_frame_film.report_settings
    assert json.loads(json_bytes(drop_frame_film))["faces"] == {"found": 5, "taken_over": 0}
    assert not any("not read again" in note for note in drop_frame_film.notes)
    reused = tuple(dataclasses.replace(e, read_on=0) if e.face_id in (1, 2) else e for e in observed.expressions)
    left_out = observed.faces[-1].sample_frame
    samples = tuple(dataclasses.replace(s, filled=s.frame == left_out) for s in observed.samples)
    observed = dataclasses.replace(observed, expressions=reused, samples=samples)
    analysis = analyse(observed, settings)
    assert json.loads(json_bytes(analysis))["faces"] == {"found": 3, "taken_over": 2}
    assert (
        "2 of 3 faces were the same picture as on the sampled frame before and were not read again." in analysis.notes
    )


def test_faces_left_out_are_told_of_scene_and_film() -> None:
    """The JSON has the number of faces that each rule excludes, for each scene and for the film."""
    cut = ((-5.0, 10.0, 40.0, 40.0), 0.9, (0.0,) * 7)
    observed = observations({0: [cut], 10: [cut], 60: []}, too_small={0: 1, 60: 2})
    document = json.loads(json_bytes(analyse(observed, by_cuts(50))))
    first, second = {"too_small": 1, "unsure": 0, "cut": 2}, {"too_small": 2, "unsure": 0, "cut": 0}
    assert [scene["faces_left_out"] for scene in document["scenes"]] == [first, second]
    assert document["faces_left_out"] == {"too_small": 3, "unsure": 0, "cut": 2}


def test_json_holds_names_as_they_are() -> None:
    """JSON is UTF-8, and names in it need no apostrophe: no spreadsheet reads it."""
    raw = json_bytes(film("Küche", "=1"))
    assert "Küche".encode() in raw
    assert json.loads(raw)["scenes"][1]["name"] == "=1"


def test_csv_without_pandas_has_the_same_bytes(drop_frame_film: Analysis) -> None:
    """The terminal writes the file that the page offers: with names that are formulas, and where no scene has faces."""
    whole = analyse(observations({0: [HAPPY]}, frames=20), by_cuts(10))
    empty = analyse(observations({}, frames=20), by_cuts(10))
    for analysis in (drop_frame_film, film(*DANGEROUS, *HARMLESS), film("One"), whole, empty):
        assert scene_csv(analysis) == csv_bytes(scene_table(analysis))


def test_a_terminal_shows_the_columns_that_pandas_shows(drop_frame_film: Analysis) -> None:
    """The cells are those that pandas prints, flush right; but for names, which stay in one line."""
    columns = ["scene", "name", "kind", "tc_in", "frame_in", "dominant", "coverage", "people"]
    whole = analyse(observations({0: [HAPPY]}, frames=20), by_cuts(10))
    for analysis in (drop_frame_film, film("Küche", "=1"), whole):
        shown = scene_table(analysis)[columns].to_string(index=False, na_rep="–")
        lines = scene_text(analysis, columns).splitlines()
        assert [line.split() for line in lines] == [line.split() for line in shown.splitlines()]
        assert len({len(line) for line in lines}) == 1
    assert "two lines" in scene_text(film("two\nlines"), columns)
