"""What an editor writes about a film: notes at frames and at scenes, and the target arc, what each scene is to show.

No number of a report depends on them. Notes hold on to frames, targets and notes of scenes to the ids of scenes, which
stay when scene numbers shift (see corrections.py):

- Merged scenes have the target of the first of them, as they have its name. Of a split scene the first part has it.
- A scene whose beginning is moved keeps its target.
- A target whose scene is gone, because it was merged into the one before or because cuts are found otherwise now, is
  kept and listed. It applies again when a scene with that id is back.
- A note of such a scene is one at the frame of its id.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from . import parsing
from .errors import CorrectionError

MAX_NOTE_CHARACTERS = 2_000
MAX_NOTES = 10_000
"""Of one film: each step of the history stores all."""


class Note(NamedTuple):
    """A note; two with the same fields are one."""

    frame: int
    """From 0, in display order; of a scene's note the scene's id."""
    text: str
    of_scene: bool = False
    """Whether it is about the whole scene, not the frame."""


class Target(NamedTuple):
    """What a scene is to show; at least one of expression and intensity."""

    scene: int
    """The scene's id."""
    expression: str | None = None
    """A label of the checkpoint that was in use when it was set."""
    intensity: float | None = None
    """1 - the neutral share, 0 to 1."""

    def __bool__(self) -> bool:
        return self.expression is not None or self.intensity is not None


@dataclass(frozen=True, slots=True)
class Annotations:
    """All notes and targets of a film."""

    notes: tuple[Note, ...] = ()
    """Ascending by frame, those of scenes first."""
    targets: tuple[Target, ...] = ()
    """Ascending by scene, one a scene."""

    def __post_init__(self) -> None:
        if list(self.notes) != sorted(set(self.notes), key=_order) or any(note.frame < 0 for note in self.notes):
            raise CorrectionError("Notes were out of order.", "They ascend from frame 0 and never repeat.")
        if len(self.notes) > MAX_NOTES:
            raise CorrectionError(f"A film has at most {MAX_NOTES:,} notes.", "Remove some of them.")
        for note in self.notes:
            if note.text != plain_text(note.text) or not note.text:
                raise CorrectionError(f"A note was {parsing.quote(note.text)}.", "Write a text that can be shown.")
            if len(note.text) > MAX_NOTE_CHARACTERS:
                raise CorrectionError(
                    f"A note has {len(note.text):,} characters.", f"Write at most {MAX_NOTE_CHARACTERS:,}."
                )
        scenes = [target.scene for target in self.targets]
        if scenes != sorted(set(scenes)) or (scenes and scenes[0] < 0):
            raise CorrectionError("Targets were out of order.", "They ascend from frame 0 and never repeat.")
        for target in self.targets:
            if not target or target.expression == "":
                raise CorrectionError("A target was empty.", "Name an expression or an intensity.")
            if target.intensity is not None and not 0 <= target.intensity <= 1:
                raise CorrectionError(f"An intensity was {parsing.quote(target.intensity)}.", "It goes from 0 to 1.")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Annotations:
        """Annotations from their stored form. Raises CorrectionError, or SettingsError for an invalid number."""
        return cls(
            notes=tuple(Note(_frame(frame), str(text), bool(of_scene)) for frame, text, of_scene in data["notes"]),
            targets=tuple(
                Target(_frame(scene), None if label is None else str(label), None if level is None else float(level))
                for scene, label, level in data["targets"]
            ),
        )

    def __bool__(self) -> bool:
        return bool(self.notes or self.targets)

    @property
    def by_scene(self) -> dict[int, Target]:
        """The targets by their scenes' ids."""
        return {target.scene: target for target in self.targets}

    def with_note(self, note: Note) -> Annotations:
        """With another note; its text is made plain."""
        note = note._replace(text=plain_text(note.text))
        return replace(self, notes=tuple(sorted({*self.notes, note}, key=_order)))

    def without_note(self, note: Note) -> Annotations:
        return replace(self, notes=tuple(other for other in self.notes if other != note))

    def with_targets(self, targets: Iterable[Target]) -> Annotations:
        """With these targets in the place of those of their scenes; an empty Target removes one."""
        changed = self.by_scene | {target.scene: target for target in targets}
        return replace(self, targets=tuple(sorted((t for t in changed.values() if t), key=lambda t: t.scene)))

    def with_ids(self, ids: Mapping[int, int]) -> Annotations:
        """With other ids of scenes, by the former ones; a target stays as it was where the other scene has one."""
        taken = {target.scene for target in self.targets if target.scene not in ids}
        targets = [
            t._replace(scene=ids[t.scene]) if ids.get(t.scene, t.scene) not in taken else t for t in self.targets
        ]
        notes = {note._replace(frame=ids.get(note.frame, note.frame)) if note.of_scene else note for note in self.notes}
        return Annotations(tuple(sorted(notes, key=_order)), tuple(sorted(targets, key=lambda target: target.scene)))


def plain_text(text: str) -> str:
    """A note's text as it is stored: line breaks stay, other control characters and white space at its ends go."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def _frame(value: object) -> int:
    return parsing.parse_int(value, "The frame of a note or a target")


def _order(note: Note) -> tuple[int, bool, str]:
    return note.frame, not note.of_scene, note.text
