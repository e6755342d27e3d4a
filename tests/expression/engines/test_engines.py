"""The engines beside plain PyTorch: they agree with it, whatever else is in the batch, and cache what they compile."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.errors import EngineError
from emotion_core.expression import compiled_cache
from emotion_core.expression.checkpoints import locate
from emotion_core.expression.checkpoints.checkpoint import BOTH_WAYS, Checkpoint, load
from emotion_core.expression.engines import Engine, ipex_unavailable, obstacle, sample_faces
from emotion_core.expression.engines.openvino_engine import OpenVinoEngine
from emotion_core.expression.selection import PROBE_FACES, open_engine
from emotion_core.expression.selection.agreement import MEAN_ERROR, compare
from emotion_core.settings import EngineName
from emotion_core.system import cpu
from tests.support import checkpoints
from tests.support.late import Late
from tests.support.network import FORBIDDEN

torch = Late("torch")
torch_engine = Late("emotion_core.expression.engines.torch_engine")
torchscript = Late("emotion_core.expression.engines.torchscript")

Crops = list[NDArray[np.uint8]]

FOUR = ("happy", "sad", "fear", "calm")
BATCH = 8
FACES = 64


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose networks are kept for all tests here."""
    return tmp_path_factory.mktemp("engines")


@pytest.fixture(autouse=True)
def home(shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMOTION_HOME", str(shared_home))
    return shared_home


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
    if (result := obstacle(name)) is not None:
        pytest.skip(result.why)


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
    """On real faces OpenVINO may stand for fp32, in int8 too, and a face's numbers do not depend on its neighbours."""
    engine = open_engine(name, embedded, batch=BATCH)
    message = compare(truth, check_rows(engine, crops))
    assert message.agrees, message.in_words()
    identity = engine.identity
    assert (identity.name, identity.precision, identity.reason) == ("openvino", precision, "named")
    assert ("nncf" in identity.versions) == (precision == "int8")
    assert identity.versions.startswith("openvino ")
    if precision == "fp32":
        assert message.high_error < 1e-4


def test_int8_is_quantized_on_other_pictures_than_it_is_tried_on(
    tiny: dict[str, Path], own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one of the face crops that a trial compares is among those that int8's ranges are taken from."""
    compared, drawn = sample_faces.trial_crops(PROBE_FACES), sample_faces.crops
    used: Crops = []

    def crops(count: int, *, seed: int = 0, **arguments: int) -> Crops:
        used.extend(created := drawn(count, seed=seed, **arguments))
        return created

    monkeypatch.setattr(sample_faces, "crops", crops)
    open_engine("openvino-int8", load(locate(str(tiny["convnext"]))), batch=BATCH)
    assert len(used) >= 100
    assert not {crop.tobytes() for crop in compared} & {crop.tobytes() for crop in used}


@pytest.mark.parametrize("of", ["torch", "openvino"])
def test_bf16_reads_nearly_what_fp32_reads(tiny: dict[str, Path], crops: Crops, own_home: Path, of: str) -> None:
    """In bf16, which any processor can at least emulate, chances are those of fp32 but for the digits it has not."""
    checkpoint = load(locate(str(tiny["convnext"])))
    truth = open_engine("torch", checkpoint, batch=BATCH).logits(crops)
    engine = (OpenVinoEngine if of == "openvino" else torch_engine.TorchEngine)(
        checkpoint, batch=BATCH, threads=1, reason="by hand", precision="bf16"
    )
    result = engine.logits(crops)
    assert engine.identity.precision == "bf16"
    assert compare(truth, result).mean_error < 0.01
    assert (result != truth).any()


def test_an_engine_takes_the_threads_it_says(tiny: dict[str, Path], own_home: Path) -> None:
    """What an engine's identity names as its threads is what runs it."""
    checkpoint = load(locate(str(tiny["vit"])))
    for threads in (1, 2):
        openvino = OpenVinoEngine(checkpoint, batch=1, threads=threads, reason="by hand")
        compiled = openvino._request.get_compiled_model()
        assert compiled.get_property("INFERENCE_NUM_THREADS") == openvino.identity.threads == threads
        plain = torch_engine.TorchEngine(checkpoint, batch=1, threads=threads, reason="by hand")
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


WITHOUT_TORCH = """
import sys
import numpy as np
from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.selection import open_engine
name, checkpoint, crops_file, out = sys.argv[1:]
with np.load(crops_file) as archive:
    np.save(out, open_engine(name, load(locate(checkpoint)), batch=8).logits(list(archive.values())))
print([name for name in ("torch", "transformers", "nncf") if name in sys.modules])
"""


@pytest.mark.parametrize("name", ["openvino", "openvino-int8"])
def test_the_second_start_of_openvino_imports_no_pytorch(
    tiny: dict[str, Path], crops: Crops, own_home: Path, tmp_path: Path, name: EngineName
) -> None:
    """A compiled network runs without what it was converted by, in another process, with the same numbers."""
    first = open_engine(name, load(locate(str(tiny["vit"]))), batch=BATCH).logits(crops)
    np.savez(tmp_path / "crops.npz", *crops)
    words = [name, str(tiny["vit"]), str(tmp_path / "crops.npz"), str(tmp_path / "logits.npy")]
    process = subprocess.run([sys.executable, "-c", WITHOUT_TORCH, *words], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert process.stdout.split("\n")[-2] == "[]"
    np.testing.assert_array_equal(np.load(tmp_path / "logits.npy"), first)


@pytest.mark.parametrize("damage", ["flipped", "cut", "another network"])
def test_a_damaged_network_is_made_anew(tiny: dict[str, Path], crops: Crops, own_home: Path, damage: str) -> None:
    """A kept network that lost a bit or its end, or whose bytes are no network, is compiled again and kept again."""
    checkpoint = load(locate(str(tiny["vit"])))
    first = open_engine("openvino", checkpoint, batch=BATCH).logits(crops)
    (file,) = (file for file in files(compiled_cache.folder()) if file.name.startswith("openvino"))
    if damage == "flipped":
        checkpoints.flipped(file, 0.5)
    elif damage == "cut":
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
    else:  # whole by its digest
        content = b"no network at all" * 100
        file.write_bytes(content + hashlib.sha256(content).digest())
    damaged = file.read_bytes()
    np.testing.assert_array_equal(open_engine("openvino", checkpoint, batch=BATCH).logits(crops), first)
    assert compiled_cache.whole(file)
    assert file.read_bytes() != damaged


@pytest.mark.parametrize("name", ["openvino", "openvino-int8"])
@pytest.mark.parametrize("family", ["vit", "convnext"])
def test_openvino_runs_other_architectures(tiny: dict[str, Path], crops: Crops, family: str, name: EngineName) -> None:
    """Transformers and convolutions run on it; in fp32 they say what PyTorch says."""
    checkpoint = load(locate(str(tiny[family])))
    expected = open_engine("torch", checkpoint, batch=BATCH).logits(crops)
    result = check_rows(open_engine(name, checkpoint, batch=BATCH), crops)
    assert result.shape == (FACES, len(FOUR))
    message = compare(expected, result)
    if name == "openvino":
        assert message.agrees, message.in_words()
    else:  # random weights are no fair test of int8: it must only be the same network
        assert message.top_same > 0.5
        assert np.isfinite(result).all()


QUIET = """
from emotion_core.expression.checkpoints import load
from emotion_core.expression.selection import open_engine
from emotion_core.expression.checkpoints import locate
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
    process = subprocess.run(
        [sys.executable, "-c", FORBIDDEN + QUIET, str(tiny["vit"])],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.split() == ["True", "openvino.tools.ovc.telemetry_stub", "[]", "[]"]


# Plain PyTorch


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("family", ["embedded", "vit", "convnext"])
def test_the_record_of_a_model_has_its_numbers(
    tiny: dict[str, Path], crops: Crops, own_home: Path, family: str, precision: Any
) -> None:
    """What is recorded of a model's operations gives the model's own numbers to the bit, and so does a later start."""
    checkpoint = load(locate(str(tiny.get(family, family))))
    model = torch_engine.TorchEngine(checkpoint, batch=BATCH, threads=1, reason="by hand", precision=precision)
    truth = model.logits(crops)
    for _ in range(2):
        record = torch_engine.TorchEngine(
            checkpoint, batch=BATCH, threads=1, reason="by hand", precision=precision, recorded=True
        )
        np.testing.assert_array_equal(record.logits(crops), truth)
        assert record.identity == model.identity
    assert [file.name.split(".")[0] for file in files(compiled_cache.folder()) if "torch" in file.name] == [
        f"torch-{precision}-batch-{BATCH}"
    ]


@pytest.mark.parametrize("fault", ["fails", "differs"])
def test_a_model_that_cannot_be_recorded_runs_itself(
    tiny: dict[str, Path], crops: Crops, own_home: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Where tracing fails, or gives other numbers by a bit, the model runs and nothing is cached."""
    checkpoint = load(locate(str(tiny["vit"])))
    truth = torch_engine.TorchEngine(checkpoint, batch=BATCH, threads=1, reason="by hand").logits(crops)
    traced = torchscript.traced

    def faulty(model: Any, example: Any) -> Any:
        if fault == "fails":
            raise RuntimeError("it branches on its input")
        return traced(torch.nn.Sequential(model, torch.nn.Hardtanh(-1e9, 0.1)), example)

    monkeypatch.setattr(f"{torchscript.module}.traced", faulty)
    engine = torch_engine.TorchEngine(checkpoint, batch=BATCH, threads=1, reason="by hand", recorded=True)
    np.testing.assert_array_equal(engine.logits(crops), truth)
    assert not [file for file in files(compiled_cache.folder()) if "torch" in file.name]


def test_an_engine_starts_where_nothing_can_be_cached(tiny: dict[str, Path], crops: Crops, own_home: Path) -> None:
    """A cache that cannot be written costs time at the next start, and no numbers."""
    checkpoint = load(locate(str(tiny["vit"])))
    truth = torch_engine.TorchEngine(checkpoint, batch=BATCH, threads=1, reason="by hand").logits(crops)
    shutil.rmtree(own_home)
    own_home.write_text("in the way")
    np.testing.assert_array_equal(
        open_engine("torch", load(locate(str(tiny["vit"]))), batch=BATCH).logits(crops), truth
    )


# Intel Extension for PyTorch

IPEX = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
import numpy as np
from emotion_core.expression.checkpoints import load
from emotion_core.expression.selection import open_engine
from emotion_core.expression.checkpoints import locate
crops_file, folder, *asked = sys.argv[1:]
with np.load(crops_file) as archive:
    crops = list(archive.values())
thread = ThreadPoolExecutor(1)
for number, (name, checkpoint) in enumerate(json.loads(word) for word in asked):
    for again in (False, True):  # opened in this thread or in another one, and run in this one
        start = partial(open_engine, name, load(locate(checkpoint)), batch=8)
        engine = thread.submit(start).result() if again else start()
        np.savez(
            f"{folder}/{number}{'-again' if again else ''}.npz",
            all=engine.logits(crops), some=engine.logits(crops[:11]), back=engine.logits(crops[::-1]),
        )
    print(engine.identity.name, engine.identity.precision, engine.identity.versions)
print([name for name in ("torch", "transformers", "intel_extension_for_pytorch") if name in sys.modules])
"""

ASKED: list[tuple[EngineName, str]] = [
    ("ipex", "embedded"), ("ipex", "vit"), ("ipex", "convnext"), ("ipex-int8", "embedded"),
]  # fmt: skip


def run_extension(
    folder: Path, home: Path, tiny: dict[str, Path], crops: Crops, rows: list[tuple[EngineName, str]]
) -> list[str]:
    """Run IPEX in a process of its own, with its arrays in `folder`; return the lines that it printed."""
    np.savez(folder / "crops.npz", *crops)
    words = [json.dumps([name, str(tiny.get(family, family))]) for name, family in rows]
    process = subprocess.run(
        [sys.executable, "-c", IPEX, str(folder / "crops.npz"), str(folder), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "EMOTION_HOME": str(home)},
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


@pytest.fixture(scope="session")
def by_the_extension(
    tmp_path_factory: pytest.TempPathFactory, tiny: dict[str, Path], crops: Crops, shared_home: Path
) -> Callable[[EngineName, str], tuple[str, list[dict[str, NDArray[np.float32]]]]]:
    """What the extension says of the faces, each engine and checkpoint of ASKED: one process runs them all."""
    why_not = ipex_unavailable()
    if why_not:
        pytest.skip(why_not)
    folder = tmp_path_factory.mktemp("ipex")
    *output, imported = run_extension(folder, shared_home, tiny, crops, ASKED)[-len(ASKED) - 1 :]
    assert "intel_extension_for_pytorch" in imported

    def message(name: EngineName, family: str) -> tuple[str, list[dict[str, NDArray[np.float32]]]]:
        number, result = ASKED.index((name, family)), []
        for file in sorted(folder.glob(f"{number}*.npz"), key=lambda path: len(path.name)):
            with np.load(file) as archive:
                result.append(dict(archive))
        return output[number], result

    return message


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
    output, result = by_the_extension(name, family)
    checkpoint = load(locate(str(tiny.get(family, family))))
    expected = open_engine("torch", checkpoint, batch=BATCH).logits(crops)
    for rows in result:
        message = compare(expected, rows["all"])
        if (
            name == "ipex-int8" and "vnni" not in cpu.features()
        ):  # seven bits: near, and the trial decides on more faces
            assert max(message.mean_error, message.high_error / 6) <= MEAN_ERROR, message.in_words()
        else:
            assert message.agrees, message.in_words()
        np.testing.assert_array_equal(rows["some"], rows["all"][:11])
        np.testing.assert_array_equal(rows["back"], rows["all"][::-1])
    assert output.split()[0] == "ipex"
    assert "intel-extension-for-pytorch" in output
    if (name, family) == ("ipex", "embedded"):
        rows = result[0]
        error = np.abs(softmax(rows["all"]) - softmax(expected))
        assert error.mean() <= 0.01
        assert error.max() <= 0.05
    if name == "ipex-int8":
        assert output.startswith("ipex int8 ")
    np.testing.assert_array_equal(result[0]["all"], result[1]["all"])  # the second start takes what the first compiled


def test_a_later_start_needs_the_extensions_library_alone(
    by_the_extension: Callable[[EngineName, str], tuple[str, list[dict[str, NDArray[np.float32]]]]],
    tiny: dict[str, Path],
    tmp_path: Path,
    shared_home: Path,
    crops: Crops,
) -> None:
    """Another process gives the first one's numbers to the bit, and imports neither transformers nor the extension."""
    asked = [row for row in ASKED if row[1] != "convnext"]  # whose input its processor itself must make
    *output, imported = run_extension(tmp_path, shared_home, tiny, crops, asked)
    assert imported == "['torch']"
    for number, (name, family) in enumerate(asked):
        first, result = by_the_extension(name, family)
        assert output[number] == first
        with np.load(tmp_path / f"{number}.npz") as archive:
            np.testing.assert_array_equal(archive["all"], result[0]["all"])


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
    observations, mirrored = crops[:20], [np.ascontiguousarray(crop[:, ::-1]) for crop in crops[:20]]
    single, engine = open_engine(name, once, batch=BATCH), open_engine(name, twice, batch=BATCH)
    ahead, back = single.logits(observations), single.logits(mirrored)
    assert np.abs(softmax(ahead) - softmax(back)).max() > 0.01
    rows = engine.logits(observations)
    np.testing.assert_allclose(rows, np.log((softmax(ahead) + softmax(back)) / 2), atol=1e-3)
    np.testing.assert_allclose(engine.logits(mirrored), rows, atol=1e-3)
    np.testing.assert_allclose(np.exp(rows.astype(np.float64)).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(engine.logits(observations[:3]), rows[:3])
