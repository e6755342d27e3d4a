"""Two films side by side."""

from __future__ import annotations

import pytest

from emotion_core import report
from emotion_core.compare import NOT_ENOUGH, check_comparable, comparison_table, mean_shares, pair, totals
from emotion_core.corrections import Corrections
from emotion_core.errors import ComparisonError
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import CheckpointIdentity
from emotion_core.summary import Analysis, analyse
from tests.scans import Look, by_cuts, logits_of, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))

TOTALS = {
    # label: seconds before, after, change; share before, after, change. Before: 2 s happy, 1 s sad, 1 s no face;
    # after: 1 s happy, 2 s no face. Of 0.88, each other label has 0.02.
    "happy": (2.0, 1.0, -1.0, 0.5933, 0.88, 0.2867),
    "sad": (1.0, 0.0, -1.0, 0.3067, 0.02, -0.2867),
    "fear": (0.0, 0.0, 0.0, 0.02, 0.02, 0.0),
    NOT_ENOUGH: (1.0, 2.0, 1.0, None, None, None),
}


@pytest.fixture
def before() -> Analysis:
    """Scenes of 2, 1 and 1 seconds: happy, sad, nobody."""
    return analyse(observations({0: [HAPPY], 60: [SAD], 80: []}), by_cuts((0, "A"), 50, 75))


@pytest.fixture
def after() -> Analysis:
    """Scenes of 1 and 2 seconds: happy, nobody."""
    return analyse(observations({0: [HAPPY], 30: []}, frames=75), by_cuts((0, "=A"), 25))


def other_model(labels: tuple[str, ...] = REFERENCE_LABELS) -> Analysis:
    checkpoint = CheckpointIdentity("other", "folder", "", "cd" * 32, labels, "Net")
    face: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, (0.0,) * len(labels))
    return analyse(observations({0: [face]}, labels=labels, checkpoint=checkpoint), by_cuts())


def test_scenes_are_paired_by_their_order(before: Analysis, after: Analysis) -> None:
    """First stands beside first; what one film has more of stands alone; faceless scenes have no change."""
    changes = pair(before, after)
    assert [change.kind for change in changes] == ["paired", "paired", "only before"]
    assert [change.before for change in changes] == list(before.scenes)
    assert [change.after for change in changes] == [*after.scenes, None]
    assert changes[0].delta == pytest.approx((0.0,) * 7)
    assert changes[1].delta is None
    assert [change.kind for change in pair(after, before)] == ["paired", "paired", "only after"]


def test_change_is_after_minus_before(before: Analysis) -> None:
    """A scene's change is the share after less the share before, label for label."""
    calm = analyse(observations({0: [SAD]}), by_cuts())
    (change, *_) = pair(before, calm)
    assert change.delta is not None
    assert dict(zip(REFERENCE_LABELS, change.delta, strict=True)) == pytest.approx(
        {label: {"happy": -0.86, "sad": 0.86}.get(label, 0.0) for label in REFERENCE_LABELS}
    )


def test_totals_are_seconds_and_mean_shares(before: Analysis, after: Analysis) -> None:
    """Totals are the seconds in which a label is dominant and its share, scenes weighted by their length."""
    table = totals(before, after)
    assert table["label"].tolist() == [*REFERENCE_LABELS, NOT_ENOUGH]
    cells = table.astype(object).where(table.notna(), None).to_dict("records")
    found = {row["label"]: tuple(row.values())[1:] for row in cells}
    assert {label: found[label] for label in TOTALS} == TOTALS


def test_a_film_without_faces_has_no_mean(before: Analysis) -> None:
    """Where no scene has faces the mean share is missing, and so is the difference."""
    nobody = analyse(observations({0: []}), by_cuts())
    assert mean_shares(nobody) is None
    table = totals(before, nobody).set_index("label")
    assert table["share_after"].isna().all()
    assert table["share_change"].isna().all()
    assert table.loc[NOT_ENOUGH, "seconds_after"] == 4.0


def test_what_is_no_film_counts_in_no_total(before: Analysis) -> None:
    """Scenes marked as not film are in no total, with faces or without, and are no difference in settings either."""
    marks = Corrections(marks=((50, "not film"), (75, "not film")))
    part = analyse(before.observations, by_cuts((0, "A"), 50, 75, corrections=marks))
    table = totals(before, part).set_index("label")
    assert table["seconds_after"].sum() == 2.0
    assert (table.loc["sad", "seconds_after"], table.loc[NOT_ENOUGH, "seconds_after"]) == (0.0, 0.0)
    assert table.loc["happy", "share_after"] == 0.88
    assert check_comparable(before, part) == ()
    assert [change.delta is None for change in pair(before, part)] == [False, True, True]


def test_table_holds_both_films(before: Analysis, after: Analysis) -> None:
    """The comparison has each scene of both films once, every report column of each, and each label's change."""
    table = comparison_table(before, after)
    assert table["kind"].tolist() == ["paired", "paired", "only before"]
    shared = ("model", "model_hash", "engine", "temperature", "calibration")
    own = [name for name in report.columns(REFERENCE_LABELS) if name not in shared]
    assert list(table) == [
        "kind",
        *(f"{name}_before" for name in own),
        *(f"{name}_after" for name in own),
        *(f"{label}_change" for label in REFERENCE_LABELS),
        *(f"{name}_{side}" for side in ("before", "after") for name in shared),
    ]
    assert table["frame_out_before"].tolist() == [50, 75, 100]
    assert table["frame_out_after"].fillna(-1).tolist() == [25, 75, -1]
    assert table["happy_change"].fillna(-1).tolist() == [0.0, -1, -1]
    assert table["model_after"].tolist() == ["test-faces"] * 3


def test_comparison_csv_has_no_formulas(before: Analysis, after: Analysis) -> None:
    """A comparison is written with the report's own care: BOM, CRLF, whole frame numbers, no formulas."""
    raw = report.csv(comparison_table(before, after))
    lines = raw.decode().split("\r\n")
    assert raw.startswith(b"\xef\xbb\xbfkind,scene_before,")
    assert ",'=A," in lines[1]
    assert ",=A," not in raw.decode()
    assert lines[3].startswith("only before,3,,film,00:00:03:00,00:00:04:00,00:00:01:00,75,100,25,")
    assert lines[1].split(",")[8] == "50"
    frame_out_after = lines[0].split(",").index("frame_out_after")
    assert [line.split(",")[frame_out_after] for line in lines[1:4]] == ["25", "75", ""]


def test_other_labels_are_not_compared(before: Analysis) -> None:
    """Films analysed with different labels, or the same ones in another order, are refused with both sets named."""
    for labels in (("sad", "happy"), REFERENCE_LABELS[::-1]):
        with pytest.raises(ComparisonError, match=f"different labels.*{labels[0]}, {labels[1]}"):
            totals(before, other_model(labels))
        with pytest.raises(ComparisonError):
            comparison_table(other_model(labels), before)


def test_other_models_are_compared_with_a_warning(before: Analysis) -> None:
    """Films analysed with different models are compared, with both models named in a warning."""
    (warning, *_) = check_comparable(before, other_model())
    assert "test-faces" in warning
    assert "other" in warning


def test_like_films_need_no_warning(before: Analysis, after: Analysis) -> None:
    """Two films of one model and equal settings are compared without a warning; other scene settings are named."""
    again = analyse(observations({0: [HAPPY]}), before.report_settings)
    assert check_comparable(before, again) == ()
    assert len(check_comparable(before, after)) == 1
