"""Uploads that someone asked to delete while another writes to them: a mark that the writer sees, in any process.

    incoming/<upload id>/unwanted     there from when deletion is asked for until the upload is gone

A mark whose maker was ended stays, and whoever opens the upload next removes it then.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ..storage.files import from_os_error
from . import uploads_on_disk


def mark(home: Path, upload_id: str) -> None:
    """Ask its writer to give way. Raises UploadGone or LibraryError."""
    file = _file(home, upload_id)
    try:
        file.touch()
    except FileNotFoundError as error:
        raise uploads_on_disk.gone() from error
    except OSError as error:
        raise from_os_error(error, file) from error


def unmark(home: Path, upload_id: str) -> None:
    """It is to stay after all."""
    with contextlib.suppress(OSError):
        _file(home, upload_id).unlink(missing_ok=True)


def marked(home: Path, upload_id: str) -> bool:
    """Whether its writer must give way: one that is gone counts too."""
    file = _file(home, upload_id)
    return os.path.lexists(file) or not file.parent.is_dir()


def _file(home: Path, upload_id: str) -> Path:
    return uploads_on_disk.folder(home, upload_id) / "unwanted"
