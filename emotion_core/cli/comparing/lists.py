"""`compare OLD.edl NEW.edl`: two cut lists compared by the sources of their clips, without films."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import SettingsError
from ...formatting import in_one_line
from ..options import list_content
from .parts import write_parts

if TYPE_CHECKING:
    import typer

    from ...export.clip_changes import ComparedClips

_SUFFIXES = (".edl", ".otio", ".otioz")


def are_lists(before: Path, after: Path) -> bool:
    """Whether both are cut lists by their names. Raises SettingsError where one is."""
    of_lists = [path for path in (before, after) if path.suffix.lower() in _SUFFIXES]
    if len(of_lists) == 1:
        raise SettingsError(f"{of_lists[0].name} is a list, the other is none.", "Name two films, or two lists.")
    return bool(of_lists)


def compare_two_lists(
    context: typer.Context, before: Path, after: Path, csv: Path | None, to: str, out: Path | None
) -> None:
    """Print what became of each clip, or write it: as CSV, and to `out` in the format `to`."""
    from ...library import Library, outputs

    library = Library.existing()
    csv_file, out_file = files = outputs.outputs_for(library, (before, after), csv, out)
    context.with_resource(outputs.keep_standard_output_clear(files))

    from ...export.clip_changes import FORMATS, write
    from ...interchange.compared_lists import clip_change_table

    clips = load_lists(before, after)
    print(clips.sentence)
    if csv_file is not None:
        csv_file.write(*write("csv", clips, csv_file.path.stem).values())
    if out_file is not None:
        contents = list(write(to, clips, out_file.path.stem).values())
        write_parts(library, (before, after), out_file, FORMATS[to].suffix, contents)
    if csv_file is None and out_file is None:
        table = clip_change_table(clips.before, clips.after, clips.changes)
        columns = ["kind", "moved", "name_before", "name_after", "tc_in_before", "tc_in_after"]
        columns += ["head_frames", "tail_frames"]
        shown = table.loc[table["kind"] != "unchanged", columns]
        if len(shown):
            print(shown.astype(object).fillna("–").to_string(index=False))


def load_lists(before: Path, after: Path) -> ComparedClips:
    """Two lists and what became of the clips. Prints their notes. Raises as read_two_lists."""
    from ...export.clip_changes import ComparedClips
    from ...interchange.compared_lists import read_two_lists

    first, second = read_two_lists((list_content(before), before.name), (list_content(after), after.name))
    for note in dict.fromkeys((*first.notes, *second.notes)):
        print(f"Note: {in_one_line(note)}")
    return ComparedClips.of(first, second)
