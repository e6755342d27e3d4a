"""Checkpoints with changed bytes are refused before anything is read with them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import constants

from emotion_core.errors import CheckpointError
from emotion_core.expression.checkpoints import EMBEDDED_FOLDER, REFERENCE, Location, load, locate, location, weights
from emotion_core.expression.checkpoints.hashes import git_blob_id
from emotion_core.jobs import scans
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from emotion_core.storage import file_hash
from tests.support import checkpoints

COMMIT = "5f" * 20


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(EMBEDDED_FOLDER, folder))


def refusal(folder: Path, source: str = "folder") -> CheckpointError:
    """Why a checkpoint of the embedded one's labels is not loaded."""
    with pytest.raises(CheckpointError) as caught:
        load(Location("given", source, folder, ""))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_embedded_weights_are_those_written_down() -> None:
    """The manifest beside the embedded weights is what sha256sum prints of them."""
    digest = hashlib.sha256((EMBEDDED_FOLDER / "model.safetensors").read_bytes()).hexdigest()
    assert (EMBEDDED_FOLDER / "weights.sha256").read_text() == f"{digest}  model.safetensors\n"
    assert locate("embedded").weights_hash() == digest


@pytest.mark.parametrize("place", [0.001, 0.5, 0.999])
def test_a_flipped_bit_in_the_embedded_weights_is_told(tmp_path: Path, place: float) -> None:
    """One bit anywhere in the built-in weights gives one message: the file, both hashes, and what to do."""
    folder = copied(tmp_path / "embedded")
    expected = file_hash(folder / "model.safetensors")
    result = file_hash(checkpoints.flipped(folder / "model.safetensors", place))
    message = refusal(folder, "embedded")
    assert message.problem == (
        "model.safetensors of the built-in checkpoint is damaged: "
        f"its hash is {result[:12]}…, it should be {expected[:12]}…."
    )
    assert str(folder) in message.advice


def test_half_of_the_embedded_weights_is_told(tmp_path: Path) -> None:
    """Weights that were copied half-way are recognised by their hash too."""
    folder = copied(tmp_path / "embedded")
    file = folder / "model.safetensors"
    os.truncate(file, file.stat().st_size // 2)
    assert "model.safetensors of the built-in checkpoint is damaged" in refusal(folder, "embedded").problem


@pytest.mark.parametrize("manifest", [None, "", "no hash  model.safetensors\n", "ab" * 32 + "  other.safetensors\n"])
def test_embedded_weights_that_nothing_vouches_for_are_refused(tmp_path: Path, manifest: str | None) -> None:
    """The built-in checkpoint is not read without a hash to compare it with."""
    folder = copied(tmp_path / "embedded")
    (folder / "weights.sha256").unlink()
    if manifest is not None:
        (folder / "weights.sha256").write_text(manifest)
    assert "cannot be checked: weights.sha256" in refusal(folder, "embedded").problem


def test_a_folder_with_a_manifest_is_compared_with_it(tmp_path: Path) -> None:
    """A copy of an exported checkpoint is compared with its own manifest, which can be deleted if it was changed."""
    folder = copied(tmp_path / "copy")
    checkpoints.flipped(folder / "model.safetensors")
    message = refusal(folder)
    assert "model.safetensors of the checkpoint “given” is damaged" in message.problem
    assert "delete weights.sha256" in message.advice
    (folder / "weights.sha256").unlink()
    assert load(locate(str(folder))).identity.hash == file_hash(folder / "model.safetensors")


def test_a_folder_that_changed_is_another_model(tmp_path: Path) -> None:
    """A folder of the user's whose weights were trained on is read without a word, under another hash."""
    folder = checkpoints.tiny(tmp_path / "mine", "vit", REFERENCE_LABELS)
    before = load(locate(str(folder))).identity
    checkpoints.flipped(folder / "model.safetensors", 0.95)
    after = load(locate(str(folder))).identity
    assert (after.name, after.labels) == (before.name, before.labels)
    assert after.hash != before.hash


def test_a_manifest_names_every_part(tmp_path: Path) -> None:
    """Of weights in several files each is written down and compared."""
    folder = checkpoints.tiny(tmp_path / "split", "vit", REFERENCE_LABELS, part_bytes=20_000)
    weights.write_manifest(folder)
    load(locate(str(folder)))
    part = checkpoints.flipped(sorted(folder.glob("*.safetensors"))[2])
    assert f"{part.name} of the checkpoint “given” is damaged" in refusal(folder).problem


# The hub cache


def cached(cache: Path, folder: Path, *, lfs: bool = True) -> Path:
    """A hub cache that holds `folder` as the reference, as the hub's client lays it out: links to blobs by hash."""
    repository = cache / f"models--{REFERENCE.replace('/', '--')}"
    snapshot = repository / "snapshots" / COMMIT
    for part in (snapshot, repository / "blobs", repository / "refs"):
        part.mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    for file in folder.iterdir():
        name = file_hash(file) if lfs and file.suffix == ".safetensors" else git_blob_id(file)
        shutil.copy(file, repository / "blobs" / name)
        (snapshot / file.name).symlink_to(f"../../blobs/{name}")
    return snapshot


@pytest.mark.parametrize("lfs", [True, False], ids=["in the large-file store", "in git"])
@pytest.mark.parametrize("damaged", ["model.safetensors", "config.json", "preprocessor_config.json"])
def test_a_damaged_file_in_the_hub_cache_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str, lfs: bool
) -> None:
    """A cached file that does not match its name is refused with both hashes; no other checkpoint takes its place."""
    source = checkpoints.tiny(tmp_path / "source", "vit", REFERENCE_LABELS)
    snapshot = cached(tmp_path / "hub", source, lfs=lfs)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    identity = load(locate(None)).identity
    assert (identity.name, identity.source, identity.revision) == (REFERENCE, "hub cache", COMMIT)
    assert identity.hash == file_hash(source / "model.safetensors")
    file = snapshot / damaged
    if damaged == "model.safetensors":
        checkpoints.flipped(file)
    else:
        file.write_text(file.read_text() + " ")
    expected = file.readlink().name
    result = file_hash(file) if len(expected) == 64 else git_blob_id(file)
    with pytest.raises(CheckpointError) as caught:
        load(locate(None))
    assert caught.value.problem == (
        f"{damaged} of the checkpoint “{REFERENCE}” is damaged: "
        f"its hash is {result[:12]}…, it should be {expected[:12]}…."
    )
    assert f"python -m emotion_core download {REFERENCE}" in caught.value.advice


def test_a_cache_without_links_is_read_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system has no links the cache names no hash: nothing is compared, and it loads."""
    source = checkpoints.tiny(tmp_path / "source", "vit", REFERENCE_LABELS)
    snapshot = cached(tmp_path / "hub", source)
    for link in snapshot.iterdir():
        blob = link.resolve()
        link.unlink()
        blob.rename(link)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    assert load(locate(REFERENCE)).identity.hash == file_hash(source / "model.safetensors")


# What a user sees


def test_a_damaged_checkpoint_ends_an_analysis_before_it_begins(
    tmp_path: Path, truth_film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With damaged built-in weights no scan is begun, and none is left behind."""
    checkpoints.flipped(copied(tmp_path / "embedded") / "model.safetensors")
    monkeypatch.setattr(location, "EMBEDDED_FOLDER", tmp_path / "embedded")
    library = Library.open(tmp_path / "home")
    film = library.refer_to(truth_film)
    with pytest.raises(CheckpointError, match="the built-in checkpoint is damaged"):
        scans.start(library, film.id, ScanSettings(checkpoint="embedded"))
    assert not library.scans(film.id)


def test_the_command_line_tells_of_damage_in_one_line(tmp_path: Path, truth_film: Path) -> None:
    """`analyze` with a damaged checkpoint ends with one line that names file, hashes and what to do."""
    folder = copied(tmp_path / "copy")
    checkpoints.flipped(folder / "model.safetensors")
    process = subprocess.run(
        [sys.executable, "-m", "emotion_core", "analyze", str(truth_film), "--checkpoint", str(folder)],
        env={**os.environ, "EMOTION_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr.startswith("Error: model.safetensors of the checkpoint “copy” is damaged: its hash is ")
    assert process.stderr.count("\n") == 1
