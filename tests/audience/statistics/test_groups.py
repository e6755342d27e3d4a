from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import AudienceSettings, GroupColumn, Plant, Viewer, ViewerCurves, synthetic_viewers
from emotion_core.audience.statistics import columns_left_out, columns_of, group_column


def viewers(sizes: dict[str, int], without: int = 0) -> list[Viewer]:
    names = [name for name, size in sizes.items() for _ in range(size)] + [""] * without
    return [
        Viewer(str(number), "s", f"Viewer {number}", number, "synthetic", None, {"age": name} if name else {})
        for number, name in enumerate(names, start=1)
    ]


def column(rows: list[Viewer], happy: list[float], settings: AudienceSettings | None = None) -> GroupColumn:
    values = np.array(happy, dtype=np.float32)[:, None]
    bins = ViewerCurves(np.stack([values, 1 - values], axis=2), np.ones_like(values))
    ((name, own),) = columns_of(rows)
    curves = dict.fromkeys(("seconds", "scenes", "film"), (bins, 100))
    return group_column(name, own, len(rows), curves, settings or AudienceSettings())


def test_the_balanced_mean_weighs_groups_alike() -> None:
    found = column(viewers({"old": 2, "young": 8}), [0.9] * 2 + [0.4] * 8)
    assert found.film is not None
    assert found.film.share[0, 0] == pytest.approx(0.65)
    assert [(group.name, group.viewers, group.too_few) for group in found.groups] == [
        ("old", 2, True), ("young", 8, False),
    ]  # fmt: skip
    assert any("too few viewers in old (2)" in note for note in found.notes)


def test_a_target_population_weighs_as_typed_and_says_who_is_missing() -> None:
    settings = AudienceSettings(targets={"age": {"old": 0.2, "young": 0.3, "child": 0.5}})
    found = column(viewers({"old": 5, "young": 5}, without=2), [0.9] * 5 + [0.4] * 5 + [0.0] * 2, settings)
    assert found.film is not None
    assert found.film.share[0, 0] == pytest.approx(0.4 * 0.9 + 0.6 * 0.4)
    assert (found.missing, found.without, found.by_target) == (("child",), 2, True)
    assert any("nobody is in child" in note for note in found.notes)


def test_a_bin_without_a_groups_faces_has_no_balanced_mean() -> None:
    found = column(viewers({"old": 5, "young": 5}), [np.nan] * 5 + [0.4] * 5)
    assert found.film is not None
    assert np.isnan(found.film.share).all()
    assert found.groups[1].film.share[0, 0] == pytest.approx(0.4)


def test_one_group_has_no_balanced_mean() -> None:
    found = column(viewers({"old": 5}), [0.5] * 5)
    assert found.film is None
    assert any("no group-balanced mean" in note for note in found.notes)


def test_a_column_of_which_each_viewer_has_a_value_of_their_own_is_no_group() -> None:
    rows = [Viewer(str(n), "s", str(n), n, "synthetic", None, {"e-mail": f"{n}@x"}) for n in range(20)]
    assert columns_of(rows) == ()
    (note,) = columns_left_out(rows)
    assert "since it has" in note


def test_synthetic_viewers_take_groups_in_turn() -> None:
    ((name, rows),) = columns_of(synthetic_viewers(Plant(effects={"a": 0.0, "b": 1.0}), 5))
    assert name == "group"
    assert {group: own.tolist() for group, own in rows.items()} == {"a": [0, 2, 4], "b": [1, 3]}


def test_columns_beyond_the_most_are_told_of() -> None:
    """None is left out without a word."""
    rows = [Viewer("1", "s", "A", 1, "synthetic", None, {f"c{number}": "x" for number in range(9)})]
    assert len(columns_of(rows)) == 8
    assert columns_left_out(rows) == ("c8: left out, since at most 8 columns of groups are shown.",)
