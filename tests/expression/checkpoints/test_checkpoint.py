"""Any image classifier of faces gives the probabilities that its author's own code gives."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from emotion_core.errors import CheckpointError
from emotion_core.expression import compiled_cache
from emotion_core.expression.checkpoints import EMBEDDED_FOLDER, load, locate
from emotion_core.expression.checkpoints.checkpoint import FACTS_FILE, ModelFacts, write_facts
from emotion_core.jobs import scans
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ScanSettings
from emotion_core.stills import StillReader
from tests.support import checkpoints
from tests.support.clips import man
from tests.support.late import Late
from tests.support.running_scans import wait_for

torch = Late("torch")
transformers = Late("transformers")
safetensors_torch = Late("safetensors.torch")

EIGHT = ("anger", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
NO_NEUTRAL = ("Happiness", "Sadness", "Anger", "Fear", "Disgust", "Surprise")
BACKWARDS = tuple(reversed(REFERENCE_LABELS))

CASES = [
    # an architecture, its labels
    ("vit", EIGHT),
    ("vit of grey", BACKWARDS),
    ("deit", NO_NEUTRAL),
    ("deit with teacher", EIGHT),
    ("beit", BACKWARDS),
    ("swin", ("Joy", "Neutral", "Anger", "ahegao")),
    ("convnext", ("happy", "sad")),
    ("resnet", EIGHT),
    ("efficientnet", NO_NEUTRAL),
    ("mobilenet", ("Wut?", "angry", "HAPPY", "sadness", "scared")),
]


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    """Two moments of a talking man, and one of them wider than high."""
    first, second = list(man(0, 60, 288))[::30]
    return [first, second, np.ascontiguousarray(first[60:180])]


def directly(folder: Path, picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The chances that transformers gives without anything of this project."""
    model = transformers.AutoModelForImageClassification.from_pretrained(folder, dtype=torch.float32).eval()
    mode = "L" if model.config.num_channels == 1 else "RGB"
    image = Image.fromarray(picture).convert(mode)
    with torch.inference_mode():
        answer = model(**transformers.AutoImageProcessor.from_pretrained(folder)(images=image, return_tensors="pt"))
    chances: NDArray[np.float64] = answer.logits[0].double().softmax(0).numpy()
    return chances


def check_equal(folder: Path, labels: tuple[str, ...], pictures: list[NDArray[np.uint8]]) -> None:
    """Each picture's chances, by label and in the checkpoint's order, are those of transformers."""
    reader = StillReader(str(folder))
    assert reader.checkpoint.labels == labels
    rows = []
    for picture in pictures:
        (reading,) = reader.read(picture, whole_frame=True)
        assert tuple(reading.probabilities) == labels
        rows.append(list(reading.probabilities.values()))
        np.testing.assert_allclose(rows[-1], directly(folder, picture), atol=1e-5)
    assert np.ptp(np.array(rows), axis=0).max() > 1e-4  # a model that says the same of all would show nothing


@pytest.mark.parametrize(("family", "labels"), CASES, ids=[family for family, _ in CASES])
def test_a_checkpoint_says_what_transformers_says(
    tmp_path: Path, pictures: list[NDArray[np.uint8]], family: str, labels: tuple[str, ...]
) -> None:
    """Each architecture, with its own labels, their order, its size, mean and crop, gives transformers' own numbers."""
    check_equal(checkpoints.tiny(tmp_path / "faces", family, labels), labels, pictures)


@pytest.mark.parametrize("kind", ["ViTImageProcessorFast", "ViTFeatureExtractor"])
def test_a_processor_under_an_older_name_is_understood(
    tmp_path: Path, pictures: list[NDArray[np.uint8]], kind: str
) -> None:
    """A processor that an earlier transformers wrote, under a name of that time, still makes the same pictures."""
    folder = checkpoints.tiny(tmp_path / "faces", "vit", EIGHT)
    file = folder / "preprocessor_config.json"
    settings = json.loads(file.read_text())
    del settings["image_processor_type"]
    settings["feature_extractor_type" if "Extractor" in kind else "image_processor_type"] = kind
    file.write_text(json.dumps(settings))
    check_equal(folder, EIGHT, pictures)


def test_weights_in_several_files_are_one_checkpoint(tmp_path: Path, pictures: list[NDArray[np.uint8]]) -> None:
    """Weights split over files give the numbers of the whole; their hash is that of what sha256sum prints of them."""
    folder = checkpoints.tiny(tmp_path / "split", "vit", EIGHT, part_bytes=20_000)
    parts = sorted(folder.glob("*.safetensors"))
    assert len(parts) >= 3
    check_equal(folder, EIGHT, pictures)
    printed = "".join(f"{hashlib.sha256(part.read_bytes()).hexdigest()}  {part.name}\n" for part in parts)
    assert load(locate(str(folder))).identity.hash == hashlib.sha256(printed.encode()).hexdigest()


@pytest.mark.usefixtures("in_process")
def test_a_film_is_read_by_labels_of_its_own(tmp_path: Path, truth_film: Path) -> None:
    """A film read by a checkpoint without neutral has a column for each of its labels, shares, and no intensity."""
    folder = checkpoints.tiny(tmp_path / "faces", "mobilenet", NO_NEUTRAL)
    library = Library.open(tmp_path / "home")
    film = library.refer_to(truth_film)
    scan_id = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint=str(folder)))
    status = wait_for(library, scan_id)
    assert status.state == "done", status.message
    header, *rows = csv_bytes(scene_table(library.analysis(film.id))).decode("utf-8-sig").splitlines()
    columns = header.split(",")
    assert [name for name in columns if name in NO_NEUTRAL] == list(NO_NEUTRAL)
    shares = [[row.split(",")[columns.index(name)] for name in NO_NEUTRAL] for row in rows]
    assert any(all(row) for row in shares)
    assert all(abs(sum(map(float, row)) - 1) < 0.01 for row in shares if all(row))
    assert not any(row.split(",")[columns.index("intensity")] for row in rows)


# What was loaded before

AGAIN = """
import sys
import numpy as np
from emotion_core.expression.checkpoints import load, locate
name, pictures, out = sys.argv[1:]
checkpoint = load(locate(name))
with np.load(pictures) as archive:
    np.save(out, checkpoint.pixels(list(archive.values())))
print(checkpoint.identity, checkpoint.parameters, checkpoint.both_ways, checkpoint.facts.channels_last)
print([name for name in ("torch", "transformers", "safetensors") if name in sys.modules])
"""


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize("family", ["vit of grey", "efficientnet", "embedded"])
def test_a_checkpoint_that_was_loaded_before_needs_no_transformers(
    tmp_path: Path, pictures: list[NDArray[np.uint8]], family: str
) -> None:
    """A second start knows identity, facts and input without PyTorch, and so does the embedded checkpoint's first."""
    name = family if family == "embedded" else str(checkpoints.tiny(tmp_path / "faces", family, EIGHT))
    first = load(locate(name))
    np.savez(tmp_path / "pictures.npz", *pictures)
    words = [name, str(tmp_path / "pictures.npz"), str(tmp_path / "pixels.npy")]
    process = subprocess.run([sys.executable, "-c", AGAIN, *words], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    output, imported = process.stdout.splitlines()
    assert output == f"{first.identity} {first.parameters} {first.both_ways} {first.facts.channels_last}"
    assert imported == "[]"
    np.testing.assert_array_equal(np.load(tmp_path / "pixels.npy"), first.pixels(pictures))
    assert sum(parameter.numel() for parameter in first.model.parameters()) == first.parameters


@pytest.mark.parametrize("damage", ["flipped", "no facts", "other packages"])
def test_facts_that_do_not_fit_are_found_anew(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """Stored facts that lost a bit, are none, or were found by other packages are left aside and replaced."""
    folder = str(vit(tmp_path / "faces"))
    key, before = load(locate(folder)).identity.key, load(locate(folder)).facts.to_json()
    (file,) = compiled_cache.folder().rglob("facts.*")
    content = file.read_bytes()
    if damage == "flipped":
        checkpoints.flipped(file, 0.5)
    elif damage == "no facts":
        file.write_bytes(b"[]" + hashlib.sha256(b"[]").digest())
    else:
        file.rename(file.with_name(f"facts.{'0' * 16}"))
    again = load(locate(folder))
    assert (again.identity.key, again.facts.to_json()) == (key, before)
    assert [stored.read_bytes() for stored in compiled_cache.folder().rglob("facts.*")] == [content]


@pytest.mark.usefixtures("own_home")
def test_a_model_whose_files_were_changed_is_not_run(tmp_path: Path) -> None:
    """Weights that are replaced between the check of a checkpoint and the loading of its model are refused."""
    folder = vit(tmp_path / "faces")
    load(locate(str(folder)))
    checkpoint = load(locate(str(folder)))
    tensors_changed(folder, lambda tensors: tensors["classifier.weight"].mul_(2))
    with pytest.raises(CheckpointError, match="changed meanwhile"):
        _ = checkpoint.model


def test_the_embedded_checkpoint_ships_its_facts(tmp_path: Path) -> None:
    """They are what transformers finds with the packages of requirements.txt. After a change of these packages:
    `write_facts(EMBEDDED_FOLDER, load(locate("embedded")))`.
    """
    checkpoint = load(locate("embedded"))
    found = replace(checkpoint, facts=ModelFacts.of(checkpoint.model, checkpoint.processor))
    write_facts(tmp_path, found)
    assert (tmp_path / FACTS_FILE).read_bytes() == (EMBEDDED_FOLDER / FACTS_FILE).read_bytes()


# What is refused


def tensors_changed(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """`folder` with its weights changed."""
    file = folder / "model.safetensors"
    tensors = safetensors_torch.load_file(file)
    change(tensors)
    safetensors_torch.save_file(tensors, file, metadata={"format": "pt"})
    return folder


def processor_changed(folder: Path, **change: Any) -> Path:
    """`folder` with its preprocessor_config.json changed."""
    file = folder / "preprocessor_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    return folder


def vit(folder: Path) -> Path:
    return checkpoints.tiny(folder, "vit", EIGHT)


def numbered(folder: Path) -> Path:
    return checkpoints.tiny(folder, "vit", tuple(f"LABEL_{i}" for i in range(7)))


def imagenet(folder: Path) -> Path:
    return checkpoints.tiny(folder, "vit", ("tench", "goldfish", "great white shark", *(f"n{i}" for i in range(30))))


def labels_with_a_gap(folder: Path) -> Path:
    labels = {str(i + i // 4): label for i, label in enumerate(EIGHT)}
    return checkpoints.configured(vit(folder), lambda config: config.update(id2label=labels))


def fewer_labels(folder: Path) -> Path:
    labels = {str(i): label for i, label in enumerate(EIGHT[:7])}
    return checkpoints.configured(vit(folder), lambda config: config.update(id2label=labels))


def not_a_number(folder: Path) -> Path:
    return tensors_changed(vit(folder), lambda tensors: tensors["classifier.weight"][3, 5].fill_(float("nan")))


def infinite(folder: Path) -> Path:
    return tensors_changed(vit(folder), lambda tensors: tensors["classifier.bias"][0].fill_(float("inf")))


def other_size(folder: Path) -> Path:
    return processor_changed(vit(folder), size={"height": 40, "width": 40})


def no_deviation(folder: Path) -> Path:
    return processor_changed(vit(folder), image_std=[0.0, 0.0, 0.0])


def colour_for_grey(folder: Path) -> Path:
    return processor_changed(checkpoints.tiny(folder, "vit of grey", EIGHT), image_mean=[0.5] * 3, image_std=[0.5] * 3)


def processor_of_its_own(folder: Path) -> Path:
    processor_changed(vit(folder), image_processor_type="Own", auto_map={"AutoImageProcessor": "own.Own"})
    (folder / "own.py").write_text("import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n")
    return folder


def processor_without_a_name(folder: Path) -> Path:
    return processor_changed(processor_of_its_own(folder), image_processor_type=None)


def weights_elsewhere(folder: Path) -> Path:
    return checkpoints.configured(vit(folder), lambda config: config.update(transformers_weights="adapter.safetensors"))


def attention_from_the_hub(folder: Path) -> Path:
    return checkpoints.configured(vit(folder), lambda config: config.update(attn_implementation="someone/attention"))


def split(folder: Path) -> Path:
    return checkpoints.tiny(folder, "vit", EIGHT, part_bytes=20_000)


def a_part_is_missing(folder: Path) -> Path:
    sorted(split(folder).glob("*.safetensors"))[1].unlink()
    return folder


def a_part_is_half(folder: Path) -> Path:
    part = sorted(split(folder).glob("*.safetensors"))[1]
    part.write_bytes(part.read_bytes()[:-100])
    return folder


def index(folder: Path, weight_map: Any) -> Path:
    (split(folder) / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


def index_leads_out(folder: Path) -> Path:
    return index(folder, {"a": "../elsewhere.safetensors"})


def index_names_a_pickle(folder: Path) -> Path:
    return index(folder, {"a": "pytorch_model.bin"})


def index_is_empty(folder: Path) -> Path:
    return index(folder, {})


def index_is_no_index(folder: Path) -> Path:
    return index(folder, ["model-00001-of-00002.safetensors"])


REFUSED: list[tuple[Callable[[Path], Path], list[str]]] = [
    # a folder, words of the message
    (numbered, ["does not say what it classifies", "LABEL_0, LABEL_1"]),
    (imagenet, ["does not classify facial expressions", "tench, goldfish"]),
    (labels_with_a_gap, ["numbers its labels 0, 1, 2, 3, 5, 6, 7, 8"]),
    (fewer_labels, ["do not fit its config.json", "7 labels"]),
    (not_a_number, ["classifier.weight holds NaN or infinity"]),
    (infinite, ["classifier.bias holds NaN or infinity"]),
    (other_size, ["cannot read a picture", "40"]),
    (no_deviation, ["answers a plain picture with NaN or infinity"]),
    (colour_for_grey, ["cannot read a picture"]),
    (processor_of_its_own, ["brings its own code"]),
    (processor_without_a_name, ["brings its own code"]),
    (weights_elsewhere, ["transformers_weights"]),
    (attention_from_the_hub, ["attention code from the hub", "never run"]),
    (a_part_is_missing, ["model-00002-of-", "missing"]),
    (a_part_is_half, ["model-00002-of-", "damaged or not whole"]),
    (index_leads_out, ["model.safetensors.index.json", "../elsewhere.safetensors"]),
    (index_names_a_pickle, ["model.safetensors.index.json", "pytorch_model.bin"]),
    (index_is_empty, ["model.safetensors.index.json", "no file"]),
    (index_is_no_index, ["model.safetensors.index.json", "cannot be read"]),
]


@pytest.mark.parametrize(("make", "words"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_what_cannot_be_used_is_refused_with_the_reason(
    tmp_path: Path, make: Callable[[Path], Path], words: list[str]
) -> None:
    """A checkpoint that would give wrong numbers, or none, is refused by name in one line that says why."""
    folder = make(tmp_path / "given")
    checkpoints.refused(folder, words)
    assert not (folder / "ran").exists()


def test_own_code_beside_a_known_architecture_is_left_alone(tmp_path: Path, pictures: list[NDArray[np.uint8]]) -> None:
    """A checkpoint that offers code for an architecture transformers has is read by transformers' own."""
    folder = checkpoints.configured(
        vit(tmp_path / "given"),
        lambda config: config.update(auto_map={"AutoModelForImageClassification": "own.Own"}),
    )
    (folder / "own.py").write_text(f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n")
    assert load(locate(str(folder))).identity.architecture == "ViTForImageClassification"
    assert not (tmp_path / "ran").exists()


def test_labels_of_no_faces_are_refused_before_a_scan_begins(tmp_path: Path, truth_film: Path) -> None:
    """An analysis with a checkpoint that knows no faces is refused at once, and leaves no scan behind."""
    library = Library.open(tmp_path / "home")
    film = library.refer_to(truth_film)
    with pytest.raises(CheckpointError, match="tench, goldfish"):
        scans.start(library, film.id, ScanSettings(checkpoint=str(imagenet(tmp_path / "given"))))
    assert not library.scans(film.id)
