"""The only form that observations have on disk, written and read here only.

A store is a folder:

    scan.json            media, settings, checkpoint, engine; written first
    segments/00000.npz   scores, samples, faces and logits of one part of the film
    segments/00000.jpgs  that part's thumbnails, end to end; not there where no pictures are kept
    read.json            how many segments hold the film's frames, and its exact length: all that can be was read
    sealed.json          the number of all segments and their hashes; written last

What a scan that was stopped left can be read, and gone on with, up to its last whole segment.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from . import descriptors, later, sharing
from .errors import LaterVersion, MediaError, OutOfDescriptors, ScanError
from .media import Media
from .observations import (
    CheckpointIdentity,
    EngineIdentity,
    Expression,
    Face,
    Observations,
    Scores,
    Segment,
    Thumbnail,
)
from .repeats import Carried
from .segment_file import packed, unpacked
from .settings import ScanSettings, scan_from_json, to_json
from .shape import ShapeFrom, changes
from .storage import write_whole
from .unreadable import UNREADABLE

FORMAT = 5
"""Version of the store's layout; a reader refuses later ones. Layout 4 had one shape for all frames. Layout 3 did not
say where damage begins, and held no film that could not be read to its end. Layout 2 had no read_on and nothing carried
from one segment to the next: every face was read. Layout 1 had no scores_layout either, and of samples neither place
nor colour_bars nor brightest."""


class ObservationStore:
    """A scan on disk. Written by the scan, read by everyone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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
        return self.sealed or self._file(0, "npz").exists()

    @property
    def state(self) -> str:
        """Names what a finished scan holds; another one once frames were added."""
        with _damage_told():
            return hashlib.sha256((self.folder / "sealed.json").read_bytes()).hexdigest()

    @property
    def media(self) -> Media | None:
        """The film's facts as the scan began with them; None where it has not begun, or where they cannot be read."""
        try:
            return Media.from_json(json.loads((self.folder / "scan.json").read_text())["media"])
        except (OSError, ValueError, LookupError, TypeError):
            return None

    @property
    def later(self) -> bool:
        """Whether a later version of the program wrote it."""
        try:
            return later.header(json.loads((self.folder / "scan.json").read_text()), FORMAT)
        except (OSError, ValueError, RecursionError) as error:
            descriptors.refuse(error)
            return False

    @property
    def segments(self) -> int:
        """Segments of a finished scan; of one that is not, how many are there from the first on without a gap."""
        if self.sealed:
            with _damage_told():
                return int(self._seal()["segments"])
        return next(number for number in count() if not self._file(number, "npz").exists())

    def begin(
        self, media: Media, settings: ScanSettings, checkpoint: CheckpointIdentity, engine: EngineIdentity
    ) -> None:
        """Say what is scanned and how. What lies here stays if that is the very same and whole, else it is removed.

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
        content = json.dumps(header, indent=1).encode()
        scan = self.folder / "scan.json"
        later.refuse("The analysis that was begun", self.later)
        if scan.exists() and _essence(scan.read_bytes()) == _essence(content):
            with contextlib.suppress(ScanError):
                self.so_far()
                return
        shutil.rmtree(self.folder, ignore_errors=True)
        write_whole(scan, content)

    def drop_segments(self) -> None:
        """Forget all that was observed."""
        (self.folder / "read.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder / "segments", ignore_errors=True)

    def write(self, number: int, segment: Segment) -> None:
        """Write one segment; its numbers last, so that a segment that can be read has its pictures."""
        if segment.pictures:
            write_whole(self._file(number, "jpgs"), segment.pictures)
        write_whole(self._file(number, "npz"), packed(segment))

    def all_read(self, segments: int, media: Media, claimed: Fraction | None = None) -> None:
        """Say that these segments hold every frame; `media` now knows the film's exact duration.

        `claimed` is as in Observations.
        """
        note = {"segments": segments, "media": media.to_json(), "claimed": _text(claimed)}
        write_whole(self.folder / "read.json", json.dumps(note, indent=1).encode())

    def seal(self, segments: int, media: Media, claimed: Fraction | None = None) -> None:
        """Say that the scan is complete; `media` and `claimed` as in all_read."""
        hashes = [hashlib.sha256(self._file(i, "npz").read_bytes()).hexdigest() for i in range(segments)]
        note = {"segments": segments, "hashes": hashes, "media": media.to_json(), "claimed": _text(claimed)}
        write_whole(self.folder / "sealed.json", json.dumps(note, indent=1).encode())

    def read(self) -> Observations:
        """The whole scan, numbers only. Raises ScanError if it is not complete or damaged, LaterVersion if a later
        version wrote it.
        """
        if not self.sealed:
            raise ScanError("This scan did not reach its end.", "Analyse the film again.")
        with _damage_told():
            seal = self._seal()
            return self._read(seal, seal["hashes"])

    def so_far(self) -> Observations:
        """What an unfinished scan has written down; its film ends after the last frame that was.

        Raises ScanError as read() does.
        """
        with _damage_told():
            told = json.loads((self.folder / "read.json").read_text()) if self.pass_over else None
            return self._read(told, [None] * self.segments)

    def _read(self, told: dict[str, Any] | None, hashes: Sequence[str | None]) -> Observations:
        """`told` is what all_read or seal said, None before that."""
        header = json.loads((self.folder / "scan.json").read_text())
        later.refuse("This analysis", later.header(header, FORMAT))
        segments = []
        for number, digest in enumerate(hashes):
            content = self._file(number, "npz").read_bytes()
            if digest is not None and hashlib.sha256(content).hexdigest() != digest:
                raise ScanError(f"Part {number + 1} of this scan has changed on disk.", "Analyse the film again.")
            segments.append(unpacked(content, number))
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
            return unpacked(self._file(self.segments - 1, "npz").read_bytes(), self.segments - 1).carried

    def picture(self, thumbnail: Thumbnail) -> bytes:
        """A sample's thumbnail, JPEG."""
        with self._file(thumbnail.segment, "jpgs").open("rb") as file:
            file.seek(thumbnail.offset)
            return file.read(thumbnail.length)

    def pictures(self, segment: int) -> int:
        """Bytes of a segment's thumbnails; 0 where there are none."""
        file = self._file(segment, "jpgs")
        return file.stat().st_size if file.exists() else 0

    def _seal(self) -> dict[str, Any]:
        seal: dict[str, Any] = json.loads((self.folder / "sealed.json").read_text())
        return seal

    def _file(self, number: int, suffix: str) -> Path:
        return self.folder / "segments" / f"{number:05}.{suffix}"


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """What a file that is not as it was written makes the reader raise becomes one message."""
    try:
        yield
    except (OSError, *UNREADABLE, BadZipFile) as error:
        if isinstance(error, (ScanError, OutOfDescriptors, LaterVersion)):
            raise
        descriptors.refuse(error)
        sharing.refuse(error)
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
        told = json.loads(header)
        del told["engine"]["reason"]
        told["scan_settings"] = to_json(scan_from_json(told["scan_settings"]))  # with those that came later
        told["media"] = Media.from_json(told["media"]).to_json()
    except (ValueError, LookupError, TypeError, AttributeError, MediaError):
        return None
    return told
