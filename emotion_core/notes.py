"""What a report says of itself: how the film was read, and what its reader must know to trust a number or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import damage, timing
from .calibration import Temperature
from .grouping import without_places
from .observations import Observations
from .scenes import Scene, shots_in
from .settings import ReportSettings
from .shots import without_layouts

if TYPE_CHECKING:
    from .summary import SceneEmotion


def notes(
    observations: Observations,
    rows: Sequence[SceneEmotion],
    settings: ReportSettings,
    found: tuple[Scene, ...],
    waiting: list[str],
    read_once: tuple[int, int],
    temperature: Temperature,
) -> tuple[str, ...]:
    """One sentence or two each, for a person.

    `rows` are the report's, `found` the scenes before corrections, `waiting` the corrections without effect, and
    `read_once` says of how many faces how many were taken over from the frame before.
    """
    hurt = damage.of(observations)
    out = [*([] if hurt is None else [hurt.told]), *observations.media.notes]
    out += timing.told(observations, whole=hurt is None)
    if without_layouts(observations, settings.shots):
        out.append(
            "This analysis is older than the combined detector: the adaptive one found its cuts, but no dissolves or "
            "fades. Analyse the film again to find those."
        )
    if without_places(observations, settings):
        out.append(
            "This analysis is older than the colours that a place is known by: only shots framed alike were grouped. "
            "Analyse the film again to group the others."
        )
    if observations.frames == 1:
        out.append("This film is a single frame: one scene, and no interval can be given.")
    elif len(shots_in(found)) == 1:
        out.append("No cut was found: the whole film is one scene." if len(rows) == 1 else "No cut was found.")
    if rows and not any(row.faces for row in rows):
        small = sum(s.too_small for s in observations.samples)
        why = f"; {small} were smaller than {observations.scan_settings.min_face_px} px" if small else ""
        out.append(f"No usable face was found on {len(observations.samples)} sampled frames{why}: shares are empty.")
    if read_once[1]:
        out.append(
            f"{read_once[1]:,} of {read_once[0]:,} faces were the same picture as on the sampled frame before and were "
            "not read again."
        )
    if waiting:
        more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
        out.append(
            "Corrections that do not fit the scenes as they are found now are kept, without effect: "
            f"{', '.join(waiting[:3])}{more}."
        )
    if temperature.note:
        out.append(temperature.note)
    return tuple(out)
