"""Histories of scenes over planted versions: what an editor did in each is told, and footage keeps its identity."""

from __future__ import annotations

from fractions import Fraction

from emotion_core.compare.versions import (
    SceneHistory,
    cell_words,
    history_sentence,
    history_words,
    scene_histories,
    scene_numbers,
)
from tests.support.planted_versions import Piece, analysed, histories, linked


def whole(*takes: int) -> list[Piece]:
    return [(take, 20, 100) for take in takes]


def told(found: tuple[SceneHistory, ...]) -> list[str]:
    return [history_words(history) for history in found]


def scenes(history: SceneHistory) -> list[list[int]]:
    return [[row.scene.number for row in cell.scenes] for cell in history.cells]


def test_a_scene_comes_is_trimmed_goes_and_is_back() -> None:
    """Each version's doing is told by its number; a scene is found again by its footage, two versions later."""
    trimmed = (3, 30, 100)
    found = histories(
        whole(0, 1, 2),
        whole(0, 3, 1, 2),
        [*whole(0), trimmed, *whole(1, 2)],
        whole(0, 1, 2),
        whole(0, 1),
        [*whole(0, 2), trimmed, *whole(1, 4)],
    )
    assert told(found) == [
        "unchanged",
        "left out in 5, reinstated in 6",
        "new in 2, trimmed in 3, left out in 4, reinstated in 6",
        "unchanged",
        "new in 6",
    ]
    assert scenes(found[2]) == [[], [2], [2], [], [], [3]]
    assert [cell.size for cell in found[2].cells] == ["", "", "head −10 frames", "", "", ""]
    assert [cell.kind for cell in found[2].cells] == ["not yet", "new", "trimmed", "left out", "out", "reinstated"]


def test_a_scene_that_is_back_shorter_says_so() -> None:
    """Its length is told against what was left out."""
    found = histories(whole(0, 1, 2), whole(0, 2), [*whole(0), (1, 20, 60), *whole(2)])
    assert told(found)[1] == "left out in 2, reinstated in 3"
    assert found[1].cells[2].size == "1.6 s shorter"


def test_footage_keeps_its_history_through_merging_and_splitting() -> None:
    """Two scenes that became one, which then is split again, have their own histories all along."""
    found = histories(
        [*whole(0), (1, 10, 60), *whole(2), (1, 60, 110), *whole(3)],
        [*whole(0), (1, 10, 110), *whole(3)],
        [*whole(0), (1, 10, 60), *whole(4), (1, 60, 110), *whole(3)],
    )
    assert told(found) == [
        "unchanged",
        "merged in 2, split in 3",
        "left out in 2",
        "new in 3",
        "merged in 2, split in 3",
        "unchanged",
    ]
    assert [scenes(found[1]), scenes(found[4])] == [[[2], [2], [2]], [[4], [2], [4]]]


def test_histories_that_one_scene_shows_have_numbers_of_their_own() -> None:
    """Two scenes that the latest version shows as one are told apart; one that was left out keeps its last number."""
    merged = histories(
        [*whole(0), (1, 10, 60), *whole(2), (1, 60, 110), *whole(3)],
        [*whole(0), (1, 10, 110), *whole(3)],
    )
    assert told(merged) == ["unchanged", "merged in 2", "left out in 2", "merged in 2", "unchanged"]
    assert scene_numbers(merged) == ("1", "2a", "3", "2b", "3")
    assert scene_numbers([merged[1]] * 28)[25:] == ("2z", "2aa", "2ab")


def test_scenes_that_moved_or_are_shown_again_keep_one_history() -> None:
    """A repeated scene is one history with two scenes; a moved one stands where the latest version has it."""
    found = histories(whole(0, 1, 2, 3), [*whole(1, 2, 3, 0), (2, 20, 100)])
    assert told(found) == ["unchanged", "shown again in 2", "unchanged", "moved in 2"]
    assert scenes(found[1]) == [[3], [2, 5]]
    assert history_sentence(found, 2) == "1 shown again, 1 moved over 2 versions; 2 of 4 scenes unchanged in all."
    assert history_sentence(found[:1], 2) == "1 of 1 scene unchanged in all over 2 versions."


def test_what_takes_a_scene_s_place_has_a_history_of_its_own() -> None:
    """Replaced footage that comes back is reinstated, and what was in its place is gone."""
    found = histories(whole(0, 1, 2), whole(0, 3, 2), whole(0, 1, 2))
    assert told(found) == ["unchanged", "new in 2, replaced in 3", "replaced in 2, reinstated in 3", "unchanged"]
    assert cell_words(found[1].cells[0]) == "not yet"


def test_a_version_that_shares_nothing_is_told_and_the_next_finds_the_scenes_again() -> None:
    """Another film between two versions of one: all of it is left out, and all is back."""
    versions, links = linked([analysed(whole(0, 1)), analysed(whole(5, 6, 7)), analysed(whole(0, 1), 2)])
    assert [link.shares_footage for link in links] == [False, False]
    found = scene_histories(versions, links)
    assert sorted(told(found)) == ["left out in 2, reinstated in 3"] * 2 + ["new in 2, left out in 3"] * 3


def test_versions_of_different_frame_rates_are_chained() -> None:
    """Footage is found from 25 frames a second in 30 and in 25 again; a scene left out between is found as well."""
    rate = Fraction(30)
    cuts = [analysed(whole(0, 1, 2)), analysed(whole(0, 2), 1, rate=rate), analysed(whole(0, 1, 2), 2)]
    found = scene_histories(*linked(cuts))
    assert told(found)[1] == "left out in 2, reinstated in 3"
    assert len(found) == 3


def test_without_versions_there_are_no_histories() -> None:
    """One version's scenes are there from the first; none have no history."""
    assert scene_histories((), ()) == ()
    assert told(histories(whole(0, 1))) == ["unchanged", "unchanged"]
