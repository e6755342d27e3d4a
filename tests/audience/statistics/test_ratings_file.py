from __future__ import annotations

import pytest

from emotion_core.audience import SceneSpan, Viewer, check_ratings, read_ratings
from emotion_core.errors import SettingsError

VIEWERS = [
    Viewer("1", "s", "Ann", 1, "live", None, {"age": "18-29"}),
    Viewer("2", "s", "Zoë Müller", 2, "live", None),
]
SPANS = [SceneSpan(1, 0, 60, "Opening"), SceneSpan(2, 60, 100)]


def test_a_table_with_semicolons_decimal_commas_and_a_mark() -> None:
    text = "Viewer;Rating;seat;scene;time\r\nann;4,5;A1;;\r\nZOË  MÜLLER;3;;2;\r\nAnn;2;;;00:59\r\nAnn;1;;opening2;\r\n"
    raw = ("\ufeff" + text.replace("opening2", "2")).encode()
    table = read_ratings(raw, VIEWERS, SPANS)
    assert [(r.reviewer, r.viewer, r.value, r.scene) for r in table.ratings] == [
        ("ann", 0, 4.5, None), ("ZOË  MÜLLER", 1, 3.0, 1), ("ann", 0, 2.0, 0), ("ann", 0, 1.0, 1),
    ]  # fmt: skip
    assert table.groups["ann"] == {"age": "18-29", "seat": "A1"}
    assert table == read_ratings(text.replace("opening2", "2"), VIEWERS, SPANS)
    assert table == read_ratings(text.replace("opening2", "2").encode("utf-16"), VIEWERS, SPANS)


def test_other_reviewers_are_kept_and_rows_without_rating_counted() -> None:
    table = read_ratings("viewer,rating\nAnn,4\nBob,2\nZoë Müller,\n", VIEWERS, SPANS)
    assert (table.unknown, table.without_rating) == (("Bob",), 1)


def test_a_scene_is_named_by_its_name() -> None:
    assert read_ratings("viewer\trating\tscene\nAnn\t4\tOPENING\n", VIEWERS, SPANS).ratings[0].scene == 0


def test_a_rating_stays_at_its_time_when_scenes_change() -> None:
    """The file tells of the scenes that were there: a split scene's parts have its rating, a merged one the mean."""
    text = "viewer,rating,scene,time\nAnn,4,1,\nAnn,2,2,\nZoë Müller,5,Opening,\nZoë Müller,1,,1:30\nZoë Müller,3,,\n"
    merged = read_ratings(text, VIEWERS, [SceneSpan(1, 0, 100)], SPANS)
    assert [(r.viewer, r.value, r.scene) for r in merged.ratings] == [(0, 3.0, 0), (1, 3.0, 0), (1, 3.0, None)]
    split = read_ratings(text, VIEWERS, [SceneSpan(n + 1, 20 * n, 20 * n + 20) for n in range(5)], SPANS)
    of_ann = {r.scene: r.value for r in split.ratings if r.viewer == 0}
    assert of_ann == {0: 4.0, 1: 4.0, 2: 4.0, 3: 2.0, 4: 2.0}
    assert {r.scene: r.value for r in split.ratings if r.viewer == 1} == {0: 5, 1: 5, 2: 5, 4: 1, None: 3}
    moved = read_ratings(text, VIEWERS, [SceneSpan(1, 0, 70), SceneSpan(2, 70, 100)], SPANS)
    assert moved.ratings == read_ratings(text, VIEWERS, SPANS).ratings
    assert (merged.scenes_changed, split.scenes_changed, moved.scenes_changed) == (True, True, True)
    renamed = read_ratings(text, VIEWERS, [SceneSpan(1, 0, 60, "Prologue"), SPANS[1]], SPANS)
    assert (renamed.ratings, renamed.scenes_changed) == (moved.ratings, False)
    with pytest.raises(SettingsError, match="both rate scene 2"):
        read_ratings("viewer,rating,scene\nAnn,4,2\nAnn,4,2\n", VIEWERS, [SceneSpan(1, 0, 100)], SPANS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("\ufeff\n\n", "empty"),
        ("name,stars\nAnn,4\n", "no column “viewer”"),
        ("viewer,stars\nAnn,4\n", "no column “rating”; they have “viewer”, “stars”"),
        ("viewer,rating\n", "no rating"),
        ("viewer,rating\nAnn,good\n", "Line 2 .* “good”"),
        ("viewer,rating\nAnn,nan\n", "“nan”"),
        ("viewer,rating\nAnn,1e5\n", "“1e5”"),
        ("viewer,rating\nAnn,4,5\n", "more cells than the heading"),
        ("viewer,rating\n,4\n", "names no viewer"),
        ("viewer,rating\nBob,4\n", "Nobody who rated is a viewer.*“Bob”.*“Ann”"),
        ("viewer,rating\nAnn,4\nANN,5\n", "Lines 2 and 3 .* both rate the film for “Ann”"),
        ("viewer,rating,scene\nAnn,4,2\nAnn,4,2\n", "both rate scene 2"),
        ("viewer,rating,scene\nAnn,4,9\n", "rates scene “9”.*scenes 1 to 2"),
        ("viewer,rating,time\nAnn,4,1:41\n", "time “1:41”"),
        ("viewer,rating,time\nAnn,4,soon\n", "time “soon”"),
        ("viewer,rating,age\nAnn,4,50+\n", "“50\\+” of “age”, but “18-29” is known"),
        ("viewer,rating,Rating\nAnn,4,5\n", "two columns “rating”"),
        ('viewer,rating\n"Ann,4\n', "no rating"),
    ],
)
def test_what_is_no_table_of_ratings_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_ratings(text, VIEWERS, SPANS)


@pytest.mark.parametrize("raw", [b"PK\x03\x04\x00\x00", b"a" * (5 * 1024**2)])
def test_other_files_are_refused(raw: bytes) -> None:
    with pytest.raises(SettingsError):
        read_ratings(raw, VIEWERS, SPANS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who,stars\nAnn,4\n", "no column “viewer”; they have “who”, “stars”"),
        ("viewer,rating\nAnn,good\n", "Line 2 of the ratings has the rating “good”"),
        ("viewer,rating\nAnn,\n", "no rating"),
        ("viewer,rating\n,4\n", "Line 2 of the ratings names no viewer"),
    ],
)
def test_a_table_is_checked_before_the_viewers_are_known(text: str, said: str) -> None:
    """What no viewers and scenes can mend; names and scenes are left to `read_ratings`."""
    with pytest.raises(SettingsError, match=said):
        check_ratings(text)
    check_ratings("viewer,rating,scene\nNobody,4,99\n")
