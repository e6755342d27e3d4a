"""Checkpoints and engines: which one is used, what is refused, and that numbers depend on nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors import safe_open

from emotion_core.errors import CheckpointError, EngineError
from emotion_core.expression.checkpoints import EMBEDDED_FOLDER, FILES, REFERENCE, Checkpoint, load, locate
from emotion_core.expression.engines import availability, variant_of
from emotion_core.expression.selection import open_engine
from emotion_core.faces import crop, open_detector
from emotion_core.formatting import printable
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.system.threads import thread_budget
from tests.support import checkpoints
from tests.support.clips import man
from tests.support.late import Late

torch = Late("torch")

Crops = list[NDArray[np.uint8]]

THREE = ("Anger", "Joy", "Calm")
BATCH = 8


@pytest.fixture(scope="module")
def embedded() -> Checkpoint:
    return load(locate("embedded"))


@pytest.fixture(scope="module")
def crops() -> Crops:
    """Twenty face crops from real footage: ten moments, and their mirror images."""
    detector = open_detector(640, 32)
    result = []
    for picture in list(man(0, 120, 288))[::12]:
        (face,) = detector.find(picture)
        result.append(crop(picture, face.box, 1.15))
    return [*result, *(np.ascontiguousarray(picture[:, ::-1]) for picture in result)]


def chances(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return shares


def logits(checkpoint: Checkpoint, crops: Crops) -> NDArray[np.float32]:
    return open_engine("torch", checkpoint, batch=BATCH).logits(crops)


# The embedded checkpoint


def test_the_embedded_checkpoint_has_the_reference_labels(embedded: Checkpoint) -> None:
    """The embedded checkpoint names the reference's seven labels in the reference's order, and says what it is."""
    assert embedded.identity.labels == REFERENCE_LABELS
    assert (embedded.identity.name, embedded.identity.source) == ("embedded", "embedded")
    assert len(embedded.identity.hash) == 64


def test_the_embedded_checkpoint_is_small() -> None:
    """It is at most 16 MB on disk, model card included, with its weights in half precision."""
    assert {*FILES, "README.md"} <= {path.name for path in EMBEDDED_FOLDER.iterdir()}
    assert sum(path.stat().st_size for path in EMBEDDED_FOLDER.iterdir()) <= 16_000_000
    with safe_open(EMBEDDED_FOLDER / "model.safetensors", "pt") as weights:
        kinds = {weights.get_slice(name).get_dtype() for name in weights.keys()}  # noqa: SIM118  # it is no mapping
    assert "F16" in kinds
    assert kinds <= {"F16", "I64"}


def test_weights_run_in_full_precision(embedded: Checkpoint) -> None:
    """Weights stored in half precision are loaded in fp32, and the model is ready to judge, not to learn."""
    assert {parameter.dtype for parameter in embedded.model.parameters()} == {torch.float32}
    assert not embedded.model.training


def test_colour_does_not_matter_to_the_embedded_checkpoint(embedded: Checkpoint, crops: Crops) -> None:
    """A picture in colour gives the probabilities of its luma: the first layer uses nothing else."""
    colour = torch.from_numpy(embedded.pixels(crops))
    luma = (colour * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True).expand(-1, 3, -1, -1)
    assert (colour - luma).abs().mean() > 0.05
    with torch.inference_mode():
        coloured, grey = (embedded.model(pixel_values=pixels).logits.numpy() for pixels in (colour, luma.contiguous()))
    np.testing.assert_allclose(
        chances(coloured), chances(grey), atol=0.002
    )  # half precision rounds each channel's share


def test_the_embedded_checkpoint_tells_faces_apart(embedded: Checkpoint, crops: Crops) -> None:
    """Different moments of a talking man give different chances: the weights are there."""
    assert np.ptp(chances(logits(embedded, crops)), axis=0).max() > 0.1


# Other checkpoints


@pytest.mark.parametrize("write", [checkpoints.vit, checkpoints.resnet])
def test_another_checkpoint_is_read_by_the_same_path(
    tmp_path: Path, crops: Crops, write: Callable[[Path, tuple[str, ...]], Path]
) -> None:
    """A folder in transformers' format works with its own labels, architecture and processor, in fp32."""
    checkpoint = load(locate(str(write(tmp_path / "three faces", THREE))))
    identity = checkpoint.identity
    assert (identity.name, identity.source, identity.labels) == ("three faces", "folder", THREE)
    assert identity.architecture == type(checkpoint.model).__name__
    assert {parameter.dtype for parameter in checkpoint.model.parameters()} == {torch.float32}
    size = checkpoint.processor.size
    assert checkpoint.pixels(crops[:2]).shape == (2, 3, size["height"], size["width"])
    with torch.inference_mode():
        direct = checkpoint.model(pixel_values=torch.from_numpy(checkpoint.pixels(crops))).logits.numpy()
    np.testing.assert_allclose(logits(checkpoint, crops), direct, atol=1e-5)


def test_more_than_ten_labels_keep_their_order(tmp_path: Path) -> None:
    """Labels stand in the order of their numbers, not of their digits."""
    labels = ("happy", "sad", "anger", "fear", "calm", "joy", "disgust", "surprise", "contempt", "afraid", "scared")
    assert load(locate(str(checkpoints.vit(tmp_path / "many", labels)))).identity.labels == labels


def animals(folder: Path) -> Path:
    return checkpoints.vit(folder, ("cat", "dog"))


def no_labels(folder: Path) -> Path:
    return checkpoints.configured(checkpoints.vit(folder, THREE), lambda config: config.pop("id2label"))


def odd_labels(folder: Path) -> Path:
    return checkpoints.configured(checkpoints.vit(folder, THREE), lambda c: c.update(id2label=["happy", "sad"]))


def same_labels(folder: Path) -> Path:
    labels = {"0": "happy", "1": "happy", "2": "sad"}
    return checkpoints.configured(checkpoints.vit(folder, THREE), lambda config: config.update(id2label=labels))


def more_labels(folder: Path) -> Path:
    change = {str(i): label for i, label in enumerate((*THREE, "sad"))}
    return checkpoints.configured(checkpoints.vit(folder, THREE), lambda config: config.update(id2label=change))


def no_head(folder: Path) -> Path:
    return checkpoints.headless(folder, THREE)


def other_task(folder: Path) -> Path:
    return checkpoints.configured(checkpoints.vit(folder, THREE), lambda config: config.update(model_type="bert"))


def unknown_kind(folder: Path) -> Path:
    return checkpoints.configured(checkpoints.vit(folder, THREE), lambda config: config.update(model_type="oracle"))


def config_is_a_list(folder: Path) -> Path:
    (checkpoints.vit(folder, THREE) / "config.json").write_text("[]")
    return folder


def config_is_half(folder: Path) -> Path:
    (checkpoints.vit(folder, THREE) / "config.json").write_text('{"id2label": {"0": "ha')
    return folder


def processor_is_half(folder: Path) -> Path:
    (checkpoints.vit(folder, THREE) / "preprocessor_config.json").write_text("{")
    return folder


def weights_are_half(folder: Path) -> Path:
    weights = checkpoints.vit(folder, THREE) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    return folder


def weights_are_text(folder: Path) -> Path:
    (checkpoints.vit(folder, THREE) / "model.safetensors").write_text("Dear editor, the weights follow by post.")
    return folder


def no_weights(folder: Path) -> Path:
    (checkpoints.vit(folder, THREE) / "model.safetensors").unlink()
    return folder


def no_processor(folder: Path) -> Path:
    (checkpoints.vit(folder, THREE) / "preprocessor_config.json").unlink()
    return folder


def empty_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


REFUSED: list[tuple[Callable[[Path], Path], list[str]]] = [
    # a folder, words of the message
    (animals, ["does not classify facial expressions", "cat, dog"]),
    (no_labels, ["names no labels"]),
    (odd_labels, ["names no labels"]),
    (same_labels, ["one label", "happy, happy, sad"]),
    (more_labels, ["do not fit its config.json", "4 labels", "(3,)"]),
    (no_head, ["lack classifier.bias, classifier.weight"]),
    (other_task, ["cannot be read"]),
    (unknown_kind, ["cannot be read", "oracle"]),
    (config_is_a_list, ["names no labels"]),
    (config_is_half, ["config.json", "cannot be read"]),
    (processor_is_half, ["preprocessor_config.json", "cannot be read"]),
    (weights_are_half, ["model.safetensors", "damaged or not whole"]),
    (weights_are_text, ["model.safetensors", "damaged or not whole"]),
    (no_weights, ["model.safetensors missing"]),
    (no_processor, ["preprocessor_config.json missing"]),
    (empty_folder, ["config.json, model.safetensors, preprocessor_config.json missing"]),
]


@pytest.mark.parametrize(("make", "words"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_what_is_no_expression_checkpoint_is_refused(
    tmp_path: Path, make: Callable[[Path], Path], words: list[str]
) -> None:
    """A folder that is no whole checkpoint of expressions is refused by name, in one line, with what to give."""
    checkpoints.refused(make(tmp_path / "given"), words)


@pytest.mark.parametrize("name", ["nobody/nothing", "nothing", "no/such/folder", "a/b/c", "../x", "owner/na me", "\0"])
def test_an_unknown_name_is_refused(name: str) -> None:
    """A name that is neither a folder nor in the hub cache is refused with ways to go on; no network is asked."""
    with pytest.raises(CheckpointError, match="on this disk") as refusal:
        locate(name)
    assert printable(name) in refusal.value.problem
    assert "download" in refusal.value.advice


class Bomb:
    """Something whose pickle writes a file when it is read."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.target,)


def test_weights_that_can_run_code_are_not_read(tmp_path: Path) -> None:
    """Pickled weights are refused without being read."""
    folder = no_weights(tmp_path / "pickled")
    torch.save({"classifier.weight": Bomb(tmp_path / "ran")}, folder / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"model\.safetensors missing.*safetensors"):
        load(locate(str(folder)))
    assert not (tmp_path / "ran").exists()


def test_code_inside_a_checkpoint_is_not_run(tmp_path: Path) -> None:
    """A checkpoint that brings its own code is refused without running it."""
    folder = checkpoints.configured(
        checkpoints.vit(tmp_path / "oracle", THREE),
        lambda config: config.update(
            model_type="oracle",
            auto_map={"AutoConfig": "oracle.Config", "AutoModelForImageClassification": "oracle.Oracle"},
        ),
    )
    (folder / "oracle.py").write_text(f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n")
    with pytest.raises(CheckpointError, match="brings its own code"):
        load(locate(str(folder)))
    assert not (tmp_path / "ran").exists()


# Which one is taken

LOCATE = """
import json, sys
from emotion_core.errors import CheckpointError
from emotion_core.expression.checkpoints import locate
for name in json.loads(sys.argv[1]):
    try:
        found = locate(name)
        print(json.dumps([found.name, found.source, found.revision, str(found.folder)]))
    except CheckpointError as error:
        print(json.dumps([str(error)]))
"""


def child(script: str, *words: str, **variables: str) -> list[str]:
    """The lines that a child Python prints, with `variables` in its environment."""
    process = subprocess.run(
        [sys.executable, "-c", script, *words],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


def cached(cache: Path, hub_id: str, *, without: str = "") -> Path:
    """A hub cache that holds `hub_id`, as the hub's client lays it out."""
    repository = cache / f"models--{hub_id.replace('/', '--')}"
    snapshot = repository / "snapshots" / ("5f" * 20)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("5f" * 20)
    checkpoints.vit(snapshot, REFERENCE_LABELS)
    if without:
        (snapshot / without).unlink()
    return snapshot


@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "HF_HOME"])
def test_the_reference_is_taken_where_it_is_on_the_disk(tmp_path: Path, variable: str) -> None:
    """Named beats reference, and the reference in the hub cache beats the embedded checkpoint."""
    cache = tmp_path / "hub" if variable == "HF_HOME" else tmp_path
    snapshot = cached(cache, REFERENCE)
    folder = checkpoints.vit(tmp_path / "named", THREE)
    names = [None, REFERENCE, "embedded", str(folder), "nobody/nothing"]
    message = [json.loads(line) for line in child(LOCATE, json.dumps(names), **{variable: str(tmp_path)})]
    reference = [REFERENCE, "hub cache", "5f" * 20, str(snapshot)]
    assert message[:4] == [
        reference,
        reference,
        ["embedded", "embedded", "", str(EMBEDDED_FOLDER)],
        ["named", "folder", "", str(folder)],
    ]
    assert "nobody/nothing" in message[4][0]


@pytest.mark.parametrize("state", ["empty", "weights missing"])
def test_the_embedded_checkpoint_is_taken_where_the_reference_is_not(tmp_path: Path, state: str) -> None:
    """Without the reference, or with a download of it that broke off, the embedded checkpoint is taken."""
    if state != "empty":
        cached(tmp_path, REFERENCE, without="model.safetensors")
    default, named = (json.loads(line) for line in child(LOCATE, f'[null, "{REFERENCE}"]', HF_HUB_CACHE=str(tmp_path)))
    assert default[:2] == ["embedded", "embedded"]
    assert "on this disk" in named[0]


# Engines


def test_a_face_does_not_hang_on_its_neighbours(embedded: Checkpoint, crops: Crops) -> None:
    """A crop's logits are the same to the bit alone, in a full batch, in one that is not full, and in another order."""
    engine = open_engine("torch", embedded, batch=BATCH)
    together = engine.logits(crops)
    assert together.shape == (20, 7)
    assert together.dtype == np.float32
    for count in (1, 3, BATCH, BATCH + 1):
        np.testing.assert_array_equal(engine.logits(crops[:count]), together[:count])
    np.testing.assert_array_equal(engine.logits(crops[::-1]), together[::-1])


def test_no_crop_has_no_logits(embedded: Checkpoint) -> None:
    """Nothing in, nothing out, with as many columns as labels."""
    assert open_engine("torch", embedded, batch=BATCH).logits([]).shape == (0, 7)


def test_an_engine_says_what_it_is(embedded: Checkpoint) -> None:
    """An engine names itself, its precision, the packages behind it, its threads, and why it was taken."""
    identity = open_engine("torch", embedded, batch=BATCH).identity
    assert (identity.name, identity.precision, identity.reason) == ("torch", "fp32", "named")
    assert identity.versions == f"torch {torch.__version__}"
    assert identity.threads == torch.get_num_threads() == thread_budget().inference


def test_an_unknown_engine_is_refused(embedded: Checkpoint) -> None:
    """An engine that does not exist is refused with those that do."""
    with pytest.raises(EngineError, match=r"abacus.*default, fastest, torch,.* ipex,"):
        open_engine("abacus", embedded, batch=BATCH)  # type: ignore[arg-type]


ENGINES = """
import json, sys
from emotion_core.errors import EngineError
from emotion_core.expression.selection import choice, trial_store
from emotion_core.expression.checkpoints import load
from emotion_core.expression.selection import open_engine
from emotion_core.expression.engines import ipex_unavailable
from emotion_core.expression.checkpoints import locate
choice.SECONDS = 0.2
choice.VARIANTS = {name: choice.VARIANTS[name] for name in ("torch", "openvino")}
print(ipex_unavailable())
checkpoint = load(locate(sys.argv[1]))
engine = open_engine("default", checkpoint, batch=8)
identity = engine.identity
print(json.dumps([identity.name, identity.precision, identity.reason]))
tried = trial_store.trials(checkpoint.identity.key, trial_store.machine(), batch=8)
print(json.dumps([[t.engine, t.faces_per_second, t.fit, t.checkpoint] for t in tried]))
try:
    open_engine("ipex", checkpoint, batch=8)
except EngineError as error:
    print(error)
"""


def installed(folder: Path, name: str, version: str) -> None:
    """Make a package look installed to a Python that has `folder` on its path."""
    metadata = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def test_an_extension_for_another_torch_is_not_imported(tmp_path: Path) -> None:
    """Where the extension's version does not fit torch's, the fastest of the others that agrees with fp32 runs instead
    and says why; by name it is refused.
    """
    installed(tmp_path / "path", "intel-extension-for-pytorch", "2.99.0+cpu")
    (tmp_path / "path" / "intel_extension_for_pytorch.py").write_text("raise SystemExit('imported')")
    folder = checkpoints.vit(tmp_path / "three faces", THREE)
    variables = {"PYTHONPATH": str(tmp_path / "path"), "EMOTION_HOME": str(tmp_path / "home")}
    why, default, tried, named = child(ENGINES, str(folder), **variables)
    assert "2.99.0+cpu needs torch 2.99, but torch" in why
    name, precision, reason = json.loads(default)
    assert reason.startswith(f"default: {why}; fastest here: ")
    trials = {engine: rate for engine, rate, fit, checkpoint in json.loads(tried) if fit}
    assert {"torch", "openvino"} <= trials.keys()
    assert all(checkpoint == "three faces" for *_, checkpoint in json.loads(tried))
    assert variant_of(name, precision) == max(trials, key=lambda engine: trials[engine])
    assert why in named
    assert "Install requirements.txt anew" in named
    assert not (tmp_path / "home" / "engines" / "ipex.json").exists()


WHY = "from emotion_core.expression.engines.availability import ipex_unavailable; print(ipex_unavailable())"


def test_an_extension_that_ends_its_interpreter_is_survived(tmp_path: Path) -> None:
    """An extension that ends the interpreter on import is tried once, in another process, and reported in its words."""
    installed(tmp_path / "path", "intel-extension-for-pytorch", "2.8.1")
    installed(tmp_path / "path", "torch", "2.8.1")
    tries = tmp_path / "tries"
    (tmp_path / "path" / "intel_extension_for_pytorch.py").write_text(
        f"import os, sys\nopen({str(tries)!r}, 'a').write('x')\n"
        "print('no such processor', file=sys.stderr)\nos._exit(127)\n"
    )
    variables = {"PYTHONPATH": str(tmp_path / "path"), "EMOTION_HOME": str(tmp_path / "home")}
    message = [child(WHY, **variables) for _ in range(2)]
    assert message[0] == message[1] == ["intel-extension-for-pytorch does not import here (no such processor)"]
    assert tries.read_text() == "x"


def test_one_environment_asks_for_the_extension_once(tmp_path: Path) -> None:
    """Interpreters of one environment under other names share what is known of the extension, and another environment
    does not make it be forgotten.
    """
    installed(tmp_path / "path", "intel-extension-for-pytorch", "2.8.1")
    installed(tmp_path / "path", "torch", "2.8.1")
    tries = tmp_path / "tries"
    module = tmp_path / "path" / "intel_extension_for_pytorch.py"
    module.write_text(f"open({str(tries)!r}, 'a').write('x')\n")
    variables = {"PYTHONPATH": str(tmp_path / "path"), "EMOTION_HOME": str(tmp_path / "home")}
    (tmp_path / "python").symlink_to(sys.executable)
    renamed = f"import sys; sys.executable = {str(tmp_path / 'python')!r}\n"
    elsewhere = f"import sys; sys.prefix = {str(tmp_path)!r}\n"
    for before, tried in (("", 1), (renamed, 1), (elsewhere, 2), ("", 2), (elsewhere, 2)):
        assert child(before + WHY, **variables) == ["None"]
        assert tries.read_text() == "x" * tried


FIRST_IMPORT = """
from emotion_core.expression.engines import availability
from emotion_core.expression.engines.ipex_engine import import_extension
print(availability.is_ipex_untested())
import_extension()
print(availability.is_ipex_untested(), availability.ipex_unavailable())
"""


def test_the_first_import_of_the_extension_is_the_proof_that_it_can_be_imported(tmp_path: Path) -> None:
    """What imports it first stores that for all later processes, which need no import of their own to know."""
    installed(tmp_path / "path", "intel-extension-for-pytorch", "2.8.1")
    installed(tmp_path / "path", "torch", "2.8.1")
    tries = tmp_path / "tries"
    (tmp_path / "path" / "intel_extension_for_pytorch.py").write_text(f"open({str(tries)!r}, 'a').write('x')\n")
    variables = {"PYTHONPATH": str(tmp_path / "path"), "EMOTION_HOME": str(tmp_path / "home")}
    assert child(FIRST_IMPORT, **variables) == ["True", "False None"]
    assert child(WHY, **variables) == ["None"]
    assert tries.read_text() == "x"


@pytest.mark.parametrize(
    "end",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os, sys; sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None); os._exit(1)",
    ],
)
def test_an_import_that_was_ended_is_tried_again(tmp_path: Path, end: str) -> None:
    """Where the process that imports the extension is killed, as for want of memory, or interrupted, that is not kept
    as its fault.
    """
    installed(tmp_path / "path", "intel-extension-for-pytorch", "2.8.1")
    installed(tmp_path / "path", "torch", "2.8.1")
    module = tmp_path / "path" / "intel_extension_for_pytorch.py"
    module.write_text(f"{end}\n")
    variables = {"PYTHONPATH": str(tmp_path / "path"), "EMOTION_HOME": str(tmp_path / "home")}
    assert child(WHY, **variables) == ["the process that imports intel-extension-for-pytorch was ended"]
    module.write_text("")
    assert child(WHY, **variables) == ["None"]


def test_an_extension_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the package, and where there are builds of it."""

    def missing(name: str) -> str:
        if name == availability.IPEX:
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(availability, "version", missing)
    result = availability.obstacle("ipex")
    assert result is not None
    assert result.why.startswith("intel-extension-for-pytorch is not installed")
    assert "Linux" in result.advice


@pytest.mark.parametrize("name", ["x" * 300, "~nobody-of-that-name/model", "no\0name", "a/b/c"])
def test_a_name_that_no_checkpoint_can_have_is_refused(name: str) -> None:
    """Names longer than a path can be, of a user that is not there, or with a NUL are on no disk: one clear message."""
    with pytest.raises(CheckpointError, match="There is no checkpoint"):
        locate(name)
