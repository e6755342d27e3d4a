"""The change list as a table, with what both audiences showed of each change."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd

from emotion_core.export.changes import ChangesName, ComparedCuts, write
from emotion_core.export.changes.tables import table
from pages.components import change_list
from tests.support.compared import changed, cuts
from tests.support.screened import NAMES, screened
from tests.support.workbooks import sheet
from tests.support.written_cuts import HAPPY, SAD, cut


def with_audiences(count: int = 12) -> ComparedCuts:
    cuts = changed()
    audiences = screened(film=cuts.analyses[0]), screened(count, film=cuts.analyses[1], seed=8)
    return replace(cuts, audiences=lambda: audiences)


def test_each_change_tells_the_audiences_change() -> None:
    """Shares, change and interval stand on the matched scenes; a scene of one cut has none, and says why."""
    cuts = with_audiences()
    rows = table(cuts)
    assert len(rows) == len(cuts.listed.changes)
    own = table(changed())
    assert list(rows)[: len(own.columns)] == list(own)
    trimmed = rows[rows["kind"] == "trimmed"].iloc[0]
    assert (trimmed["audience_viewers_before"], trimmed["audience_viewers_after"]) == (12, 12)
    low, change, high = (trimmed[f"audience_happy_change{end}"] for end in ("_low", "", "_high"))
    assert low < change < high
    assert pd.isna(trimmed["audience_change_missing"])
    gone = rows[rows["kind"] == "left out"].iloc[0]
    assert gone["audience_change_missing"] == "the scene is in one cut only"
    assert gone[["audience_happy_change", "audience_happy_after"]].isna().all()


def test_every_format_with_numbers_has_the_audiences() -> None:
    """Workbook, page and JSON name both screenings, and no viewer."""
    cuts = with_audiences(3)
    workbook = write("xlsx", cuts, "a")["a-changes.xlsx"]
    page = write("html", cuts, "a")["a-changes.html"].decode()
    text = write("json", cuts, "a")["a-changes.json"].decode()
    told = [str(cell) for cell in sheet(workbook, 2).values()]
    assert any(cell.endswith("; second: too few viewers: 3 of at least 5") for cell in told)
    assert page.count("<p>Audience: ") == 5
    assert "“Monday” of the first cut, “Monday” of the second" in page
    audiences = json.loads(text)["audiences"]
    assert audiences["screenings"] == ["Monday", "Monday"]
    missing = [change["missing"] for change in audiences["changes"]]
    assert missing.count("the scene is in one cut only") == 1
    assert not any(name in part for name in NAMES for part in (page, text, *told))


FORMS: tuple[ChangesName, ...] = ("xlsx", "html")


def test_every_form_counts_scenes_and_not_their_parts() -> None:
    """A scene in three parts is one that was split, and three that became one are one merged, moved as a whole: so the
    sentence, the chips over the list, the printed notes, the workbook and the scenes of the table say.
    """
    before = cut(
        (0, 0, 90, HAPPY), (1, 0, 30, None), (1, 30, 60, None), (1, 60, 90, SAD), (2, 0, 100, HAPPY), (3, 0, 90, SAD)
    )  # fmt: skip
    after = cut(
        (0, 0, 30, HAPPY), (0, 30, 60, HAPPY), (2, 0, 100, HAPPY), (3, 0, 90, SAD), (1, 0, 90, SAD), (0, 60, 90, SAD)
    )  # fmt: skip
    compared = cuts(before, after)
    counts = compared.listed.counts
    assert counts == {"split": 1, "merged": 1, "moved": 2, "unchanged": 2}
    told = "1 scene split, 1 merged, 2 moved, 2 unchanged"
    assert compared.sentence.startswith(told)
    (workbook,), (printed,) = (write(form, compared, "x").values() for form in FORMS)
    assert sheet(workbook, 1)["B3"] == compared.sentence
    page = printed.decode()
    assert told in page
    assert [f'<li class="badge">{kind} {number}</li>' in page for kind, number in counts.items()] == [True] * 4
    rows = table(compared)
    assert rows[rows["kind"] == "split"]["scene_before"].nunique() == counts["split"]
    assert rows[rows["kind"] == "merged"]["scene_after"].nunique() == counts["merged"]
    assert rows[rows["moved"]]["scene_after"].nunique() == counts["moved"]
    shown = change_list.rows(compared.analyses, compared.listed)
    assert len({(row["kinds"][0], row["counted"]) for row in shown}) == 4
    assert len(shown) == 8
