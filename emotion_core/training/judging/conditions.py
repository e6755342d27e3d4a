"""How the checkpoint reads faces by their size, turn, light and grain: a section of its card.

`python -m tests.benchmarks.readable_faces DATA --out FOLDER` measures it and writes FILE into the checkpoint's folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = "conditions.json"
FEWEST = 8
"""With fewer faces of a label its row says nothing of them."""


def section(folder: Path, weights: str) -> str:
    """The section as Markdown; empty if nothing was measured in this folder, or of other `weights` (SHA-256, hex)."""
    if not (folder / FILE).exists():
        return ""
    measured = json.loads((folder / FILE).read_text())
    if measured["weights"] != weights:
        return ""
    labels = measured["labels"]
    lines = ["", "## By size, turn, light and grain", "", *measured["said"], ""]
    for title, rows in measured["tables"].items():
        lines += [f"### {title}", "", f"| | faces | right | too sure by | {' | '.join(labels)} |"]
        lines += ["|" + "---|" * (len(labels) + 4)]
        lines += [_row(row, labels) for row in rows]
        lines.append("")
    return "\n".join(lines)


def _row(row: dict[str, Any], labels: list[str]) -> str:
    table = np.array(row["table"])
    right = np.trace(table) / table.sum()
    cells = [_recall(table[i], i, labels) for i in range(len(labels))]
    return f"| {row['name']} | {table.sum()} | {right:.2f} | {row['confidence'] - right:+.2f} | {' | '.join(cells)} |"


def _recall(counts: NDArray[np.int64], own: int, labels: list[str]) -> str:
    """“0.29, neutral 0.45”: the share of a label's faces that are read rightly, and what most others are read as."""
    faces = counts.sum()
    if faces < FEWEST:
        return ""
    others = np.where(np.arange(len(labels)) == own, -1, counts)
    most = int(others.argmax())
    wrong = f", {labels[most]} {counts[most] / faces:.2f}" if counts[most] else ""
    return f"{counts[own] / faces:.2f}{wrong}"
