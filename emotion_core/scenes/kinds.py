"""What is no film: black, and bars, slate or leader at the head. Told from what a scan stored.

A countdown leader moves like film and is not told from it, nor is a slate after the film has begun; those are marked by
hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..observations.observations import Observations, Sample
from .scenes import Scene, SceneKind

BLACK = 4.0
"""Mean of a frame's pixel values, 0 to 255, up to which it is black (fades and coding leave a little)."""
TITLE = 40.0
"""A sampled frame with a brighter part than this, 0 to 255, shows something, if only a title."""
NEARLY_ALL = 0.95
"""Share of a scene's frames."""
BARS = 5 / 6
"""Sample.colour_bars from which a frame is a test pattern: one bar may be covered by a caption."""
STILL = 1.0
"""Content score (observations.Scores.content) up to which a frame is the same as the one before, but for coding."""


def with_kinds(
    observations: Observations, scenes: tuple[Scene, ...], marks: Mapping[int, SceneKind]
) -> tuple[Scene, ...]:
    """`scenes` of the whole film, in order, each with its kind: as the editor marked it by its id, else as it is told.

    Told of the scenes as they are after corrections: black that was merged with film is film.
    """
    return tuple(
        replace(scene, kind=marks.get(scene.id, kind), kind_found=kind)
        for scene, kind in zip(scenes, kinds_of(observations, scenes), strict=True)
    )


def kinds_of(observations: Observations, scenes: tuple[Scene, ...]) -> tuple[SceneKind, ...]:
    """Each scene's kind.

    "black" is a scene whose frames are nearly all black and show neither face nor title, wherever it stands. "not film"
    are only scenes before the first that is film: bars, and a slate (a still without faces) next to bars or before
    black. After that slate and the black that follows it, a still is a title card and film.
    """
    signs = list(_signs(observations, scenes))
    kinds: list[SceneKind] = ["black" if sign == "black" else "film" for sign in signs]
    slate_over = False
    for i, sign in enumerate(signs):
        before, after = signs[i - 1] if i else None, signs[i + 1] if i + 1 < len(signs) else None
        if sign == "black":
            slate_over = slate_over or before == "still"
            continue
        slate = sign == "still" and not slate_over and (i > 0 or after in ("black", "bars"))
        # Black alone before a still is how many films begin.
        if sign != "bars" and not (slate and (i == 0 or "not film" in kinds[:i])):
            break
        kinds[i] = "not film"
    return tuple(kinds)


def _signs(observations: Observations, scenes: tuple[Scene, ...]) -> Iterator[str]:
    """Of each scene "black", "bars", "still" or "" for anything else.

    Only the grid's samples are asked: which others there are hangs on boundaries that were once asked for.
    """
    samples = [s for s in observations.samples if not s.filled]
    frames = np.array([s.frame for s in samples], dtype=np.int64)
    faces = Counter(face.sample_frame for face in observations.faces)
    for scene in scenes:
        first, last = np.searchsorted(frames, [scene.frame_in, scene.frame_out])
        within = samples[first:last]
        anyone = any(s.too_small or faces[s.frame] for s in within)
        yield "" if anyone else _sign(observations, scene, within)


def _sign(observations: Observations, scene: Scene, samples: Sequence[Sample]) -> str:
    brightness = observations.scores.brightness[scene.frame_in : scene.frame_out]
    if (brightness <= BLACK).mean() >= NEARLY_ALL:
        return "black" if all((s.brightest or 0.0) <= TITLE for s in samples) else ""
    if not samples:
        return ""
    if all(s.colour_bars >= BARS for s in samples):
        return "bars"
    content = observations.scores.content[scene.frame_in + 1 : scene.frame_out]
    return "still" if len(content) and (content <= STILL).mean() >= NEARLY_ALL else ""
