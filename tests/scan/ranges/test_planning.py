"""A plan says which ranges a film has, what of its file each needs, and why a film has none."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from emotion_core.observations import ObservationStore
from emotion_core.scan.ranges import RangePlan, plan
from emotion_core.settings import ScanSettings
from tests.support.films import texture, write_film
from tests.support.ranged import SETTINGS, Ranged, files_of, with_faces, write_spans

BLOCK = 4096
FRAMES = 400
FAST_START = {"container_options": {"movflags": "+faststart"}}
CLUSTERS = {"container_options": {"cluster_time_limit": "500"}}


def planned(film: Path, settings: ScanSettings = SETTINGS, seconds: Fraction = Fraction(4)) -> RangePlan:
    ranged = Ranged(film, film.parent)
    return plan(film, ranged.content, settings, segment_seconds=seconds, block_bytes=BLOCK)


@pytest.mark.parametrize(("name", "how"), [("end.mp4", {}), ("begin.mov", FAST_START), ("film.mkv", CLUSTERS)])
def test_a_part_of_the_file_is_enough(name: str, how: dict[str, Any], tmp_path: Path) -> None:
    """Read from files that hold its blocks alone, the rest empty, each range gives the same files."""
    film = write_film(tmp_path / name, with_faces(), keyframe_every=20, quality=12, **how)
    content = film.read_bytes()
    whole, parts = Ranged(film, tmp_path / "whole"), Ranged(film, tmp_path / "parts")
    placed: list[int] = []
    made = plan(film, whole.content, SETTINGS, segment_seconds=Fraction(1), block_bytes=BLOCK)

    def part(number: int) -> Path:
        target, spans = tmp_path / f"{number}{film.suffix}", made.spans(number)
        assert spans is not None
        placed.append(sum(end - first for first, end in spans))
        write_spans(target, content, spans)
        assert target.stat().st_size == len(content)
        return target

    a, b = whole.observe(made), parts.observe(made, film=part)
    assert len(made.ranges) > 5
    assert sum(placed) < 0.8 * len(content) * len(placed)
    assert files_of(ObservationStore(a)) == files_of(ObservationStore(b))


def test_a_plan_is_kept_as_json(tmp_path: Path) -> None:
    """Written down and read, it is the same plan, also of uneven frames."""
    uneven = [0, 40, 90, 130, 500, 530, *range(600, 9000, 40)]
    film = write_film(
        tmp_path / "film.mkv", texture(1, len(uneven)), keyframe_every=25, pts=uneven, time_base=Fraction(1, 1000)
    )
    made = planned(film, seconds=Fraction(2))
    assert len(made.ranges) > 3
    assert made.ticks.tolist() == uneven
    again = RangePlan.from_json(json.loads(json.dumps(made.to_json())))
    assert (again, again.key) == (made, made.key)


EQUAL = [40 * (frame - (frame % 40 in (5, 6))) for frame in range(120)]
WHOLE: dict[str, tuple[dict[str, Any], str]] = {
    "film.ts": ({}, "those of a running clock"),
    "film.avi": ({"b_frames": 2}, "does not say when each frame is shown"),
    "equal.mkv": ({"b_frames": 0, "pts": EQUAL, "time_base": Fraction(1, 1000)}, "the same time stamp"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_films_without_ranges_say_why(name: str, tmp_path: Path) -> None:
    """A film whose frames cannot be told from its container's packets is read whole."""
    how, reason = WHOLE[name]
    made = planned(write_film(tmp_path / name, texture(1, 120), keyframe_every=25, **how))
    assert made.ranges == ()
    assert reason in made.whole_reason


def test_what_follows_a_run_of_frames_is_not_divided(tmp_path: Path) -> None:
    """Faces taken over from another cut hang on the frames before; a film that was cut off is damaged."""
    film = write_film(tmp_path / "film.mkv", texture(1, 120), keyframe_every=25)
    made = planned(film, dataclasses.replace(SETTINGS, reuse_faces=True))
    assert "other cuts" in made.whole_reason
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(film.read_bytes()[:-2000])
    assert "shorter than its container declares" in planned(cut).whole_reason
