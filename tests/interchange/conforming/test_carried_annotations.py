"""Notes and targets of one cut, carried to another."""

from __future__ import annotations

from dataclasses import replace

from emotion_core.annotations import Annotations, Note, Target
from emotion_core.interchange.conforming import carry_annotations
from emotion_core.scenes import Scene, Shot
from emotion_core.timecode import Span
from tests.support.conformed import two_known_cuts
from tests.support.scans import PAL

LABELS = ("happy", "sad")


def _scene(number: int, start: int, end: int) -> Scene:
    return Scene(start, number, (Shot(start, end, Span(start / PAL, end / PAL)),))


SCENES = (_scene(1, 0, 250), _scene(2, 250, 400), _scene(3, 400, 650), _scene(4, 650, 900))


def test_notes_and_targets_follow_their_footage() -> None:
    """A scene that is shown twice has its target twice; what is there stays; what is lost is listed with the reason."""
    cuts = two_known_cuts()
    cuts = replace(cuts, after=replace(cuts.after, scenes=SCENES))
    written = Annotations(
        notes=(Note(250, "all of it", of_scene=True), Note(260, "trimmed"), Note(360, "kept"), Note(600, "gone")),
        targets=(Target(0, "sad"), Target(250, "happy", 0.5), Target(500, "sad"), Target(750, "angry")),
    )
    present = Annotations(targets=(Target(250, "sad"),))
    carried = carry_annotations(cuts, written, present, LABELS)
    assert carried.notes == (Note(250, "all of it", of_scene=True), Note(260, "kept"))
    assert carried.targets == (Target(0, "sad"), Target(650, "sad"))
    assert carried.words == "2 notes and 2 targets"
    assert [(move.name, move.reason) for move in carried.moves if move.state == "lost"] == [
        ("trimmed", "this part of scene 2 is trimmed away"),
        ("gone", "scene 3 is left out"),
        ("scene 2", "scene 2 of the second film has a target already"),
        ("scene 3", "scene 3 is left out"),
        ("scene 4", "the second film's model does not read “angry”"),
    ]
    after = carried.operation()(present, SCENES)
    assert after.notes == carried.notes
    assert after.targets == (Target(0, "sad"), Target(250, "sad"), Target(650, "sad"))
    assert not carry_annotations(cuts, written, after, LABELS)
