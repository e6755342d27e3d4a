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


def compare_two_lists(context: typer.Context, before: Path, after: Path, csv: Path | None, json: Path | None) -> None:
    """Print what became of each clip, or write it as CSV or JSON."""
    from ...library import Library, outputs

    library = Library.existing()
    csv_file, json_file = files = outputs.outputs_for(library, (before, after), csv, json)
    context.with_resource(outputs.keep_standard_output_clear(files))

    from ...interchange.compared_lists import (
        clip_change_table,
        clip_changes_json,
        clip_sentence,
        compare_lists,
        rate_of_fields,
        read_sources,
    )
    from ...report import csv_bytes

    raws = [list_content(path) for path in (before, after)]
    rate = rate_of_fields(raws)
    first, second = (read_sources(raw, path.name, rate) for raw, path in zip(raws, (before, after), strict=True))
    if first.rate != second.rate:
        raise SettingsError(
            f"The lists count {float(first.rate):g} and {float(second.rate):g} frames a second.",
            "Export both at one rate, or compare the films.",
        )
    changes = compare_lists(first, second)
    for note in dict.fromkeys((*first.notes, *second.notes)):
        print(f"Note: {in_one_line(note)}")
    print(clip_sentence(changes))
    if csv_file is not None:
        csv_file.write(csv_bytes(clip_change_table(first, second, changes)))
    if json_file is not None:
        json_file.write(clip_changes_json(first, second, changes))
    if csv_file is None and json_file is None:
        table = clip_change_table(first, second, changes)
        columns = ["kind", "moved", "name_before", "name_after", "tc_in_before", "tc_in_after"]
        columns += ["head_frames", "tail_frames"]
        shown = table.loc[table["kind"] != "unchanged", columns]
        if len(shown):
            print(shown.astype(object).fillna("–").to_string(index=False))
