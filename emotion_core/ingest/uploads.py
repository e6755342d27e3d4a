"""Films that come in piece by piece, over days if need be: announced, sent, taken in.

What has arrived stays whatever ends: the connection, the browser, the app. Nothing here knows HTTP.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from ..errors import EmotionError, UploadBusy, UploadGone, UploadMismatch, UploadTooLong
from ..incoming import removal, uploads_on_disk
from ..incoming.partial_file import Hash, Part
from ..incoming.quota import disk_must_hold, space, surely_holds
from ..incoming.uploads_on_disk import Outcome, Upload
from ..library.films import plain
from ..library.library import Library
from ..settings import ScanSettings
from ..storage import clock
from ..storage.config import Configuration
from ..storage.files import from_os_error, locked
from . import completion


@dataclass(frozen=True, slots=True)
class Refusal:
    """An upload that came in whole and is no film."""

    id: str
    name: str
    why: str
    """One clear message."""
    at: datetime


class Uploads:
    """A library's uploads. Several threads may use it at once, and other processes their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._hashes: dict[str, Hash] = {}
        """Of what has arrived, where it came through here; elsewhere it is read again."""
        self._written: set[str] = set()
        """Uploads that a Writer of this object is open on."""

    def announce(self, name: str, length: int, settings: ScanSettings | None = None) -> Upload:
        """An upload of `length` bytes; with `settings` the film is analysed as soon as it is here.

        Raises DiskFull or QuotaReached where there is no room for it, LibraryError where it cannot be kept.
        """
        Library.open(self.home)
        name = plain(name)
        with locked(self.home / "incoming" / "announce.lock"):  # two at once may not be promised the same room
            if not surely_holds(self.home, length):
                self.sweep()
                space(self.home).must_hold(length, name)
            return uploads_on_disk.new(self.home, name, length, settings)

    def get(self, upload_id: str) -> Upload:
        """Finished ones included, for a day. Raises UploadGone."""
        return uploads_on_disk.read(self.home, upload_id)

    def unfinished(self) -> list[Upload]:
        """Those that wait for bytes, or for being taken in; the one that moved last comes first."""
        self.sweep()
        return [upload for upload in uploads_on_disk.uploads(self.home) if upload.outcome is None]

    def flush(self, upload_id: str) -> None:
        """Make what has arrived survive a power cut, before anyone is told its offset. Raises LibraryError."""
        if not self.active(upload_id):  # its writer does, when it is closed
            uploads_on_disk.flush(self.home, upload_id)

    def active(self, upload_id: str) -> bool:
        """Whether someone writes to it through this object now."""
        return upload_id in self._written

    def refusals(self) -> list[Refusal]:
        """Uploads of the last day that came in whole and are no films, newest first."""
        return [
            Refusal(upload.id, upload.name, upload.outcome.problem, upload.changed_at)
            for upload in uploads_on_disk.uploads(self.home)
            if upload.outcome is not None and not upload.outcome.film_id
        ]

    def remove(self, upload_id: str) -> None:
        """Forget an upload, unfinished or over. Raises UploadBusy or UploadGone."""
        with self._alone(upload_id):
            uploads_on_disk.remove(self.home, upload_id)
        self._hashes.pop(upload_id, None)

    def remove_from_writer(self, upload_id: str) -> None:
        """Forget an upload that another may be writing to: its writer, in whatever process, is asked to give way.

        Raises UploadBusy where it has not yet, to be called again then, or `keep` to be; UploadGone, LibraryError.
        """
        removal.mark(self.home, upload_id)
        self.remove(upload_id)

    def keep(self, upload_id: str) -> None:
        """Ask its writer no more to give way."""
        removal.unmark(self.home, upload_id)

    def sweep(self) -> None:
        """Remove what expired, and what was remembered for long enough. Raises SettingsError."""
        days, now = Configuration.of(self.home).unfinished_days, datetime.fromtimestamp(clock.surely(), UTC)
        known = uploads_on_disk.uploads(self.home)
        for upload in known:
            over = upload.outcome is not None
            until = upload.changed_at + uploads_on_disk.REMEMBERED if over else upload.expires(days)
            if until < now and (over or not upload.whole):  # what is whole is taken in, however late
                with contextlib.suppress(UploadBusy, UploadGone), self._alone(upload.id):
                    if self.get(upload.id) == upload:  # nobody went on with it meanwhile
                        uploads_on_disk.remove(self.home, upload.id)
                        self._hashes.pop(upload.id, None)
        uploads_on_disk.remove_remains(self.home, {upload.id for upload in known})

    def finish_pending(self) -> None:
        """Take in what is whole: the app ended before that. What cannot be taken in now is logged, and stays."""
        self.sweep()
        for upload in uploads_on_disk.uploads(self.home):
            if upload.whole and (upload.outcome is None or uploads_on_disk.part(self.home, upload.id).exists()):
                try:
                    with contextlib.suppress(UploadBusy, UploadGone), self.open(upload.id, upload.offset) as writer:
                        writer.finish()
                except (EmotionError, OSError):
                    logging.getLogger(__name__).warning("%s could not be taken in.", upload.id, exc_info=True)

    def open(self, upload_id: str, offset: int) -> Writer:
        """The upload, to be written to from `offset` on.

        Reads what has arrived where it did not come through here. Raises UploadGone, UploadBusy, UploadMismatch,
        LibraryError, or DiskFull or QuotaReached where there is no room any more for what is to come.
        """
        with contextlib.ExitStack() as held:
            held.enter_context(self._alone(upload_id))
            upload = self.get(upload_id)
            if removal.marked(self.home, upload_id):  # who asked for that was ended before it was done
                uploads_on_disk.remove(self.home, upload_id)
                raise uploads_on_disk.gone()
            if offset != upload.offset:
                raise UploadMismatch(
                    f"Bytes from {offset} on were sent, and {upload.offset} are here.", "Go on from there."
                )
            part = None
            if not upload.whole:
                replace(space(self.home), promised=0).must_hold(upload.length - offset, f"The rest of {upload.name}")
                part = Part(uploads_on_disk.part(self.home, upload_id), self._hashes.pop(upload_id, None))
                held.callback(self._left, upload_id, part)
                held.callback(part.close)
                self._written.add(upload_id)
            return Writer(self.home, upload, part, held.pop_all())

    def _left(self, upload_id: str, part: Part) -> None:
        self._hashes[upload_id] = part.hash
        self._written.discard(upload_id)

    @contextlib.contextmanager
    def _alone(self, upload_id: str) -> Iterator[None]:
        """While nobody else has the upload, in whichever thread or process. Raises UploadBusy or UploadGone."""
        self.get(upload_id)
        # A handle of its own, so that a second request of this process is kept out too; freed when its process dies.
        lock = FileLock(uploads_on_disk.folder(self.home, upload_id) / "lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise UploadBusy("Another window is sending this film.", "Wait until it stops.") from error
        except FileNotFoundError as error:
            raise uploads_on_disk.gone() from error
        except OSError as error:
            raise from_os_error(error, Path(lock.lock_file)) from error
        try:
            self.get(upload_id)  # who had it may have removed it
            yield
        finally:
            lock.release()


class Writer:
    """An upload that nobody else writes to until this is closed. Its calls may come from any thread, one at a time."""

    def __init__(self, home: Path, upload: Upload, part: Part | None, closing: contextlib.ExitStack) -> None:
        self.upload = upload
        """As it was when this was opened."""
        self._home = home
        self._part = part
        """None where all bytes were here before."""
        self._closing = closing

    @property
    def offset(self) -> int:
        """Bytes that are here."""
        return self.upload.offset if self._part is None else self._part.size

    @property
    def whole(self) -> bool:
        return self.offset >= self.upload.length

    @property
    def unwanted(self) -> bool:
        """Whether someone asked to delete the upload: then this is to be closed soon."""
        return removal.marked(self._home, self.upload.id)

    def must_take(self, more: int) -> None:
        """Raises UploadTooLong where `more` bytes are beyond what was announced."""
        if self.offset + more > self.upload.length:
            raise UploadTooLong(
                f"{self.offset + more} bytes of {self.upload.name} were sent, and {self.upload.length} announced.",
                "Did the file change meanwhile? Remove the upload and send it anew.",
            )

    def append(self, chunk: bytes | bytearray) -> None:
        """Raises UploadTooLong, having kept nothing of `chunk`; LibraryError, or DiskFull, having kept what it took."""
        self.must_take(len(chunk))
        if self._part is not None:
            disk_must_hold(self._home, len(chunk))
            self._part.append(chunk)

    def finish(self) -> Outcome:
        """Take the whole film in, or say again what became of it. Raises LibraryError; nothing is lost then."""
        upload = replace(self.upload, offset=self.offset)
        return completion.finish(self._home, upload, self._part)

    def close(self) -> None:
        """What has arrived then survives a power cut. Raises LibraryError where it may not."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
