"""The scenes with a target, missed ones first, as a table; a click goes to the scene's first frame."""

from __future__ import annotations

from pathlib import Path

from emotion_core.analysis import Analysis, deviations, ranked
from emotion_core.library import Film
from emotion_core.report import annotation_wording, wording

from ..component import component

_deviations = component(
    "deviation_list", Path(__file__).parent, html="deviation_list.html", css=("deviation_list.css",),
    js="deviation_list.js",
)  # fmt: skip


def show(film: Film, analysis: Analysis) -> None:
    """The table."""
    _deviations(
        key=f"deviations-{film.id}",
        data={
            "film": film.id,
            "rows": [
                {
                    "frame": each.row.scene.frame_in,
                    "scene": wording.scene_title(each.row),
                    "number": each.row.scene.number,
                    "target": annotation_wording.target_text(each.target),
                    "result": annotation_wording.deviation_text(analysis, each),
                    "read": annotation_wording.reading_text(each, analysis.labels),
                    "off": each.is_off,
                }
                for each in ranked(deviations(analysis))
            ],
        },
    )
