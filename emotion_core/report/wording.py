"""Texts about scenes, shots and corrections, shared by charts and pages."""

from __future__ import annotations

from collections import Counter

from ..analysis import NOT_ENOUGH, Analysis, LeftOut, SceneEmotion, certainty_of, runner_up
from ..corrections import Correction
from ..formatting import count, hms, percent
from ..media import timecode_at
from ..scenes import Shot
from ..timecode import frame_at, to_timecode


def film_facts(analysis: Analysis) -> list[str]:
    """“0:52”, “17 scenes”, “9 of them without enough faces”, “1 black”, “24 usable faces”: a film in short."""
    film_rows = [row for row in analysis.scenes if row.scene.counts]
    without = sum(row.dominant is None for row in film_rows)
    kinds = Counter(row.scene.kind for row in analysis.scenes if not row.scene.counts)
    return [
        hms(analysis.observations.media.duration),
        count(len(analysis.scenes), "scene"),
        *([f"{without} of them without enough faces"] if without else []),
        *(f"{number} {kind}" for kind, number in kinds.items()),
        count(sum(row.faces for row in film_rows), "usable face"),
    ]


def scene_title(row: SceneEmotion) -> str:
    """“Scene 12”, or “Scene 12 · The kitchen” for a named scene."""
    return f"Scene {row.scene.number}" + (f" · {row.scene.name}" if row.scene.name else "")


def scene_timecodes(analysis: Analysis, row: SceneEmotion) -> tuple[str, str, str]:
    """In, out (exclusive) and duration of a scene as timecode.

    Frames are counted by the media clock from the file's start timecode, so that timecode follows time at a variable
    frame rate. At a constant rate this equals the frame index.
    """
    media, span = analysis.observations.media, row.scene.span
    first, last = (frame_at(t, media.rate) for t in (span.start, span.end))
    duration = to_timecode(last - first, media.rate, drop_frame=media.drop_frame)
    return timecode_at(media, span.start), timecode_at(media, span.end), duration


def scene_times(analysis: Analysis, row: SceneEmotion) -> str:
    """“01:00:10:00 – 01:00:14:12 (4.5 s)”."""
    tc_in, tc_out, _ = scene_timecodes(analysis, row)
    return f"{tc_in} – {tc_out} ({hms(row.scene.span.seconds)})"


def shot_times(analysis: Analysis, shot: Shot) -> str:
    """“01:00:10:00 – 01:00:14:12 (4.5 s)” for a shot."""
    media = analysis.observations.media
    return f"{timecode_at(media, shot.span.start)} – {timecode_at(media, shot.span.end)} ({hms(shot.span.seconds)})"


def dominant_or_reason(analysis: Analysis, row: SceneEmotion) -> str:
    """“sad”, “mixed: sad, neutral”, or the reason why there is none: “not enough faces”, “black” or “not film”."""
    if row.dominant is None:
        return NOT_ENOUGH if row.scene.counts else row.scene.kind
    is_mixed = certainty_of(analysis, row) == "mixed"
    return f"mixed: {row.dominant}, {runner_up(analysis, row)}" if is_mixed else row.dominant


def leading_shares(analysis: Analysis, row: SceneEmotion) -> str:
    """“62 % (51–70 %)”: the dominant share with its interval; of a mixed scene both, of one without a dominant none."""
    labels = [row.dominant, runner_up(analysis, row) if certainty_of(analysis, row) == "mixed" else None]
    return ", ".join(share_text(row, analysis.labels.index(label)) for label in labels if label is not None)


def certainty_text(analysis: Analysis, row: SceneEmotion) -> str:
    """Why a dominant expression is weak, in a clause; empty for a clear one and without one."""
    match certainty_of(analysis, row):
        case "few frames":
            return "too few frames for an interval"
        case "mixed" if row.shares is not None and max(row.shares) < analysis.report_settings.mixed_floor:
            return f"no expression reaches {percent(analysis.report_settings.mixed_floor)}"
        case "mixed":
            return "the intervals of the two overlap"
        case _:
            return ""


def veil_legend(*analyses: Analysis) -> str:
    """“Pale: mixed … Hatched: not enough faces. Grey: black or not film.”: the legend for scenes that are not clear."""
    whole = all(row.scene.counts for analysis in analyses for row in analysis.scenes)
    weak = f"Pale: mixed (below it the runner-up), or too few frames to tell. Hatched: {NOT_ENOUGH}."
    return weak + ("" if whole else " Grey: black or not film.")


def correction_text(analysis: Analysis, correction: Correction) -> str:
    """“Split at 01:00:04:12”: a correction by timecode."""
    observations = analysis.observations
    at, to = (
        timecode_at(observations.media, observations.seconds_at(frame))
        for frame in (correction.at, correction.frame or 0)
    )
    match correction.kind:
        case "split":
            return f"Split at {at}"
        case "merge":
            return f"Merged across {at}"
        case "move":
            return f"Scene at {at} moved to {to}"
        case "name":
            return (
                f"Scene at {at} named “{correction.value}”" if correction.value else f"Scene at {at} without its name"
            )
        case "mark":
            return f"Scene at {at} marked “{correction.value}”"


def share_text(row: SceneEmotion, label: int) -> str:
    """“62 % (51–70 %)”: a label's share, with its interval if there is one."""
    if row.shares is None:
        return percent(None)
    interval = row.interval_of(label)
    spread = "" if interval is None else f" ({interval[0]:.0%}–{percent(interval[1])})".replace("%–", "–")
    return percent(row.shares[label]) + spread


def evidence_text(row: SceneEmotion) -> str:
    """“9 usable faces on 8 of 9 sampled frames (coverage 89 %)”: the basis of a scene's shares."""
    if row.coverage is None:
        return "no sampled frame"
    return (
        f"{count(row.faces, 'usable face')} on {row.frames_with_faces} of {count(row.frames_sampled, 'sampled frame')} "
        f"(coverage {percent(row.coverage)})"
    )


def left_out_text(counts: LeftOut) -> str:
    """“3 too small, 1 uncertain, 2 cut by the edge”: the faces that do not count, by rule; empty if all do."""
    rules = {
        "too small": counts.too_small,
        "uncertain": counts.unsure,
        "cut by the edge": counts.cut,
        "with misplaced eyes, nose or mouth": counts.misplaced,
        "turned away": counts.turned,
        "tilted": counts.tilted,
        "blurred": counts.blurred,
        "badly lit": counts.badly_lit,
        "left out by the editor": counts.by_editor,
    }
    return ", ".join(f"{number:,} {rule}" for rule, number in rules.items() if number)
