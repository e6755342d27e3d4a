"""The engines beside plain PyTorch: they agree with it, do not hang on neighbours, and keep what they compile."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from emotion_core.errors import EngineError
from emotion_core.expression.checkpoints.checkpoint import BOTH_WAYS, Checkpoint, load
from emotion_core.expression.checkpoints.location import locate
from emotion_core.expression.engines import compiled_cache, sample_faces
from emotion_core.expression.engines.availability import ipex_unavailable, obstacle
from emotion_core.expression.engines.engine import Engine
from emotion_core.expression.engines.openvino_engine import OpenVinoEngine
from emotion_core.expression.engines.torch_engine import TorchEngine
from emotion_core.expression.selection.agreement import MEAN_ERROR, compare
from emotion_core.expression.selection.choice import open_engine
from emotion_core.processes.engine_trial import PROBE_FACES
from emotion_core.settings import EngineName
from emotion_core.system import cpu
from tests import checkpoints
from tests.quiet import FORBIDDEN

Crops = list[NDArray[np.uint8]]

FOUR = ("happy", "sad", "fear", "calm")
BATCH = 8
FACES = 64


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose networks are kept for all tests here."""
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(autouse=True)
def home(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMOTION_HOME", str(kept))
    return kept


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing is kept yet."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def crops() -> Crops:
    """Real faces."""
    return sample_faces.crops(FACES)


@pytest.fixture(scope="session")
def embedded() -> Checkpoint:
    return load(locate("embedded"))


@pytest.fixture(scope="session")
def truth(embedded: Checkpoint, crops: Crops) -> NDArray[np.float32]:
    """What fp32 says of the faces."""
    return open_engine("torch", embedded, batch=BATCH).logits(crops)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of tiny checkpoints, by their family."""
    folder = tmp_path_factory.mktemp("tiny")
    return {family: checkpoints.tiny(folder / family, family, FOUR) for family in ("vit", "convnext")}


def needs(name: EngineName) -> None:
    """Skip where this machine cannot run an engine."""
    if (found := obstacle(name)) is not None:
        pytest.skip(found.why)


def check_rows(engine: Engine, crops: Crops) -> NDArray[np.float32]:
    """The engine's rows, which must be the same to the bit with other neighbours and in another order."""
    together = engine.logits(crops)
    for count in (1, BATCH - 1, BATCH + 3):
        np.testing.assert_array_equal(engine.logits(crops[:count]), together[:count])
    np.testing.assert_array_equal(engine.logits(crops[::-1]), together[::-1])
    assert engine.logits([]).shape == (0, together.shape[1])
    return together


def files(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file())


# OpenVINO


@pytest.mark.parametrize(("name", "precision"), [("openvino", "fp32"), ("openvino-int8", "int8")])
def test_openvino_agrees_with_fp32(
    embedded: Checkpoint, crops: Crops, truth: NDArray[np.float32], name: EngineName, precision: str
) -> None:
    """On real faces OpenVINO may stand for fp32, in int8 too, and a face's numbers do not hang on its neighbours."""
    engine = open_engine(name, embedded, batch=BATCH)
    told = compare(truth, check_rows(engine, crops))
    assert told.agrees, told.in_words()
    identity = engine.identity
    assert (identity.name, identity.precision, identity.reason) == ("openvino", precision, "named")
    assert ("nncf" in identity.versions) == (precision == "int8")
    assert identity.versions.startswith("openvino ")
    if precision == "fp32":
        assert told.high_error < 1e-4


def test_int8_is_quantized_on_other_pictures_than_it_is_tried_on(
    tiny: dict[str, Path], own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one of the face crops that a trial compares is among those that int8's ranges are taken from."""
    compared, drawn = sample_faces.crops(PROBE_FACES), sample_faces.crops
    taken: Crops = []

    def crops(count: int, *, seed: int = 0) -> Crops:
        taken.extend(made := drawn(count, seed=seed))
        return made

    monkeypatch.setattr(sample_faces, "crops", crops)
    open_engine("openvino-int8", load(locate(str(tiny["convnext"]))), batch=BATCH)
    assert len(taken) >= 100
    assert not {crop.tobytes() for crop in compared} & {crop.tobytes() for crop in taken}


@pytest.mark.parametrize("make", [TorchEngine, OpenVinoEngine])
def test_bf16_reads_nearly_what_fp32_reads(tiny: dict[str, Path], crops: Crops, own_home: Path, make: Any) -> None:
    """In bf16, which any processor can at least emulate, chances are those of fp32 but for the digits it has not."""
    checkpoint = load(locate(str(tiny["convnext"])))
    truth = open_engine("torch", checkpoint, batch=BATCH).logits(crops)
    engine = make(checkpoint, batch=BATCH, threads=1, reason="by hand", precision="bf16")
    found = engine.logits(crops)
    assert engine.identity.precision == "bf16"
    assert compare(truth, found).mean_error < 0.01
    assert (found != truth).any()


def test_an_engine_takes_the_threads_it_says(tiny: dict[str, Path], own_home: Path) -> None:
    """What an engine's identity names as its threads is what runs it."""
    checkpoint = load(locate(str(tiny["vit"])))
    for threads in (1, 2):
        openvino = OpenVinoEngine(checkpoint, batch=1, threads=threads, reason="by hand")
        compiled = openvino._request.get_compiled_model()
        assert compiled.get_property("INFERENCE_NUM_THREADS") == openvino.identity.threads == threads
        plain = TorchEngine(checkpoint, batch=1, threads=threads, reason="by hand")
        assert torch.get_num_threads() == plain.identity.threads == threads


def forbid_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    import nncf
    import openvino

    def forbidden(*_: object, **__: object) -> Any:
        raise AssertionError("converted again")

    monkeypatch.setattr(openvino, "convert_model", forbidden)
    monkeypatch.setattr(nncf, "quantize", forbidden)


@pytest.mark.parametrize("name", ["openvino", "openvino-int8"])
def test_the_second_start_takes_what_the_first_compiled(
    tiny: dict[str, Path], crops: Crops, own_home: Path, monkeypatch: pytest.MonkeyPatch, name: EngineName
) -> None:
    """Where nothing can be converted any more it starts all the same, and says the same to the bit; with another batch
    an int8 network is only compiled anew. Without what was kept it cannot.
    """
    checkpoint = load(locate(str(tiny["convnext"])))
    first = open_engine(name, checkpoint, batch=BATCH).logits(crops)
    before = files(own_home)
    forbid_conversion(monkeypatch)
    np.testing.assert_array_equal(open_engine(name, checkpoint, batch=BATCH).logits(crops), first)
    assert files(own_home) == before
    if name == "openvino-int8":
        other = open_engine(name, checkpoint, batch=BATCH + 1).logits(crops)
        np.testing.assert_allclose(other, first, atol=0.05)
    for file in files(compiled_cache.folder()):
        file.unlink()
    with pytest.raises(EngineError, match="converted again"):
        open_engine(name, checkpoint, batch=BATCH)


@pytest.mark.parametrize("damage", ["flipped", "cut", "another network"])
def test_a_damaged_network_is_made_anew(tiny: dict[str, Path], crops: Crops, own_home: Path, damage: str) -> None:
    """A kept network that lost a bit or its end, or whose bytes are no network, is compiled again and kept again."""
    checkpoint = load(locate(str(tiny["vit"])))
    first = open_engine("openvino", checkpoint, batch=BATCH).logits(crops)
    (file,) = files(compiled_cache.folder())
    whole = file.read_bytes()
    if damage == "flipped":
        checkpoints.flipped(file, 0.5)
    elif damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    else:  # whole by its digest
        content = b"no network at all" * 100
        file.write_bytes(hashlib.sha256(content).digest() + content)
    np.testing.assert_array_equal(open_engine("openvino", checkpoint, batch=BATCH).logits(crops), first)
    assert file.stat().st_size == len(whole)


@pytest.mark.parametrize("name", ["openvino", "openvino-int8"])
@pytest.mark.parametrize("family", ["vit", "convnext"])
def test_openvino_runs_other_architectures(tiny: dict[str, Path], crops: Crops, family: str, name: EngineName) -> None:
    """Transformers and convolutions run on it; in fp32 they say what PyTorch says."""
    checkpoint = load(locate(str(tiny[family])))
    expected = open_engine("torch", checkpoint, batch=BATCH).logits(crops)
    found = check_rows(open_engine(name, checkpoint, batch=BATCH), crops)
    assert found.shape == (FACES, len(FOUR))
    told = compare(expected, found)
    if name == "openvino":
        assert told.agrees, told.in_words()
    else:  # random weights are no fair test of int8: it must only be the same network
        assert told.top_same > 0.5
        assert np.isfinite(found).all()


QUIET = """
from emotion_core.expression.checkpoints.checkpoint import load
from emotion_core.expression.selection.choice import open_engine
from emotion_core.expression.checkpoints.location import locate
open_engine("openvino-int8", load(locate(sys.argv[1])), batch=2)
from openvino.tools.ovc import telemetry_utils
loaded = [name for name in sys.modules if name.startswith("openvino_telemetry") and sys.modules[name] is not None]
print("nncf" in sys.modules, telemetry_utils.tm.__name__, loaded, called)
"""


def test_no_engine_reports_to_its_makers(tiny: dict[str, Path], own_home: Path) -> None:
    """Where OpenVINO and NNCF are imported and quantize, the package that reports to their makers is not loaded, and no
    connection is tried.
    """
    needs("openvino-int8")
    done = subprocess.run(
        [sys.executable, "-c", FORBIDDEN + QUIET, str(tiny["vit"])],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "openvino.tools.ovc.telemetry_stub", "[]", "[]"]


# Intel Extension for PyTorch

IPEX = """
import json, sys
import numpy as np
from emotion_core.expression.checkpoints.checkpoint import load
from emotion_core.expression.selection.choice import open_engine
from emotion_core.expression.checkpoints.location import locate
crops_file, folder, *asked = sys.argv[1:]
with np.load(crops_file) as archive:
    crops = list(archive.values())
for number, (name, checkpoint) in enumerate(json.loads(word) for word in asked):
    for again in (False, True) if name == "ipex-int8" else (False,):
        engine = open_engine(name, load(locate(checkpoint)), batch=8)
        np.savez(
            f"{folder}/{number}{'-again' if again else ''}.npz",
            all=engine.logits(crops), some=engine.logits(crops[:11]), back=engine.logits(crops[::-1]),
        )
    print(engine.identity.name, engine.identity.precision, engine.identity.versions)
"""

ASKED: list[tuple[EngineName, str]] = [
    ("ipex", "embedded"), ("ipex", "vit"), ("ipex", "convnext"), ("ipex-int8", "embedded"),
]  # fmt: skip


@pytest.fixture(scope="session")
def by_the_extension(
    tmp_path_factory: pytest.TempPathFactory, tiny: dict[str, Path], crops: Crops, kept: Path
) -> Callable[[EngineName, str], tuple[str, list[dict[str, NDArray[np.float32]]]]]:
    """What the extension says of the faces, each engine and checkpoint of ASKED: one process runs them all."""
    why_not = ipex_unavailable()
    if why_not:
        pytest.skip(why_not)
    folder = tmp_path_factory.mktemp("ipex")
    np.savez(folder / "crops.npz", *crops)
    words = [json.dumps([name, str(tiny.get(family, family))]) for name, family in ASKED]
    done = subprocess.run(
        [sys.executable, "-c", IPEX, str(folder / "crops.npz"), str(folder), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "EMOTION_HOME": str(kept)},
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()[-len(ASKED) :]

    def told(name: EngineName, family: str) -> tuple[str, list[dict[str, NDArray[np.float32]]]]:
        number, found = ASKED.index((name, family)), []
        for file in sorted(folder.glob(f"{number}*.npz"), key=lambda path: len(path.name)):
            with np.load(file) as archive:
                found.append(dict(archive))
        return said[number], found

    return told


@pytest.mark.parametrize(("name", "family"), ASKED)
def test_the_extension_agrees_with_fp32(
    by_the_extension: Callable[[EngineName, str], tuple[str, list[dict[str, NDArray[np.float32]]]]],
    tiny: dict[str, Path],
    crops: Crops,
    name: EngineName,
    family: str,
) -> None:
    """Transformers and convolutions run on it and the embedded checkpoint, in int8 too, all as fp32 has it; a face's
    numbers do not hang on its neighbours.
    """
    said, found = by_the_extension(name, family)
    checkpoint = load(locate(str(tiny.get(family, family))))
    expected = open_engine("torch", checkpoint, batch=BATCH).logits(crops)
    for rows in found:
        told = compare(expected, rows["all"])
        if (
            name == "ipex-int8" and "vnni" not in cpu.features()
        ):  # seven bits: near, and the trial decides on more faces
            assert max(told.mean_error, told.high_error / 6) <= MEAN_ERROR, told.in_words()
        else:
            assert told.agrees, told.in_words()
        np.testing.assert_array_equal(rows["some"], rows["all"][:11])
        np.testing.assert_array_equal(rows["back"], rows["all"][::-1])
    assert said.split()[0] == "ipex"
    assert "intel-extension-for-pytorch" in said
    if (name, family) == ("ipex", "embedded"):
        (rows,) = found
        error = np.abs(softmax(rows["all"]) - softmax(expected))
        assert error.mean() <= 0.01
        assert error.max() <= 0.05
    if name == "ipex-int8":  # the second start takes the ranges that the first one found
        assert said.startswith("ipex int8 ")
        np.testing.assert_array_equal(found[0]["all"], found[1]["all"])


# Both ways round


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return shares


@pytest.mark.parametrize("name", ["torch", "openvino"])
def test_a_face_may_be_read_both_ways_round(tmp_path: Path, crops: Crops, name: EngineName) -> None:
    """Where config.json asks for it a face and its mirror image have the same numbers: the logarithm of the mean
    probability of both; elsewhere they differ.
    """
    once = load(locate(str(checkpoints.vit(tmp_path / "once", FOUR))))
    folder = checkpoints.configured(
        checkpoints.vit(tmp_path / "twice", FOUR), lambda config: config.update({BOTH_WAYS: True})
    )
    twice = load(locate(str(folder)))
    assert (once.both_ways, twice.both_ways) == (False, True)
    seen, mirrored = crops[:20], [np.ascontiguousarray(crop[:, ::-1]) for crop in crops[:20]]
    single, engine = open_engine(name, once, batch=BATCH), open_engine(name, twice, batch=BATCH)
    ahead, back = single.logits(seen), single.logits(mirrored)
    assert np.abs(softmax(ahead) - softmax(back)).max() > 0.01
    rows = engine.logits(seen)
    np.testing.assert_allclose(rows, np.log((softmax(ahead) + softmax(back)) / 2), atol=1e-3)
    np.testing.assert_allclose(engine.logits(mirrored), rows, atol=1e-3)
    np.testing.assert_allclose(np.exp(rows.astype(np.float64)).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(engine.logits(seen[:3]), rows[:3])
