"""The formats of a change list by name, and all of its files in one archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

from ... import interchange
from ...errors import ComparisonError, SettingsError
from ...formatting import in_one_line, printable
from .compared_cuts import ComparedCuts


@dataclass(frozen=True, slots=True)
class ChangesFormat:
    """A format of a change list, with everything that the page and the command line need to know about it."""

    name: str
    """Name on the command line."""
    title: str
    suffix: str
    """Lower case, with what the file holds: two formats may share an ending."""
    mime: str
    module: str
    """Module of this package, loaded when it writes. Its `function` gives the content of one file or of several."""
    function: str = "write"


FORMATS: dict[str, ChangesFormat] = {
    each.name: each
    for each in (
        ChangesFormat("csv", "CSV: a row a change", "-changes.csv", "text/csv", "tables", "csv"),
        ChangesFormat(
            "xlsx", "Excel workbook: summary, changes, expressions", "-changes.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "workbook",
        ),
        ChangesFormat(
            "html", "Change notes: a web page with pictures of both cuts, to print", "-changes.html", "text/html",
            "html_page",
        ),
        ChangesFormat(
            "edl", "EDL: the second cut, each event's place in the first", "-changes.edl", "text/plain", "edl"
        ),
        ChangesFormat(
            "otio", "OpenTimelineIO: the second cut, clips of the first", "-changes.otio", "application/json", "otio"
        ),
        ChangesFormat(
            "json", "JSON: every number, with the settings behind it", "-changes.json", "application/json", "document"
        ),
    )
}  # fmt: skip
"""In the order in which the page and the command line offer them."""
NAMES = tuple(FORMATS)
STEM = 100
"""Bytes of each film's name in a file's name: file systems take 255 in all."""

if TYPE_CHECKING:
    ChangesName = str
else:
    ChangesName = Literal[NAMES]  # Typer reads the choices of --to from the type
"""A key of FORMATS."""


def file_stem(files: tuple[str, str]) -> str:
    """Name without suffix of the files of two films: “cut 7-vs-cut 8”, on one short line."""
    stems = (in_one_line(PurePath(file).stem).encode()[:STEM].decode(errors="ignore").strip() for file in files)
    return "-vs-".join(stems)


def write(name: ChangesName, cuts: ComparedCuts, stem: str) -> dict[str, bytes]:
    """The files of a format: {name: content}, named `stem` and its suffix, numbered where there are several.

    Raises ComparisonError where the cuts share no footage, SettingsError for what the format cannot hold.
    """
    cuts.check()
    form = FORMATS[name]
    encode: Any = getattr(import_module(f".{form.module}", __package__), form.function)
    return name_files(form, stem, encode(cuts))


def name_files(form: ChangesFormat, stem: str, content: bytes | list[bytes]) -> dict[str, bytes]:
    """The files of a format, {name: content}: named `stem` and its suffix, numbered where there are several."""
    if isinstance(content, bytes):
        return {f"{stem}{form.suffix}": content}
    if len(content) == 1:
        return {f"{stem}{form.suffix}": content[0]}
    left, dot, ending = form.suffix.rpartition(".")
    return {f"{stem}{left}-{number}{dot}{ending}": part for number, part in enumerate(content, start=1)}


def problem_of(name: ChangesName, cuts: ComparedCuts) -> str:
    """Why a format cannot hold these films, and what to take instead; empty where it can."""
    return why_refused(getattr(import_module(f".{FORMATS[name].module}", __package__), "check", None), cuts)


def why_refused(check: Callable[[Any], object] | None, of: object) -> str:
    """What a format's check says against what it is asked to hold; empty without a check, and where it says nothing."""
    try:
        if check is not None:
            check(of)
    except SettingsError as error:
        return str(error)
    return ""


def is_several(name: ChangesName, cuts: ComparedCuts) -> bool:
    """Whether a format makes several files of these films."""
    counts: Any = getattr(import_module(f".{FORMATS[name].module}", __package__), "is_several", None)
    return counts is not None and bool(counts(cuts))


def archive(cuts: ComparedCuts) -> tuple[str, bytes]:
    """Name and content of a ZIP with every format, and the markers of both cuts for every editing tool.

    A format that cannot hold these films, such as an EDL of two rates, is left out; a text file says so.
    """
    stem = file_stem(cuts.files)

    def markers(side: interchange.Side, tool: str) -> dict[str, bytes]:
        film = cuts.files[side == "after"]
        marked = interchange.mark_changes(*cuts.analyses, cuts.listed, side, film)
        return interchange.write_files(tool, marked, f"{printable(PurePath(film).stem)}-changes-{tool}")

    files = gather(FORMATS, lambda name: write(name, cuts, stem), markers, "cut")
    return interchange.pack_files(files, f"{stem}-changes")


def gather(
    formats: dict[str, ChangesFormat],
    write_format: Callable[[str], dict[str, bytes]],
    markers: Callable[[interchange.Side, str], dict[str, bytes]],
    noun: str,
) -> dict[str, bytes]:
    """The files of all formats, and in folders the markers of both sides for every editing tool; `noun`: what they are.

    What cannot be written is left out; a text file says so.
    """
    files, missing = dict[str, bytes](), []
    for name, form in formats.items():
        try:
            files |= write_format(name)
        except SettingsError as error:
            missing.append(f"{form.title}: {error}\n")
    sides: tuple[tuple[interchange.Side, str], ...] = (("before", f"first {noun}"), ("after", f"second {noun}"))
    for tool, marker_format in interchange.FORMATS.items():
        for side, words in sides if not marker_format.has_every_scene else ():
            try:
                files |= {f"markers of the {words}/{file}": content for file, content in markers(side, tool).items()}
            except (ComparisonError, SettingsError) as error:  # nothing changed there, or more than 24 hours
                missing.append(f"{marker_format.title}, {words}: {error}\n")
    if missing:
        files["not included.txt"] = "".join(missing).encode()
    return files
