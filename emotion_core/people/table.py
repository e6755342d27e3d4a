"""People as tables: a row a person and scene, and a row a person. Their columns are those of the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from ..analysis import Analysis, SceneEmotion, certainty_of, runner_up
from ..media import timecode_at
from .arcs import Arc
from .people import People

BEFORE_LABELS = (
    "person", "named", "scene", "scene_name", "tc_in", "tc_out", "frame_in", "frame_out", "seconds_on_screen",
    "share_of_scene", "appearances", "dominant", "interval_low", "interval_high",
)  # fmt: skip
AFTER_LABELS = (
    "intensity", "runner_up", "runner_up_share", "certainty", "faces", "frames_on_screen", "frames_with_faces",
    "coverage", "with", "seconds_in_film",
)  # fmt: skip


def people_columns(labels: tuple[str, ...]) -> list[str]:
    """The columns of a row a person and scene, for a checkpoint with these labels."""
    return [*BEFORE_LABELS, *labels, *AFTER_LABELS]


def people_rows(analysis: Analysis, people: People, arcs: Sequence[Arc]) -> list[dict[str, Any]]:
    """A row for each scene that a person is on screen in; people from the longest on screen, scenes in film order.

    Shares are rounded to 4 decimals, seconds to 2; missing cells are None.
    """
    with_whom = _with_whom(people)
    return [
        {
            "person": arc.person.label,
            "named": arc.person.name is not None,
            **_of_scene(analysis, each.emotion),
            "seconds_on_screen": round(each.seconds, 2),
            "share_of_scene": _rounded(each.seconds / float(each.emotion.scene.span.seconds)),
            "appearances": len(each.appearances),
            **emotion_cells(analysis, each.emotion),
            "with": ", ".join(with_whom.get((arc.person.label, each.emotion.scene.number), ())) or None,
            "seconds_in_film": round(arc.person.seconds, 2),
        }
        for arc in arcs
        for each in arc.scenes
    ]


def emotion_cells(analysis: Analysis, row: SceneEmotion) -> dict[str, Any]:
    """The cells of what faces show, by column."""
    shares = row.shares if row.shares is not None else (None,) * len(analysis.labels)
    interval = None if row.dominant is None else row.interval_of(analysis.labels.index(row.dominant))
    low, high = interval if interval is not None else (None, None)
    rival = runner_up(analysis, row)
    return {
        "dominant": row.dominant,
        "interval_low": _rounded(low),
        "interval_high": _rounded(high),
        **{label: _rounded(share) for label, share in zip(analysis.labels, shares, strict=True)},
        "intensity": _rounded(row.intensity),
        "runner_up": rival,
        "runner_up_share": None if rival is None else _rounded(shares[analysis.labels.index(rival)]),
        "certainty": certainty_of(analysis, row),
        "faces": row.faces,
        "frames_on_screen": row.frames_sampled,
        "frames_with_faces": row.frames_with_faces,
        "coverage": _rounded(row.coverage),
    }


def _of_scene(analysis: Analysis, row: SceneEmotion) -> dict[str, Any]:
    media, scene = analysis.observations.media, row.scene
    return {
        "scene": scene.number,
        "scene_name": scene.name or None,
        "tc_in": timecode_at(media, scene.span.start),
        "tc_out": timecode_at(media, scene.span.end),
        "frame_in": scene.frame_in,
        "frame_out": scene.frame_out,
    }


def _with_whom(people: People) -> dict[tuple[str, int], list[str]]:
    """By label and scene number: the labels of those who share a sampled frame with the person."""
    on_frame: dict[int, list[str]] = defaultdict(list)
    for person in people.people:
        for frame in person.frames:
            on_frame[frame].append(person.label)
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for frame, labels in on_frame.items():
        scene = people.parts[frame].scene + 1
        for label in labels:
            own = found[label, scene]
            own += [other for other in labels if other != label and other not in own]
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
