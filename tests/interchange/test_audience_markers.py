"""A screening as markers."""

from __future__ import annotations

import io

import pytest

from emotion_core import interchange
from emotion_core.errors import SettingsError
from emotion_core.export import audience_markers
from emotion_core.interchange import MarkerSettings
from emotion_core.interchange.marker_list import MIXED
from tests.support.screened import NAMES, screened


def test_a_marker_says_what_the_audience_showed() -> None:
    """Name, colour and note of a scene: the leading expression, viewers, synchrony, and no viewer's name."""
    film = screened()
    second = audience_markers(film, film.film).markers[1]
    leading = film.summary.by_scene.leading(1)
    assert leading is not None
    label = film.summary.labels[leading.label]
    assert second.name.startswith("2 audience ")
    assert label in second.name
    assert second.emotion == (label if leading.certainty == "clear" else MIXED)
    assert (second.start, second.frames) == (50 * 24, 50 * 24)
    assert "12 viewers with a usable face" in second.note
    assert "synchrony of " in second.note
    assert not any(name in second.name + second.note for name in NAMES)


def test_a_weak_leading_expression_is_mixed() -> None:
    """With two viewers there is no interval: the marker is coloured as mixed, and says why."""
    film = screened(2)
    marker = audience_markers(film, film.film).markers[0]
    assert marker.emotion == MIXED
    assert "few viewers" in marker.name
    assert "no intervals: too few viewers: 2 of at least 5" in marker.note
    assert "no synchrony: fewer than 3 viewers" in marker.note


def test_markers_are_chosen_by_the_audience() -> None:
    """By changes of its expression and by label; a label that there is not is refused."""
    film = screened()
    leading = [film.summary.by_scene.leading(index) for index in (0, 1)]
    labels = [film.summary.labels[each.label] for each in leading if each is not None]
    only = audience_markers(film, film.film, MarkerSettings(expressions=(labels[0],)))
    assert len(only.markers) == labels.count(labels[0])
    changes = audience_markers(film, film.film, MarkerSettings(changes_only=True))
    assert len(changes.markers) == 1 + (labels[0] != labels[1])
    with pytest.raises(SettingsError, match="no label “bored”"):
        audience_markers(film, film.film, MarkerSettings(expressions=("bored",)))


def test_otio_reads_them_back() -> None:
    """Every format writes them; OpenTimelineIO has each at its frame."""
    import opentimelineio

    film = screened()
    markers = audience_markers(film, film.film)
    for name in interchange.NAMES:
        assert interchange.write_files(name, markers, "m")
    (content,) = interchange.write_files("otio", markers, "m").values()
    timeline = opentimelineio.adapters.read_from_string(io.BytesIO(content).read().decode(), "otio_json")
    found = [marker for marker in timeline.tracks.markers if "audience" in marker.name]
    assert [marker.marked_range.duration.value for marker in found] == [50 * 24, 50 * 24]
