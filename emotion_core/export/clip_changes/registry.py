"""The formats of two lists' changes by name, and all of its files in one archive."""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import Any

from ... import interchange
from ...formatting import printable
from ...interchange.compared_lists import mark_clip_changes
from ...interchange.marker_list import Side
from ..changes.registry import ChangesFormat, file_stem, gather, name_files, why_refused
from .compared_clips import ComparedClips

FORMATS: dict[str, ChangesFormat] = {
    each.name: each
    for each in (
        ChangesFormat("csv", "CSV: a row a change", "-clips.csv", "text/csv", "tables", "csv"),
        ChangesFormat(
            "xlsx", "Excel workbook: summary, changes", "-clips.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "workbook",
        ),
        ChangesFormat("html", "Change notes: a web page to print", "-clips.html", "text/html", "html_page"),
        ChangesFormat(
            "edl", "EDL: the second list, each event's place in the first", "-clips.edl", "text/plain", "edl"
        ),
        ChangesFormat(
            "otio", "OpenTimelineIO: the second list, clips of the first", "-clips.otio", "application/json", "otio"
        ),
        ChangesFormat("json", "JSON: every number", "-clips.json", "application/json", "tables", "json"),
    )
}  # fmt: skip
"""The same names as those of a change list of films, in the same order."""


def write(name: str, clips: ComparedClips, stem: str) -> dict[str, bytes]:
    """The files of a format: {name: content}, numbered where there are several. Raises SettingsError for what the
    format cannot hold.
    """
    form = FORMATS[name]
    encode: Any = getattr(import_module(f".{form.module}", __package__), form.function)
    return name_files(form, stem, encode(clips))


def problem_of(name: str, clips: ComparedClips) -> str:
    """Why a format cannot hold these lists, and what to take instead; empty where it can."""
    return why_refused(getattr(import_module(f".{FORMATS[name].module}", __package__), "check", None), clips)


def markers_of(clips: ComparedClips, side: Side, tool: str) -> dict[str, bytes]:
    """Markers of the changes on one list's timeline, as the files of an editing tool's format: {name: content}.

    Raises ComparisonError where nothing changed there, SettingsError for what the format cannot hold.
    """
    of = clips.before if side == "before" else clips.after
    markers = mark_clip_changes(clips.before, clips.after, clips.changes, side)
    return interchange.write_files(tool, markers, f"{printable(PurePath(of.name).stem)}-changes-{tool}")


def archive(clips: ComparedClips) -> tuple[str, bytes]:
    """Name and content of a ZIP with every format, and the markers of both lists for every editing tool.

    What cannot hold these lists is left out; a text file says so.
    """
    stem = file_stem((clips.before.name, clips.after.name))
    files = gather(FORMATS, lambda name: write(name, clips, stem), lambda *of: markers_of(clips, *of), "list")
    return interchange.pack_files(files, f"{stem}-clips")
