"""The report as one HTML page: charts, a board of the scenes, the table and the method. It opens without a network.

A content security policy of the page forbids every request. Printed, it breaks between scenes, not within one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from .. import charts, formatting
from ..analysis import Analysis, Deviation, PlacedNote, deviations, placed_notes, ranked
from ..report import annotation_wording, provenance, wording
from .export_format import ReportedFilm
from .pictures import data_address

PICTURE = (192, 108)
"""Largest width and height of a scene's picture, pixels: a film of 2,000 scenes makes a page of about 15 MB."""


def write(film: ReportedFilm) -> bytes:
    """The page, UTF-8; it holds its scripts and pictures."""
    analysis, observations, off = film.analysis, film.analysis.observations, deviations(film.analysis)
    fields = {
        "film": film.name,
        "facts": wording.film_facts(analysis),
        "reading": provenance.reading_description(observations.checkpoint, observations.engine, analysis.temperature),
        "calibration": provenance.calibration_description(analysis.temperature),
        "legend": wording.veil_legend(analysis),
        "confidence": f"{analysis.report_settings.confidence:.0%}",
        "notes": analysis.notes,
        "script": _plotly_script(),
        "timeline": _chart(charts.timeline_figure(analysis), "timeline"),
        "heatmap": _chart(charts.heatmap_figure(analysis), "heatmap"),
        "targets": _chart(charts.target_arc_figure(analysis), "targets") if off else "",
        "ranking": _chart(charts.deviations_figure(analysis), "ranking") if any(each.value for each in off) else "",
        "deviations": [_deviation(analysis, each) for each in ranked(off)],
        "waiting": annotation_wording.waiting_text(analysis),
        "editor_notes": [_note(analysis, note) for note in placed_notes(analysis)],
        "audience": _audience(film),
        "no_audience": film.audience_or_why_not()[1],
        "scenes": [_scene(film, number) for number in range(len(analysis.scenes))],
        "labels": analysis.labels,
        "content": observations.media.content_id,
    }
    page: str = _template().render(**fields)
    return page.encode()


def _audience(film: ReportedFilm) -> dict[str, Any] | None:
    """What the section of the film's screening shows; None without one, or while no viewer was read."""
    from .audience import audience_section

    screened, _ = film.audience_or_why_not()
    if screened is None:
        return None
    fields = audience_section(screened)
    return fields | {"figure": _chart(fields["figure"], "audience")}


def _scene(film: ReportedFilm, number: int) -> dict[str, Any]:
    """What the template shows of a scene."""
    analysis, row = film.analysis, film.analysis.scenes[number]
    tc_in, tc_out, _ = wording.scene_timecodes(analysis, row)
    return {
        "title": wording.scene_title(row),
        "in": tc_in,
        "out": tc_out,
        "length": formatting.hms(row.scene.span.seconds),
        "expression": wording.dominant_or_reason(analysis, row),
        "is_weak": wording.certainty_text(analysis, row) != "" or row.dominant is None,
        "why": wording.certainty_text(analysis, row),
        "leading": wording.leading_shares(analysis, row),
        "shares": [formatting.percent(share) for share in row.shares or [None] * len(analysis.labels)],
        "evidence": wording.evidence_text(row),
        "picture": _picture(film, number),
    }  # fmt: skip


def _deviation(analysis: Analysis, deviation: Deviation) -> dict[str, str]:
    return {
        "title": wording.scene_title(deviation.row),
        "target": annotation_wording.target_text(deviation.target),
        "off": annotation_wording.deviation_text(analysis, deviation),
        "reading": annotation_wording.reading_text(deviation, analysis.labels),
    }


def _note(analysis: Analysis, note: PlacedNote) -> dict[str, str]:
    return {
        "at": annotation_wording.note_timecode(analysis, note),
        "scene": wording.scene_title(note.row),
        "text": note.note.text,
    }


def _picture(film: ReportedFilm, number: int) -> str | None:
    """The middle sample's picture of a scene as a data address; None without one."""
    samples = film.samples[number] if film.samples else ()
    thumbnail = samples[len(samples) // 2].thumbnail if samples else None
    content = None if thumbnail is None else film.picture(thumbnail)
    return None if content is None else data_address(content, PICTURE)


def _chart(figure: Any, name: str) -> str:
    figure.update_layout(template="plotly_white")
    html: str = figure.to_html(
        full_html=False, include_plotlyjs=False, div_id=name, config={**charts.PLOTLY_CONFIG, "responsive": True}
    )
    return html


@cache
def _plotly_script() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("report.html")
