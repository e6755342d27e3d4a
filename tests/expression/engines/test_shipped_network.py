"""The embedded checkpoint ships its network's operations and fp32's answers: to the bit what transformers gives."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from emotion_core.errors import CheckpointError
from emotion_core.expression.checkpoints import Checkpoint, checkpoint, load, locate
from emotion_core.expression.checkpoints.location import EMBEDDED_FOLDER
from emotion_core.expression.engines import ipex_unavailable, sample_faces, shipped_network
from emotion_core.expression.engines.shipped_network import FILE, Recorded
from emotion_core.expression.selection import PROBE_FACES
from emotion_core.faces import open_detector
from emotion_core.media import sample_clip
from emotion_core.storage import hashed_json
from tests.support import checkpoints
from tests.support.late import Late

torch = Late("torch")
torch_engine = Late("emotion_core.expression.engines.torch_engine")
torchscript = Late("emotion_core.expression.engines.torchscript")


@pytest.fixture(scope="module")
def embedded() -> Checkpoint:
    return load(locate("embedded"))


def test_the_file_is_what_the_packages_of_requirements_txt_give(embedded: Checkpoint, tmp_path: Path) -> None:
    """After a change of these packages: `shipped_network.write`, as the export of the training does."""
    faces = sample_faces.trial_crops(16)
    logits = torch_engine.TorchEngine(embedded, batch=16, threads=1, reason="truth").logits(faces)
    shipped_network.write(replace(embedded, folder=tmp_path), faces, logits)
    written, shipped = (hashed_json.read(folder / FILE) for folder in (tmp_path, EMBEDDED_FOLDER))
    assert len(shipped["faces"]) == len(shipped["logits"]) == PROBE_FACES
    assert written["faces"] == shipped["faces"][:16]
    np.testing.assert_allclose(written["logits"], shipped["logits"][:16], atol=1e-3)
    assert {key: written[key] for key in ("key", "made_with", "fp32", "bf16")} == {
        key: shipped[key] for key in ("key", "made_with", "fp32", "bf16")
    }


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_it_gives_the_numbers_of_transformers(embedded: Checkpoint, precision: Recorded) -> None:
    pixels = torch.from_numpy(embedded.pixels(sample_faces.trial_crops(3)))
    shipped = shipped_network.shipped_network(embedded, precision)
    assert shipped is not None
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
        expected = torchscript.LogitsOnly(embedded.model).eval()(pixels)
        assert torch.equal(shipped(pixels), expected)


@pytest.mark.skipif(ipex_unavailable() is not None, reason="no Intel Extension for PyTorch")
def test_no_engine_of_it_imports_transformers_at_its_first_start(tmp_path: Path) -> None:
    """Where the processor multiplies no bf16 either: the extension then runs fp32, and made anew or not it gives the
    same numbers, which agree.
    """
    script = """
import sys
import numpy as np
from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.engines import build, sample_faces, shipped_network
from emotion_core.expression.selection import compare
from emotion_core.system import cpu
checkpoint, faces = load(locate("embedded")), sample_faces.trial_crops(6)
def rows(name, precision):
    engine = build(name, checkpoint, batch=4, threads=1, reason="test")
    assert engine.identity.precision == precision
    return engine.logits(faces)
rows("torch", "fp32")
rows("openvino", "fp32")
if cpu.multiplies_bf16():
    rows("ipex", "bf16")
cpu._has = lambda: ("avx2", "avx512", "vnni")
new, cached = rows("ipex", "fp32"), rows("ipex", "fp32")
assert np.array_equal(new, cached)
assert compare(shipped_network.reference(checkpoint, faces), new).mean_error < 1e-4
assert not {"transformers", "intel_extension_for_pytorch"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, env={"EMOTION_HOME": str(tmp_path), "PATH": ""})


def test_it_fits_each_build_of_a_release(embedded: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch's build without CUDA is “2.8.0+cpu”."""
    version = importlib.metadata.version
    monkeypatch.setattr(checkpoint, "version", lambda package: f"{version(package)}+cpu")
    assert shipped_network.is_shipped(embedded)
    monkeypatch.setattr(checkpoint, "version", lambda _: "99.0")
    assert not shipped_network.is_shipped(embedded)


def test_changed_weights_are_not_run(embedded: Checkpoint, tmp_path: Path) -> None:
    """Weights that are replaced after the checkpoint was checked."""
    folder = shutil.copytree(EMBEDDED_FOLDER, tmp_path / "embedded")
    checkpoints.flipped(folder / "model.safetensors")
    with pytest.raises(CheckpointError, match="changed meanwhile"):
        shipped_network.network(replace(embedded, folder=folder))


def test_a_folder_of_the_user_is_not_trusted_with_code(tmp_path: Path) -> None:
    folder = shutil.copytree(EMBEDDED_FOLDER, tmp_path / "faces")
    copied = load(locate(str(folder)))
    assert not shipped_network.is_shipped(copied)
    assert shipped_network.shipped_network(copied, "fp32") is None


def test_the_answers_hold_for_the_faces_that_were_asked_about(embedded: Checkpoint) -> None:
    faces = sample_faces.trial_crops(8)
    answers = shipped_network.reference(embedded, faces)
    assert answers is not None
    assert answers.shape == (8, 7)
    faces[3] = faces[3][:, ::-1]
    assert shipped_network.reference(embedded, faces) is None
    assert shipped_network.reference(embedded, []) is None


def test_the_faces_of_trials_are_where_a_detector_finds_them() -> None:
    name, detector = "carphone_pristine.mp4", open_detector(640, 24)
    with av.open(str(sample_clip(name))) as clip:
        for number, frame in enumerate(clip.decode(video=0)):
            if box := sample_faces.BOXES[name].get(number):
                (face,) = detector.find(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False))
                assert np.abs(np.subtract(face.box, box)).max() < 1
