"""Whether two ranges that were read apart fit together as if one reader had read both."""

from __future__ import annotations

from collections.abc import Sequence

from ...faces import CropReading, SeamState, alike, may_be_alike
from ...observations import Scores
from ...scenes import LOOKBACK, same_score, unpack_scores


def same_frames(following: Scores, head: Scores) -> bool:
    """Whether the reader of the range before saw the same frames after it (`following`) as this range has at its begin
    (`head`), to the last bit.

    A reader that begins at a frame lacks what its numbers take from the frame before; brightness and layout are its
    own.
    """
    compared = len(following)
    if not compared or len(head) < compared:
        return False
    head = head.first_frames(compared)
    if following.pts.tolist() != head.pts.tolist() or following.stamp.tolist() != head.stamp.tolist():
        return False
    rows = list(zip(unpack_scores(following), unpack_scores(head), strict=True))
    own = (
        one._replace(content=0.0, histogram=0.0, hash=0.0) for pair in rows[:LOOKBACK] for one in pair
    )  # what looks at one frame alone
    alone = list(own)
    return all(same_score(*pair) for pair in (*zip(alone[::2], alone[1::2], strict=True), *rows[LOOKBACK:]))


def same_end(one: Scores, other: Scores, frames: int) -> bool:
    """Whether the last `frames` frames of two readings of a range have the same numbers, to the last bit."""
    if len(one) != len(other) or not len(one):
        return False
    first = max(min(LOOKBACK, len(one) - 1), len(one) - frames)
    a, b = one.from_frame(first), other.from_frame(first)
    return a.pts.tolist() == b.pts.tolist() and all(
        same_score(*pair) for pair in zip(unpack_scores(a), unpack_scores(b), strict=True)
    )


def may_reuse(carried: Sequence[SeamState], first_faces: Sequence[CropReading]) -> bool:
    """Whether some faces are at one place on both sides of a seam, so that their crops must be compared."""
    return any(may_be_alike(state.reading.box, face.box) for state in carried for face in first_faces)


def reuses(carried: Sequence[SeamState], first_faces: Sequence[CropReading]) -> bool:
    """Whether one pass would take a reading over the seam: a face of the range's first sampled frame looks the same as
    one that the range before carries on, whose crops are there.
    """
    return any(alike(state.reading, face) for state in carried for face in first_faces)
