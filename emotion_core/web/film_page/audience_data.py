"""What the audience's faces show in each scene as JSON types, for the views of the film's page.

The document has `numbers`, the key of the numbers; `who` (“6 viewers”, “12 synthetic viewers”); `confidence` of the
intervals; `least`, the number of viewers below which there is none; `enough`, whether any scene has one; and `scenes`,
a dict each as `_scene` makes it. Shares are from 0 to 1; None is missing, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...analysis import Analysis
from ...audience import ScreeningSummary, Viewer
from ...charts import NOT_ENOUGH, leading_words
from ...errors import LibraryError
from ...formatting import count
from ...interchange import synchrony_text
from ...report.table import round_share


def audience_document(analysis: Analysis, summary: ScreeningSummary, key: str) -> dict[str, Any]:
    """The document of a film's analysis and the numbers of its screening. Raises LibraryError for other scenes."""
    rows = analysis.scenes
    if len(rows) != len(summary.scenes):
        raise LibraryError("The scenes were corrected meanwhile.", "Reload the page.")
    noun = "synthetic viewer" if all(viewer.kind == "synthetic" for viewer in summary.viewers) else "viewer"
    scenes = [
        _scene(summary, index)
        | {"id": row.scene.id, "viewers": int(viewers), "who": count(int(viewers), noun)}  # those with a usable face
        for index, (row, viewers) in enumerate(zip(rows, summary.by_scene.viewers, strict=True))
    ]
    return {
        "numbers": key,
        "who": who(summary.viewers),
        "confidence": summary.settings.confidence,
        "least": summary.settings.least_viewers,
        "enough": any(scene["leading"] is not None for scene in scenes),
        "scenes": scenes,
    }


def who(viewers: Sequence[Viewer]) -> str:
    """“6 viewers”, “12 synthetic viewers”, “8 viewers, 3 of them synthetic”."""
    made = sum(viewer.kind == "synthetic" for viewer in viewers)
    if 0 < made < len(viewers):
        return f"{count(len(viewers), 'viewer')}, {made} of them synthetic"
    return count(len(viewers), "synthetic viewer" if made else "viewer")


def _scene(summary: ScreeningSummary, index: int) -> dict[str, Any]:
    shares = summary.by_scene
    leading, words = shares.leading(index), leading_words(summary, shares, index)
    if leading is None or words is None:
        return _NOTHING | {"text": NOT_ENOUGH, "why": shares.no_interval_because(index)}
    is_known = summary.synchrony.because(index, leading.label) is None
    return {
        "leading": summary.labels[leading.label],
        "rival": summary.labels[leading.rival] if leading.certainty == "mixed" else None,
        "text": words,  # “happy 42 % (31–55 %)”
        "why": None,
        "shares": [round_share(share) for share in shares.share[index].tolist()],
        "synchrony": synchrony_text(summary, index, leading.label) if is_known else None,
    }


_NOTHING: dict[str, Any] = dict.fromkeys(("leading", "rival", "shares", "synchrony"))
