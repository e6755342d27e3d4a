"""Operations on notes and targets, on top of what others did meanwhile."""

from __future__ import annotations

import pytest

from emotion_core.annotations import Annotations, Note, Target
from emotion_core.errors import CorrectionError
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.scenes import Scene, annotating, scenes_of
from tests.support.scans import by_cuts, observations

SEEN = observations({}, frames=100)
SAD = Target(30, "sad", 0.5)


def scenes(*cuts: int) -> tuple[Scene, ...]:
    return scenes_of(SEEN, by_cuts(0, *cuts))


BEFORE = scenes(30, 60)


def with_targets(*targets: Target) -> Annotations:
    return Annotations(targets=targets)


def test_notes_are_added_changed_and_removed() -> None:
    """A note at a frame and one of a scene, then another text, then none."""
    written = annotating.add_note(41, "Look")(Annotations(), BEFORE)
    written = annotating.add_scene_note(BEFORE[1], "Slow")(written, BEFORE)
    assert written.notes == (Note(30, "Slow", of_scene=True), Note(41, "Look"))
    written = annotating.change_note(Note(41, "Look"), "Look twice")(written, BEFORE)
    assert Note(41, "Look twice") in written.notes
    written = annotating.remove_note(Note(41, "Look twice"))(written, BEFORE)
    assert written.notes == (Note(30, "Slow", of_scene=True),)


def test_a_frame_outside_the_film_is_refused() -> None:
    """A note past the film's end is refused with what is allowed."""
    with pytest.raises(CorrectionError, match="frames are 0 to 99"):
        annotating.add_note(100, "x")(Annotations(), BEFORE)


def test_a_note_of_a_scene_that_is_gone_stays_at_its_first_frame() -> None:
    """What was typed about a scene that was merged meanwhile is kept at the frame where it began."""
    assert annotating.add_scene_note(BEFORE[1], "Slow")(Annotations(), scenes(60)).notes == (Note(30, "Slow"),)


def test_a_note_that_changed_meanwhile_is_not_overwritten() -> None:
    """Change and removal of a note that another window changed are refused; the same wish twice is one."""
    theirs = Annotations(notes=(Note(41, "Theirs"),))
    for operation in (annotating.change_note(Note(41, "Old"), "Mine"), annotating.remove_note(Note(41, "Old"))):
        with pytest.raises(CorrectionError, match="elsewhere meanwhile"):
            operation(theirs, BEFORE)
    assert annotating.change_note(Note(41, "Old"), "Theirs")(theirs, BEFORE) == theirs
    assert annotating.remove_note(Note(50, "Gone"))(theirs, BEFORE) == theirs


JOINED: list[tuple[str, Target, Target, Target, Target | None]] = [
    # displayed, wanted, current, then; None for a refusal
    ("nothing before", Target(30), SAD, Target(30), SAD),
    ("another field meanwhile", Target(30), Target(30, "sad"), Target(30, None, 0.2), Target(30, "sad", 0.2)),
    ("the same meanwhile", Target(30), Target(30, "sad"), Target(30, "sad"), Target(30, "sad")),
    ("removed here", SAD, Target(30), SAD, Target(30)),
    ("another expression meanwhile", SAD, Target(30, "happy", 0.5), Target(30, "fear", 0.5), None),
    ("removed elsewhere", SAD, Target(30, "sad", 0.7), Target(30), None),
]


@pytest.mark.parametrize(
    ("displayed", "wanted", "current", "then"), [c[1:] for c in JOINED], ids=[c[0] for c in JOINED]
)
def test_targets_of_two_windows_are_joined(
    displayed: Target, wanted: Target, current: Target, then: Target | None
) -> None:
    """Each field is set on top of what is there; where both changed one, the later is refused."""
    operation = annotating.set_targets([displayed], [wanted], REFERENCE_LABELS)
    now = Annotations().with_targets([current])
    if then is None:
        with pytest.raises(CorrectionError, match=r"target .* of scene 2 was set to .* elsewhere"):
            operation(now, BEFORE)
    else:
        assert operation(now, BEFORE).by_scene.get(30, Target(30)) == then


def test_expressions_are_the_models_own() -> None:
    """Another word for a label is taken for it, any other is refused with the labels."""
    operation = annotating.set_targets([], [Target(30, "Sadness")], REFERENCE_LABELS)
    assert operation(Annotations(), BEFORE).targets == (Target(30, "sad"),)
    with pytest.raises(CorrectionError, match="Choose one of sad, disgust"):
        annotating.set_targets([], [Target(30, "bored")], REFERENCE_LABELS)
    others = Target(30, "contempt", 0.5)  # set with another model
    operation = annotating.set_targets([others], [others._replace(intensity=0.7)], REFERENCE_LABELS)
    assert operation(with_targets(others), BEFORE).targets == (Target(30, "contempt", 0.7),)


def test_a_scene_that_is_gone_gets_no_target() -> None:
    """A target of a scene that was merged meanwhile is refused; one that is there already may be removed."""
    with pytest.raises(CorrectionError, match="no scene at frame 30 any more"):
        annotating.set_targets([], [SAD], REFERENCE_LABELS)(Annotations(), scenes(60))
    assert not annotating.set_targets([SAD], [Target(30)], REFERENCE_LABELS)(with_targets(SAD), scenes(60))


def test_a_scene_with_other_bounds_or_another_id_keeps_what_it_has() -> None:
    """The same frames under another id, and a moved beginning, take target and note along; a merge does not."""
    written = Annotations((Note(30, "Slow", of_scene=True),), (SAD,))
    moved = annotating.carry_over(written, BEFORE, scenes(33, 60))
    assert (moved.targets, moved.notes) == ((SAD._replace(scene=33),), (Note(33, "Slow", of_scene=True),))
    assert annotating.carry_over(written, BEFORE, scenes(60)) == written
    assert annotating.carry_over(written, BEFORE, scenes(30, 45, 60)) == written
