"""Numbers and scenes as people read them: the one place that words them for charts and pages."""

from __future__ import annotations

from ..analysis.records import NOT_ENOUGH, Analysis, SceneEmotion
from ..analysis.usable_faces import LeftOut
from ..corrections import Correction
from ..formatting import clock, count, percent
from ..media.media import timecode_at
from ..scenes.shots import Shot
from .timecodes import timecodes


def scene_title(row: SceneEmotion) -> str:
    """“Scene 12”, or “Scene 12 · The kitchen” where a cut list named it."""
    return f"Scene {row.scene.number}" + (f" · {row.scene.name}" if row.scene.name else "")


def scene_clock(analysis: Analysis, row: SceneEmotion) -> str:
    """“01:00:10:00 – 01:00:14:12 (4.5 s)”."""
    tc_in, tc_out, _ = timecodes(analysis, row)
    return f"{tc_in} – {tc_out} ({clock(row.scene.span.seconds)})"


def shot_clock(analysis: Analysis, shot: Shot) -> str:
    """The same for a shot."""
    media = analysis.observations.media
    return f"{timecode_at(media, shot.span.start)} – {timecode_at(media, shot.span.end)} ({clock(shot.span.seconds)})"


def dominant(row: SceneEmotion) -> str:
    """The dominant expression, or why there is none: “not enough faces”, or “black”, or “not film”."""
    return row.dominant or (NOT_ENOUGH if row.scene.counts else row.scene.kind)


def without_expression(*analyses: Analysis) -> str:
    """“Hatched: not enough faces. Grey: black or not film.”: what charts draw where a scene has no expression."""
    whole = all(row.scene.counts for analysis in analyses for row in analysis.scenes)
    return f"Hatched: {NOT_ENOUGH}." + ("" if whole else " Grey: black or not film.")


def correction(analysis: Analysis, one: Correction) -> str:
    """“Split at 01:00:04:12”: a correction by timecode."""
    seen = analysis.observations
    at, to = (timecode_at(seen.media, seen.seconds_at(frame)) for frame in (one.at, one.frame or 0))
    match one.kind:
        case "split":
            return f"Split at {at}"
        case "merge":
            return f"Merged across {at}"
        case "move":
            return f"Scene at {at} moved to {to}"
        case "name":
            return f"Scene at {at} named “{one.value}”" if one.value else f"Scene at {at} without its name"
        case "mark":
            return f"Scene at {at} marked “{one.value}”"


def share(row: SceneEmotion, label: int) -> str:
    """“62 % (51–70 %)”: a label's share and its interval where there is one."""
    if row.shares is None:
        return percent(None)
    interval = row.interval_of(label)
    spread = "" if interval is None else f" ({interval[0]:.0%}–{percent(interval[1])})".replace("%–", "–")
    return percent(row.shares[label]) + spread


def evidence(row: SceneEmotion) -> str:
    """“9 faces on 8 of 9 sampled frames (coverage 89 %)”: what a scene's shares rest on."""
    if row.coverage is None:
        return "no sampled frame"
    return (
        f"{count(row.faces, 'usable face')} on {row.frames_with_faces} of {count(row.frames_sampled, 'sampled frame')} "
        f"(coverage {percent(row.coverage)})"
    )


def left_out(of: LeftOut) -> str:
    """“3 too small, 1 uncertain, 2 cut by the edge”: the faces that do not count, by rule; empty where all do."""
    rules = {"too small": of.too_small, "uncertain": of.unsure, "cut by the edge": of.cut}
    return ", ".join(f"{number:,} {rule}" for rule, number in rules.items() if number)
