"""Where a checkpoint lies on this disk. Nothing here loads a model or opens a connection.

The order for the default: the reference model if it is already in the hub cache, else the embedded one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from huggingface_hub import try_to_load_from_cache
from huggingface_hub.errors import HFValidationError

from ..errors import CheckpointError

REFERENCE = "dima806/facial_emotions_image_detection"
REFERENCE_BYTES = 343_000_000
EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "embedded"

FILES = ("config.json", "model.safetensors", "preprocessor_config.json")
"""What every checkpoint must hold; weights in safetensors only, since other formats can run code."""


@dataclass(frozen=True, slots=True)
class Location:
    """A checkpoint on disk."""

    name: str
    source: Literal["embedded", "hub cache", "folder"]
    folder: Path
    revision: str
    """Hub commit, or empty."""

    @property
    def weights(self) -> Path:
        return self.folder / "model.safetensors"

    def weights_hash(self) -> str:
        """SHA-256 of the weights file, hex: which model this is, whatever it is called."""
        with self.weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def locate(name: str | None) -> Location:
    """The checkpoint a user names (hub id on this disk, or folder), or the default. Raises CheckpointError."""
    if name is None:
        return in_cache(REFERENCE) or _embedded()
    if name == EMBEDDED:
        return _embedded()
    folder = Path(name).expanduser()
    if folder.is_dir():
        missing = [file for file in FILES if not (folder / file).is_file()]
        if missing:
            raise CheckpointError(
                f"The folder {name} is no checkpoint: {', '.join(missing)} missing.",
                "Give a folder in transformers' format with its weights as model.safetensors.",
            )
        return Location(folder.resolve().name, "folder", folder.resolve(), "")
    found = in_cache(name)
    if found is None:
        raise CheckpointError(
            f"There is no checkpoint “{name}” on this disk: it is neither a folder nor in the hub cache.",
            f"Check the spelling, fetch it with `python -m emotion_core download {name}`, or use “{EMBEDDED}”.",
        )
    return found


def in_cache(hub_id: str, revision: str | None = None) -> Location | None:
    """A hub checkpoint that was downloaded whole before (its main branch, or `revision`), or None."""
    try:
        paths = [try_to_load_from_cache(hub_id, file, revision=revision) for file in FILES]
    except (HFValidationError, ValueError):
        return None
    if not all(isinstance(path, str) for path in paths):
        return None
    folder = Path(str(paths[0])).parent
    return Location(hub_id, "hub cache", folder, folder.name)


def _embedded() -> Location:
    return Location(EMBEDDED, "embedded", EMBEDDED_FOLDER, "")
