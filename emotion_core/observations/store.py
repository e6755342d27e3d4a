"""Observation stores: the only form that observations have on disk, written and read here only.

A store is a folder:

    scan.json            media, settings, checkpoint, engine; written first
    segments/00000.npz   scores, samples, faces and logits of one part of the film
    segments/00000.jpgs  the thumbnails of that part, end to end; absent where no pictures are kept
    embeddings/          what tells people apart, where that was asked for, see embeddings
    sound.npz            fingerprints of the sound, see sound; scans of earlier versions and of viewers have none
    read.json            the number of segments that hold the film's frames, and the film's exact length; written
                         once every frame was read that can be
    sealed.json          the number of all segments, their hashes and that of scan.json; written last

Every file carries a hash of its bytes: JSON files in their first line, segments behind their archive, thumbnails as
checksums in their segment. A finished scan of which one byte changed is refused. Of an unfinished one the first damaged
segment and those after it are read from the film again.

A scan that was stopped can be read, and continued, up to its last whole segment.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import INVALID_DATA_ERRORS, EarlierVersion, LaterVersion, MediaError, OutOfDescriptors, ScanError
from ..faces import SeamState
from ..media import Media
from ..settings import ScanSettings, scan_from_json, to_json
from ..storage import ChangedError, descriptors, file_hash, group_mode, hashed_json, write_whole
from ..system.garbage import search_paused
from . import later_version
from .face_list import FaceList
from .joining import join, reader_of
from .observations import CheckpointIdentity, EngineIdentity, Observations, Segment, Thumbnail
from .segments import CHANGED, Segments
from .sound import SoundFile, SoundPrints

FORMAT = 7
"""Version of the store's layout; later ones are refused with LaterVersion. Layout 6 had no sharpness, light and
appearance of faces. Layout 5 had hashes of a finished scan's
segments only. Layout 4 had one shape for all frames."""
OLDEST = 4
"""The oldest layout that is read; earlier ones are refused with EarlierVersion and stay as they are."""
_SIGNED = 6
"""The layout from which each file carries a hash."""


def earlier_version(subject: str) -> EarlierVersion:
    """The refusal of an analysis whose layout is no longer read; `subject` begins the sentence."""
    return EarlierVersion(f"{subject} was made by an earlier version: analyse again.")


class ObservationStore:
    """A scan on disk, in the folder `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.segment_files = Segments(folder)
        self.sound_file = SoundFile(folder)

    @property
    def sealed(self) -> bool:
        """Whether the scan is finished."""
        return (self.folder / "sealed.json").exists()

    @property
    def film_read(self) -> bool:
        """Whether every frame of the film was read that can be; filling up scenes may still be due."""
        return (self.folder / "read.json").exists()

    @property
    def segments_written(self) -> bool:
        """Whether anything of the film was stored, be the scan finished or not."""
        return self.sealed or len(self.segment_files) > 0

    @property
    def seal_hash(self) -> str:
        """SHA-256 of the seal: names the content of a finished scan, and changes when frames are added."""
        with _damage_as_scan_error():
            return file_hash(self.folder / "sealed.json")

    @property
    def media(self) -> Media | None:
        """The film's facts as they were when the scan began; None where it has not begun or they cannot be read."""
        try:
            return Media.from_json(self._header()["media"])
        except (OSError, *INVALID_DATA_ERRORS):
            return None

    @property
    def reader(self) -> tuple[CheckpointIdentity, EngineIdentity]:
        """The checkpoint and the engine that read the faces, from the header alone. Raises as read()."""
        with _damage_as_scan_error():
            return reader_of(self._header())

    @property
    def is_later(self) -> bool:
        """Whether a later version of the program wrote it."""
        try:
            return later_version.header(hashed_json.read(self.folder / "scan.json"), FORMAT)
        except (OSError, ValueError, RecursionError) as error:
            descriptors.raise_if_ran_out(error)
            return False

    @property
    def is_readable(self) -> bool:
        """Whether a finished scan's own files, without its segments, are of a layout that is read, and unchanged."""
        try:
            self._header()
            return bool(self._seal())
        except (EarlierVersion, LaterVersion, *CHANGED) as error:
            descriptors.raise_if_ran_out(error)
            return False

    @property
    def segment_count(self) -> int:
        """Segments of a finished scan; of an unfinished one those from the first on without a gap."""
        if self.sealed:
            with _damage_as_scan_error():
                return int(self._seal()["segments"])
        return len(self.segment_files)

    def begin(
        self, media: Media, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
    ) -> None:
        """Write scan.json. If the folder holds the same scan, its segments stay up to the first damaged one; else all
        that it holds is removed.

        Scans are the same if all but the reason for the engine's choice is equal. Embeddings that are no longer wanted
        are deleted; where they are newly wanted, the scan is another one. Raises LaterVersion where a later version
        began the one in the folder.
        """
        header = {
            "format": FORMAT,
            "media": media.to_json(),
            # Whether people are told apart changes no other number, and may end: the folder of embeddings says it.
            # What was taken over from other cuts is told by the samples; where nothing was, nothing differs.
            "scan_settings": to_json(replace(settings, people=False, reuse_faces=False)),
            "checkpoint": asdict(checkpoint),
            "engine": asdict(engine),
        }
        content = hashed_json.to_bytes(header, indent=1)
        scan = self.folder / "scan.json"
        later_version.raise_if_later("The analysis that was begun", self.is_later)
        if not settings.people:
            self.forget_people()
        same_people = settings.people == self.tells_people_apart or not self.segments_written
        if same_people and scan.exists() and _identity(scan.read_bytes()) == _identity(content):
            with contextlib.suppress(ScanError):
                self.drop_damaged()
                self.read_partial()
                return
        shutil.rmtree(self.folder, ignore_errors=True)
        write_whole(scan, content)

    def drop_segments(self) -> None:
        """Remove all segments."""
        (self.folder / "read.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder / "segments", ignore_errors=True)
        self.segment_files.embeddings.drop_from(0)
        self.sound_file.remove()

    def drop_damaged(self) -> None:
        """Remove the first damaged segment of an unfinished scan and all after it, so that they are read again.

        Raises ScanError where scan.json itself is damaged or of a layout that is not read.
        """
        if self.sealed:
            return
        with _damage_as_scan_error():
            signed = self._header()["format"] >= _SIGNED
        film_segments = None
        with contextlib.suppress(*CHANGED):
            film_segments = int(self._note("read.json")["segments"])
        if film_segments is None:
            (self.folder / "read.json").unlink(missing_ok=True)
        for number in range(self.segment_count):
            try:
                segment = self.segment_files.read(number, None, signed=signed)
                whole = not self.segment_files.damaged_pictures(segment.samples) and self._has_whole_embeddings(number)
            except CHANGED:
                whole = False
            # Without read.json it is unknown where the film's segments end: those that only fill scenes up go too.
            if whole and (film_segments is not None or len(segment.scores)):
                continue
            if film_segments is not None and number < film_segments:
                (self.folder / "read.json").unlink(missing_ok=True)
            self.segment_files.drop_from(number)
            return

    def write(self, number: int, segment: Segment) -> None:
        """As Segments.write."""
        self.segment_files.write(number, segment)

    def mark_film_read(self, segments: int, media: Media, claimed: Fraction | None = None) -> None:
        """Record that the first `segments` segments hold every frame; `media` has the film's exact duration.

        `claimed` is as in Observations.
        """
        note = {"segments": segments, "media": media.to_json(), "claimed": _text(claimed)}
        hashed_json.write(self.folder / "read.json", note, indent=1)

    def seal(self, segments: int, media: Media, claimed: Fraction | None = None) -> None:
        """Record that the scan is complete; `media` and `claimed` as in mark_film_read."""
        note = {
            "segments": segments,
            "hashes": [self.segment_files.digest(number) for number in range(segments)],
            "scan": self._header_hash(),
            "media": media.to_json(),
            "claimed": _text(claimed),
        }
        hashed_json.write(self.folder / "sealed.json", note, indent=1)

    def read(self) -> Observations:
        """The whole scan, numbers only. Raises ScanError if it is incomplete or damaged, EarlierVersion or LaterVersion
        if its layout is not read here.
        """
        with self._whole() as (header, seal):
            return self._read(header, seal, seal["hashes"])

    def read_faces(self) -> FaceList:
        """The faces of the whole scan alone, several times as fast. Raises as read()."""
        with self._whole() as (header, seal), search_paused():
            parts = [self.segment_files.read_faces(number, digest) for number, digest in enumerate(seal["hashes"])]
            return FaceList.joined(header, Media.from_json(seal["media"]), parts)

    @contextlib.contextmanager
    def _whole(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The content of scan.json and of the seal, while a whole scan is read."""
        if not self.sealed:
            raise ScanError("This scan did not reach its end.", "Analyse the film again.")
        with _damage_as_scan_error():
            yield self._header(), self._seal()

    def read_partial(self) -> Observations:
        """The segments of an unfinished scan; its film ends after the last frame written. Raises as read()."""
        with _damage_as_scan_error():
            header, note = self._header(), self._note("read.json") if self.film_read else None
            return self._read(header, note, [None] * self.segment_count)

    def _read(self, header: dict[str, Any], note: dict[str, Any] | None, hashes: Sequence[str | None]) -> Observations:
        """`note` is the content of read.json or of the seal, None before the film was read; `hashes` are those of the
        seal, None each without a seal.
        """
        signed = header["format"] >= _SIGNED
        segments: list[Segment] = []
        faces = 0
        with search_paused():
            for number, digest in enumerate(hashes):
                segment = self.segment_files.read(number, digest, signed=signed and digest is None, first_face=faces)
                segments.append(segment)
                faces += len(segment.faces)
            observed = join(header, note, segments)
        sound = None
        with contextlib.suppress(ScanError):  # the numbers are whole without it; a check of the library tells
            sound = self.sound_file.read(observed.media.content_id)
        return replace(observed, sound=sound)

    def carried(self) -> tuple[SeamState, ...]:
        """The seam state that the last segment hands to the next one."""
        if not self.segment_count:
            return ()
        with _damage_as_scan_error():
            last, signed = self.segment_count - 1, self._header()["format"] >= _SIGNED
            return self.segment_files.read(last, None, signed=signed).carried

    @property
    def tells_people_apart(self) -> bool:
        """Whether it holds embeddings of its faces."""
        return self.segment_files.embeddings.kept

    def embeddings(self) -> NDArray[np.float32] | None:
        """(faces, 128) in the order of read().faces, NaN in the row of a face without one; None where none are kept.

        Of an unfinished scan those of the segments that are stored. Raises ScanError where they are damaged.
        """
        if not self.tells_people_apart:
            return None
        with _damage_as_scan_error():
            count = self.segment_count
            hashes = self._seal()["hashes"] if self.sealed else map(self.segment_files.digest, range(count))
            return self.segment_files.embeddings.joined(list(hashes))

    @property
    def embeddings_are_whole(self) -> bool:
        """Whether embeddings are kept, and undamaged."""
        try:
            return self.embeddings() is not None
        except ScanError:
            return False

    def forget_people(self) -> None:
        """Delete the embeddings; all else stays as it is. Raises OSError."""
        self.segment_files.embeddings.delete()

    def forget_sound(self) -> None:
        """Delete the fingerprints of the sound; all else stays as it is. Raises OSError."""
        self.sound_file.remove()

    def _has_whole_embeddings(self, number: int) -> bool:
        return self.segment_files.embeddings.are_whole(number, self.segment_files.digest(number))

    def sound(self) -> SoundPrints | None:
        """The fingerprints of the film's sound; None where none were made, as in scans of earlier versions.

        Raises ScanError where they are damaged.
        """
        with _damage_as_scan_error():
            return self.sound_file.read(self._header()["media"]["content_id"])

    def picture(self, thumbnail: Thumbnail) -> bytes:
        """As Segments.picture."""
        return self.segment_files.picture(thumbnail)

    def _header(self) -> dict[str, Any]:
        """The content of scan.json. Raises LaterVersion or EarlierVersion by its layout, else as hashed_json.read."""
        header = self._note("scan.json")
        later_version.raise_if_later("This analysis", later_version.header(header, FORMAT))
        if header["format"] < OLDEST:
            raise earlier_version("This analysis")
        return header

    def _header_hash(self) -> str:
        return file_hash(self.folder / "scan.json")

    def _seal(self) -> dict[str, Any]:
        """The content of sealed.json, which has no hash of scan.json before layout 6."""
        seal = self._note("sealed.json")
        if "scan" in seal and seal["scan"] != self._header_hash():
            raise ChangedError("scan.json: it is not the one that was sealed")
        return seal

    def _note(self, name: str) -> dict[str, Any]:
        return hashed_json.read(self.folder / name)


@contextlib.contextmanager
def _damage_as_scan_error() -> Iterator[None]:
    """Turn what a changed file makes its reader raise into one ScanError."""
    try:
        yield
    except CHANGED as error:
        if isinstance(error, (ScanError, OutOfDescriptors, LaterVersion)):
            raise
        descriptors.raise_if_ran_out(error)
        group_mode.raise_if_denied(error)
        raise ScanError(f"This scan's files are damaged ({error}).", "Analyse the film again.") from error


def _text(seconds: Fraction | None) -> str | None:
    return None if seconds is None else str(seconds)


def _identity(content: bytes) -> Any:
    """The part of a scan.json that decides a scan's numbers; None if the file is damaged."""
    try:
        header = hashed_json.from_bytes(content)
        del header["engine"]["reason"]
        header["scan_settings"] = to_json(scan_from_json(header["scan_settings"]))  # adds fields that are newer
        header["media"] = Media.from_json(header["media"]).to_json()
    except (ValueError, LookupError, TypeError, AttributeError, MediaError):
        return None
    return header
