"""The change list as JSON: every number, both films with their hashes, and the settings and models behind them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ...analysis import SceneEmotion
from ...compare import check_comparable, have_same_readings
from ...compare.change_list import FootageChange, Place, reading_of, size_text
from ...formatting import printable
from ...media import timecode_at
from ...settings import to_json
from .audiences import audience_document

if TYPE_CHECKING:
    from ...analysis import Analysis
    from .compared_cuts import ComparedCuts

SIDES = ("before", "after")


def write(cuts: ComparedCuts) -> bytes:
    """The document, UTF-8."""
    return (json.dumps(document(cuts), indent=1, ensure_ascii=False) + "\n").encode()


def document(cuts: ComparedCuts) -> dict[str, Any]:
    """The document as JSON types."""
    listed = cuts.listed
    return {
        "summary": cuts.sentence,
        "footage": cuts.footage,
        "warnings": list(check_comparable(*cuts.analyses)),
        "films": dict(zip(SIDES, map(film, cuts.names, cuts.analyses), strict=True)),
        "labels": list(cuts.analyses[0].labels),
        "rate": str(listed.rate),
        "counts_frames": listed.counts_frames,
        "grade": None if listed.grade is None else asdict(listed.grade),
        "expressions": [
            {
                "label": time.label,
                "seconds_before": round(time.before, 3),
                "seconds_after": round(time.after, 3),
                "seconds_change": round(time.change, 3),
                "interval": [round(time.low, 3), round(time.high, 3)],
                "is_clear": time.is_clear,
            }
            for time in cuts.times
        ],
        "changes": [change_fields(cuts, change) for change in listed.changes],
        "audiences": audience_document(cuts),
    }  # fmt: skip


def film(name: str, analysis: Analysis) -> dict[str, Any]:
    """A film by name and SHA-256, and what read its faces with which settings."""
    observations = analysis.observations
    return {
        "name": name,
        "sha256": observations.media.content_id,
        "media": observations.media.to_json(),
        "model": asdict(observations.checkpoint),
        "engine": asdict(observations.engine),
        "temperature": {"value": analysis.temperature.value, "source": analysis.temperature.source},
        "scan_settings": to_json(observations.scan_settings),
        "report_settings": to_json(analysis.report_settings.of_numbers),
        "scenes": len(analysis.scenes),
    }


def change_fields(cuts: ComparedCuts, change: FootageChange) -> dict[str, Any]:
    """A change as JSON types; null where there is nothing to tell."""
    labels, listed = cuts.analyses[0].labels, cuts.listed
    same = have_same_readings(*cuts.analyses)
    sides = ((change.before, change.place_before), (change.after, change.place_after))
    return {
        "kind": change.kind,
        "kinds": list(change.kinds),
        "treatments": list(change.treatments),
        "moved": change.is_moved,
        "regraded": change.is_regraded,
        **{
            side: scene_fields(analysis, row, place)
            for side, analysis, (row, place) in zip(SIDES, cuts.analyses, sides, strict=True)
        },
        "how_much": size_text(listed, change),
        "head": _amount(cuts, change.head),
        "tail": _amount(cuts, change.tail),
        "inside": _amount(cuts, change.inside),
        "about": change.is_about,
        "shift_seconds": None if change.shift is None else round(float(change.shift), 6),
        "expressions": {label: _reading(change, k, same_readings=same) for k, label in enumerate(labels)},
    }


def scene_fields(analysis: Analysis, row: SceneEmotion | None, place: Place | None) -> dict[str, Any] | None:
    """A scene's number and name, and its place or the part of it that a change is about."""
    if row is None or place is None:
        return None
    media = analysis.observations.media
    return {
        "scene": row.scene.number,
        "name": printable(row.scene.name),
        "frame_in": place.frame_in,
        "frame_out": place.frame_out,
        "tc_in": timecode_at(media, place.span.start),
        "tc_out": timecode_at(media, place.span.end),
        "seconds": round(float(place.span.seconds), 6),
    }


def _amount(cuts: ComparedCuts, steps: int) -> dict[str, Any]:
    frames = steps if cuts.listed.counts_frames else None
    return {"seconds": round(float(steps / cuts.listed.rate), 6), "frames": frames}


def _reading(change: FootageChange, label: int, *, same_readings: bool) -> dict[str, Any]:
    reading = reading_of(change, label, same_readings=same_readings)
    return {
        "before": _rounded(reading.before),
        "after": _rounded(reading.after),
        "change": _rounded(reading.delta),
        "interval": None if reading.interval is None else [_rounded(end) for end in reading.interval],
        "verdict": reading.verdict,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
