"""The only form that observations have on disk, written and read here only.

A store is a folder:

    scan.json            media, settings, checkpoint, engine; written first
    segments/00000.npz   scores, samples, faces and logits of one part of the film
    segments/00000.jpgs  that part's thumbnails, end to end; not there where no pictures are kept
    read.json            how many segments hold the film's frames, and its exact length: all that can be was read
    sealed.json          the number of all segments, their hashes and that of scan.json; written last

Every file says by a hash whether its bytes are those that were written: the JSON files in their first line, the
segments behind their archive, each thumbnail by a checksum in its segment. A finished scan of which one byte changed
is refused; of an unfinished one the damaged segment and those after it are read from the film again.

What a scan that was stopped left can be read, and gone on with, up to its last whole segment.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import UNREADABLE, LaterVersion, MediaError, OutOfDescriptors, ScanError
from ..faces.crop_reuse import Carried
from ..media.frame_shape import ShapeFrom, changes
from ..media.media import Media
from ..settings import ScanSettings, scan_from_json, to_json
from ..storage import descriptors, group_mode, hashed_json
from ..storage.files import write_whole
from ..storage.hashed_json import ChangedError
from . import later_version
from .observations import CheckpointIdentity, EngineIdentity, Expression, Face, Observations, Scores, Segment, Thumbnail
from .segments import CHANGED, Segments

FORMAT = 6
"""Version of the store's layout; a reader refuses later ones. Layout 5 had hashes of a finished scan's segments only.
Layout 4 had one shape for all frames. Layout 3 did not
say where damage begins, and held no film that could not be read to its end. Layout 2 had no read_on and nothing carried
from one segment to the next: every face was read. Layout 1 had no scores_layout either, and of samples neither place
nor colour_bars nor brightest."""
_SIGNED = 6
"""The layout from which each file carries a hash."""


class ObservationStore:
    """A scan on disk. Written by the scan, read by everyone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = Segments(folder)
        """Its segments, and their pictures."""

    @property
    def sealed(self) -> bool:
        return (self.folder / "sealed.json").exists()

    @property
    def pass_over(self) -> bool:
        """Whether every frame of the film was read that can be."""
        return (self.folder / "read.json").exists()

    @property
    def segments_written(self) -> bool:
        """Whether anything of the film was observed, be the scan finished or not."""
        return self.sealed or len(self.parts) > 0

    @property
    def state(self) -> str:
        """Names what a finished scan holds; another one once frames were added."""
        with _damage_told():
            return hashlib.sha256((self.folder / "sealed.json").read_bytes()).hexdigest()

    @property
    def media(self) -> Media | None:
        """The film's facts as the scan began with them; None where it has not begun, or where they cannot be read."""
        try:
            return Media.from_json(self._header()["media"])
        except (OSError, *UNREADABLE):
            return None

    @property
    def later(self) -> bool:
        """Whether a later version of the program wrote it."""
        try:
            return later_version.header(hashed_json.read(self.folder / "scan.json"), FORMAT)
        except (OSError, ValueError, RecursionError) as error:
            descriptors.refuse(error)
            return False

    @property
    def segments(self) -> int:
        """Segments of a finished scan; of one that is not, how many are there from the first on without a gap."""
        if self.sealed:
            with _damage_told():
                return int(self._seal()["segments"])
        return len(self.parts)

    def begin(
        self, media: Media, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
    ) -> None:
        """Say what is scanned and how. What lies here stays if that is the very same, up to the first damaged segment;
        else it is removed.

        Why an engine was chosen may have changed meanwhile; what counts is which one it is. Raises LaterVersion where a
        later version began it.
        """
        header = {
            "format": FORMAT,
            "media": media.to_json(),
            "scan_settings": to_json(settings),
            "checkpoint": asdict(checkpoint),
            "engine": asdict(engine),
        }
        content = hashed_json.packed(header, indent=1)
        scan = self.folder / "scan.json"
        later_version.refuse("The analysis that was begun", self.later)
        if scan.exists() and _essence(scan.read_bytes()) == _essence(content):
            with contextlib.suppress(ScanError):
                self.drop_damaged()
                self.so_far()
                return
        shutil.rmtree(self.folder, ignore_errors=True)
        write_whole(scan, content)

    def drop_segments(self) -> None:
        """Forget all that was observed."""
        (self.folder / "read.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder / "segments", ignore_errors=True)

    def drop_damaged(self) -> None:
        """Of a scan that is not finished, forget the first damaged segment and all after it: they are read again.

        Raises ScanError where scan.json is damaged itself, or of a later layout.
        """
        if self.sealed:
            return
        with _damage_told():
            signed = self._header()["format"] >= _SIGNED
        told = None
        with contextlib.suppress(*CHANGED):
            told = int(self._note("read.json")["segments"])
        if told is None:
            (self.folder / "read.json").unlink(missing_ok=True)
        for number in range(self.segments):
            try:
                segment = self.parts.read(number, None, signed=signed)
                whole = not self.parts.damaged_pictures(segment.samples)
            except CHANGED:
                whole = False
            # Where it is not known how many segments hold the film's frames, those that only fill scenes up go too.
            if whole and (told is not None or len(segment.scores)):
                continue
            if told is not None and number < told:
                (self.folder / "read.json").unlink(missing_ok=True)
            self.parts.drop_from(number)
            return

    def write(self, number: int, segment: Segment) -> None:
        """As Segments.write."""
        self.parts.write(number, segment)

    def all_read(self, segments: int, media: Media, claimed: Fraction | None = None) -> None:
        """Say that these segments hold every frame; `media` now knows the film's exact duration.

        `claimed` is as in Observations.
        """
        note = {"segments": segments, "media": media.to_json(), "claimed": _text(claimed)}
        hashed_json.write(self.folder / "read.json", note, indent=1)

    def seal(self, segments: int, media: Media, claimed: Fraction | None = None) -> None:
        """Say that the scan is complete; `media` and `claimed` as in all_read."""
        hashes = [self.parts.digest(number) for number in range(segments)]
        note = {
            "segments": segments,
            "hashes": hashes,
            "scan": self._header_hash(),
            "media": media.to_json(),
            "claimed": _text(claimed),
        }
        hashed_json.write(self.folder / "sealed.json", note, indent=1)

    def read(self) -> Observations:
        """The whole scan, numbers only. Raises ScanError if it is not complete or damaged, LaterVersion if a later
        version wrote it.
        """
        if not self.sealed:
            raise ScanError("This scan did not reach its end.", "Analyse the film again.")
        with _damage_told():
            header, seal = self._header(), self._seal()
            return self._read(header, seal, seal["hashes"])

    def so_far(self) -> Observations:
        """What an unfinished scan has written down; its film ends after the last frame that was.

        Raises ScanError as read() does.
        """
        with _damage_told():
            header, told = self._header(), self._note("read.json") if self.pass_over else None
            return self._read(header, told, [None] * self.segments)

    def _read(self, header: dict[str, Any], told: dict[str, Any] | None, hashes: Sequence[str | None]) -> Observations:
        """`told` is what all_read or seal said, None before that; a hash is None where no seal has one."""
        signed = header["format"] >= _SIGNED
        segments = [
            self.parts.read(number, digest, signed=signed and digest is None) for number, digest in enumerate(hashes)
        ]
        scores = Scores.joined([Scores.none(), *(s.scores for s in segments)])
        if told is not None:
            media = Media.from_json(told["media"])
        else:
            media = Media.from_json(header["media"])
            end = (int(scores.pts[-1]) if len(scores) else 0) * media.time_base + 1 / media.rate
            media = replace(media, duration=end)
        checkpoint = {**header["checkpoint"], "labels": tuple(header["checkpoint"]["labels"])}
        faces, expressions = _renumbered(segments)
        return Observations(
            media=media,
            scan_settings=scan_from_json(header["scan_settings"]),
            checkpoint=CheckpointIdentity(**checkpoint),
            engine=EngineIdentity(**header["engine"]),
            scores=scores,
            samples=tuple(sorted((x for s in segments for x in s.samples), key=lambda x: x.frame)),
            faces=faces,
            expressions=expressions,
            damaged_frames=sum(s.damaged_frames for s in segments),
            damaged_from=next((s.damaged_from * media.time_base for s in segments if s.damaged_from is not None), None),
            shapes=_shapes(segments),
            claimed=Fraction(told["claimed"]) if told is not None and told.get("claimed") is not None else None,
        )

    def carried(self) -> tuple[Carried, ...]:
        """What the last segment hands to the one that will follow it."""
        if not self.segments:
            return ()
        with _damage_told():
            return self.parts.read(self.segments - 1, None, signed=self._header()["format"] >= _SIGNED).carried

    def picture(self, thumbnail: Thumbnail) -> bytes:
        """As Segments.picture."""
        return self.parts.picture(thumbnail)

    def _header(self) -> dict[str, Any]:
        """What `begin` wrote. Raises LaterVersion if that was done by a later version, else as hashed_json.read."""
        header = self._note("scan.json")
        later_version.refuse("This analysis", later_version.header(header, FORMAT))
        return header

    def _header_hash(self) -> str:
        return hashlib.sha256((self.folder / "scan.json").read_bytes()).hexdigest()

    def _seal(self) -> dict[str, Any]:
        """What `seal` wrote; before layout 6 it did not name scan.json's hash."""
        seal = self._note("sealed.json")
        if "scan" in seal and seal["scan"] != self._header_hash():
            raise ChangedError("scan.json: it is not the one that was sealed")
        return seal

    def _note(self, name: str) -> dict[str, Any]:
        return hashed_json.read(self.folder / name)


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """What a file that is not as it was written makes the reader raise becomes one message."""
    try:
        yield
    except CHANGED as error:
        if isinstance(error, (ScanError, OutOfDescriptors, LaterVersion)):
            raise
        descriptors.refuse(error)
        group_mode.refuse(error)
        raise ScanError(f"This scan's files are damaged ({error}).", "Analyse the film again.") from error


def _renumbered(segments: list[Segment]) -> tuple[tuple[Face, ...], tuple[Expression, ...]]:
    """All faces in film order with ids over the whole scan, and their expressions in that order."""
    pairs = [(f, e) for s in segments for f, e in zip(s.faces, s.expressions, strict=True)]
    pairs.sort(key=lambda pair: pair[0].sample_frame)  # stable: faces of one frame keep the detector's order
    faces = tuple(Face(i, f.sample_frame, f.box, f.landmarks, f.score) for i, (f, _) in enumerate(pairs))
    return faces, tuple(Expression(i, e.logits, e.read_on) for i, (_, e) in enumerate(pairs))


def _shapes(segments: list[Segment]) -> tuple[ShapeFrom, ...]:
    """Where the shape changes within a film; nothing where it never does."""
    found = changes(run for segment in segments for run in segment.shapes)
    return found if len(found) > 1 else ()


def _text(seconds: Fraction | None) -> str | None:
    return None if seconds is None else str(seconds)


def _essence(header: bytes) -> Any:
    """What decides a scan's numbers, of the file that says what is scanned; None if it is damaged."""
    try:
        told = hashed_json.unpacked(header)
        del told["engine"]["reason"]
        told["scan_settings"] = to_json(scan_from_json(told["scan_settings"]))  # with those that came later
        told["media"] = Media.from_json(told["media"]).to_json()
    except (ValueError, LookupError, TypeError, AttributeError, MediaError):
        return None
    return told
