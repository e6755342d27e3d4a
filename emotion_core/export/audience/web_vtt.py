"""A screening as a WebVTT metadata track: a cue for each second of the film, whose text is a JSON object.

https://www.w3.org/TR/webvtt1/ (metadata cues). Players of streaming services hand such cues to a page's script in time
with the film, which can draw the audience beside it.
"""

from __future__ import annotations

import json
from typing import Any

from ...interchange.marker_list import one_line
from ...labels import neutral_index
from .scene_table import number
from .screened_film import ScreenedFilm


def write(screened: ScreenedFilm) -> bytes:
    """The track, UTF-8. The last second ends with the film; seconds in which nobody has a usable face have null."""
    about = f"{screened.film}: expressions that viewers' faces show, by second; {screened.reading_text}"
    lines = ["WEBVTT", "", f"NOTE {one_line(about).replace('-->', '→')}", ""]
    duration = screened.summary.duration
    for second in range(len(screened.summary.seconds.viewers)):
        start, end = second * 1000, round(min(second + 1, duration) * 1000)
        if end > start:
            text = json.dumps(_cue(screened, second), ensure_ascii=False, separators=(",", ":"))
            lines += [str(second), f"{_clock(start)} --> {_clock(end)}", text.replace("-->", "--\\u003e"), ""]
    return ("\n".join(lines)).encode()


def _cue(screened: ScreenedFilm, second: int) -> dict[str, Any]:
    """Viewers, coverage, the leading expression, shares by label, and intensity with its interval."""
    shares, labels = screened.summary.seconds, screened.summary.labels
    leading, neutral = shares.leading(second), neutral_index(labels)
    cue: dict[str, Any] = {
        "second": second,
        "viewers": int(shares.viewers[second]),
        "coverage": number(shares.coverage[second]),
        "top": None if leading is None else labels[leading.label],
        "certainty": None if leading is None else leading.certainty,
        "shares": None
        if leading is None
        else {label: number(shares.share[second, place]) for place, label in enumerate(labels)},
    }
    if neutral is not None:
        cue["intensity"] = number(1 - shares.share[second, neutral])
        cue["intensity_low"] = number(1 - shares.high[second, neutral])
        cue["intensity_high"] = number(1 - shares.low[second, neutral])
    return cue


def _clock(milliseconds: int) -> str:
    """“01:02:03.004”."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
