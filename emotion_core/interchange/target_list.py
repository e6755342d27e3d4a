"""Targets from a table of scenes: the report's own CSV with its target columns filled in, or an editor's list.

A row names its scene by `frame_in`, `tc_in` or `scene` (its number); where it has both a place and a number they must
agree, since numbers shift. The columns `target` (or `expression`) and `target_intensity` (or `intensity`, where there
is no `target_intensity` and the table is not a report) hold what the scene is to show. A cell replaces what was set, an
empty one removes it. What the table has no column or row for stays.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection

from ..analysis import Analysis
from ..annotations import Target
from ..errors import CorrectionError
from ..media import parse_position
from ..parsing import quote
from ..scenes import Scene
from .readers.content import decode

_DELIMITERS = ",;\t"
_SHOWN = 10
"""Columns that a message names."""
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,9})?")
_ADVICE = (
    "Write the table with `targets FILM --csv`, fill in its columns target and target_intensity, and read it again."
)


def read_targets(raw: bytes, analysis: Analysis) -> tuple[Target, ...]:
    """The targets of the table's scenes, as they are to be; an empty Target removes one.

    Raises CutListError for what is no text, CorrectionError, with the line, for what names no scene or no target.
    """
    if not raw.strip():
        raise CorrectionError("The table is empty.", _ADVICE)
    content = decode(raw)
    if content.text is None:
        raise CorrectionError("This is no table of text.", _ADVICE)
    lines = [line for line in content.whole_lines if line.strip()]
    delimiter = max(_DELIMITERS, key=lines[0].count)
    reader = csv.DictReader(io.StringIO(content.text, newline=""), delimiter=delimiter)
    try:
        columns = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        place = next((name for name in ("frame_in", "tc_in", "scene") if name in columns), None)
        expression = next((name for name in ("target", "expression") if name in columns), None)
        intensity = _intensity_column(columns.keys())
        if place is None or (expression is None and intensity is None):
            found = ", ".join(quote(name) for name in list(columns)[:_SHOWN])
            raise CorrectionError(f"The table has no column for scenes, or none for targets: it has {found}.", _ADVICE)
        now, targets = analysis.report_settings.annotations.by_scene, dict[int, Target]()
        for row in reader:
            cells = {name: (row[column] or "").strip() for name, column in columns.items()}
            if not any(cells.values()):
                continue
            where = f"Line {reader.line_num} of the table"
            scene = _scene(analysis, cells, place, where)
            if scene.id in targets:
                raise CorrectionError(f"{where} names scene {scene.number} again.", "Write one row a scene.")
            target = now.get(scene.id, Target(scene.id))
            if expression is not None:
                target = target._replace(expression=cells[expression].removeprefix("'") or None)
            if intensity is not None:
                target = target._replace(intensity=parse_intensity(cells[intensity], where))
            targets[scene.id] = target
    except csv.Error as error:
        raise CorrectionError(f"Line {reader.line_num} of the table cannot be read: {error}.", _ADVICE) from error
    if not targets:
        raise CorrectionError("The table has no row.", "Write one row a scene.")
    return tuple(targets.values())


def parse_intensity(text: str, where: str) -> float | None:
    """An intensity as 0.6, 0,6 or 60 %; None for an empty cell. Raises CorrectionError."""
    plain = text.strip()
    if not plain:
        return None
    number, sign, rest = plain.partition("%")
    if not _NUMBER.fullmatch(number.strip()) or rest:
        raise CorrectionError(
            f"{where} has the intensity {quote(plain)}.", "Write a number from 0 to 1, or a percentage."
        )
    value = float(number.strip().replace(",", ".")) / (100 if sign else 1)
    if value > 1:
        raise CorrectionError(f"{where} has the intensity {quote(plain)}.", "It goes from 0 to 1.")
    return value


def _intensity_column(columns: Collection[str]) -> str | None:
    """A report has a column `intensity` of what is read, which is no target."""
    if "target_intensity" in columns:
        return "target_intensity"
    return "intensity" if "intensity" in columns and "dominant" not in columns else None


def _scene(analysis: Analysis, cells: dict[str, str], place: str, where: str) -> Scene:
    """The scene that a row names. Raises CorrectionError."""
    scenes, text, number = [row.scene for row in analysis.scenes], cells[place], cells.get("scene", "")
    if place == "scene" or not text:
        if not number.isdecimal() or len(number) > 9 or not 1 <= int(number) <= len(scenes):
            raise CorrectionError(f"{where} names scene {quote(number)}.", f"This film has scenes 1 to {len(scenes)}.")
        return scenes[int(number) - 1]
    frame = parse_position(text, analysis.observations.media)
    scene = next((scene for scene in scenes if scene.frame_in == frame), None)
    if scene is None or (number and number != str(scene.number)):
        raise CorrectionError(
            f"{where} has a scene {number} that begins at {quote(text)}: none does so now.".replace("  ", " "), _ADVICE
        )
    return scene
