"""What a scan knows of the faces in a recording, and its file: enough for reactions under any alignment and seat.

The file is NumPy's npz followed by the SHA-256 of its bytes. It can be made again from the scan at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..analysis import usable_faces
from ..errors import INVALID_DATA_ERRORS, LibraryError
from ..observations import FaceList, ObservationStore
from ..settings import ReportSettings, digest
from ..storage import ChangedError, write_whole
from .records import Floats
from .viewer_faces import ViewerFaces, faces_that_count

FORMAT = 1
"""Raised with each change of what is in the file."""
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True, eq=False)
class RecordingFaces:
    """The usable faces of a recording with the model's answers."""

    labels: tuple[str, ...]
    checkpoint: str
    """SHA-256 of the model's weights, hex: a temperature is one checkpoint's."""
    seconds: Floats
    """(samples,) of the recording, when each sampled frame is shown."""
    faces: ViewerFaces
    logits: Floats
    """(faces, labels) before temperature and softmax."""

    @classmethod
    def of(cls, found: FaceList, settings: ReportSettings) -> RecordingFaces:
        """The faces of a scan that count under these report settings."""
        faces, checkpoint = faces_that_count(found, settings), found.checkpoint
        return cls(checkpoint.labels, checkpoint.hash, found.seconds, faces, found.logits[faces.face])

    def to_bytes(self) -> bytes:
        """The file."""
        about = {"format": FORMAT, "labels": self.labels, "checkpoint": self.checkpoint}
        buffer = io.BytesIO()
        np.savez(
            buffer,
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            seconds=self.seconds,
            sample=self.faces.sample,
            face=self.faces.face,
            centre=self.faces.centre,
            side=self.faces.side,
            logits=self.logits,
        )
        content = buffer.getvalue()
        return content + hashlib.sha256(content).digest()

    @classmethod
    def from_bytes(cls, content: bytes) -> RecordingFaces:
        """The faces in a file's bytes. Raises ValueError if they are not those that this version writes."""
        whole = content[:-_DIGEST]
        if hashlib.sha256(whole).digest() != content[-_DIGEST:]:
            raise ChangedError("its bytes are not those that were written")
        with np.load(io.BytesIO(whole), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["format"] != FORMAT:
                raise ValueError("another version wrote it")
            seconds = arrays["seconds"]
            faces = ViewerFaces(
                samples=len(seconds),
                sample=arrays["sample"],
                face=arrays["face"],
                centre=arrays["centre"],
                side=arrays["side"],
            )
            return cls(tuple(about["labels"]), str(about["checkpoint"]), seconds, faces, arrays["logits"])


def faces_of_scan(folder: Path, store: ObservationStore, settings: ReportSettings) -> RecordingFaces:
    """The faces of a finished scan that count under these report settings: from their file in `folder`, which holds
    what was computed of the scan, else found in its observations and written there.

    The file's name holds all that decides which faces count. Raises ScanError, EarlierVersion, LaterVersion.
    """
    file = folder / f"faces-{store.seal_hash[:16]}-{digest(settings.of_numbers)}-{usable_faces.fingerprint()}.npz"
    with contextlib.suppress(OSError, *INVALID_DATA_ERRORS):  # missing or damaged
        return RecordingFaces.from_bytes(file.read_bytes())
    faces = RecordingFaces.of(store.read_faces(), settings)
    with contextlib.suppress(OSError, LibraryError):  # a full disk: it is only slower the next time
        for old in folder.glob("faces-*.npz"):
            old.unlink(missing_ok=True)
        write_whole(file, faces.to_bytes())
    return faces
