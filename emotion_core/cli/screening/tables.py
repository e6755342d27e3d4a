"""The tables that the command `screening` takes: groups of viewers, and reviews."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import SettingsError
from . import recordings

if TYPE_CHECKING:
    from ...library import Library


def groups_of(file: Path | None, files: list[Path]) -> dict[str, dict[str, str]]:
    """The groups in `file` by viewers' names as the library has them; refused before anything is read."""
    from ...audience import groups_of_viewers, read_groups

    if file is None:
        return {}
    return groups_of_viewers(read_groups(content_of(file)), [each.stem for each in files])


def content_of(file: Path) -> bytes:
    from ...storage import short_path

    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{short_path(file)} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error


def keep_ratings(library: Library, screening_id: str, file_name: str, text: str) -> None:
    """Keep the reviews if they are some of this screening's viewers and scenes; else those before stay, with a note."""
    from ...audience import read_ratings, spans_of

    scenes = spans_of(library.analysis(library.screening(screening_id).film_id).scenes)
    try:
        read_ratings(text, library.viewers(screening_id), scenes)
    except SettingsError as error:
        recordings.tell(f"{file_name} was left out: {error}")
        return
    library.set_ratings(screening_id, file_name, text, scenes)
