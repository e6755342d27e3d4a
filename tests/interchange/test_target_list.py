"""Targets from tables."""

from __future__ import annotations

import csv
import io

import pytest

from emotion_core.analysis import Analysis, analyse
from emotion_core.annotations import Annotations, Target
from emotion_core.errors import EmotionError
from emotion_core.interchange.target_list import read_targets
from emotion_core.report import scene_csv
from tests.support.scans import by_cuts, observations

SET = Annotations((), (Target(25, "sad", 0.5),))


@pytest.fixture(scope="module")
def film() -> Analysis:
    """Four scenes of a second, of which the second has a target."""
    return analyse(observations({0: []}), by_cuts(25, 50, 75, annotations=SET))


TABLES = [
    # table, targets
    ("by number", "scene,target\n1,happy\n3,\n", (Target(0, "happy"), Target(50))),
    ("only what has a column", "scene;target\n2;fear\n", (Target(25, "fear", 0.5),)),
    ("by place, decimal comma", "TC_In;Intensity\n00:00:03:00;0,75\n", (Target(75, None, 0.75),)),
    ("per cent, blank lines", "\nframe_in\ttarget_intensity\n50\t60 %\n\n", (Target(50, None, 0.6),)),
    ("place and number", "scene,frame_in,target\n4,75,angry\n", (Target(75, "angry"),)),
    ("a report's intensity is no target", "scene,dominant,intensity,target\n1,sad,0.9,sad\n", (Target(0, "sad"),)),
]


@pytest.mark.parametrize(("table", "targets"), [case[1:] for case in TABLES], ids=[case[0] for case in TABLES])
def test_tables_of_editors(film: Analysis, table: str, targets: tuple[Target, ...]) -> None:
    """Numbers or places, any usual delimiter; a cell replaces, an empty one removes, no column leaves."""
    assert read_targets(table.lstrip("\n").encode(), film) == targets
    assert read_targets(b"\xef\xbb\xbf" + table.lstrip("\n").replace("\n", "\r\n").encode(), film) == targets


def test_the_report_itself_is_such_a_table(film: Analysis) -> None:
    """The report's CSV says what is set; with a cell filled in by a spreadsheet it says that."""
    text = scene_csv(film).decode("utf-8-sig")
    assert read_targets(text.encode(), film) == (Target(0), *SET.targets, Target(50), Target(75))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    rows[3] |= {"target": "happy", "target_intensity": "0.9"}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    assert read_targets(out.getvalue().encode(), film)[3] == Target(75, "happy", 0.9)


REFUSED = [
    ("", "The table is empty"),
    ("\n  \n", "The table is empty"),
    ("\x89PNG\x00IHDR and more of it", "no table"),
    ("scene,name\n1,x\n", "no column"),
    ("target\nsad\n", "no column for scenes.* it has “target”"),
    ("scene,target\n", "has no row"),
    ("scene,target\n5,sad\n", "Line 2 of the table names scene “5”. This film has scenes 1 to 4"),
    ("scene,target\n1,sad\n1,sad\n", "Line 3 of the table names scene 1 again"),
    ("scene,frame_in,target\n3,75,sad\n", "a scene 3 that begins at “75”: none does so now"),
    ("frame_in,target\n76,sad\n", "begins at “76”"),
    ("scene,target_intensity\n1,lots\n", "“lots”"),
    ("scene,target_intensity\n1,1.2\n", "0 to 1"),
    ("scene,target_intensity\n1,nan\n", "“nan”"),
]


@pytest.mark.parametrize(("table", "message"), REFUSED)
def test_what_is_no_such_table_is_refused(film: Analysis, table: str, message: str) -> None:
    """The message has the line, what it says, and what is allowed."""
    with pytest.raises(EmotionError, match=message):
        read_targets(table.encode(), film)
