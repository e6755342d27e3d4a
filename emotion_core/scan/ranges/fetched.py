"""A range as its reader left it in a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ...observations import ObservationStore, Scores, Segment
from ...observations.segments import CHANGED
from ...scenes import LOOKBACK
from ...settings import ScanSettings
from ...storage import descriptors
from .range_plan import RangePlan
from .reader import Reader, reader_differences
from .seam import Seam, settings_key


class NotUsable(Exception):
    """A range that cannot be joined; the message is a clause that says why."""


@dataclass(frozen=True, slots=True, eq=False)
class FetchedRange:
    """A segment, whole, and its seam."""

    segment: Segment
    """With its pictures and embeddings."""
    seam: Seam

    def completed(self, before: Scores) -> Segment:
        """The segment with the numbers of its first frames that depend on those before; `before` are the numbers of
        its first frames as the reader of the range before has them.
        """
        lacking = min(LOOKBACK, len(self.segment.scores))
        scores = Scores.concatenate([before.first_frames(lacking), self.segment.scores.from_frame(lacking)])
        return replace(self.segment, scores=scores)

    @property
    def head(self) -> Scores:
        """The numbers of its frames, and of those after it that its reader left."""
        return Scores.concatenate([self.segment.scores, self.seam.following])


def read_fetched(folder: Path, plan: RangePlan, number: int, settings: ScanSettings, reader: Reader) -> FetchedRange:
    """The range `number` in `folder`. Raises NotUsable where it is not whole, or of another plan, setting or reader."""
    try:
        seam = Seam.read(folder)
        if (seam.plan, seam.number, seam.settings) != (plan.key, number, settings_key(settings)):
            raise NotUsable("it was read by another plan or with other settings")
        if differences := reader_differences((seam.checkpoint, seam.engine), reader):
            raise NotUsable(f"it was read otherwise: {'; '.join(differences)}")
        files = ObservationStore(folder).segment_files
        segment = files.read(number, seam.digest, signed=True)
        if files.damaged_pictures(segment.samples):
            raise NotUsable("its pictures are damaged")
        rows = files.embeddings.read(number, seam.digest)[1] if settings.people else None
        segment = replace(segment, pictures=files.pictures(number), embeddings=rows)
    except CHANGED as error:
        descriptors.raise_if_ran_out(error)
        raise NotUsable(f"its files are gone or damaged ({error})") from error
    if len(segment.scores) != plan.ranges[number].frames or segment.damaged_frames:
        raise NotUsable("it has other frames than planned")
    return FetchedRange(segment, seam)
