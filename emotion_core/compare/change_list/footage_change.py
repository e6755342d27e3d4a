"""The records of a list of changes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from ...analysis import SceneEmotion
from ...timecode import Span
from .grade import Grade

ChangeKind = Literal[
    "left out",
    "new",
    "replaced",
    "trimmed",
    "extended",
    "slipped",
    "split",
    "merged",
    "repeated",
    "moved",
    "recut",
    "regraded",
    "mirrored",
    "reframed",
    "retimed",
    "picture replaced",
    "sound replaced",
    "unchanged",
]
"""What a re-cut did to a scene. "slipped": as long as before, but another part of the take. "replaced": left out, with
a new scene of about its length in its place. "recut": parts of it in another order, or parts replaced within it.
"regraded": the same frames with other tones. "moved": the same frames in another place. "mirrored", "reframed",
"retimed": the same frames left for right, cropped, zoomed or panned, at another speed. "picture replaced": its sound
with another picture. "sound replaced": its picture with another sound."""
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)

Treatment = Literal["mirrored", "reframed", "retimed", "sound only", "other sound"]
"""How a scene shows footage of the other cut, where it does not show it as it was: see altered.Match. "sound only": the
sound is there alone. "other sound": the picture is there, its sound is not."""
MAIN_KINDS: dict[Treatment, ChangeKind] = {
    "mirrored": "mirrored",
    "reframed": "reframed",
    "retimed": "retimed",
    "sound only": "picture replaced",
    "other sound": "sound replaced",
}
"""The kind of a scene of which nothing else changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A range of one of the cuts."""

    frame_in: int
    frame_out: int
    """Exclusive."""
    span: Span
    """Seconds of the film's clock."""


@dataclass(frozen=True, slots=True)
class FootageChange:
    """One row of the list: what became of a scene, or of the part of it that a scene of the other cut shows."""

    kind: ChangeKind
    before: SceneEmotion | None
    after: SceneEmotion | None
    place_before: Place | None
    """The scene; of a scene split, merged or repeated, the part that `after` shows."""
    place_after: Place | None
    head: int = 0
    """Steps of ChangeList.rate cut off at the scene's beginning; negative: steps added there."""
    tail: int = 0
    """The same at its end."""
    inside: int = 0
    """Steps cut out within the scene, less those added."""
    shift: Fraction | None = None
    """Seconds by which the same footage comes later in the second cut; None without common footage."""
    is_moved: bool = False
    """Whether it is in another place among the scenes: outside the longest part that kept its order."""
    is_regraded: bool = False
    delta: tuple[float, ...] | None = None
    """Share after - share before, one a label; None where there is no such difference: see SceneChange.delta."""
    intervals: tuple[tuple[float, float], ...] | None = None
    treatments: tuple[Treatment, ...] = ()
    """How most of the footage in common is shown, in the order of Treatment; empty where it is shown as it was."""
    is_about: bool = False
    """Whether `head` and `tail` are about right only: the pictures, of a take nearly held, tell no more."""
    holds_other: bool = False
    """Whether one of the scenes also holds footage of others of the other cut, without a trim: the edge between two
    scenes is elsewhere."""

    @property
    def kinds(self) -> tuple[ChangeKind, ...]:
        """All kinds that hold: the main one, then "moved", "regraded" and those of the treatments."""
        kinds: list[ChangeKind] = [self.kind]
        if self.is_moved and self.kind not in ("moved", "repeated"):
            kinds.append("moved")
        if self.is_regraded and self.kind != "regraded":
            kinds.append("regraded")
        kinds += [kind for treatment in self.treatments if (kind := MAIN_KINDS[treatment]) != self.kind]
        return tuple(kinds)

    def counted(self, kind: ChangeKind) -> SceneEmotion:
        """The scene that counts under a kind: of a split one the first cut's, of all others the second's, if any.

        So the parts of a split scene count once, as do the scenes that were merged into one.
        """
        row = self.before if kind == "split" or self.after is None else self.after
        assert row is not None  # a change has a scene, and a split one that of the first cut
        return row

    @property
    def shows_same_frames(self) -> bool:
        """Whether both scenes show the same frames with the same tones: then their readings differ only by chance."""
        is_altered = self.is_regraded or any(treatment != "other sound" for treatment in self.treatments)
        return self.kind in ("unchanged", "moved", "sound replaced") and not is_altered and not self.holds_other

    @property
    def seconds(self) -> Fraction:
        """Length of the scene, or of the part of it: of the longer one of both cuts."""
        lengths = [place.span.seconds for place in (self.place_before, self.place_after) if place is not None]
        return max(lengths, default=Fraction(0))


@dataclass(frozen=True, slots=True)
class ChangeList:
    """All scenes of two cuts by what the re-cut did to them, in the order of the second cut."""

    changes: tuple[FootageChange, ...]
    """Empty where the cuts share no footage."""
    rate: Fraction
    """Steps a second in which trims are counted."""
    counts_frames: bool
    """Whether a step is a frame of both cuts: both have this one constant rate."""
    grade: Grade | None = None
    """By how much the whole second cut differs in tone; None where it does not."""
    left_out: Fraction = Fraction(0)
    """Seconds of the first cut that are nowhere in the second."""
    new: Fraction = Fraction(0)
    """Seconds of the second cut that are nowhere in the first."""

    def size_of(self, change: FootageChange) -> Fraction:
        """Seconds that changed: what was cut off and added, or the whole length."""
        steps = abs(change.head) + abs(change.tail) + abs(change.inside)
        if change.kind == "slipped":  # the same at both ends
            steps = abs(change.head)
        return steps / self.rate if steps else change.seconds

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """How many scenes each kind holds of, as an editor counts: see FootageChange.counted. Their rows may be more.

        In the order of KINDS, without those of none.
        """
        scenes = {kind: {change.counted(kind).scene.number for change in self.of_kind(kind)} for kind in KINDS}
        return {kind: len(numbers) for kind, numbers in scenes.items() if numbers}

    def of_kind(self, kind: ChangeKind) -> tuple[FootageChange, ...]:
        """The changes of which a kind holds."""
        return tuple(change for change in self.changes if kind in change.kinds)
