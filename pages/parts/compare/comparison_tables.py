"""The numbers behind the charts of the Compare page."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from emotion_core.compare import SharedSegment

_OF_THE_FILM = ("scene", "name", "tc_in", "tc_out", "seconds", "dominant", "certainty")


def shared_footage(segments: Sequence[SharedSegment]) -> pd.DataFrame:
    """A row a stretch of footage that both films show, in the order of the second."""
    times = {
        "first film from, s": [segment.before.start for segment in segments],
        "first film to, s": [segment.before.end for segment in segments],
        "second film from, s": [segment.after.start for segment in segments],
        "second film to, s": [segment.after.end for segment in segments],
    }
    return pd.DataFrame(
        {
            **{column: [round(float(second), 2) for second in seconds] for column, seconds in times.items()},
            "in another place": ["yes" if segment.moved else "no" for segment in segments],
        }
    )


def scenes(tables: Sequence[pd.DataFrame], names: Sequence[str], labels: Sequence[str]) -> pd.DataFrame:
    """The scenes of one film or several, from their reports' tables: place, dominant expression, shares in percent."""
    return pd.concat([_of_film(*each, labels) for each in zip(tables, names, strict=True)], ignore_index=True)


def _of_film(table: pd.DataFrame, name: str, labels: Sequence[str]) -> pd.DataFrame:
    rows = table[[*_OF_THE_FILM, *labels, "coverage"]].rename(columns=lambda column: column.replace("_", " "))
    for column in (*labels, "coverage"):
        rows[column] = (rows[column].astype(float) * 100).round(1)
    rows.insert(0, "film", name)
    return rows.rename(columns={**{label: f"{label}, %" for label in labels}, "coverage": "coverage, %"})
