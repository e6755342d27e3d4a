"""Changes between two films, and their table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from emotion_core.analysis import NOT_ENOUGH, Analysis, analyse
from emotion_core.compare import (
    align,
    check_comparable,
    comparison_table,
    display_table,
    mean_shares,
    pair,
    recut_summary,
    totals,
    wording as compare_wording,
)
from emotion_core.corrections import Corrections
from emotion_core.errors import ComparisonError
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.observations import CheckpointIdentity
from emotion_core.report import csv_bytes, table_columns
from emotion_core.settings import FaceLimits, ReportSettings, ScanSettings
from tests.support.scans import Look, by_cuts, logits_of, media, observations

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
    """Scenes of 2, 1 and 1 seconds: happy, sad, no face."""
    return analyse(observations({0: [HAPPY], 60: [SAD], 80: []}), by_cuts((0, "A"), 50, 75))


@pytest.fixture
def after() -> Analysis:
    """Scenes of 1 and 2 seconds: happy, no face."""
    return analyse(observations({0: [HAPPY], 30: []}, frames=75), by_cuts((0, "=A"), 25))


def by_order(before: Analysis, after: Analysis) -> pd.DataFrame:
    """The table of two cuts whose scenes are paired by their order."""
    return comparison_table(before, after, pair(before, after, None))


def other_model(labels: tuple[str, ...] = REFERENCE_LABELS) -> Analysis:
    checkpoint = CheckpointIdentity("other", "folder", "", "cd" * 32, labels, "Net")
    face: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, (0.0,) * len(labels))
    return analyse(observations({0: [face]}, labels=labels, checkpoint=checkpoint), by_cuts())


def test_scenes_are_paired_by_their_order(before: Analysis, after: Analysis) -> None:
    """Without shared footage scenes are paired by order; surplus scenes stand alone, without a change."""
    changes = pair(before, after, None)
    assert [change.kind for change in changes] == ["by order", "by order", "by order"]
    assert [change.before for change in changes] == list(before.scenes)
    assert [change.after for change in changes] == [*after.scenes, None]
    assert changes[0].delta == pytest.approx((0.0,) * 7)
    assert changes[1].delta is None
    assert [change.kind for change in pair(after, before, None)] == ["by order", "by order", "by order"]


def test_change_is_after_minus_before(before: Analysis) -> None:
    """A scene's change is the share after less the share before, label for label."""
    calm = analyse(observations({0: [SAD]}), by_cuts())
    (change, *_) = pair(before, calm, None)
    assert change.delta is not None
    assert dict(zip(REFERENCE_LABELS, change.delta, strict=True)) == pytest.approx(
        {label: {"happy": -0.86, "sad": 0.86}.get(label, 0.0) for label in REFERENCE_LABELS}
    )


def test_totals_are_seconds_and_mean_shares(before: Analysis, after: Analysis) -> None:
    """Totals are the seconds in which a label is dominant and its share, scenes weighted by their length."""
    table = totals(before, after)
    assert table["label"].tolist() == [*REFERENCE_LABELS, NOT_ENOUGH]
    cells = table.astype(object).where(table.notna(), None).to_dict("records")
    by_label = {row["label"]: tuple(row.values())[1:] for row in cells}
    assert {label: by_label[label] for label in TOTALS} == TOTALS


def test_a_passing_face_weighs_as_long_as_it_is_seen() -> None:
    """In the film's mean a scene weighs its length times its coverage, so that cuts within it change nothing."""
    scan = observations({0: [HAPPY], 25: [SAD], 50: [], 75: []})
    for cuts in ((25,), (25, 50), (25, 50, 75)):
        mean = mean_shares(analyse(scan, by_cuts(*cuts)))
        assert mean is not None
        assert dict(zip(REFERENCE_LABELS, mean, strict=True)) == pytest.approx(
            {label: {"happy": 0.45, "sad": 0.45}.get(label, 0.02) for label in REFERENCE_LABELS}
        )


def test_too_few_faces_have_no_change() -> None:
    """A scene without enough faces has no change, even if a few faces pass through it."""
    full = analyse(observations({0: [HAPPY], 25: [HAPPY], 50: [HAPPY], 75: [HAPPY]}), by_cuts())
    few = analyse(observations({frame: [SAD] if frame == 0 else [] for frame in range(0, 100, 5)}), by_cuts())
    assert few.scenes[0].shares is not None
    assert few.scenes[0].dominant is None
    for first, second in ((full, few), (few, full)):
        (change,) = pair(first, second, None)
        assert (change.delta, change.intervals, change.largest) == (None, None, None)
        assert compare_wording.largest_change(REFERENCE_LABELS, change, same_readings=True) is None
        assert by_order(first, second)["sad_change"].isna().all()


def scene(*frames: Look) -> Analysis:
    """A scene of 4 seconds with these faces on evenly spread sampled frames."""
    return analyse(observations({i * 100 // len(frames): [face] for i, face in enumerate(frames)}), by_cuts())


@pytest.mark.parametrize(
    ("before", "after", "clear", "words"),
    [
        ([HAPPY] * 8, [SAD] * 8, True, " points"),
        ([HAPPY, SAD] * 4, [SAD, HAPPY] * 4, False, "no clear change"),
        ([HAPPY, SAD, HAPPY], [SAD, HAPPY, SAD], False, "no clear change"),
        ([HAPPY, SAD] * 20, [SAD] * 19 + [HAPPY], True, "happy −38.7 points"),
        ([HAPPY] * 8, [SAD] * 2, None, "of too few frames to be sure"),
    ],
)
def test_a_change_is_clear_or_not(before: list[Look], after: list[Look], clear: bool | None, words: str) -> None:
    """A change whose interval contains zero is not stated as one; with two frames it is marked as uncertain."""
    first, second = scene(*before), scene(*after)
    (change,) = pair(first, second, None)
    assert change.delta is not None
    assert change.largest is not None
    happy = REFERENCE_LABELS.index("happy")
    assert change.is_clear(happy) is clear
    text = compare_wording.largest_change(REFERENCE_LABELS, change, same_readings=True)
    assert text is not None
    assert text.endswith(words)
    row = by_order(first, second).iloc[0]
    if change.intervals is None:
        assert row[["happy_change_low", "happy_change_high"]].isna().all()
        return
    low, high = change.intervals[happy]
    assert low <= change.delta[happy] <= high
    assert [row["happy_change_low"], row["happy_change_high"]] == pytest.approx([low, high], abs=1e-4)
    # As both scenes' intervals say it: no wider than their sum, no narrower than either.
    widths = [a.scenes[0].intervals[happy] for a in (first, second) if a.scenes[0].intervals is not None]
    spans = [top - bottom for bottom, top in widths]
    assert max(spans) - 1e-9 <= high - low <= sum(spans) + 1e-9


def test_a_change_of_length_is_told_to_the_frame(before: Analysis, after: Analysis) -> None:
    """At one rate a change of length is in frames, at two in hundredths of a second; a single scene has none."""
    changes = pair(before, after, None)
    assert [compare_wording.length_change(before, after, change) for change in changes] == [
        "−25 frames",
        "+25 frames",
        None,
    ]
    trimmed = analyse(observations({0: [HAPPY]}, frames=99), by_cuts())
    whole = analyse(observations({0: [HAPPY]}), by_cuts())
    (change,) = pair(whole, trimmed, None)
    assert compare_wording.length_change(whole, trimmed, change) == "−1 frame"
    (change,) = pair(whole, whole, None)
    assert compare_wording.length_change(whole, whole, change) == "0 frames"
    faster = analyse(
        observations({0: [HAPPY]}, frames=201, film=media(rate=Fraction(50), duration=Fraction(201, 50))), by_cuts()
    )
    (change,) = pair(whole, faster, None)
    assert compare_wording.length_change(whole, faster, change) == "+0.02 s"


def with_footage(analysis: Analysis, first: int) -> Analysis:
    """The same analysis with the layouts of one endless shot from frame `first` on."""
    observed = analysis.observations
    random = np.random.default_rng(3)
    endless = np.clip(128 + np.cumsum(random.normal(0, 6, (400, 144)), axis=0), 0, 255).astype(np.uint8)
    scores = replace(observed.scores, layout=endless[first : first + observed.frames])
    return replace(analysis, observations=replace(observed, scores=scores))


def test_scenes_stand_beside_the_same_footage() -> None:
    """In a re-cut without the first scene, each scene is beside its own footage. The same footage has no change,
    whatever its faces; a trimmed scene has.
    """
    looks: dict[int, list[Look]] = {i: [HAPPY if i < 60 else SAD] for i in range(0, 100, 4)}
    whole = with_footage(analyse(observations(looks), by_cuts(25, 60)), 0)
    later: dict[int, list[Look]] = {i: [SAD if i < 45 else HAPPY] for i in range(0, 65, 4)}
    part = with_footage(analyse(observations(later, frames=65), by_cuts(35)), 25)
    shared = align(whole.observations, part.observations)
    changes = pair(whole, part, shared)
    assert [(c.kind, c.shared, c.moved) for c in changes] == [
        ("only before", 0, False),
        ("same", Fraction(35, 25), False),
        ("trimmed", Fraction(30, 25), False),
    ]
    assert [compare_wording.match_kind(change) for change in changes] == ["left out", "unchanged", "trimmed"]
    labels = REFERENCE_LABELS
    words = [compare_wording.largest_change(labels, change, same_readings=True) for change in changes]
    assert words[:2] == [None, "same footage"]
    assert words[2] == "sad −53.8 points"
    lengths = [compare_wording.length_change(whole, part, change) for change in changes]
    assert lengths == [None, "0 frames", "−10 frames"]
    table = comparison_table(whole, part, changes)
    assert table["kind"].tolist() == ["only before", "same", "trimmed"]
    assert table["seconds_shared"].tolist() == [0.0, 1.4, 1.2]


def test_the_same_footage_may_be_read_otherwise() -> None:
    """With another model the same footage may change, and the change is stated; with the same model it is “same
    footage”.
    """
    looks: dict[int, list[Look]] = {i: [HAPPY] for i in range(0, 100, 4)}
    first = with_footage(analyse(observations(looks), by_cuts()), 0)
    otherwise: dict[int, list[Look]] = {i: [SAD] for i in range(0, 100, 4)}
    checkpoint = CheckpointIdentity("other", "folder", "", "cd" * 32, REFERENCE_LABELS, "Net")
    second = with_footage(analyse(observations(otherwise, checkpoint=checkpoint), by_cuts()), 0)
    changes = pair(first, second, align(first.observations, second.observations))
    assert [change.kind for change in changes] == ["same"]
    assert display_table(first, second, changes)["Largest change"].tolist() == ["sad +86.0 points"]
    again = with_footage(analyse(observations(otherwise), by_cuts()), 0)
    changes = pair(first, again, align(first.observations, again.observations))
    assert display_table(first, again, changes)["Largest change"].tolist() == ["same footage"]
    for words, change in ((["sound replaced", "moved"], "same footage"), (["regraded"], "sad +86.0 points")):
        told = display_table(first, again, changes, {(1, 1): words})
        assert told[["Footage", "Largest change"]].values.tolist() == [[", ".join(words), change]]


def test_a_part_is_no_change_of_the_whole() -> None:
    """A scene cut in two has no change of its expressions or of its length in either part."""
    looks: dict[int, list[Look]] = {i: [HAPPY if i < 50 else SAD] for i in range(0, 100, 4)}
    whole = with_footage(analyse(observations(looks), by_cuts()), 0)
    parts = with_footage(analyse(observations(looks), by_cuts(50)), 0)
    for first, second, kind in ((whole, parts, "split"), (parts, whole, "merged")):
        changes = pair(first, second, align(first.observations, second.observations))
        assert [(c.kind, c.delta, c.longer_by) for c in changes] == [(kind, None, None)] * 2
        assert comparison_table(first, second, changes)["seconds_change"].isna().all()


def test_a_little_shared_footage_is_told(before: Analysis) -> None:
    """Where two scenes share less than a tenth, the summary states the shared footage and the pairing by order."""
    first, second = (with_footage(analyse(observations({0: [HAPPY]}), by_cuts()), start) for start in (0, 92))
    shared = align(first.observations, second.observations)
    summary = recut_summary(shared, pair(first, second, shared))
    assert summary.startswith("0.3 s of the second film is footage of the first; 3.7 s is new.")
    assert summary.endswith("No two scenes share a tenth of the shorter one. Scenes stand side by side by their order.")
    apart = with_footage(before, 200)
    nothing = align(first.observations, apart.observations)
    assert recut_summary(nothing, pair(first, apart, nothing)).startswith("The films share no footage.")


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
    assert [change.delta is None for change in pair(before, part, None)] == [False, True, True]


def test_table_holds_both_films(before: Analysis, after: Analysis) -> None:
    """The comparison has each scene of both films once, every report column of each, and each label's change."""
    table = by_order(before, after)
    assert table["kind"].tolist() == ["by order", "by order", "by order"]
    shared = ("model", "model_hash", "engine", "temperature", "calibration")
    own = [name for name in table_columns(REFERENCE_LABELS, FaceLimits()) if name not in shared]
    assert list(table) == [
        "kind",
        "moved",
        "seconds_shared",
        *(f"{name}_before" for name in own),
        *(f"{name}_after" for name in own),
        "seconds_change",
        *(f"{label}_change{end}" for label in REFERENCE_LABELS for end in ("", "_low", "_high")),
        *(f"{name}_{side}" for side in ("before", "after") for name in shared),
    ]
    assert table["frame_out_before"].tolist() == [50, 75, 100]
    assert table["frame_out_after"].fillna(-1).tolist() == [25, 75, -1]
    assert table["seconds_change"].fillna(-99).tolist() == [-1.0, 1.0, -99]
    assert table["happy_change"].fillna(-1).tolist() == [0.0, -1, -1]
    assert table["happy_change_low"].isna().all()  # one frame a scene gives no spread
    assert table["model_after"].tolist() == ["test-faces"] * 3


def test_comparison_csv_has_no_formulas(before: Analysis, after: Analysis) -> None:
    """The comparison's CSV has a BOM, CRLF, whole frame numbers and no formulas, like the report's."""
    raw = csv_bytes(by_order(before, after))
    lines = raw.decode().split("\r\n")
    assert raw.startswith(b"\xef\xbb\xbfkind,moved,seconds_shared,scene_before,")
    assert ",'=A," in lines[1]
    assert ",=A," not in raw.decode()
    assert lines[3].startswith("by order,,,3,,film,00:00:03:00,00:00:04:00,00:00:01:00,75,100,25,")
    assert lines[1].split(",")[10] == "50"
    frame_out_after = lines[0].split(",").index("frame_out_after")
    assert [line.split(",")[frame_out_after] for line in lines[1:4]] == ["25", "75", ""]


def test_other_labels_are_not_compared(before: Analysis) -> None:
    """Films analysed with different labels, or the same ones in another order, are refused with both sets named."""
    for labels in (("sad", "happy"), REFERENCE_LABELS[::-1]):
        with pytest.raises(ComparisonError, match=f"different labels.*{labels[0]}, {labels[1]}"):
            totals(before, other_model(labels))
        with pytest.raises(ComparisonError):
            by_order(other_model(labels), before)


def test_other_models_are_compared_with_a_warning(before: Analysis) -> None:
    """Films analysed with different models are compared, with both models named in a warning."""
    (warning, *_) = check_comparable(before, other_model())
    assert "test-faces" in warning
    assert "other" in warning


def test_like_films_need_no_warning(before: Analysis, after: Analysis) -> None:
    """Two films of one model and equal settings give no warning; cut list, corrections and pictures may differ."""
    again = analyse(observations({0: [HAPPY]}), before.report_settings)
    assert check_comparable(before, again) == ()
    assert check_comparable(before, after) == ()
    scan_settings = replace(
        again.observations.scan_settings, keep_pictures=False, batch=1, engine="torch", checkpoint="embedded"
    )
    assert (
        check_comparable(before, replace(again, observations=replace(again.observations, scan_settings=scan_settings)))
        == ()
    )


def changed(analysis: Analysis, **parts: Any) -> Analysis:
    """`analysis` of observations with other parts."""
    return replace(analysis, observations=replace(analysis.observations, **parts))


UNLIKE: dict[str, tuple[Callable[[Analysis], Analysis], str]] = {
    "sampling": (
        lambda a: changed(a, scan_settings=ScanSettings(min_face_px=64, min_scene_samples=0)),
        "(smallest face)",
    ),
    "tilted heads": (
        lambda a: changed(a, scan_settings=replace(a.observations.scan_settings, level_faces=False)),
        "(whether tilted heads are read upright)",
    ),
    "limits of faces": (
        lambda a: replace(a, report_settings=ReportSettings(face_limits=FaceLimits(max_yaw=40))),
        "differ in which faces count as readable",
    ),
    "weights of faces": (
        lambda a: replace(a, report_settings=ReportSettings(faces_weigh="tracks")),
        "differ in what a scene's shares are a mean of",
    ),
    "configuration": (
        lambda a: changed(a, checkpoint=replace(a.observations.checkpoint, settings="ef" * 32)),
        "another configuration or image processor",
    ),
    "engine": (
        lambda a: changed(a, engine=replace(a.observations.engine, name="openvino", precision="int8")),
        "different engines (torch fp32 and openvino int8)",
    ),
    "size": (lambda a: changed(a, media=media(width=1280, height=720)), "(320 × 240 and 1280 × 720)"),
    "rate": (lambda a: changed(a, media=media(rate=Fraction(30000, 1001))), "frame rates (25 and 29.97)"),
    "scenes": (
        lambda a: replace(a, report_settings=ReportSettings(coverage_floor=0.5)),
        "decided with different settings",
    ),
}


@pytest.mark.parametrize("what", UNLIKE)
def test_what_may_make_a_difference_is_told(what: str) -> None:
    """Each difference between two analyses that may show as a difference between the films gives a warning."""
    change, words = UNLIKE[what]
    checkpoint = CheckpointIdentity("test-faces", "folder", "", "ab" * 32, REFERENCE_LABELS, "TestNet", "cd" * 32)
    plain = analyse(observations({0: [HAPPY]}, checkpoint=checkpoint), ReportSettings())
    (warning,) = check_comparable(plain, change(plain))
    assert words in warning
    (turned,) = check_comparable(change(plain), plain)
    assert turned.split(" (")[0] == warning.split(" (")[0]
