"""What a report says of frames whose time stamps could not be taken as they are: a function of what was observed."""

from __future__ import annotations

import numpy as np

from ..decoding.time_stamps import NONE, Clock
from ..observations import damage
from ..observations.observations import Observations
from ..timecode import clock, per_second


def told(seen: Observations, *, whole: bool) -> tuple[str, ...]:
    """One sentence or two for each way in which frames, or their times, are not what the file says.

    `whole` says that the film is not damaged: then frames that its header counts and the decoder does not show were
    left out on purpose.
    """
    media, stamps = seen.media, seen.scores.stamp
    said, out = media.frames_from_header, []
    rate = f"the film's rate of {per_second(media.rate)} frames a second"
    if not np.array_equal(stamps, seen.scores.pts):
        passed = Clock(media)
        for stamp in stamps.tolist():
            passed.push(stamp)
        passed.rest()
        if media.stamps == "coded":
            out.append(
                "The file does not keep when each frame is shown: frames are counted in the order in which they are "
                f"shown, and timed by {rate}."
            )
        elif passed.made:
            out.append(f"{_why(stamps, passed.made)}. They are counted like all others, in the order in which they are "
                       f"shown, and timed by the frames around them and {rate}.")  # fmt: skip
        if passed.jumps:
            times = "once," if passed.jumps == 1 else f"{passed.jumps:,} times, first"
            at = clock((passed.jumped_at or 0) * media.time_base)
            out.append(f"The file's clock is set anew {times} {at} into the film: the film goes on there at {rate}.")
    pause, paused_at = damage.holes(seen.scores.pts, media.time_base) if whole else (0, None)
    if paused_at is not None:
        out.append(
            f"For the time of {pause:,} frames none is there, first {clock(paused_at)} into the film: the recording "
            "was stopped there, or frames are missing from the file."
        )
    if whole and said and seen.frames < said != 2 * seen.frames:  # fields may count as frames
        out.append(
            f"The file counts {said:,} frames; {seen.frames:,} are shown and counted here. The others are left out by "
            "its edit list or hold no picture."
        )
    return tuple(out)


def _why(stamps: np.typing.NDArray[np.int64], made: int) -> str:
    """What is the matter with the stamps of `made` frames."""
    missing = int((stamps == NONE).sum())
    equal = min(made - missing, int(((stamps[1:] == stamps[:-1]) & (stamps[1:] != NONE)).sum()))
    kinds = (
        (equal, "the time of the frame before, so that players do not show them on their own"),
        (missing, "no time"),
        (made - missing - equal, "a time that is out of order"),
    )
    return ", ".join(f"{count:,} {'frame carries' if count == 1 else 'frames carry'} {what}" for count, what in kinds
                     if count)  # fmt: skip
