"""A reader of a range gives it up where the film is otherwise than its plan says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from emotion_core.errors import EngineError, NotAsPlanned
from emotion_core.scan.ranges import RangePlan, observe
from tests.support.films import texture, write_film
from tests.support.ranged import SETTINGS, BatchEngine, Ranged, ignore
from tests.support.scans import CHECKPOINT


@pytest.fixture(scope="module")
def film(films: Path) -> Path:
    return write_film(films / "planned.mkv", texture(1, 120), keyframe_every=25)


def _ends(plan: RangePlan) -> RangePlan:
    """Its second range ends a frame later."""
    first, second, *rest = plan.ranges
    return dataclasses.replace(plan, ranges=(first, dataclasses.replace(second, end=second.end + 1), *rest))


def _times(plan: RangePlan) -> RangePlan:
    ((step, count),) = plan.steps
    return dataclasses.replace(plan, steps=((step, 60), (step + 1, 1), (step, count - 61)))


def _longer(plan: RangePlan) -> RangePlan:
    """It has a frame more, at its end."""
    ((step, count),) = plan.steps
    last = dataclasses.replace(plan.ranges[-1], end=plan.ranges[-1].end + 1)
    return dataclasses.replace(plan, steps=((step, count + 1),), ranges=(*plan.ranges[:-1], last))


def _facts(plan: RangePlan) -> RangePlan:
    return dataclasses.replace(plan, media=dataclasses.replace(plan.media, first_pts=plan.media.first_pts + 1))


@pytest.mark.parametrize(
    ("change", "number", "message"),
    [
        (_ends, 1, "keyframes lie elsewhere"),
        (_times, 1, "at other times"),
        (_longer, 2, "fewer frames"),
        (_facts, 1, "other facts"),
    ],
)
def test_a_wrong_plan_is_found_out(
    film: Path, tmp_path: Path, change: Callable[[RangePlan], RangePlan], number: int, message: str
) -> None:
    """Ends, times, frames and facts are compared with what is decoded; nothing is left where they differ."""
    ranged = Ranged(film, tmp_path)
    plan = change(ranged.plan())
    with pytest.raises(NotAsPlanned, match=message):
        observe(film, ranged.content, plan, number, tmp_path / "range", SETTINGS, ignore, opener=ranged.opener)
    assert not (tmp_path / "range").exists()


def test_a_damaged_range_is_given_up(film: Path, tmp_path: Path) -> None:
    """Its damage is counted by who reads the film from its begin; ranges beside it are read."""
    ranged = Ranged(film, tmp_path)
    plan = ranged.plan()
    content = bytearray(film.read_bytes())
    at = len(content) // 2
    content[at : at + 600] = bytes(600)
    damaged = tmp_path / "damaged.mkv"
    damaged.write_bytes(content)
    with pytest.raises(NotAsPlanned):
        observe(damaged, ranged.content, plan, 1, tmp_path / "1", SETTINGS, ignore, opener=ranged.opener)
    observe(damaged, ranged.content, plan, 0, tmp_path / "0", SETTINGS, ignore, opener=ranged.opener)
    assert (tmp_path / "0" / "seam.json").exists()


def test_another_reader_is_refused(film: Path, tmp_path: Path) -> None:
    """A machine whose engine differs from the owner's says in what."""
    ranged = Ranged(film, tmp_path, length=Fraction(10))
    owner = CHECKPOINT, dataclasses.replace(BatchEngine.identity, versions="torch 1")
    with pytest.raises(EngineError, match="the engine's packages is torch 0, there torch 1"):
        observe(
            film, ranged.content, ranged.plan(), 0, tmp_path / "0", SETTINGS, ignore,
            opener=ranged.opener, reader=owner,
        )  # fmt: skip
