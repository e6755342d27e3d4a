"""Two compared lists with everything that the writers need."""

from __future__ import annotations

from dataclasses import dataclass

from ...formatting import frame_rate
from ...interchange.compared_lists import (
    ClipChange,
    ClipEvent,
    SourceList,
    clip_sentence,
    compare_lists,
    timeline_events,
)

_METHOD = (
    "Clips are compared by their sources: reel or media, and the range shown of it. Frames cut off at head and tail "
    "are those of the source; the shift says how much later the same footage comes. {rate} frames a second."
)


@dataclass(frozen=True, slots=True)
class ComparedClips:
    """Two lists and what became of the clips."""

    before: SourceList
    after: SourceList
    changes: tuple[ClipChange, ...]

    @classmethod
    def of(cls, before: SourceList, after: SourceList) -> ComparedClips:
        """Compare two lists of one frame rate."""
        return cls(before, after, compare_lists(before, after))

    @property
    def sentence(self) -> str:
        """“2 clips left out, 1 trimmed, 14 unchanged.”"""
        return clip_sentence(self.changes)

    @property
    def method(self) -> str:
        """How they were compared, in two sentences."""
        return _METHOD.format(rate=frame_rate(self.before.rate))

    @property
    def events(self) -> tuple[ClipEvent, ...]:
        """The second list as a timeline with each event's place in the first."""
        return timeline_events(self.changes)

    @property
    def without_place(self) -> tuple[ClipChange, ...]:
        """The changes of clips that the second list does not have: those left out, and those replaced."""
        return tuple(
            change for change in self.changes if change.before is not None and change.kind in ("left out", "replaced")
        )
