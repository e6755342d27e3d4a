"""Which scenes are film, which are black, and which are bars or slate at the head; recognised from stored observations.

A countdown leader moves like film and is not recognised, nor is a slate after the film has begun. The editor marks
those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..observations import Observations, Sample
from .scenes import Scene, SceneKind

BLACK = 4.0
"""Highest mean pixel value, 0 to 255, of a black frame; fades and coding leave a little light."""
TITLE = 40.0
"""Brightness, 0 to 255, above which a part of a sampled frame counts as content, such as a title."""
NEARLY_ALL = 0.95
"""Share of a scene's frames that must be black or still."""
BARS = 5 / 6
"""Lowest Sample.colour_bars of a test pattern: a caption may cover one bar."""
STILL = 1.0
"""Highest content score (observations.Scores.content) of a frame that differs from the one before only by coding."""


def assign_kinds(
    observations: Observations, scenes: tuple[Scene, ...], marks: Mapping[int, SceneKind]
) -> tuple[Scene, ...]:
    """Set the kind of each scene: the editor's mark (by scene id) where there is one, else the recognised kind.

    `scenes` are those of the whole film, in order and after corrections: black that was merged with film is film.
    """
    return tuple(
        replace(scene, kind=marks.get(scene.id, kind), kind_found=kind)
        for scene, kind in zip(scenes, kinds_of(observations, scenes), strict=True)
    )


def kinds_of(observations: Observations, scenes: tuple[Scene, ...]) -> tuple[SceneKind, ...]:
    """The recognised kind of each scene.

    A scene is "black" anywhere in the film if nearly all of its frames are black and none shows a face or title. Only
    scenes before the first film scene are "not film": bars, and a slate (a still without faces) next to bars or before
    black. After that slate and the black that follows it, a still is a title card, hence film.
    """
    looks = list(_looks(observations, scenes))
    kinds: list[SceneKind] = ["black" if look == "black" else "film" for look in looks]
    slate_over = False
    for i, look in enumerate(looks):
        before, after = looks[i - 1] if i else None, looks[i + 1] if i + 1 < len(looks) else None
        if look == "black":
            slate_over = slate_over or before == "still"
            continue
        slate = look == "still" and not slate_over and (i > 0 or after in ("black", "bars"))
        # Many films begin with black before a still; that alone makes no slate.
        if look != "bars" and not (slate and (i == 0 or "not film" in kinds[:i])):
            break
        kinds[i] = "not film"
    return tuple(kinds)


def _looks(observations: Observations, scenes: tuple[Scene, ...]) -> Iterator[str]:
    """Yield "black", "bars" or "still" for each scene, "" for anything else.

    Only samples of the grid are used: which other samples exist depends on the boundaries of earlier reports.
    """
    samples = [s for s in observations.samples if not s.filled]
    frames = np.array([s.frame for s in samples], dtype=np.int64)
    faces = Counter(face.sample_frame for face in observations.faces)
    for scene in scenes:
        first, last = np.searchsorted(frames, [scene.frame_in, scene.frame_out])
        within = samples[first:last]
        has_faces = any(s.too_small or faces[s.frame] for s in within)
        yield "" if has_faces else _look(observations, scene, within)


def _look(observations: Observations, scene: Scene, samples: Sequence[Sample]) -> str:
    brightness = observations.scores.brightness[scene.frame_in : scene.frame_out]
    if (brightness <= BLACK).mean() >= NEARLY_ALL:
        return "black" if all(s.brightest <= TITLE for s in samples) else ""
    if not samples:
        return ""
    if all(s.colour_bars >= BARS for s in samples):
        return "bars"
    content = observations.scores.content[scene.frame_in + 1 : scene.frame_out]
    return "still" if len(content) and (content <= STILL).mean() >= NEARLY_ALL else ""
