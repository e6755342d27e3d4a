"""What the benchmarks of cuts have in common: a film's scores as a scan, the detectors asked, and what they found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from emotion_core.observations import Observations
from emotion_core.scenes import FrameScore, cuts_of, pack_scores
from emotion_core.settings import DEFAULT_THRESHOLDS, Detector, ShotSettings
from tests.support.scans import PAL, media, observations
from tests.support.spliced_films import Join, judged

CHOSEN: Detector = ShotSettings().detector


@dataclass(slots=True)
class Count:
    """What a detector found on some films; a hard cut counts at its very frame, any other once, within its span."""

    right: int = 0
    missed: int = 0
    false: int = 0
    hard_right: int = 0
    hard_missed: int = 0
    films: int = 0
    seconds: Fraction = Fraction(0)

    def add(self, cuts: Sequence[int], joins: Sequence[Join], *, seconds: Fraction = Fraction(0)) -> None:
        """Count the cuts found on one film; cuts at which either answer is right are not to be among them."""
        whole, hard = judged(cuts, joins), judged(cuts, [join for join in joins if join.hard])
        self.right, self.missed = self.right + whole.right, self.missed + whole.missed
        self.false += whole.false
        self.hard_right, self.hard_missed = self.hard_right + hard.right, self.hard_missed + hard.missed
        self.films, self.seconds = self.films + 1, self.seconds + seconds

    @property
    def joins(self) -> int:
        return self.right + self.missed

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.joins)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.missed + self.false)

    @property
    def hard_f1(self) -> float:
        """Of hard cuts alone; what is found outside every join is false here too."""
        return 2 * self.hard_right / max(1, 2 * self.hard_right + self.hard_missed + self.false)

    @property
    def false_in_ten_minutes(self) -> float:
        return float(self.false * 600 / self.seconds)


def as_scan(rows: Sequence[FrameScore], rate: Fraction = PAL) -> Observations:
    """A scan of these scores and nothing else."""
    plain = observations({}, frames=len(rows), film=media(rate=rate))
    return replace(plain, scores=replace(pack_scores(range(len(rows)), rows), pts=plain.scores.pts))


def cuts_by_detector(
    scan_data: Observations, thresholds: Mapping[Detector, Iterable[float]] | None = None
) -> dict[tuple[str, float], list[int]]:
    """First frames of new shots, by (detector, threshold); without thresholds at the defaults."""
    sweep = thresholds or {detector: (threshold,) for detector, threshold in DEFAULT_THRESHOLDS.items()}
    return {
        (detector, threshold): list(cuts_of(scan_data, ShotSettings(detector=detector, threshold=threshold)))
        for detector, some in sweep.items()
        for threshold in some
    }


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
