"""Notes of a report on frames whose time stamps could not be taken as they are."""

from __future__ import annotations

import numpy as np

from ..decoding import NO_STAMP, MediaClock
from ..formatting import frame_rate, hms
from ..observations import Observations, damage


def notes_on_time_stamps(observations: Observations, *, whole: bool) -> tuple[str, ...]:
    """One or two sentences for each way in which frames or their times differ from what the file says.

    If the film is `whole`, frames that its header counts and the decoder does not give are left out on purpose.
    """
    media, stamps = observations.media, observations.scores.stamp
    counted, out = media.frames_from_header, []
    rate = f"the film's rate of {frame_rate(media.rate)} frames a second"
    if not np.array_equal(stamps, observations.scores.pts):
        clock = MediaClock(media)
        for stamp in stamps.tolist():
            clock.push(stamp)
        clock.flush()
        if media.stamps == "coded":
            out.append(
                "The file does not keep when each frame is shown: frames are counted in the order in which they are "
                f"shown, and timed by {rate}."
            )
        elif clock.inferred:
            out.append(
                f"{_why(stamps, clock.inferred)}. They are counted like all others, in the order in which they are "
                f"shown, and timed by the frames around them and {rate}."
            )
        if clock.jumps:
            times = "once," if clock.jumps == 1 else f"{clock.jumps:,} times, first"
            at = hms((clock.first_jump or 0) * media.time_base)
            out.append(f"The file's clock is set anew {times} {at} into the film: the film goes on there at {rate}.")
    pause, paused_at = damage.find_gaps(observations.scores.pts, media.time_base) if whole else (0, None)
    if paused_at is not None:
        out.append(
            f"For the time of {pause:,} frames none is there, first {hms(paused_at)} into the film: the recording "
            "was stopped there, or frames are missing from the file."
        )
    if whole and counted and observations.frames < counted != 2 * observations.frames:  # fields may count as frames
        out.append(
            f"The file counts {counted:,} frames; {observations.frames:,} are shown and counted here. The others are "
            "left out by its edit list or hold no picture."
        )
    return tuple(out)


def _why(stamps: np.typing.NDArray[np.int64], corrected: int) -> str:
    """Why the times of `corrected` frames were not taken from their stamps."""
    missing = int((stamps == NO_STAMP).sum())
    equal = min(corrected - missing, int(((stamps[1:] == stamps[:-1]) & (stamps[1:] != NO_STAMP)).sum()))
    kinds = (
        (equal, "the time of the frame before, so that players do not show them on their own"),
        (missing, "no time"),
        (corrected - missing - equal, "a time that is out of order"),
    )
    return ", ".join(f"{count:,} {'frame carries' if count == 1 else 'frames carry'} {what}" for count, what in kinds
                     if count)  # fmt: skip
