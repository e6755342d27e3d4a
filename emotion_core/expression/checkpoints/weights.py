"""The weights in a checkpoint's folder: their files, their SHA-256, and its verification.

Safetensors only, since other formats can run code: one file, or several that an index names.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ...errors import CheckpointError
from ...storage import descriptors, file_hash
from . import hashes

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
MANIFEST = "weights.sha256"
"""Hashes of the weights in the format of `sha256sum`, so that `sha256sum -c` can check them; written on export."""


def files(folder: Path) -> tuple[str, ...]:
    """Names of the weights' files in `folder`, sorted, existing or not. Raises CheckpointError.

    A single file goes before an index, as in transformers.
    """
    if (folder / SINGLE).is_file() or not (folder / INDEX).is_file():
        return (SINGLE,)
    try:
        named = json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"].values()
        names = sorted({str(name) for name in named})
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        descriptors.raise_if_ran_out(error)
        raise CheckpointError(
            f"The index of the weights {folder / INDEX} cannot be read.",
            "Fetch or copy the checkpoint again.",
        ) from error
    odd = [name for name in names if Path(name).name != name or not name.endswith(".safetensors")]
    if odd or not names:
        raise CheckpointError(
            f"The index of the weights {folder / INDEX} names {odd[0] if odd else 'no file'}.",
            "Weights are read from safetensors files beside it only.",
        )
    return tuple(names)


def write_manifest(folder: Path) -> None:
    """Write the hashes of the weights in `folder` to the manifest beside them."""
    lines = [f"{file_hash(folder / name)}  {name}\n" for name in files(folder)]
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")


def verified_hash(folder: Path, called: str, advice: str, *, insist: bool = False) -> str:
    """SHA-256 of the weights, hex, each byte read once; for several files that of `sha256sum`'s output for them.

    Raises CheckpointError with `advice` where a file differs from its hash in the manifest or, in the hub cache, from
    the hash in its name there (config and processor are checked too). Without a recorded hash, as in a folder of the
    user's or a cache without links, nothing is compared; with `insist` that is an error.
    """
    names = files(folder)
    manifest = _manifest(folder)
    if insist and set(names) - set(manifest):
        raise CheckpointError(f"The weights of {called} cannot be checked: {MANIFEST} does not name them.", advice)
    digests = {name: file_hash(folder / name) for name in names}
    for name in names:
        expected = manifest.get(name) or _name_in_cache(folder / name) or digests[name]
        if len(expected) != len(digests[name]):  # small weights that the hub keeps in git itself
            _compare(called, name, expected, hashes.like(expected, folder / name), advice)
        else:
            _compare(called, name, expected, digests[name], advice)
    for file in sorted(folder.glob("*.json")):
        if named := _name_in_cache(file):
            _compare(called, file.name, named, hashes.like(named, file), advice)
    if len(names) == 1:
        return digests[names[0]]
    return hashlib.sha256("".join(f"{digests[name]}  {name}\n" for name in names).encode()).hexdigest()


def _compare(called: str, file: str, expected: str, own: str, advice: str) -> None:
    if own != expected:
        raise CheckpointError(
            f"{file} of {called} is damaged: its hash is {hashes.short(own)}, it should be {hashes.short(expected)}.",
            advice,
        )


def _manifest(folder: Path) -> dict[str, str]:
    """SHA-256 by file name. Lines in another format than `sha256sum`'s are ignored."""
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        descriptors.raise_if_ran_out(error)
        return {}
    pairs = [(line[:64], line[66:]) for line in lines if hashes.is_hash(line[:64])]
    return {name: expected for expected, name in pairs}


def _name_in_cache(path: Path) -> str | None:
    """The hash in a file's name in the hub cache: a snapshot's file is a link to `blobs/HASH`."""
    if not path.is_symlink() or path.parent.parent.name != "snapshots":
        return None
    name = path.readlink().name  # one step only: a blob may itself be a link into a store of blobs
    return name if hashes.is_hash(name) else None
