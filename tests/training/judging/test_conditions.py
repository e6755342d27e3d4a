"""The card's section on how faces are read by size, turn, light and grain."""

from __future__ import annotations

import json
from pathlib import Path

from emotion_core.training.judging import conditions


def test_the_card_tells_each_condition_and_what_is_taken_for_what(tmp_path: Path) -> None:
    """Each row has its figures; a label with few faces has none; what was measured of other weights is not told."""
    assert conditions.section(tmp_path, "ab") == ""
    row = {"name": "32", "table": [[6, 4, 0], [1, 9, 0], [1, 1, 1]], "confidence": 0.9}
    tables = {"Size": [row]}
    measured = {"weights": "ab", "labels": ["sad", "happy", "fear"], "said": ["Said."], "tables": tables}
    (tmp_path / conditions.FILE).write_text(json.dumps(measured))
    section = conditions.section(tmp_path, "ab")
    assert "### Size" in section
    assert "| 32 | 23 | 0.70 | +0.20 | 0.60, happy 0.40 | 0.90, sad 0.10 |  |" in section
    assert conditions.section(tmp_path, "cd") == ""
