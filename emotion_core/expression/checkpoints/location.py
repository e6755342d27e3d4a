"""Locate checkpoints on this disk. Nothing here loads a model or opens a connection.

The order for the default: the reference model if it is already in the hub cache, else the embedded one.
"""

from __future__ import annotations

import hashlib
import os.path
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ... import formatting
from ...errors import CheckpointError
from ...formatting import in_one_line
from ...package_root import PACKAGE
from . import config, weights
from .names import EMBEDDED, PROCESSOR, REFERENCE, hub_cache

EMBEDDED_FOLDER = PACKAGE / "expression" / "embedded"

FILES = (config.FILE, weights.SINGLE, PROCESSOR)
"""The files of a checkpoint; its weights may also be in several files, which an index names."""


@dataclass(frozen=True, slots=True)
class Location:
    """A checkpoint on disk."""

    name: str
    source: Literal["embedded", "hub cache", "folder"]
    folder: Path
    revision: str
    """Hub commit, or empty."""

    def labels(self) -> tuple[str, ...]:
        """The labels in the order of the outputs. Raises CheckpointError where they are no facial expressions."""
        return config.labels(self.folder, self.name)

    def weights_hash(self) -> str:
        """SHA-256 of the weights, hex: identifies the model under any name.

        Raises CheckpointError where it differs from a recorded hash (see `weights.verified_hash`).
        """
        called = f"the checkpoint “{self.name}”"
        advice = (
            f"`python -m emotion_core download {self.name}` fetches anew what is damaged; so does the Library page."
        )
        if self.source == "embedded":
            called, advice = "the built-in checkpoint", f"Take the folder {self.folder} anew from the project."
        elif self.source == "folder":
            advice = f"Copy {self.folder} anew, or delete {weights.MANIFEST} in it if its weights were meant to change."
        return weights.verified_hash(self.folder, called, advice, insist=self.source == "embedded")

    def settings_hash(self) -> str:
        """SHA-256 of config and processor, hex: with others the same weights give other numbers."""
        content = b"".join((self.folder / name).read_bytes() for name in (config.FILE, PROCESSOR))
        return hashlib.sha256(content).hexdigest()


def locate(name: str | None) -> Location:
    """The checkpoint that a user names (hub id on this disk, or folder), or the default. Raises CheckpointError."""
    if name is None:
        return in_cache(REFERENCE) or _embedded()
    if name == EMBEDDED:
        return _embedded()
    if (folder := _folder(name)) is not None:
        if missing := _missing(folder):
            raise CheckpointError(
                f"The folder {name} is no checkpoint: {', '.join(missing)} missing.",
                "Give a folder in transformers' format with its weights as safetensors.",
            )
        place = folder.resolve()
        if place == EMBEDDED_FOLDER.resolve():
            return _embedded()
        if formatting.has_non_utf8(place):  # safetensors opens no such path
            raise CheckpointError(
                f"The folder {name} of the checkpoint has a path that is no UTF-8, in which weights cannot be opened.",
                "Give it another name.",
            )
        return Location(in_one_line(place.name), "folder", place, "")
    location = in_cache(name)
    if location is None:
        raise CheckpointError(
            f"There is no checkpoint “{name}” on this disk: it is neither a folder nor in the hub cache.",
            f"Check the spelling, fetch it with `python -m emotion_core download {name}`, or use “{EMBEDDED}”.",
        )
    return location


def in_cache(hub_id: str, revision: str | None = None) -> Location | None:
    """A hub checkpoint that was downloaded whole before (its main branch, or `revision`), or None."""
    if not os.path.isdir(hub_cache() / f"models--{hub_id.replace('/', '--')}"):  # noqa: PTH112 -- never raises
        return None  # without the hub's client, which takes long to load
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        path = try_to_load_from_cache(hub_id, config.FILE, revision=revision)
    except (HFValidationError, ValueError):
        return None
    if not isinstance(path, str):
        return None
    folder = Path(path).parent
    try:
        whole = not _missing(folder)
    except CheckpointError:  # the weights have an index only, which cannot be read
        whole = False
    return Location(hub_id, "hub cache", folder, folder.name) if whole else None


def _folder(name: str) -> Path | None:
    try:
        folder = Path(name).expanduser()
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):  # too long a path, an unknown user, a NUL
        return None


def _missing(folder: Path) -> list[str]:
    """Files that the checkpoint in `folder` lacks. Raises CheckpointError."""
    return [name for name in (config.FILE, *weights.files(folder), PROCESSOR) if not (folder / name).is_file()]


def _embedded() -> Location:
    return Location(EMBEDDED, "embedded", EMBEDDED_FOLDER, "")
