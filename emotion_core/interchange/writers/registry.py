"""The export formats by name, and a marker list as the files of one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ...errors import SettingsError
from ..marker_list import MarkerList
from . import avid, edl, final_cut, otio, premiere, resolve
from .format import Format

_WRITERS = (resolve, premiere, avid, final_cut, otio, edl)
"""One module a format, in the order in which pages and the command line offer them."""
FORMATS: dict[str, Format] = {writer.FORMAT.name: writer.FORMAT for writer in _WRITERS}
NAMES = tuple(FORMATS)

if TYPE_CHECKING:
    FormatName = str
else:
    FormatName = Literal[NAMES]  # Typer reads the choices of --to from the type
"""A key of FORMATS."""


def file_stem(name: FormatName, film: str) -> str:
    """Name without suffix of a file of this format, for a film's name without suffix: “cut 7-markers”."""
    return f"{film}-{FORMATS[name].content}"


def write_files(name: FormatName, marker_list: MarkerList, stem: str) -> dict[str, bytes]:
    """The files of a format: {name: content}, named `stem` and the suffix, numbered where there are several.

    Raises SettingsError where there is nothing to write, and what the format's writer raises.
    """
    chosen = FORMATS[name]
    entries = marker_list.scenes if chosen.has_every_scene else marker_list.markers
    if not entries:
        raise SettingsError("No scene gets a marker with these choices.", "Choose more scenes or expressions.")
    most = chosen.max_entries or len(entries)
    if len(entries) <= most:
        return {f"{stem}{chosen.suffix}": chosen.write(marker_list)}
    chunks = [entries[at : at + most] for at in range(0, len(entries), most)]
    parts = [
        replace(marker_list, scenes=chunk) if chosen.has_every_scene else replace(marker_list, markers=chunk)
        for chunk in chunks
    ]
    return {f"{stem}-{number}{chosen.suffix}": chosen.write(part) for number, part in enumerate(parts, start=1)}


def pack_files(files: dict[str, bytes], stem: str) -> tuple[str, bytes]:
    """Pack files into one: (name, content), a ZIP where there is more than one."""
    if len(files) == 1:
        return next(iter(files.items()))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in files.items():
            # ZipInfo has a fixed date, so that the same report gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return f"{stem}.zip", content.getvalue()
