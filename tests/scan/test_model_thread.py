"""A model that opens beside the pass: frames are read meanwhile, nothing is written before, its errors end the scan."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.decoding import Decoder
from emotion_core.errors import CheckpointError
from emotion_core.observations import CheckpointIdentity, EngineIdentity, ObservationStore
from emotion_core.scan import model_thread
from emotion_core.scan.model_thread import Model, ModelThread
from emotion_core.scan.one_pass import one_pass
from emotion_core.settings import ScanSettings, ShotSettings

CHECKPOINT = CheckpointIdentity("mean", "folder", "", "0" * 64, ("bright", "dark"), "Mean", "1" * 64)
SETTINGS = ScanSettings(engine="torch", batch=4)


class Mean:
    """An engine whose answer is the mean of a crop."""

    identity = EngineIdentity("torch", "fp32", "none", 1, "of a test")

    def logits(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        return np.array([[crop.mean(), 255 - crop.mean()] for crop in crops], dtype=np.float32)


def run(film: Path, store: ObservationStore, model: ModelThread, report: Callable[[str, dict[str, Any]], None]) -> None:
    """Read a film whose store begins once the model is open."""
    with Decoder(film, "content") as decoder:

        def begin() -> None:
            opened = model.model()
            store.begin(decoder.media, SETTINGS, opened.checkpoint, opened.engine.identity)

        one_pass(decoder, model, store, SETTINGS, ShotSettings(), report, begin=begin)


def stored(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((folder / "segments").iterdir())}


@pytest.mark.parametrize("crop_bytes", [1 << 26, 0])
def test_a_model_that_opens_late_changes_nothing(
    truth_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crop_bytes: int
) -> None:
    """A film is read while its model opens, as far as its crops may wait; nothing is stored before, and what is stored
    then has the bytes of a scan whose model was there.
    """
    monkeypatch.setattr(model_thread, "CROP_BYTES", crop_bytes)
    there, late = ObservationStore(tmp_path / "there"), ObservationStore(tmp_path / "late")
    with ModelThread(lambda say: Model(CHECKPOINT, Mean())) as model:
        model.model()
        run(truth_film, there, model, lambda event, fields: None)
    release, steps = threading.Event(), []

    def open_model(say: Callable[[str], None]) -> Model:
        assert release.wait(60)
        return Model(CHECKPOINT, Mean())

    def report(event: str, fields: dict[str, Any]) -> None:
        steps.append((fields.get("step"), fields["frames"], late.folder.exists()))
        if "step" in fields:
            release.set()

    timer = threading.Timer(1, release.set)
    if not crop_bytes:  # with no room for crops the pass waits before it reports
        timer.start()
    with ModelThread(open_model) as model:
        run(truth_film, late, model, report)
    timer.cancel()
    assert stored(late.folder) == stored(there.folder)
    assert late.read_partial().faces
    if crop_bytes:
        assert steps[0][0] == "loading the model"
        assert steps[0][1] > 0
        assert not steps[0][2]
    assert steps[-1][0] is None


@pytest.mark.parametrize("has_resizing", [True, False])
def test_crops_are_read_as_the_model_resizes_them(has_resizing: bool) -> None:
    """A batch is read from what the model's resizing gives, in its order, and from whole crops where it has none."""
    crops = [np.full((9, 9, 3), level, dtype=np.uint8) for level in (10, 20, 30)]
    for crop in crops:
        crop[0, 0] += 1

    def first_pixel(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return crop[:1, :1]

    with ModelThread(lambda say: Model(CHECKPOINT, Mean(), first_pixel if has_resizing else None)) as model:
        logits = model.read([model.resize(crop) for crop in crops]).result()
    added = 1.0 if has_resizing else 1 / 81
    np.testing.assert_allclose(logits[:, 0], [10 + added, 20 + added, 30 + added])


def test_an_error_of_the_model_ends_the_pass_soon(truth_film: Path, tmp_path: Path) -> None:
    """The pass ends with the very error, at the next sampled frame, and nothing is stored."""
    error = CheckpointError("It is torn.", "Glue it.")

    def open_model(say: Callable[[str], None]) -> Model:
        raise error

    store = ObservationStore(tmp_path / "store")
    frames: list[int] = []

    def read() -> None:
        with ModelThread(open_model) as model:
            with pytest.raises(CheckpointError):
                model.model()
            run(truth_film, store, model, lambda event, fields: frames.append(fields["frames"]))

    with pytest.raises(CheckpointError) as raised:
        read()
    assert raised.value is error
    assert frames == []
    assert not store.folder.exists()


def test_an_error_of_the_film_does_not_wait_for_the_model() -> None:
    """The thread of a model that still opens is left behind."""
    release = threading.Event()

    def open_model(say: Callable[[str], None]) -> Model:
        release.wait(60)
        return Model(CHECKPOINT, Mean())

    with pytest.raises(ValueError, match="torn"), ModelThread(open_model):
        raise ValueError("torn")
    assert not release.is_set()
    release.set()


def test_a_trial_is_soon_undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass goes on beside a trial's beginning, then waits until the engine is chosen."""
    monkeypatch.setattr(model_thread, "BESIDE_TRIAL", 0.0)
    tried, release, passed = threading.Event(), threading.Event(), threading.Event()

    def open_model(say: Callable[[str], None]) -> Model:
        say("trying the engine mean")
        tried.set()
        release.wait(60)
        return Model(CHECKPOINT, Mean())

    def keep_pace() -> None:
        model.keep_pace()
        passed.set()

    with ModelThread(open_model) as model:
        assert tried.wait(60)
        assert model.step == "trying the engine mean"
        waiting = threading.Thread(target=keep_pace)
        waiting.start()
        assert not passed.wait(0.1)
        release.set()
        waiting.join()
        assert passed.is_set()
        assert (model.model().engine.identity, model.step) == (Mean.identity, "")
