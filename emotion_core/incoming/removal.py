"""Requests to remove an upload to which another request is writing: a mark that its writer sees, in any process.

    incoming/<upload id>/unwanted     exists from the request until the upload is removed

If the requesting process is killed, its mark stays, and the next request that opens the upload removes the upload.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from ..storage import from_os_error
from . import upload_store


def request(home: Path, upload_id: str) -> None:
    """Ask the upload's writer to stop. Raises UploadGone or LibraryError."""
    file = _mark(home, upload_id)
    try:
        file.touch()
    except FileNotFoundError as error:
        raise upload_store.upload_gone() from error
    except OSError as error:
        raise from_os_error(error, file) from error


def withdraw(home: Path, upload_id: str) -> None:
    """Withdraw the request."""
    with contextlib.suppress(OSError):
        _mark(home, upload_id).unlink(missing_ok=True)


def is_requested(home: Path, upload_id: str) -> bool:
    """Whether the upload's writer must stop. True also if the upload is gone."""
    file = _mark(home, upload_id)
    return os.path.lexists(file) or not file.parent.is_dir()


def _mark(home: Path, upload_id: str) -> Path:
    return upload_store.folder(home, upload_id) / "unwanted"
