"""`compare OLD.edl NEW.edl`: two cut lists compared by the sources of their clips, without films."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import SettingsError
from ...formatting import in_one_line
from ..options import list_content

if TYPE_CHECKING:
    import typer

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

    from ...interchange.compared_lists import (
        clip_change_table,
        clip_changes_json,
        clip_sentence,
        compare_lists,
        read_two_lists,
    )
    from ...report import csv_bytes

    first, second = read_two_lists((list_content(before), before.name), (list_content(after), after.name))
    changes = compare_lists(first, second)
    for note in dict.fromkeys((*first.notes, *second.notes)):
        print(f"Note: {in_one_line(note)}")
    print(clip_sentence(changes))
    if csv_file is not None:
        csv_file.write(csv_bytes(clip_change_table(first, second, changes)))
    if out_file is not None:
        from ...export.clip_changes import clip_changes_html, clip_changes_xlsx

        writers = {"json": clip_changes_json, "xlsx": clip_changes_xlsx, "html": clip_changes_html}
        out_file.write(writers[to](first, second, changes))
    if csv_file is None and out_file is None:
        table = clip_change_table(first, second, changes)
        columns = ["kind", "moved", "name_before", "name_after", "tc_in_before", "tc_in_after"]
        columns += ["head_frames", "tail_frames"]
        shown = table.loc[table["kind"] != "unchanged", columns]
        if len(shown):
            print(shown.astype(object).fillna("–").to_string(index=False))
