"""Fetch a checkpoint from the model hub, on a user's request. Nothing else in the program uses a network.

Every file is compared with the hash that the hub gives. The hub's own client compares sizes only.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import constants

from ...errors import CheckpointError, DiskFull, EmotionError
from ...storage import write_whole
from ...system import memory_limits
from . import config, hashes, weights
from .location import Location, in_cache
from .names import PROCESSOR

Show = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all; they are equal while hashes are compared."""

_PART = re.compile(r"model-\d+-of-\d+\.safetensors")


@dataclass(frozen=True, slots=True)
class _File:
    """A file as the hub describes it."""

    name: str
    bytes: int
    hash: str
    """SHA-256 or git blob id, hex; empty where the hub gives neither."""


def fetch(hub_id: str, show: Show) -> Location:
    """Download a checkpoint's config, processor and safetensors weights into the hub cache, and nothing else.

    The newest commit of the main branch is fetched; an earlier one stays in use until this one is complete and
    verified. The config comes first: labels that are no facial expressions are refused before the weights are fetched.
    Files on this disk are not fetched again unless they are damaged. A file that arrives with other bytes than the
    hub's is removed. Raises CheckpointError, or LibraryError where the cache cannot be written.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError

    # The hub's other protocol, Xet, counts its bytes twice and cannot be cancelled while it runs.
    constants.HF_HUB_DISABLE_XET = True
    try:
        info = HfApi().model_info(hub_id, files_metadata=True)
        files = _wanted(hub_id, info.siblings or [])
        _Fetch(hub_id, str(info.sha), files, show).run()
    except HFValidationError as error:
        raise CheckpointError(f"“{hub_id}” is no hub id.", "It has the form owner/name.") from error
    except Exception as error:  # its client raises errors of its HTTP library, the system and its own
        # The hub cache lies outside the library: DiskFull's own advice would not help.
        if isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
            raise CheckpointError(
                f"There is no space left on the disk for “{hub_id}”.",
                "Free some, or set HF_HOME to a folder on a larger disk.",
            ) from error
        if isinstance(error, EmotionError):
            raise
        memory_limits.raise_if_memory_error(error, f"Fetching “{hub_id}”")
        raise CheckpointError(
            f"“{hub_id}” could not be fetched ({type(error).__name__}).",
            "Is the hub reachable and the name right? What is on this disk goes on working without it.",
        ) from error
    location = in_cache(hub_id)
    if location is None:
        raise CheckpointError(f"“{hub_id}” was fetched but is not whole.", "Try again: it may just have been renewed.")
    return location


def _wanted(hub_id: str, siblings: list[Any]) -> list[_File]:
    """The files to fetch of a repository, in this order: small ones first, since they may refuse the rest."""
    by_name = {file.rfilename: file for file in siblings}
    names = [weights.SINGLE]
    if weights.SINGLE not in by_name and weights.INDEX in by_name:
        names = [weights.INDEX, *sorted(name for name in by_name if _PART.fullmatch(name))]
    names = [config.FILE, PROCESSOR, *names]
    missing = [name for name in names if name not in by_name]
    if missing:
        raise CheckpointError(
            f"“{hub_id}” has no {', '.join(missing)}.", "Only image classifiers with safetensors weights are used."
        )
    files = []
    for name in names:
        lfs = by_name[name].lfs
        digest = str((lfs.sha256 if lfs else by_name[name].blob_id) or "").lower()
        files.append(_File(name, by_name[name].size or 0, digest if hashes.is_hash(digest) else ""))
    unnamed = [file.name for file in files if not file.hash and file.name.endswith(".safetensors")]
    if unnamed:
        raise CheckpointError(
            f"The hub tells no hash of {unnamed[0]} of “{hub_id}”, so that it could not be verified.",
            "Fetch it from a hub that does, or name a folder.",
        )
    return files


class _Fetch:
    """One download."""

    def __init__(self, hub_id: str, commit: str, files: list[_File], show: Show) -> None:
        self._hub_id, self._commit, self._files, self._show = hub_id, commit, files, show
        self._total = sum(file.bytes for file in files)
        self._before = 0
        """Bytes of the files before the current one."""
        self._downloaded = False
        """Whether bytes of the current file came over the network."""

    def run(self) -> None:
        path = Path()
        for file in self._files:
            self._show(self._before, self._total)
            path = self._get(file)
            self._before += file.bytes
            self._show(self._before, self._total)
            self._verify(file, path)
            if file.name == config.FILE:
                config.labels(path.parent, self._hub_id)
            if file.name == weights.INDEX and set(weights.files(path.parent)) - {each.name for each in self._files}:
                raise CheckpointError(
                    f"“{self._hub_id}” lacks weights that its {weights.INDEX} names.", "Ask its author for them."
                )
        # The cache finds a checkpoint by the commit of its main branch. Written last, it names an earlier commit until
        # this one is complete and verified.
        write_whole(path.parent.parent.parent / "refs" / "main", self._commit.encode())

    def _get(self, file: _File, *, again: bool = False) -> Path:
        from huggingface_hub import hf_hub_download

        self._downloaded = False
        return Path(
            hf_hub_download(
                self._hub_id, file.name, revision=self._commit, tqdm_class=self._bar(), force_download=again
            )
        )

    def _verify(self, file: _File, path: Path) -> None:
        if not file.hash:
            return
        digest = hashes.like(file.hash, path)
        if digest != file.hash and not self._downloaded:  # it was on this disk before, and is damaged
            self._before -= file.bytes
            path = self._get(file, again=True)
            self._before += file.bytes
            digest = hashes.like(file.hash, path)
        if digest != file.hash:
            _remove(path)
            raise CheckpointError(
                f"{file.name} of “{self._hub_id}” did not come as the hub has it: its hash is {hashes.short(digest)}, "
                f"it should be {hashes.short(file.hash)}. It was removed.",
                "Start the download again. If that does not help, something between here and the hub changes files.",
            )

    def _bar(self) -> Any:
        from tqdm import tqdm

        fetch = self

        class Bar(tqdm):  # type: ignore[type-arg]  # the stub is generic, the class is not at run time
            """The progress bar of the hub's client, which reports to `Show`."""

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                kwargs.pop("name", None)
                super().__init__(*args, **{**kwargs, "disable": True})
                self.bytes = int(kwargs.get("initial") or 0)
                fetch._downloaded = True

            def update(self, n: float | None = 1) -> bool | None:
                self.bytes += int(n or 0)
                fetch._show(min(fetch._before + self.bytes, fetch._total), fetch._total)
                return None

        return Bar


def _remove(path: Path) -> None:
    """Remove a file from the hub cache: the link in the snapshot and its targets."""
    while path.is_symlink():
        target = path.parent / path.readlink()
        path.unlink(missing_ok=True)
        path = target
    path.unlink(missing_ok=True)
