"""Resumable uploads of films: announced, received in parts, completed.

The bytes received survive the end of the connection, the browser or the app. This module is independent of HTTP.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import EmotionError, ScreeningGone, UploadBusy, UploadGone, UploadMismatch
from ..incoming import (
    PartialFile,
    RecordingClaim,
    Upload,
    certainly_fits,
    removal,
    storage_budget,
    upload_store,
)
from ..library import Library, plain_name
from ..settings import ScanSettings
from ..storage import Configuration, Home, RunningHash, clock, from_os_error, locked
from . import background_alignment, recording_uploads
from .upload_writer import Writer


@dataclass(frozen=True, slots=True)
class Refusal:
    """A complete upload that is no film."""

    id: str
    name: str
    why: str
    """One clear message."""
    at: datetime
    recording: RecordingClaim | None = None
    """For which screening it was the recording of a viewer; None for a film."""


class Uploads:
    """The uploads of a library. Threads may share an object; other processes may have one for the same library."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._hashes: dict[str, RunningHash] = {}
        """Hashes of the bytes that this object received, by upload; those of other bytes are computed from the file."""
        self._written: set[str] = set()
        """Uploads for which a Writer of this object is open."""

    def announce(
        self,
        name: str,
        length: int,
        settings: ScanSettings | None = None,
        recording: RecordingClaim | None = None,
        announced_id: str = "",
    ) -> Upload:
        """Create an upload of `length` bytes; with `settings` the film is analysed on completion, and with the SHA-256
        `announced_id` other bytes are refused.

        With `recording` it becomes a viewer of a screening, and is always analysed. Raises ScreeningGone, SettingsError
        without consent, DiskFull or QuotaReached without room for it, LibraryError if it cannot be stored.
        """
        library, name = Library.open(self.home), plain_name(name)
        if recording is not None:
            recording_uploads.check_claim(library, name, recording)
        with locked(Home(self.home).announcement_lock):  # two announcements must not claim the same room
            if not certainly_fits(self.home, length):
                self.sweep()
                storage_budget(self.home).check_room(length, name)
            return upload_store.create(self.home, name, length, settings, recording, announced_id)

    def get(self, upload_id: str) -> Upload:
        """The upload with this id, also one completed within the last day. Raises UploadGone."""
        return upload_store.read(self.home, upload_id)

    def unfinished(self) -> list[Upload]:
        """Uploads that are not completed, the one changed last first."""
        self.sweep()
        return [upload for upload in upload_store.all_uploads(self.home) if upload.outcome is None]

    def flush(self, upload_id: str) -> None:
        """Sync the bytes received to disk, so that a reported offset survives a power cut. Raises LibraryError."""
        if not self.active(upload_id):  # an open writer syncs when it is closed
            upload_store.flush(self.home, upload_id)

    def active(self, upload_id: str) -> bool:
        """Whether a Writer of this object is open for the upload."""
        return upload_id in self._written

    def refusals(self) -> list[Refusal]:
        """Complete uploads of the last day that are no films, newest first."""
        return [
            Refusal(upload.id, upload.name, upload.outcome.problem, upload.changed_at, upload.recording)
            for upload in upload_store.all_uploads(self.home)
            if upload.outcome is not None and not upload.outcome.film_id
        ]

    def remove(self, upload_id: str) -> None:
        """Delete an upload, completed or not. Raises UploadBusy or UploadGone."""
        with self._exclusive(upload_id):
            upload_store.remove(self.home, upload_id)
        self._hashes.pop(upload_id, None)

    def remove_from_writer(self, upload_id: str) -> None:
        """Delete an upload that may have a writer, in this or another process; ask the writer to close it.

        Raises UploadBusy until the writer has closed it: call again, or call `keep`. Raises UploadGone, LibraryError.
        """
        removal.request(self.home, upload_id)
        self.remove(upload_id)

    def keep(self, upload_id: str) -> None:
        """Withdraw the request to the upload's writer to close it."""
        removal.withdraw(self.home, upload_id)

    def sweep(self) -> None:
        """Delete expired uploads, and outcomes older than OUTCOME_LIFETIME. Raises SettingsError."""
        days, now = Configuration.load(self.home).unfinished_days, datetime.fromtimestamp(clock.earliest(), UTC)
        uploads = upload_store.all_uploads(self.home)
        stranded = recording_uploads.problems(self.home, uploads)  # for a screening that was deleted
        for upload in uploads:
            is_over = upload.outcome is not None
            until = upload.changed_at + upload_store.OUTCOME_LIFETIME if is_over else upload.expires(days)
            is_to_finish = upload.is_complete and not is_over and upload.id not in stranded
            if until < now and not is_to_finish:
                with contextlib.suppress(UploadBusy, UploadGone), self._exclusive(upload.id):
                    if self.get(upload.id) == upload:  # unchanged meanwhile
                        upload_store.remove(self.home, upload.id)
                        self._hashes.pop(upload.id, None)
        upload_store.remove_orphans(self.home, {upload.id for upload in uploads})

    def finish_pending(self) -> None:
        """Finish complete uploads that the end of the app interrupted, and align recordings that arrived before it.

        Those that fail are logged, and stay.
        """
        self.sweep()
        for upload in upload_store.all_uploads(self.home):
            if upload.is_complete and (upload.outcome is None or upload_store.part_path(self.home, upload.id).exists()):
                try:
                    with (
                        contextlib.suppress(UploadBusy, UploadGone, ScreeningGone),
                        self.open(upload.id, upload.offset) as writer,
                    ):
                        writer.finish()
                except (EmotionError, OSError):
                    logging.getLogger(__name__).warning("%s could not be taken in.", upload.id, exc_info=True)
        background_alignment.align_soon(self.home)

    def open(self, upload_id: str, offset: int) -> Writer:
        """Open the upload for writing from `offset` on.

        Bytes that this object did not receive are read to hash them. Raises UploadGone, UploadBusy, UploadMismatch,
        ScreeningGone, LibraryError, or DiskFull or QuotaReached without room for the remaining bytes.
        """
        with contextlib.ExitStack() as closing:
            closing.enter_context(self._exclusive(upload_id))
            upload = self.get(upload_id)
            if removal.is_requested(self.home, upload_id):  # the process that requested it ended before it was done
                upload_store.remove(self.home, upload_id)
                raise upload_store.upload_gone()
            if offset != upload.offset:
                raise UploadMismatch(
                    f"Bytes from {offset} on were sent, and {upload.offset} are here.", "Go on from there."
                )
            if upload.recording is not None and upload.outcome is None:  # before further bytes are sent in vain
                recording_uploads.check_screening(Library.open(self.home), upload.name, upload.recording)
            part = None
            if not upload.is_complete:
                replace(storage_budget(self.home), pending=0).check_room(
                    upload.length - offset, f"The rest of {upload.name}"
                )
                part = PartialFile(upload_store.part_path(self.home, upload_id), self._hashes.pop(upload_id, None))
                closing.callback(self._release, upload_id, part)
                closing.callback(part.close)
                self._written.add(upload_id)
            return Writer(self.home, upload, part, closing.pop_all())

    def _release(self, upload_id: str, part: PartialFile) -> None:
        self._hashes[upload_id] = part.hash
        self._written.discard(upload_id)

    @contextlib.contextmanager
    def _exclusive(self, upload_id: str) -> Iterator[None]:
        """Hold the upload's lock against all threads and processes. Raises UploadBusy or UploadGone."""
        self.get(upload_id)
        # A new handle, so that a second request of this process is locked out too. The lock ends with its process.
        lock = FileLock(upload_store.folder(self.home, upload_id) / "lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise UploadBusy("Another window is sending this film.", "Wait until it stops.") from error
        except FileNotFoundError as error:
            raise upload_store.upload_gone() from error
        except OSError as error:
            raise from_os_error(error, Path(lock.lock_file)) from error
        try:
            self.get(upload_id)  # the previous holder may have removed it
            yield
        finally:
            lock.release()
