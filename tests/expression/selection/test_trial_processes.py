"""Trials of engines in a child process: whose fault a failure is, and signs of life of a long trial."""

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

from emotion_core.errors import DiskFull, EmotionError, EngineError, LibraryError, error_fields
from emotion_core.expression.checkpoints import Checkpoint, load, locate
from emotion_core.expression.engines import VARIANTS, availability, factory
from emotion_core.expression.selection import TrialEndedError, TrialProcess, choice, trial_store
from emotion_core.processes import engine_trial
from emotion_core.storage import Home, home
from tests.support import checkpoints
from tests.support.late import Late
from tests.support.trials import trial

safetensors_torch = Late("safetensors.torch")

BATCH = 16


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home in which nothing is known."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    monkeypatch.setattr(choice, "is_ipex_untested", lambda: False)


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


def test_fewer_pixels_are_compared_with_the_own_ones(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial is the checkpoint's, and says the size; its numbers are others than at the own size."""
    answers = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert engine_trial.main("torch", str(tiny), 1, 1, tmp_path, answers, 8, 16) == 0
    (ready,) = (json.loads(line) for line in answers.getvalue().splitlines())
    assert (ready["side"], ready["key"]) == (16, load(locate(str(tiny))).identity.key)
    assert ready["agreement"]["faces"] == 8
    assert ready["agreement"]["mean_error"] > 0.001


@pytest.mark.parametrize(
    ("error", "passing", "words"),
    [
        (ValueError("no such operator"), False, "ValueError"),
        (EngineError("It cannot run.", ""), False, "It cannot run."),
        (MemoryError(), True, "The engine torch needs more memory"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
            True,
            "The engine torch needs more memory",
        ),
        (DiskFull("There is no space left.", ""), True, "There is no space left."),
        (PermissionError(13, "Permission denied", "ranges.json"), True, "PermissionError"),
        (OSError(28, "No space left on device"), True, "OSError"),
        (OSError(2, "No such file", "libfoo.so"), False, "FileNotFoundError"),
    ],
)
def test_what_is_the_engines_fault_and_what_is_not(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, passing: bool, words: str
) -> None:
    """A want of memory or of room says nothing of an engine; what it raises by itself does, in its words."""

    def fails(*_: object, **__: object) -> Any:
        raise error

    monkeypatch.setattr(factory, "_build", fails)
    *_, last = tried(tiny, tmp_path, monkeypatch)
    assert last["passing"] == passing
    assert words in last["problem"]


def test_faces_that_cannot_be_found_are_no_engines_fault(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the faces to try it on cannot be had, no engine is to blame."""

    def fails(_: int) -> Any:
        raise EngineError("OpenVINO cannot be imported here.", "")

    monkeypatch.setattr(engine_trial, "trial_crops", fails)
    *_, last = tried(tiny, tmp_path, monkeypatch)
    assert last["passing"]


def test_an_engine_that_fails_while_it_is_timed_says_why(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error on a later batch is reported like one on the first."""
    answers = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("no number\n"))
    assert engine_trial.main("torch", str(tiny), BATCH, 1, tmp_path, answers) == 1
    last = json.loads(answers.getvalue().splitlines()[-1])
    assert "ValueError" in last["problem"]
    assert not last["passing"]


def test_a_trial_says_that_it_works(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it computes it says so now and then; one that only waits does not."""
    monkeypatch.setattr(engine_trial, "ALIVE", 0.001)
    events = tried(tiny, tmp_path, monkeypatch)
    assert {"event": "alive"} in events
    heard: list[object] = []
    monkeypatch.setattr(time, "process_time", lambda: 1.0)
    over = threading.Event()
    waiting = threading.Thread(target=engine_trial._report_alive, args=(lambda event, _: heard.append(event), over))
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
    lines = [{"event": "alive"}] * 2 + [{"event": "error", **error_fields(error), "passing": passing}]
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
    result = choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1)
    assert result == choice.Choice("torch", "no engine could be tried")
    assert trial_store.all_trials(trial_store.machine()) == []
    (home() / "networks").unlink()
    assert choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1).name == "openvino"
    assert [t.engine for t in trial_store.all_trials(trial_store.machine())] == ["openvino"]


def far_apart(folder: Path) -> Checkpoint:
    """A checkpoint whose logits are so large that int8 rounds one expression into another."""
    file = checkpoints.vit(folder, ("happy", "sad", "calm")) / "model.safetensors"
    weights = safetensors_torch.load_file(file)
    weights["classifier.weight"] *= 100
    safetensors_torch.save_file(weights, file, {"format": "pt"})
    return load(locate(str(folder)))


def test_an_engine_that_disagrees_in_a_trial_is_dropped(tmp_path: Path) -> None:
    """The user's own default is tried on faces; where it strays from fp32 another one reads, and the reason says so."""
    checkpoint = far_apart(tmp_path / "far apart")
    others = [trial(name, 10, key=checkpoint.identity.key) for name in VARIANTS if name != "openvino-int8"]
    trial_store.remember(others, trial_store.machine())
    trial_store.set_user_default("openvino-int8")
    result = choice.choose("default", checkpoint, batch=BATCH, threads=1)
    assert result.name != "openvino-int8"
    assert "(openvino-int8, made the default, disagrees with fp32 (same first label on" in result.reason
    (int8,) = (t for t in trial_store.all_trials(trial_store.machine()) if t.engine == "openvino-int8")
    assert int8.agreement is not None
    assert int8.agreement.high_error > 0.05


@pytest.mark.parametrize(("in_turn", "remembered"), [(True, True), (False, False)])
def test_what_is_timed_beside_an_analysis_is_not_remembered(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, in_turn: bool, remembered: bool
) -> None:
    """Trials without the scan lock may run while all cores are busy; their figures are not stored."""

    def fails(*_: object, **__: object) -> Any:
        raise EngineError("It failed.", "")

    monkeypatch.setattr(choice, "TrialProcess", fails)
    home().mkdir()
    with FileLock(Home(home()).scan_lock):
        choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1, in_turn=in_turn)
    assert bool(trial_store.all_trials(trial_store.machine())) == remembered
    choice.choose("fastest", load(locate(str(tiny))), batch=BATCH, threads=1)
    assert trial_store.all_trials(trial_store.machine())
