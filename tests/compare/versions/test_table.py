"""The CSV of the histories, the shares of a version, and versions that cannot stand beside the others."""

from __future__ import annotations

import pytest

from emotion_core.compare.versions import Version, comparable_versions, history_table, scene_histories, version_shares
from emotion_core.errors import ComparisonError
from tests.support.planted_versions import analysed, linked


def test_the_table_has_a_row_a_scene_and_version() -> None:
    """Where a version lacks the scene, only its kind and the history are told."""
    versions, links = linked([analysed([(0, 20, 100), (1, 20, 100)]), analysed([(0, 20, 100)], 1)])
    table = history_table(versions, scene_histories(versions, links))
    columns = ["row", "history", "version", "film", "kind", "scenes", "frame_in", "tc_out", "dominant"]
    rows = table[columns].astype(object).where(table[columns].notna(), None).to_numpy().tolist()
    assert rows == [
        [1, "unchanged", 1, "cut 1", "first", "1", 0, "00:00:03:05", "happy"],
        [1, "unchanged", 2, "cut 2", "unchanged", "1", 0, "00:00:03:05", "happy"],
        [2, "left out in 2", 1, "cut 1", "first", "2", 80, "00:00:06:10", "happy"],
        [2, "left out in 2", 2, "cut 2", "left out", None, None, None, None],
    ]
    assert table["happy"].tolist()[0] > 0.8
    assert history_table((), ()).empty


def test_a_version_s_shares_have_intervals() -> None:
    """A share is the mean over its scenes, within its interval; without a face there is none."""
    (version,), _ = linked([analysed([(0, 20, 100), (1, 20, 100)])])
    shares = version_shares(version)
    assert shares is not None
    assert sum(shares.shares) == pytest.approx(1)
    happy = version.labels.index("happy")
    low, high = shares.intervals[happy]
    assert 0 <= low <= shares.shares[happy] <= high <= 1
    assert shares.shares[happy] > 0.8
    assert shares.seconds > 0


def test_a_version_with_other_labels_is_left_out_by_name() -> None:
    """Most versions' labels count; of two versions, the later one's. What is left out is said."""
    labels = ("sad", "disgust", "angry", "neutral", "fear", "surprise", "contempt")
    own, other = analysed([(0, 20, 100)]), analysed([(0, 20, 100)], labels=labels, face="sad")
    versions = [Version.of(name, name, film) for name, film in (("one", own), ("two", other), ("three", own))]
    kept, sentences = comparable_versions(versions)
    assert [version.name for version in kept] == ["one", "three"]
    assert sentences[0].startswith("two is left out: it was analysed with other labels")
    assert [version.name for version in comparable_versions(versions[:2])[0]] == ["two"]
    assert comparable_versions([]) == ((), ())
    with pytest.raises(ComparisonError, match="different labels"):
        linked([own, other])
