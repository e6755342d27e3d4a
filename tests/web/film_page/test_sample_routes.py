"""The sampled frames of a film for the views of its page."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.face_corrections import FaceAnchor
from emotion_core.library import Film, Library, editing
from emotion_core.tracks import editing as track_editing
from emotion_core.web import Guard, all_routes, film_link, tokens
from emotion_core.web.film_page.samples import sample_data
from tests.support import library_builder


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library.open(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def film(library: Library) -> Film:
    """Scenes of 30 frames at 25 a second, sampled twice a second."""
    return library_builder.film(library, "bikes.mp4", ("sad", None, "happy", "black"))


@pytest.fixture(scope="module")
def asking(library: Library) -> TestClient:
    return TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))


def samples(asking: TestClient, library: Library, film: Film, first: int, end: int) -> list[dict[str, Any]]:
    link = film_link(library.home, film.id)
    found: list[dict[str, Any]] = asking.get(f"{link}/samples?from={first}&to={end}").json()["samples"]
    return found


def test_a_range_has_its_sampled_frames_with_their_faces(library: Library, film: Film, asking: TestClient) -> None:
    """From the first frame asked for to before the last one; faces from left to right with the letters of their tracks,
    boxes in shares of the displayed frame, and why one does not count.
    """
    document = asking.get(f"{film_link(library.home, film.id)}/samples?from=5&to=35").json()
    assert [sample["frame"] for sample in document["samples"]] == [5, 15, 25]
    media, (first, second, _) = film.media, document["samples"]
    assert (first["timecode"], first["seconds"], first["picture"]) == ("00:00:00:05", 0.2, True)
    assert first["size"] == [media.display_width, media.display_height]
    cut, whole = first["faces"]
    assert (cut["letter"], cut["left_out"]) == ("A", "cut by the frame's edge")
    assert (whole["letter"], whole["left_out"], whole["pixels"]) == ("B", None, [40, 30, 40, 40])
    across, down = 40 / media.display_width, 40 / media.display_height
    assert whole["box"] == pytest.approx([across, 30 / media.display_height, across, down], abs=0.0001)
    assert whole["probabilities"][document["labels"].index("sad")] == 0.7
    assert sum(whole["probabilities"]) == pytest.approx(1, abs=0.005)
    assert [face["letter"] for face in second["faces"]] == ["B"]  # the same one
    assert samples(asking, library, film, 35, 36)[0]["faces"] == []


def test_a_track_has_its_letter_and_what_the_editor_said(library: Library, film: Film, asking: TestClient) -> None:
    """Its name and that it is left out are with its faces; its document has its frames, and what they show together."""
    link = film_link(library.home, film.id)
    tracks = asking.get(f"{link}/tracks?from=0&to=30").json()["tracks"]
    assert [(track["letter"], track["frames"], track["reading"]) for track in tracks] == [
        ("A", [5], None),
        ("B", [5, 15, 25], "sad 70\xa0%"),
    ]
    whole = FaceAnchor(*tracks[1]["anchor"])
    editing.correct_faces(
        library, film.id, lambda now, seen, shots: track_editing.name(seen, shots, now, whole, "<b>Ada</b>"), "name"
    )
    editing.correct_faces(
        library, film.id, lambda now, seen, shots: track_editing.leave_out(seen, shots, now, whole, True), "left out"
    )
    face = samples(asking, library, film, 15, 16)[0]["faces"][0]
    assert (face["letter"], face["name"], face["left_out"]) == ("B", "<b>Ada</b>", "left out by the editor")
    assert asking.get(f"{link}/tracks?from=0&to=30").json()["tracks"][1]["reading"] is None
    assert library.analysis(film.id).scenes[0].shares is None
    assert library.undo(film.id)
    assert library.undo(film.id)
    assert not library.report_settings(film.id).faces


def test_a_frame_speaks_for_half_an_interval_and_never_across_a_cut(
    library: Library, film: Film, asking: TestClient
) -> None:
    """At 25 frames a second and two samples a second, a quarter of a second each way, halved towards a nearer
    neighbour, and not into the next scene.
    """
    shown = [sample["shown"] for sample in samples(asking, library, film, 0, 60)]
    assert shown == [[0, 10], [10, 20], [20, 30], [30, 40], [40, 50], [50, 60]]
    sparse = replace(
        library.analysis(film.id).observations, samples=library.analysis(film.id).observations.samples[1:2]
    )
    row = library.analysis(film.id).scenes[0]
    assert sample_data.shown_frames(sparse, sparse.samples, 0, row.scene.shots[0]) == (9, 22)


def test_times_decide_where_frames_are_uneven(library: Library, film: Film) -> None:
    """Where a frame stays long, the neighbour's half begins after it."""
    observations = library.analysis(film.id).observations
    pts = observations.scores.pts.copy()
    pts[16:] += int(Fraction(2) / observations.media.time_base)  # frame 15 stays for two seconds more
    uneven = replace(observations, scores=replace(observations.scores, pts=pts, stamp=pts))
    assert np.all(np.diff(pts) > 0)
    shot = library.analysis(film.id).scenes[0].scene.shots[0]
    assert sample_data.shown_frames(uneven, uneven.samples, 1, shot)[1] == 16


@pytest.mark.parametrize(
    ("query", "reason"),
    [("", "first frame"), ("?from=0", "to"), ("?from=x&to=9", "whole number"), ("?from=9&to=3", "9 to"),
     ("?from=-1&to=3", "0 to"), ("?from=0&to=" + "9" * 400, "whole number")],
)  # fmt: skip
def test_a_range_that_is_none_is_refused(
    library: Library, film: Film, asking: TestClient, query: str, reason: str
) -> None:
    answer = asking.get(film_link(library.home, film.id) + "/samples" + query)
    assert answer.status_code == 400
    assert reason in answer.text
    assert answer.headers["cache-control"] == "private, no-store"


def test_too_many_are_refused(
    library: Library, film: Film, asking: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how many there are and how many may be asked for."""
    monkeypatch.setattr(sample_data, "MOST", 5)
    answer = asking.get(film_link(library.home, film.id) + "/samples?from=0&to=1000")
    assert answer.status_code == 400
    assert "12" in answer.text
    assert "at most 5" in answer.text


def test_only_with_the_films_link(library: Library, film: Film, asking: TestClient) -> None:
    token = tokens.sign(library.home, "media", film.id)
    for path in ("samples?from=0&to=9", "picture/5", "full-picture/5"):
        assert asking.get(f"/api/film/{token}/{path}").status_code == 403


def test_the_shots_of_a_range_are_listed(library: Library, film: Film, asking: TestClient) -> None:
    """Those that begin there, with their times in words."""
    shots = asking.get(f"{film_link(library.home, film.id)}/shots?from=30&to=90").json()["shots"]
    assert [shot["frame"] for shot in shots] == [30, 60]
    assert shots[0]["times"].startswith("00:00:01:05 – 00:00:02:10 (")
