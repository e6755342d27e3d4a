"""A screening as markers: one a scene, with what viewers' faces show, their synchrony, and where they leave.

A scene whose leading expression is not clear is called mixed, and coloured so: the intervals over viewers overlap, or
there are too few viewers for one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .. import formatting
from ..analysis import Analysis
from ..audience import Leading, ScreeningSummary
from ..labels import neutral_index
from .marker_list import MIXED, MarkerList, one_line
from .scene_markers import MIN_SHARE, MarkerSettings, check_expressions, lay_out

LEAVES = 0.3
"""Share of the viewers without a usable face from which on a marker's name says that the audience leaves."""
SYNCHRONOUS = 0.05
"""Adjusted p below which a scene is called synchronous."""
NOBODY = "nobody seen"


def mark_audience(
    analysis: Analysis, summary: ScreeningSummary, film: str, reading: str, settings: MarkerSettings | None = None
) -> MarkerList:
    """The scenes of the film in the file called `film`, with markers of what its audience showed.

    `summary` has the scenes of `analysis`; `reading` says what read the viewers' faces. Of `settings` those of targets
    and notes, which are the film's, are ignored. Raises SettingsError as mark_scenes does.
    """
    settings = settings or MarkerSettings()
    check_expressions(settings, summary.labels)
    leading = [summary.by_scene.leading(index) for index in range(len(summary.scenes))]
    texts = [(_name(summary, index, each), _note(summary, index, each, reading)) for index, each in enumerate(leading)]
    colours = [None if each is None else _colour(summary, each) for each in leading]
    laid = lay_out(analysis, film, settings, texts, _marked(summary, leading, settings), colours)
    return replace(laid, source=one_line(f"audience: {reading}"))


def leading_text(summary: ScreeningSummary, leading: Leading | None) -> str:
    """“happy 62 %”, “mixed: happy 40 %, sad 38 %”, “happy 62 %, few viewers”, or “nobody seen”."""
    if leading is None:
        return NOBODY
    label, rival = summary.labels[leading.label], summary.labels[leading.rival]
    text = f"{label} {formatting.percent(leading.share)}"
    match leading.certainty:
        case "mixed":
            return f"mixed: {text}, {rival} {formatting.percent(leading.rival_share)}"
        case "few viewers":
            return f"{text}, few viewers"
    return text


def _colour(summary: ScreeningSummary, leading: Leading) -> str:
    return summary.labels[leading.label] if leading.certainty == "clear" else MIXED


def _name(summary: ScreeningSummary, index: int, leading: Leading | None) -> str:
    parts = [f"{summary.scenes[index].number} audience {leading_text(summary, leading)}"]
    if leading is not None and summary.synchrony.adjusted[index, leading.label] < SYNCHRONOUS:
        parts.append("synchronous")
    if summary.leaving.without_face[index] >= LEAVES:
        parts.append("leaves")
    return ", ".join(parts)


def _note(summary: ScreeningSummary, index: int, leading: Leading | None, reading: str) -> str:
    shares = summary.by_scene
    parts = [summary.scenes[index].name]
    if leading is not None:
        parts.append(_shares(summary, index))
        neutral = neutral_index(summary.labels)
        if neutral is not None:
            parts.append(f"intensity {1 - shares.share[index, neutral]:.2f}")
        parts.append(synchrony_text(summary, index, leading.label))
    parts.append(f"{formatting.count(int(shares.viewers[index]), 'viewer')} with a usable face")
    away = summary.leaving.without_face[index]
    if not np.isnan(away) and away >= 0.005:
        parts.append(f"{formatting.percent(float(away))} of the viewers without")
    parts.append(f"expressions that viewers' faces show, read by {reading}" if reading else "")
    return "; ".join(part for part in parts if part)


def _shares(summary: ScreeningSummary, index: int) -> str:
    """“happy 62 % (51–70 %), …”, largest first, from MIN_SHARE on; or why there are no intervals."""
    shares, texts = summary.by_scene, []
    for place in np.argsort(-shares.share[index], kind="stable"):
        share, low, high = (float(array[index, place]) for array in (shares.share, shares.low, shares.high))
        if share >= MIN_SHARE:
            interval = "" if np.isnan(low) else f" ({low * 100:.0f}–{high * 100:.0f} %)"
            texts.append(f"{summary.labels[place]} {formatting.percent(share)}{interval}")
    why = shares.no_interval_because(index)
    return ", ".join(texts) + ("" if why is None else f" (no intervals: {why})")


def synchrony_text(summary: ScreeningSummary, index: int, label: int) -> str:
    """“synchrony of happy 0.41 (adjusted p 0.012)”, or why there is none."""
    found = summary.synchrony
    why = found.because(index, label)
    if why is not None:
        return f"no synchrony: {why}"
    value, p = found.correlation[index, label], found.adjusted[index, label]
    return f"synchrony of {summary.labels[label]} {value:.2f} (adjusted p {p:.2g})"


def _marked(summary: ScreeningSummary, leading: list[Leading | None], settings: MarkerSettings) -> set[int]:
    """Numbers of the scenes that get a marker."""
    marked: set[int] = set()
    last: int | None = None
    for scene, each in zip(summary.scenes, leading, strict=True):
        if each is None:
            if settings.without_expression:
                marked.add(scene.number)
            continue
        is_chosen = settings.expressions is None or summary.labels[each.label] in settings.expressions
        if is_chosen and not (settings.changes_only and each.label == last):
            marked.add(scene.number)
        last = each.label
    return marked
