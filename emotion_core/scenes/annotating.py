"""The editor's operations on notes and targets.

Each states what was displayed when the editor made it, and returns a function from the annotations as they are to new
ones. That function raises CorrectionError where another window or the command line changed the same note or target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from ..annotations import Annotations, Note, Target
from ..errors import CorrectionError
from ..labels import canonical
from .scenes import Scene

Operation = Callable[[Annotations, tuple[Scene, ...]], Annotations]
"""Function from the current annotations and scenes to new annotations. Raises CorrectionError."""

_V = TypeVar("_V", str | None, float | None)
_AGAIN = "Nothing was changed. Look at the notes and targets as they are now, and try again."


def add_note(frame: int, text: str) -> Operation:
    """Add a note at a frame."""

    def operation(annotations: Annotations, scenes: tuple[Scene, ...]) -> Annotations:
        if not 0 <= frame < scenes[-1].frame_out:
            raise CorrectionError(
                f"A note was to be at frame {frame}.", f"The film's frames are 0 to {scenes[-1].frame_out - 1}."
            )
        return annotations.with_note(Note(frame, text))

    return operation


def add_scene_note(displayed: Scene, text: str) -> Operation:
    """Add a note about a whole scene; if the scene is gone, it is one at the scene's first frame."""

    def operation(annotations: Annotations, scenes: tuple[Scene, ...]) -> Annotations:
        is_there = any(scene.id == displayed.id for scene in scenes)
        note = Note(displayed.id, text, of_scene=True) if is_there else Note(displayed.frame_in, text)
        return annotations.with_note(note)

    return operation


def change_note(displayed: Note, text: str) -> Operation:
    """Give a note another text."""

    def operation(annotations: Annotations, _: tuple[Scene, ...]) -> Annotations:
        wanted = displayed._replace(text=text)
        if displayed in annotations.notes:
            return annotations.without_note(displayed).with_note(wanted)
        if wanted in annotations.notes:
            return annotations
        raise CorrectionError("This note was changed or removed elsewhere meanwhile.", _AGAIN)

    return operation


def remove_note(displayed: Note) -> Operation:
    """Remove a note; that it is gone already is no error, that it was changed is one."""

    def operation(annotations: Annotations, _: tuple[Scene, ...]) -> Annotations:
        place = displayed.frame, displayed.of_scene
        if displayed not in annotations.notes and any((n.frame, n.of_scene) == place for n in annotations.notes):
            raise CorrectionError("This note was changed elsewhere meanwhile.", _AGAIN)
        return annotations.without_note(displayed)

    return operation


def set_targets(displayed: Iterable[Target], wanted: Iterable[Target], labels: tuple[str, ...]) -> Operation:
    """Set the targets `wanted` where they differ from those `displayed`, field by field; an empty one is removed.

    A scene without a displayed target had none. New expressions are labels of the checkpoint, or words for them. Raises
    CorrectionError for any other.
    """
    before = {target.scene: target for target in displayed}
    asked = [
        target
        if target.expression
        == before.get(target.scene, Target(target.scene)).expression  # it may be another checkpoint's
        else target._replace(expression=_label(target.expression, labels))
        for target in wanted
    ]

    def operation(annotations: Annotations, scenes: tuple[Scene, ...]) -> Annotations:
        now, ids = annotations.by_scene, {scene.id: scene for scene in scenes}
        changed = []
        for target in asked:
            shown, current = (of.get(target.scene, Target(target.scene)) for of in (before, now))
            scene = _named(target.scene, ids.get(target.scene))
            result = Target(
                target.scene,
                _merged(f"expression of {scene}", shown.expression, target.expression, current.expression),
                _merged(f"intensity of {scene}", shown.intensity, target.intensity, current.intensity),
            )
            if result and result != current and target.scene not in ids:
                raise CorrectionError(f"There is no scene at frame {target.scene} any more to set a target of.", _AGAIN)
            changed.append(result)
        return annotations.with_targets(changed)

    return operation


def carry_over(annotations: Annotations, before: tuple[Scene, ...], after: tuple[Scene, ...]) -> Annotations:
    """The annotations for the scenes `after` a change, where the same scene has another id than `before` it.

    A scene is the same if it has the same frames; or if as many scenes are there as before, and it has the same number
    and ends at the same frame, as one whose beginning was moved does.
    """
    kept, bounds = {scene.id for scene in after}, {(scene.frame_in, scene.frame_out): scene.id for scene in after}
    ids: dict[int, int] = {}
    for scene in before:
        if scene.id in kept:
            continue
        same = bounds.get((scene.frame_in, scene.frame_out))
        if same is None and len(before) == len(after) and after[scene.number - 1].frame_out == scene.frame_out:
            same = after[scene.number - 1].id
        if same is not None:
            ids[scene.id] = same
    return annotations.with_ids(ids) if ids else annotations


def _label(word: str | None, labels: tuple[str, ...]) -> str | None:
    """The checkpoint's label for a word. Raises CorrectionError."""
    if word is None or word in labels:
        return word
    plain, meaning = word.strip().lower(), canonical(word)
    for label in labels:
        if label.lower() == plain or (meaning is not None and canonical(label) == meaning):
            return label
    raise CorrectionError(f"“{word}” is no expression that this model reads.", f"Choose one of {', '.join(labels)}.")


def _named(scene_id: int, scene: Scene | None) -> str:
    return f"the scene at frame {scene_id}" if scene is None else f"scene {scene.number}"


def _merged(what: str, shown: _V, wanted: _V, current: _V) -> _V:
    """A field of a target after a change on top of the current one. Raises CorrectionError where both changed it."""
    if wanted == shown:
        return current
    if current not in (shown, wanted):
        state = "none" if current is None else f"“{current}”" if isinstance(current, str) else str(current)
        raise CorrectionError(f"The target {what} was set to {state} elsewhere meanwhile.", _AGAIN)
    return wanted
