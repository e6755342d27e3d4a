"""Numbers and scenes as people read them: the one place that words them for charts and pages."""

from __future__ import annotations

from fractions import Fraction

from . import timecode
from .calibration import Temperature
from .compare import NOT_ENOUGH, SceneChange
from .corrections import Correction
from .expression.location import EMBEDDED, REFERENCE
from .media import timecode_at
from .observations import CheckpointIdentity, EngineIdentity
from .recut import Fate
from .report import timecodes
from .runs import Balance
from .scan_status import Status
from .settings import EngineName
from .shots import Shot
from .summary import Analysis, SceneEmotion
from .usable import LeftOut

clock = timecode.clock


def percent(share: float | None) -> str:
    """A share from 0 to 1 as whole percent; a dash where there is none, since missing is not zero."""
    return "–" if share is None else f"{share:.0%}".replace("%", "\u00a0%")  # never parted by a line's end


def count(number: int, noun: str, plural: str = "") -> str:
    """“1 scene”, “1,200 scenes”."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def signed(value: float, decimals: int = 1) -> str:
    """“+12.0”, “−3.5”; a zero has no sign."""
    rounded = round(value, decimals)
    return f"{rounded:+,.{decimals}f}".replace("-", "−") if rounded else f"{0:.{decimals}f}"


def largest_change(labels: tuple[str, ...], change: SceneChange, *, alike: bool) -> str | None:
    """“happy +12.0 points”: the expression whose share differs most between two scenes; none without shares to compare.

    Where the difference may be chance, or nobody can say, that is said. `alike` is comparable.read_alike: then any
    difference of the same footage is chance.
    """
    if change.kind == "same" and alike:
        return "same footage"
    if change.delta is None or change.largest is None:
        return None
    clear = change.clear(change.largest)
    points = signed(round(change.delta[change.largest], 4) * 100)  # as in the totals: rounded as the CSV has it
    if clear is False or points == "0.0":
        return "no clear change"
    told = f"{labels[change.largest]} {points} points"
    return told if clear else f"{told}, of too few frames to be sure"


_FATES: dict[Fate, str] = {
    "same": "unchanged",
    "trimmed": "trimmed",
    "extended": "extended",
    "recut": "recut",
    "split": "split",
    "merged": "merged",
    "repeated": "shown again",
    "spread": "in several scenes",
    "only before": "left out",
    "only after": "new",
    "by order": "by order",
}


def fate(change: SceneChange) -> str:
    """“trimmed, moved”, “new but for 1.2 s”: what a re-cut made of a scene."""
    words = _FATES[change.kind] + (", moved" if change.moved else "")
    alone = change.kind in ("only before", "only after")
    shared = change.shared or Fraction(0)
    return f"{words} but for {clock(shared)}" if alone and _worth_telling(shared) else words


def _worth_telling(seconds: Fraction) -> bool:
    """Whether so little is more than 0.0 s in words."""
    return seconds >= Fraction(1, 20)


def footage(balance: Balance) -> str:
    """“1:12 of the second film is footage of the first, 8.0 s of it in another place; …”: a re-cut as a whole."""
    kept = f"{clock(balance.kept)} of the second film is footage of the first"
    moved = f", {clock(balance.moved)} of it in another place" if _worth_telling(balance.moved) else ""
    new = f"{clock(balance.new)} is new" if _worth_telling(balance.new) else "nothing is new"
    left_out = clock(balance.left_out) if _worth_telling(balance.left_out) else "nothing"
    return f"{kept}{moved}; {new}. {left_out[:1].upper()}{left_out[1:]} of the first is left out."


def length_change(before: Analysis, after: Analysis, change: SceneChange) -> str | None:
    """“−10 frames” at one constant rate, else “−0.42 s”; none for a scene that stands alone, was split or merged."""
    if change.longer_by is None or change.before is None or change.after is None:
        return None
    films = [analysis.observations.media for analysis in (before, after)]
    if films[0].rate == films[1].rate and not any(film.is_vfr for film in films):
        frames = change.after.scene.frames - change.before.scene.frames
        return f"{signed(frames, 0)} {'frame' if abs(frames) == 1 else 'frames'}"
    return f"{signed(float(change.longer_by), 2)} s"


def size(octets: int) -> str:
    """A file's size, in steps of 1,000."""
    if octets < 1_000_000:
        return f"{octets / 1e3:.0f} kB"
    value, unit = (octets / 1e6, "MB") if octets < 1_000_000_000 else (octets / 1e9, "GB")
    return f"{value:.1f} {unit}" if value < 100 else f"{value:.0f} {unit}"


def progress(status: Status) -> str:
    """“Reading the film · 1,200 of 8,000 frames · 3 scenes so far · 12 faces · 95 frames/s · 1:12 left”."""
    words = [status.step[:1].upper() + status.step[1:]]
    if status.frames:
        total = f" of {status.frames_total:,}" if status.frames_total else ""
        words += [f"{status.frames:,}{total} frames", f"{count(status.scenes, 'scene')} so far"]
        words.append(count(status.faces, "face"))
    if status.frames_per_second:
        words.append(f"{status.frames_per_second:.0f} frames/s")
    if status.seconds_left is not None:
        words.append(f"{clock(status.seconds_left)} left")
    return " · ".join(words)


def model(name: str) -> str:
    """“the built-in model”, “the reference model …”, “the model …”: a checkpoint by its name."""
    if name == EMBEDDED:
        return "the built-in model"
    return f"the reference model {name}" if name == REFERENCE else f"the model {name}"


_ENGINES: dict[EngineName, str] = {
    "default": "The default",
    "fastest": "The fastest here that agrees with fp32",
    "torch": "PyTorch fp32, without optimization",
    "torch-bf16": "PyTorch bf16",
    "torch-cuda": "PyTorch on an NVIDIA GPU",
    "torch-mps": "PyTorch on an Apple GPU",
    "ipex": "Intel Extension for PyTorch",
    "ipex-int8": "Intel Extension for PyTorch int8",
    "openvino": "OpenVINO fp32",
    "openvino-bf16": "OpenVINO bf16",
    "openvino-int8": "OpenVINO int8",
}


def engine_name(name: EngineName) -> str:
    """“OpenVINO int8”: an engine for a person to choose."""
    return _ENGINES[name]


def engine(used: EngineIdentity) -> str:
    """“ipex fp32, 1 thread (default: …)”: what ran the model, and why this one."""
    return f"{used.name} {used.precision}, {count(used.threads, 'thread')} ({used.reason})"


def read_by(checkpoint: CheckpointIdentity, used: EngineIdentity, told: Temperature) -> str:
    """“model embedded (e64cb5159033), engine ipex fp32, 1 thread (default: …), temperature 1.07 (calibrated)”."""
    return f"model {checkpoint.name} ({checkpoint.hash[:12]}), engine {engine(used)}, {temperature(told)}"


def temperature(told: Temperature) -> str:
    """“temperature 1.07 (calibrated)”."""
    return f"temperature {told.value:.3g} ({told.source})"


def calibrated_how(told: Temperature) -> str:
    """What a temperature does and what it rests on, in two sentences."""
    what = "Probabilities are what the model says, softened or sharpened by its temperature; 1 leaves them as they are."
    if told.calibration is None:
        how = (
            "For this model nobody has fitted one yet."
            if told.source == "uncalibrated"
            else "This one was set by hand."
        )
        return f"{what} {how}"
    fit = told.calibration.fit
    return (
        f"{what} This one was fitted on {fit.fitted:,} labelled faces and judged on {fit.judged:,} others: there, "
        f"probabilities are {fit.ece_after * 100:.1f} points off on average, {fit.ece_before * 100:.1f} without it."
    )


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
