"""Corrections: the effect of the editor's verbs on scenes, and what is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction

import pytest

from emotion_core.analysis import analyse
from emotion_core.corrections import Correction, Corrections, as_list, describe, from_json, without_correction
from emotion_core.errors import CorrectionError
from emotion_core.report import json_bytes, scene_table
from emotion_core.scenes import Scene, Shot, apply_corrections, ineffective_corrections, scenes_of_groups, shots_in
from emotion_core.scenes.editing import mark_scene, merge_scenes, move_scene, rename_scene, split_scene
from emotion_core.settings import ReportSettings, digest, report_from_json, to_json
from emotion_core.timecode import Span
from tests.support.scans import PAL, Look, by_cuts, logits_of, observations

FRAMES = 100
HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((90.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))


def found(*edges: int, names: dict[int, str] | None = None, frames: int = FRAMES) -> tuple[Scene, ...]:
    """Scenes as a detector finds them, from 0 and from each of `edges` on."""
    firsts = [0, *edges]
    return scenes_of_groups(
        tuple(
            (Shot(a, b, Span(a / PAL, b / PAL), (names or {}).get(a, "")),)
            for a, b in zip(firsts, [*edges, frames], strict=True)
        )
    )


def seconds_at(frame: int) -> Fraction:
    return frame / PAL


def made(scenes: tuple[Scene, ...], corrections: Corrections) -> tuple[Scene, ...]:
    return apply_corrections(scenes, corrections, seconds_at)


def edges(scenes: tuple[Scene, ...]) -> list[int]:
    return [scene.frame_in for scene in scenes]


NONE = Corrections()
KITCHEN = found(20, 40, 60, names={20: "Kitchen", 40: "Street"})

VERBS: list[tuple[Callable[[tuple[Scene, ...]], Corrections], list[tuple[int, str, str]]]] = [
    # what is done to scenes from 0, 20 (Kitchen), 40 (Street) and 60; first frame, name and kind of each one after it
    (lambda s: merge_scenes(NONE, s, 2, 3), [(0, "", "film"), (20, "Kitchen", "film"), (60, "", "film")]),
    (lambda s: merge_scenes(NONE, s, 1, 4), [(0, "", "film")]),
    (lambda s: split_scene(NONE, s, 2, 39), [(0, "", "film"), (20, "Kitchen", "film"), (39, "", "film"),
                                       (40, "Street", "film"), (60, "", "film")]),
    (lambda s: split_scene(NONE, s, 1, 1), [(0, "", "film"), (1, "", "film"), (20, "Kitchen", "film"),
                                      (40, "Street", "film"), (60, "", "film")]),
    (lambda s: move_scene(NONE, s, 3, 59), [(0, "", "film"), (20, "Kitchen", "film"), (59, "Street", "film"),
                                       (60, "", "film")]),
    (lambda s: move_scene(NONE, s, 3, 21), [(0, "", "film"), (20, "Kitchen", "film"), (21, "Street", "film"),
                                       (60, "", "film")]),
    (lambda s: rename_scene(NONE, s, 1, "  In\tthe\ncar "), [(0, "In the car", "film"), (20, "Kitchen", "film"),
                                                        (40, "Street", "film"), (60, "", "film")]),
    (lambda s: rename_scene(NONE, s, 2, ""), [(0, "", "film"), (20, "", "film"), (40, "Street", "film"),
                                              (60, "", "film")]),
    (lambda s: mark_scene(NONE, s, 1, "not film"), [(0, "", "not film"), (20, "Kitchen", "film"),
                                                (40, "Street", "film"), (60, "", "film")]),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "after"), VERBS)
def test_a_verb_does_what_it_says(
    verb: Callable[[tuple[Scene, ...]], Corrections], after: list[tuple[int, str, str]]
) -> None:
    """Merging, splitting, moving, naming and marking give these scenes, renumbered."""
    scenes = made(KITCHEN, verb(KITCHEN))
    assert [(scene.frame_in, scene.name, scene.kind) for scene in scenes] == after
    assert [scene.number for scene in scenes] == list(range(1, len(after) + 1))
    assert scenes[-1].frame_out == FRAMES


REFUSED: list[tuple[Callable[[tuple[Scene, ...]], Corrections], list[str]]] = [
    (lambda s: merge_scenes(NONE, s, 4, 5), ["no scene 5", "1 to 4"]),
    (lambda s: merge_scenes(NONE, s, 3, 3), ["Scenes 3 to 3"]),
    (lambda s: merge_scenes(NONE, s, 3, 2), ["Scenes 3 to 2"]),
    (lambda s: merge_scenes(NONE, s, 0, 2), ["no scene 0"]),
    (lambda s: split_scene(NONE, s, 2, 20), ["frame 20", "21 to 39"]),
    (lambda s: split_scene(NONE, s, 2, 40), ["frame 40", "21 to 39"]),
    (lambda s: split_scene(NONE, s, 2, 99), ["frame 99"]),
    (lambda s: split_scene(NONE, s, 5, 99), ["no scene 5"]),
    (lambda s: split_scene(NONE, found(1), 1, 0), ["one frame only"]),
    (lambda s: move_scene(NONE, s, 1, 3), ["first scene"]),
    (lambda s: move_scene(NONE, s, 3, 20), ["without a frame", "21 to 59"]),
    (lambda s: move_scene(NONE, s, 3, 60), ["without a frame", "21 to 59"]),
    (lambda s: move_scene(NONE, s, 3, -1), ["frame -1"]),
    (lambda s: rename_scene(NONE, s, 1, "x" * 201), ["200 characters"]),
    (lambda s: rename_scene(NONE, s, 1, "\x00"), ["cannot be shown"]),
    (lambda s: rename_scene(NONE, s, 9, "x"), ["no scene 9"]),
    (lambda s: mark_scene(NONE, s, 9, "film"), ["no scene 9"]),
]


@pytest.mark.parametrize(("verb", "words"), REFUSED)
def test_what_cannot_be_done_is_refused(verb: Callable[[tuple[Scene, ...]], Corrections], words: list[str]) -> None:
    """An unknown scene, a frame outside it and an emptied scene are refused, with what is possible."""
    with pytest.raises(CorrectionError) as refusal:
        verb(KITCHEN)
    for word in words:
        assert word in str(refusal.value)


BROKEN: list[dict[str, object]] = [
    {"begins": (0,)},
    {"begins": (5, 5)},
    {"begins": (5, 4)},
    {"joined": (0,)},
    {"begins": (5,), "joined": (5,)},
    {"begins": (5,), "moves": ((5, 6),)},
    {"begins": (6,), "moves": ((5, 6),)},
    {"joined": (5,), "moves": ((5, 6),)},
    {"moves": ((5, 7), (6, 7))},
    {"moves": ((5, 0),)},
    {"names": ((-1, "x"),)},
    {"names": ((4, "x"), (4, "y"))},
    {"marks": ((4, "black"),)},
]


@pytest.mark.parametrize("fields", BROKEN)
def test_contradictions_are_refused(fields: dict[str, object]) -> None:
    """Corrections that repeat or contradict each other, or name impossible frames, are refused."""
    with pytest.raises(CorrectionError):
        Corrections(**fields)  # type: ignore[arg-type]


def test_corrections_outlive_another_detector() -> None:
    """With other cuts, splits and moves stay at their frames, merges keep frames joined, and names and marks stay with
    their scenes. Corrections without a scene are kept and reported, and fit again with the old cuts.
    """
    scenes, corrections = KITCHEN, NONE
    corrections = split_scene(corrections, scenes, 1, 10)
    corrections = merge_scenes(corrections, scenes, 3, 4)
    corrections = move_scene(corrections, scenes, 2, 22)
    corrections = rename_scene(corrections, scenes, 2, "Küche")
    assert [(s.frame_in, s.name) for s in made(scenes, corrections)] == [
        (0, ""),
        (10, ""),
        (22, "Küche"),
        (40, "Street"),
    ]
    other = found(30, 40, 61)
    now = made(other, corrections)
    assert [(s.frame_in, s.name) for s in now] == [(0, ""), (10, ""), (22, "Küche"), (30, ""), (40, ""), (61, "")]
    assert [describe(correction) for correction in ineffective_corrections(corrections, other, now)] == [
        "merge across frame 60"
    ]
    assert ineffective_corrections(corrections, scenes, made(scenes, corrections)) == ()


def test_a_name_waits_for_its_scene() -> None:
    """The name of a scene that is no longer detected is kept and reported; that of a merged scene is dropped."""
    corrections = rename_scene(NONE, KITCHEN, 3, "Alley")
    other = found(20)
    (waiting,) = ineffective_corrections(corrections, other, made(other, corrections))
    assert describe(waiting) == "name “Alley” of the scene at frame 40"
    away = merge_scenes(corrections, made(KITCHEN, corrections), 2, 3)
    assert ineffective_corrections(away, KITCHEN, made(KITCHEN, away)) == ()
    back = without_correction(away, Correction("merge", 40))
    assert [s.name for s in made(KITCHEN, back)] == ["", "Kitchen", "Alley", ""]


def test_a_split_merged_again_leaves_nothing() -> None:
    """A scene that was split off, moved, named and merged again leaves no correction."""
    corrections = split_scene(NONE, KITCHEN, 1, 10)
    corrections = move_scene(corrections, made(KITCHEN, corrections), 2, 12)
    corrections = rename_scene(corrections, made(KITCHEN, corrections), 2, "Second half")
    assert as_list(corrections) == (Correction("split", 12), Correction("name", 12, value="Second half"))
    assert merge_scenes(corrections, made(KITCHEN, corrections), 1, 2) == NONE


def test_a_scene_moved_back_is_where_it_was() -> None:
    """A scene moved several times has one move, and none once it is back."""
    there = move_scene(NONE, KITCHEN, 3, 50)
    further = move_scene(there, made(KITCHEN, there), 3, 55)
    assert further.moves == ((40, 55),)
    assert move_scene(further, made(KITCHEN, further), 3, 40) == NONE


def test_a_split_where_a_scene_was_moved_from() -> None:
    """A split at the frame from which a scene was moved gives a scene there; the moved one stays, with its name."""
    there = mark_scene(move_scene(NONE, KITCHEN, 3, 50), KITCHEN, 3, "not film")
    scenes = made(KITCHEN, there)
    again = made(KITCHEN, split_scene(there, scenes, 2, 40))
    assert [(s.id, s.frame_in, s.kind) for s in again[2:4]] == [(40, 40, "film"), (50, 50, "not film")]
    assert again[3].name == "Street"


def test_marks_and_names_that_say_what_was_found_are_none() -> None:
    """A mark or a name that equals the detected one is no correction."""
    away = mark_scene(NONE, KITCHEN, 2, "not film")
    assert mark_scene(away, made(KITCHEN, away), 2, "film") == NONE
    named = rename_scene(NONE, KITCHEN, 2, "Cellar")
    assert rename_scene(named, made(KITCHEN, named), 2, "Kitchen") == NONE


def test_shots_follow_their_scenes() -> None:
    """A split divides the shot it lies in, a move moves the edge between two shots, a merge keeps both shots."""
    scenes = made(KITCHEN, split_scene(NONE, KITCHEN, 1, 10))
    assert [(s.frame_in, s.frame_out) for s in shots_in(scenes)][:3] == [(0, 10), (10, 20), (20, 40)]
    scenes = made(KITCHEN, move_scene(NONE, KITCHEN, 3, 42))
    assert [(s.frame_in, s.frame_out) for s in shots_in(scenes)] == [(0, 20), (20, 42), (42, 60), (60, 100)]
    scenes = made(KITCHEN, merge_scenes(NONE, KITCHEN, 2, 3))
    assert [len(scene.shots) for scene in scenes] == [1, 2, 1]
    assert scenes[1].span == Span(20 / PAL, 60 / PAL)


def anything(corrections: Corrections, scenes: tuple[Scene, ...], chance: random.Random) -> Corrections:
    """A random correction, possible or not."""
    number, frame = chance.randint(1, len(scenes)), chance.randrange(FRAMES)
    match chance.randrange(8):
        case 0:
            return merge_scenes(corrections, scenes, number, number + chance.randint(1, 3))
        case 1:
            return split_scene(corrections, scenes, number, frame)
        case 2:
            scene = scenes[number - 1]
            return split_scene(corrections, scenes, number, chance.randrange(scene.frame_in, scene.frame_out))
        case 3 | 4:
            low = scenes[max(0, number - 2)].frame_in
            return move_scene(corrections, scenes, number, chance.randrange(low, scenes[number - 1].frame_out))
        case 5:
            return rename_scene(corrections, scenes, number, chance.choice(["", "A", "B"]))
        case 6:
            return mark_scene(corrections, scenes, number, chance.choice(["film", "not film"]))
    corrected_so_far = as_list(corrections)
    return without_correction(corrections, chance.choice(corrected_so_far)) if corrected_so_far else corrections


def holds(scenes: tuple[Scene, ...], frames: int = FRAMES) -> None:
    """Assert that scenes and their shots cover the film without gaps or overlap, and that scene ids are unique."""
    for parts in (scenes, shots_in(scenes)):
        assert parts[0].frame_in == 0
        assert parts[-1].frame_out == frames
        assert all(part.frame_in < part.frame_out for part in parts)
        assert [part.frame_out for part in parts[:-1]] == [part.frame_in for part in parts[1:]]
        assert all(part.span == Span(part.frame_in / PAL, part.frame_out / PAL) for part in parts)
    assert len({scene.id for scene in scenes}) == len(scenes)
    assert [scene.number for scene in scenes] == list(range(1, len(scenes) + 1))


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_corrected_scenes_cover_the_film(seed: int) -> None:
    """After any corrections and changes of detector, scenes cover the film without gap or overlap, names stay with
    their scenes, corrections survive storage, and removing all of them undoes all.
    """
    chance = random.Random(seed)
    detectors = [found(*sorted(chance.sample(range(1, FRAMES), chance.randrange(12)))) for _ in range(3)]
    base, corrections, changes = detectors[0], NONE, 0
    for _ in range(60):
        if chance.random() < 0.1:
            base = chance.choice(detectors)
        scenes = made(base, corrections)
        holds(scenes)
        assert from_json(json.loads(json.dumps(to_json(ReportSettings(corrections=corrections))))["corrections"]) == (
            corrections
        )
        try:
            after = anything(corrections, scenes, chance)
        except CorrectionError:
            continue
        changes += after != corrections
        corrections = after
    assert changes > 10
    while corrections:
        corrections = without_correction(corrections, as_list(corrections)[0])
        holds(made(base, corrections))
    assert made(base, corrections) == base


@pytest.mark.parametrize("seed", range(40))
def test_each_verb_changes_its_own_scenes_only(seed: int) -> None:
    """After any earlier corrections, a verb changes only the scenes it names."""
    chance = random.Random(1000 + seed)
    detectors = [found(*sorted(chance.sample(range(1, FRAMES), 9))) for _ in range(3)]
    base, corrections = detectors[0], NONE
    for _ in range(80):
        if chance.random() < 0.1:
            base = chance.choice(detectors)
        scenes = made(base, corrections)
        number = chance.randint(1, len(scenes))
        scene = scenes[number - 1]
        starts = edges(scenes)
        if chance.random() < 0.5 and number < len(scenes):
            last = min(len(scenes), number + chance.randint(1, 2))
            corrections = merge_scenes(corrections, scenes, number, last)
            expected = starts[:number] + starts[last:]
        elif scene.frames > 1 and chance.random() < 0.7:
            at = chance.randrange(scene.frame_in + 1, scene.frame_out)
            corrections = split_scene(corrections, scenes, number, at)
            expected = sorted([*starts, at])
        elif number > 1:
            at = chance.randrange(scenes[number - 2].frame_in + 1, scene.frame_out)
            corrections = move_scene(corrections, scenes, number, at)
            expected = sorted([*(start for start in starts if start != scene.frame_in), at])
        else:
            continue
        assert edges(made(base, corrections)) == expected


def test_a_scene_that_is_no_film_has_no_expression() -> None:
    """A scene marked “not film” stays in the table with empty shares; its faces and frames are still counted."""
    film = observations({frame: [HAPPY if frame < 50 else SAD] for frame in range(0, 100, 5)})
    settings = by_cuts(50)
    scenes = tuple(row.scene for row in analyse(film, settings).scenes)
    away = by_cuts(50, corrections=mark_scene(NONE, scenes, 1, "not film"))
    table = scene_table(analyse(film, away))
    assert table["kind"].tolist() == ["not film", "film"]
    assert table[["dominant", "happy", "intensity", "interval_low"]].isna().all(axis=1).tolist() == [True, False]
    assert (table["faces"].tolist(), table["coverage"].tolist()) == ([10, 10], [1.0, 1.0])
    assert table.to_dict("records")[1] == scene_table(analyse(film, settings)).to_dict("records")[1]


def test_an_earlier_analysis_changes_nothing_but_the_work() -> None:
    """With an earlier analysis unchanged scenes are reused, and the report is the same byte for byte."""
    film = observations({frame: [HAPPY, SAD] for frame in range(0, 100, 4)})
    earlier = analyse(film, by_cuts(20, 40, (60, "Late")))
    scenes = tuple(row.scene for row in earlier.scenes)
    for corrections in (
        merge_scenes(NONE, scenes, 1, 2),
        split_scene(NONE, scenes, 2, 30),
        mark_scene(NONE, scenes, 2, "not film"),
    ):
        settings = by_cuts(20, 40, (60, "Late"), corrections=corrections)
        quick, whole = analyse(film, settings, earlier=earlier), analyse(film, settings)
        assert json_bytes(quick) == json_bytes(whole)
        assert quick.scenes[-1].intervals is earlier.scenes[-1].intervals
    other = by_cuts(20, 40, (60, "Late"), temperature=2.0)
    assert json_bytes(analyse(film, other, earlier=earlier)) == json_bytes(analyse(film, other))


def test_old_settings_have_no_corrections() -> None:
    """Settings older than the corrections have none."""
    data = to_json(by_cuts(20))
    del data["corrections"]
    old = report_from_json(json.loads(json.dumps(data)))
    assert old == by_cuts(20)
    assert digest(old) == digest(by_cuts(20))


def test_the_report_tells_what_waits() -> None:
    """A note lists corrections that fit no scene, by frame."""
    settings = by_cuts(20, corrections=Corrections(joined=(30,), names=((40, "Alley"),)))
    (note,) = (note for note in analyse(observations({0: [HAPPY]}), settings).notes if "kept" in note)
    assert "merge across frame 30" in note
    assert "name “Alley”" in note
