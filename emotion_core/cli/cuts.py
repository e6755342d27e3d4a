"""A cut list on the command line: `analyze FILM --cuts FILE`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SettingsError
from ..storage import os_errors

if TYPE_CHECKING:
    from ..interchange.readers.edit_list import EditList
    from ..media.media import Media
    from ..settings import ShotSettings


def edit_list(path: Path | None, track: str | None) -> EditList | None:
    """What a cut list's file says; None where none is named. Raises SettingsError where it cannot be read."""
    from ..interchange.readers.content import MOST_BYTES
    from ..interchange.readers.registry import read_cut_list

    if path is None:
        if track is not None:
            raise SettingsError("--cuts-track names a track of no cut list.", "Name the list with --cuts FILE.")
        return None
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        why = f"{os_errors.short(path)} cannot be read: {os.strerror(error.errno or 0)}."
        raise SettingsError(why, "Check the path and its permissions.") from error
    return read_cut_list(content, path.name, track=track)


def laid(shots: ShotSettings, edit_list: EditList, media: Media, cuts: tuple[int, ...] = ()) -> ShotSettings:
    """The settings with a list's cuts on a film, and what was taken for granted; `cuts` are those of a detector."""
    from ..interchange.conform import conform

    read = conform(edit_list, media, cuts)
    return replace(shots, cuts=read.cuts, cut_notes=read.notes)
