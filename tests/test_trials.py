"""Trials of engines in their own process: what is the engine's fault and what is not, and that a long one is alive."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from safetensors.torch import load_file, save_file

from emotion_core.errors import DiskFull, EmotionError, EngineError, LibraryError, told
from emotion_core.expression.checkpoints.checkpoint import Checkpoint, load
from emotion_core.expression.checkpoints.location import locate
from emotion_core.expression.engines import availability, factory
from emotion_core.expression.engines.variants import VARIANTS
from emotion_core.expression.selection import choice, trial_store
from emotion_core.expression.selection.trial import TrialEndedError, TrialProcess
from emotion_core.processes import engine_trial
from emotion_core.storage.paths import home, scan_lock
from tests import checkpoints
from tests.trials import trial

BATCH = 16


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home in which nothing is known."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tiny vision transformer's folder."""
    return checkpoints.vit(tmp_path / "faces", ("happy", "sad", "calm"))


def tried(tiny: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a trial's process says, in this process, until it waits for how long to run."""
    answers = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    engine_trial.main("torch", str(tiny), BATCH, 1, folder, answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (ValueError("no such operator"), False),
        (EngineError("It cannot run.", ""), False),
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), True),
        (DiskFull("There is no space left.", ""), True),
        (PermissionError(13, "Permission denied", "ranges.json"), True),
        (OSError(28, "No space left on device"), True),
        (OSError(2, "No such file", "libfoo.so"), False),
    ],
)
def test_what_is_the_engines_fault_and_what_is_not(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, passing: bool
) -> None:
    """A want of memory or of room says nothing of an engine; what it raises by itself does, in its words."""

    def fails(*_: object, **__: object) -> Any:
        raise error

    monkeypatch.setattr(factory, "_built", fails)
    *_, last = tried(tiny, tmp_path, monkeypatch)
    assert last["passing"] == passing
    assert (error.problem if isinstance(error, EmotionError) else type(error).__name__) in last["refused"]["problem"]


def test_faces_that_cannot_be_found_are_no_engines_fault(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the faces to try it on cannot be had, no engine is to blame."""

    def fails(_: int) -> Any:
        raise EngineError("OpenVINO cannot be imported here.", "")

    monkeypatch.setattr(engine_trial, "crops", fails)
    *_, last = tried(tiny, tmp_path, monkeypatch)
    assert last["passing"]


def test_an_engine_that_fails_while_it_is_timed_says_why(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it raises on a later batch is told like what it raises on the first."""
    answers = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("no number\n"))
    assert engine_trial.main("torch", str(tiny), BATCH, 1, tmp_path, answers) == 1
    last = json.loads(answers.getvalue().splitlines()[-1])
    assert "ValueError" in last["refused"]["problem"]
    assert not last["passing"]


def test_a_trial_says_that_it_works(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it computes it says so now and then; one that only waits does not."""
    monkeypatch.setattr(engine_trial, "ALIVE", 0.001)
    said = tried(tiny, tmp_path, monkeypatch)
    assert {"alive": True} in said
    heard: list[object] = []
    monkeypatch.setattr(time, "process_time", lambda: 1.0)
    over = threading.Event()
    waiting = threading.Thread(target=engine_trial._live, args=(heard.append, over))
    waiting.start()
    time.sleep(0.2)
    over.set()
    waiting.join()
    assert heard == []


@pytest.mark.parametrize(
    ("error", "passing", "raised"),
    [
        (EngineError("It cannot run.", "Choose another."), False, EngineError),
        (EngineError("No memory.", "Choose another."), True, TrialEndedError),
        (DiskFull("No space.", "Free some."), True, DiskFull),
        (LibraryError("Not writable.", "Check it."), True, LibraryError),
    ],
)
def test_the_other_process_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: EmotionError, passing: bool, raised: type[Exception]
) -> None:
    """Each sign of life is passed on, and what ended the trial is raised as what it is."""
    script = tmp_path / "python"
    lines = [{"alive": True}, {"alive": True}, {"refused": told(error), "passing": passing}]
    script.write_text("#!/bin/sh\ncat <<'END'\n" + "".join(json.dumps(line) + "\n" for line in lines) + "END\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    alive: list[int] = []
    with (
        TrialProcess("torch", "", batch=1, threads=1, folder=tmp_path, alive=lambda: alive.append(1)) as process,
        pytest.raises(EmotionError) as ending,
    ):
        process.start()
    assert type(ending.value) is raised
    assert (ending.value.problem, ending.value.advice) == (error.problem, error.advice)
    assert len(alive) == 2


def test_networks_that_cannot_be_kept_are_not_the_engines_fault(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the folder of compiled networks cannot be written the trial is passed over, and made again later."""
    monkeypatch.setattr(choice, "VARIANTS", {"openvino": VARIANTS["openvino"]})
    home().mkdir()
    (home() / "networks").touch()
    found = choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1)
    assert found == choice.Choice("torch", "no engine could be tried")
    assert trial_store.all_trials(trial_store.machine()) == []
    (home() / "networks").unlink()
    assert choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1).name == "openvino"
    assert [t.engine for t in trial_store.all_trials(trial_store.machine())] == ["openvino"]


def far_apart(folder: Path) -> Checkpoint:
    """A checkpoint whose logits are so large that int8 rounds one expression into another."""
    file = checkpoints.vit(folder, ("happy", "sad", "calm")) / "model.safetensors"
    weights = load_file(file)
    weights["classifier.weight"] *= 100
    save_file(weights, file, {"format": "pt"})
    return load(locate(str(folder)))


def test_an_engine_that_disagrees_in_a_trial_is_dropped(tmp_path: Path) -> None:
    """The user's own default is tried on faces; where it strays from fp32 another one reads, and the reason says so."""
    checkpoint = far_apart(tmp_path / "far apart")
    others = [trial(name, 10, key=checkpoint.identity.key) for name in VARIANTS if name != "openvino-int8"]
    trial_store.remember(others, trial_store.machine())
    trial_store.choose("openvino-int8")
    found = choice.choose("default", checkpoint, batch=BATCH, threads=1)
    assert found.name != "openvino-int8"
    assert "(openvino-int8, made the default, disagrees with fp32 (same first label on" in found.reason
    (int8,) = (t for t in trial_store.all_trials(trial_store.machine()) if t.engine == "openvino-int8")
    assert int8.agreement is not None
    assert int8.agreement.mean_error > 0.01


@pytest.mark.parametrize(("in_turn", "remembered"), [(True, True), (False, False)])
def test_what_is_timed_beside_an_analysis_is_not_remembered(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, in_turn: bool, remembered: bool
) -> None:
    """Whoever waits for no turn may try engines while all cores are busy; those figures hold for that time only."""

    def fails(*_: object, **__: object) -> Any:
        raise EngineError("It failed.", "")

    monkeypatch.setattr(choice, "TrialProcess", fails)
    home().mkdir()
    with FileLock(scan_lock(home())):
        choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1, in_turn=in_turn)
    assert bool(trial_store.all_trials(trial_store.machine())) == remembered
    choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1)
    assert trial_store.all_trials(trial_store.machine())
