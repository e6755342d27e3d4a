"""The formats by name, and a marker list as the files of one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ...errors import SettingsError
from ..marker_list import MarkerList
from . import avid, edl, edl_lines, final_cut, otio, premiere, resolve

FormatName = Literal["resolve", "premiere", "avid", "final-cut", "otio", "cut-list"]
NAMES: tuple[FormatName, ...] = get_args(FormatName)


@dataclass(frozen=True, slots=True)
class Format:
    title: str
    suffix: str
    mime: str
    how: str
    """Where an editing tool takes it in, in a sentence or two."""
    holds: str
    """What a file of it holds, in a word for its name: two formats may share a suffix."""
    write: Callable[[MarkerList], bytes]
    most: int | None = None
    """Markers and scenes a file; more become several files."""
    whole: bool = False
    """Whether it tells every scene, whichever were chosen for markers."""


FORMATS: dict[FormatName, Format] = {
    "resolve": Format(
        "DaVinci Resolve – timeline markers", ".edl", "text/plain",
        "Media pool, right click on the timeline: Timelines > Import > Timeline Markers from EDL.",
        "markers", resolve.write, most=edl_lines.MOST,
    ),
    "premiere": Format(
        "Premiere Pro – sequence with markers", ".xml", "application/xml",
        "File > Import. It brings a sequence with the markers and an offline clip; to take them along, copy and paste "
        "that clip with “Copy Paste Includes Sequence Markers” on.",
        "markers", premiere.write,
    ),
    "avid": Format(
        "Avid Media Composer – markers", ".txt", "text/plain",
        "Tools > Markers, then Import Markers in the window's menu, with the sequence loaded.",
        "markers", avid.write,
    ),
    "final-cut": Format(
        "Final Cut Pro – project with markers", ".fcpxml", "application/xml",
        "File > Import > XML. It brings a project with one gap that has the markers; connect that gap above your own "
        "timeline. Final Cut's markers are points and have no colours.",
        "markers", final_cut.write,
    ),
    "otio": Format(
        "OpenTimelineIO – scenes and markers", ".otio", "application/json",
        "For tools that read OpenTimelineIO, and for scripts: every scene is a clip, markers lie on the timeline.",
        "scenes", otio.write,
    ),
    "cut-list": Format(
        "Cut list (CMX 3600 EDL) – every scene", ".edl", "text/plain",
        "For tools that conform a finished film by a list, such as Resolve's Pre-Conformed EDL: it is cut at every "
        "scene, whichever get markers.",
        "cuts", edl.write, most=edl_lines.MOST, whole=True,
    ),
}  # fmt: skip


def stem(name: FormatName, film: str) -> str:
    """The name, without a suffix, of a file of this format for `film`, a name without a suffix: “cut 7-markers”."""
    return f"{film}-{FORMATS[name].holds}"


def files(name: FormatName, marker_list: MarkerList, stem: str) -> dict[str, bytes]:
    """The files of a format by their names, `stem` and a suffix; numbered where there are several.

    Raises SettingsError where there is nothing to write, and what the format itself raises.
    """
    chosen = FORMATS[name]
    told = marker_list.scenes if chosen.whole else marker_list.markers
    if not told:
        raise SettingsError("No scene gets a marker with these choices.", "Choose more scenes or expressions.")
    most = chosen.most or len(told)
    if len(told) <= most:
        return {f"{stem}{chosen.suffix}": chosen.write(marker_list)}
    chunks = [told[at : at + most] for at in range(0, len(told), most)]
    parts = [replace(marker_list, scenes=c) if chosen.whole else replace(marker_list, markers=c) for c in chunks]
    return {f"{stem}-{number}{chosen.suffix}": chosen.write(one) for number, one in enumerate(parts, start=1)}


def packed(written: dict[str, bytes], stem: str) -> tuple[str, bytes]:
    """Several files as one: (name, content), a ZIP where there is more than one."""
    if len(written) == 1:
        return next(iter(written.items()))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in written.items():
            # Without the time of day, the same report gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return f"{stem}.zip", content.getvalue()
