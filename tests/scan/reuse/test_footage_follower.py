"""Which frame of a known cut a frame is: found once, followed frame by frame, and never guessed."""

from __future__ import annotations

import numpy as np

from emotion_core.observations import Layouts
from emotion_core.scan.reuse.footage_follower import WAIT, FootageFollower, Place
from tests.support.drifting_layouts import footage


def coded_again(layouts: Layouts) -> Layouts:
    noise = np.random.default_rng(9).integers(-1, 2, layouts.shape)
    return np.clip(layouts.astype(int) + noise, 0, 255).astype(np.uint8)


def followed(film: Layouts, *cuts: Layouts) -> list[Place | None]:
    follower = FootageFollower(cuts)
    places = [place for layout in film for place in follower.push(layout)]
    return places + follower.rest()


def test_footage_is_found_to_the_frame_and_lost_at_the_splice() -> None:
    first, new = np.concatenate([footage(1, 90), footage(2, 90)]), footage(3, 40)
    places = followed(np.concatenate([coded_again(first[100:170]), new, coded_again(first[20:80])]), first)
    assert places[:70] == [Place(0, frame) for frame in range(100, 170)]
    assert places[70:110] == [None] * 40
    assert places[110:] == [Place(0, frame) for frame in range(20, 80)]


def test_what_is_written_over_the_picture_is_not_the_same() -> None:
    first = footage(1, 90)
    titled = first.copy()
    titled[40:60, 100:110] = np.minimum(first[40:60, 100:110].astype(int) + 9, 255)
    places = followed(titled, first)
    assert places[40:60] == [None] * 20
    assert places[60:] == [Place(0, frame) for frame in range(60, 90)]


def test_nothing_is_found_in_other_footage_nor_in_black() -> None:
    black = np.full((60, 144), 16, dtype=np.uint8)
    assert followed(np.concatenate([footage(4, 90), black]), footage(1, 90), black) == [None] * 150


def test_of_equal_cuts_the_first_is_taken() -> None:
    first = footage(1, 60)
    assert followed(first, first, first)[-1] == Place(0, 59)


def test_few_frames_wait_for_those_that_follow() -> None:
    first = footage(1, 90)
    follower, decided = FootageFollower([first]), 0
    for pushed, layout in enumerate(np.concatenate([footage(2, 40), first]), 1):
        decided += len(follower.push(layout))
        assert pushed - decided < WAIT
        assert pushed < 40 + WAIT or pushed == decided
