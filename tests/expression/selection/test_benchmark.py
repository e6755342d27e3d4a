"""The benchmark of engines: what is stored, how it is shown, and the run in the background."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from pathlib import Path

import psutil
import pytest

from emotion_core.errors import CheckpointError
from emotion_core.expression.checkpoints import REFERENCE, UNTRAINED, UNTRAINED_HASH, UNTRAINED_NAME, locate
from emotion_core.expression.engines import VARIANTS, Obstacle, availability
from emotion_core.expression.selection import Trial, benchmark, overview, trial_store
from emotion_core.observations import checkpoint_key
from emotion_core.processes import engine_benchmark
from emotion_core.settings import EngineName
from emotion_core.system import cpu
from emotion_core.system.background import BackgroundProcess
from tests.support import checkpoints
from tests.support.trials import DISAGREES, trial
from tests.support.waiting import until

KEY = "ab" * 16


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def extension(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intel Extension for PyTorch runs here, wherever here is; to ask takes seconds."""
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: None)


def test_what_is_measured_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines that run here are tried and remembered, those that do not are left out with the reason; a checkpoint that
    is none is told of before any is tried.
    """
    monkeypatch.setattr(cpu, "_has", lambda: ("avx2",))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")  # to ask takes seconds
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    (tmp_path / "empty").mkdir()
    steps: list[tuple[int, int, str]] = []
    with pytest.raises(CheckpointError, match="missing"):
        benchmark.measure(lambda *step: steps.append(step), names=[str(folder), str(tmp_path / "empty")])
    assert steps == []
    result = benchmark.measure(
        lambda *step: steps.append(step),
        names=[str(folder)],
        engines=["torch", "torch-bf16"],
        batches=(2,),
        seconds=0.2,
    )
    (stored,) = result.trials
    assert (stored.engine, stored.checkpoint, stored.batch) == ("torch", "tiny", 2)
    assert stored.faces_per_second > 0
    assert trial_store.all_trials(trial_store.machine()) == [stored]
    assert list(result.left_out) == ["torch-bf16"]
    assert "does not multiply bf16" in result.left_out["torch-bf16"]
    assert result.failed == {}
    assert [(completed, of) for completed, of, _ in steps] == [(0, 1), (1, 1)]
    assert steps[0][2] == f"torch on {folder}, batch 2"
    existing = overview.load()
    assert (existing.machine, existing.trials) == (result.machine, result.trials)
    assert existing.left_out["torch-bf16"] == result.left_out["torch-bf16"]
    assert existing.left_out["ipex-int8"] == "it is away"


def test_a_measurement_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each trial is an object of these fields; of random weights nothing is known of the agreement."""
    monkeypatch.setattr(overview, "obstacle", lambda name: Obstacle("it is away", "") if name == "ipex" else None)
    result = [trial("torch", 20.126), trial("ipex", 40.0, DISAGREES), trial("openvino", 10, None)]
    trial_store.remember(result, trial_store.machine())
    message = overview.to_json(result)
    assert message[0] == {
        "engine": "torch",
        "precision": "fp32",
        "checkpoint": "faces",
        "batch": 16,
        "faces_per_second": 20.13,
        "milliseconds_a_face": 49.687,
        "start_seconds": 1.25,
        "memory_mb": 512,
        "agreement": 0.99,
        "agrees": True,
        "chosen": True,
    }
    assert [(row["agreement"], row["agrees"], row["chosen"]) for row in message[1:]] == [
        (0.5, False, False),
        (None, None, False),
    ]
    assert overview.to_json([]) == []


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ([], "ipex"),
        ([trial("torch", 20), trial("ipex", 30), trial("openvino", 90)], "ipex"),
        ([trial("torch", 20), trial("ipex", 90, DISAGREES), trial("openvino", 40)], "openvino"),
        ([trial("torch", 20, None), trial("ipex", 30, None), trial("openvino", 90, None)], "ipex"),
        ([trial("torch", 20), trial("openvino-int8", 90, DISAGREES)], "ipex"),
        ([trial("torch", 20, batch=1), trial("openvino", 90, key="cd" * 16)], "ipex"),
    ],
)
def test_which_engine_the_default_is(
    existing: list[Trial], expected: EngineName | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the extension where it does not disagree, else the fastest that agrees, by batches of this checkpoint."""
    monkeypatch.setattr(overview, "obstacle", lambda name: None)
    assert overview.default_of(existing, KEY) == expected


def test_where_the_extension_cannot_run_the_fastest_that_agrees_is_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a trial the default is unknown."""
    monkeypatch.setattr(overview, "obstacle", lambda name: Obstacle("it is away", "") if name == "ipex" else None)
    assert overview.default_of([], KEY) is None
    existing = [trial("torch", 20), trial("openvino", 40), trial("openvino-int8", 90, DISAGREES)]
    assert overview.default_of(existing, KEY) == "openvino"
    assert overview.default_of([trial("openvino", 90, key="cd" * 16)], KEY) is None


def test_the_users_default_goes_first() -> None:
    """An engine that the user made the default is shown as the default, for any trials."""
    trial_store.set_user_default("torch")
    assert overview.default_of([trial("torch", 20), trial("ipex", 30)], KEY) == "torch"


@pytest.mark.parametrize(
    ("existing", "words"),
    [
        ([], ""),
        ([trial("ipex", 100), trial("openvino", 129)], ""),
        ([trial("ipex", 100), trial("openvino", 130)], "The engine openvino reads 1.3 times"),
        ([trial("ipex", 100), trial("openvino", 900, DISAGREES)], ""),
        ([trial("ipex", 100), trial("torch", 90), trial("openvino", 900, key="cd" * 16)], ""),
        ([trial("ipex", 100), trial("torch", 90), trial("openvino", 900, batch=1)], ""),
        ([trial("openvino", 900)], ""),
    ],
)
def test_a_much_faster_engine_is_told_of(existing: list[Trial], words: str) -> None:
    """From 1.3 times the default's speed on an engine that agrees is named, with the way to make it the default; below
    that, and of engines that disagree or were measured on something else, nothing is said.
    """
    trial_store.remember(existing, trial_store.machine())
    message = overview.hint(KEY)
    assert bool(message) == bool(words)
    assert words in message
    if words:
        assert "the default, ipex," in message
        assert "engines --default openvino" in message


@pytest.mark.parametrize(
    ("checkpoint", "way"), [("embedded", "engines --measure, or “Measure” on"), ("mine", "--measure --checkpoint")]
)
def test_a_default_that_nothing_was_compared_with_is_told_of(checkpoint: str, way: str) -> None:
    """If only the engine of the rule was timed, a hint tells how to time the others; not for one chosen by name."""
    trial_store.remember([trial("ipex", 100, checkpoint=checkpoint)], trial_store.machine())
    message = overview.hint(KEY)
    assert message.startswith("Other engines than ipex were not timed on this machine yet.")
    assert way in message
    trial_store.set_user_default("ipex")
    assert overview.hint(KEY) == ""


def test_trials_of_weights_that_are_gone_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the built-in model only what was measured of its present weights is known, and the reference architecture's
    random weights until the model itself is there; of other checkpoints all.
    """
    monkeypatch.setattr(overview, "in_cache", lambda _: None)
    now = locate("embedded")
    key = checkpoint_key(now.weights_hash(), now.settings_hash())
    untrained = trial("torch", 5, None, checkpoint=UNTRAINED_NAME, key=checkpoint_key(UNTRAINED_HASH, ""))
    remaining = [trial("torch", 30, checkpoint="embedded", key=key), untrained, trial("torch", 10, checkpoint="mine")]
    missing = [
        trial("torch", 20, checkpoint="embedded", key="ef" * 16),
        trial("torch", 6, checkpoint=REFERENCE, key="01" * 16),
        trial("ipex", 7, None, checkpoint=UNTRAINED_NAME, key="cd" * 16),
    ]
    trial_store.remember([*missing, *remaining], trial_store.machine())
    assert list(overview.load().trials) == remaining
    monkeypatch.setattr(overview, "checkpoints", lambda: (REFERENCE, "embedded"))
    assert untrained not in overview.load().trials


def test_a_default_that_cannot_run_stands_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user's own default cannot run here an analysis is refused: no other engine is shown as the default."""
    trial_store.set_user_default("openvino")
    monkeypatch.setattr(overview, "obstacle", lambda name: Obstacle("gone", "") if name == "openvino" else None)
    assert overview.default_of([trial("torch", 20), trial("ipex", 30)], KEY) is None


def test_an_engine_that_has_gone_is_neither_the_default_nor_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trials of an engine that cannot run here any more count neither for the default nor for what is faster."""
    existing = [trial("torch", 20), trial("openvino", 30), trial("ipex", 90)]
    trial_store.remember(existing, trial_store.machine())
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    assert overview.default_of(existing, KEY) == "openvino"
    trial_store.set_user_default("torch")
    message = overview.hint(KEY)
    assert "engines --default openvino" in message
    assert "ipex" not in message


def test_a_hint_ends_when_it_is_followed() -> None:
    """Once the faster engine is the default there is nothing to tell."""
    trial_store.remember([trial("ipex", 100), trial("openvino", 200)], trial_store.machine())
    assert overview.hint(KEY)
    trial_store.set_user_default("openvino")
    assert overview.hint(KEY) == ""


def test_a_default_that_was_not_measured_has_no_hint() -> None:
    """If the user's default has no trial, no engine is called faster."""
    trial_store.remember([trial("ipex", 100), trial("openvino", 200)], trial_store.machine())
    trial_store.set_user_default("torch")
    assert overview.hint(KEY) == ""


# In the background


def test_the_measuring_in_the_background_can_be_ended(home: Path) -> None:
    """It is seen running and says what it does; ended, it is gone with the engine that it was trying."""
    process = benchmark.process(home)
    assert not process.running
    assert process.last is None
    process.cancel()  # nothing to end
    process.start()
    try:
        assert process.running
        until(lambda: "step" in (process.last or {}))
        last = process.last or {}
        assert last["steps_total"] > 1
        main = psutil.Process(int((home / "jobs" / "engines.pid").read_text()))
        until(lambda: any("emotion_core.processes.engine_trial" in child.cmdline() for child in main.children()))
        family = [main, *main.children(recursive=True)]
        process.start()  # it is being done
        assert benchmark.process(home).running
        assert int((home / "jobs" / "engines.pid").read_text()) == main.pid
    finally:
        process.cancel()
    assert not process.running
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert "failed" not in (process.last or {})


def test_the_measuring_in_the_background_says_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Done, it names each engine whose process was ended and why, though nothing of that is remembered."""
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    monkeypatch.setattr(benchmark, "checkpoints", lambda: (str(folder),))
    monkeypatch.setattr(benchmark, "VARIANTS", {"torch": VARIANTS["torch"]})
    over, before = threading.Event(), signal.getsignal(signal.SIGTERM)

    def end_trials() -> None:
        while not over.wait(0.05):
            for child in psutil.Process().children():
                with contextlib.suppress(psutil.Error):
                    if "emotion_core.processes.engine_trial" in child.cmdline():
                        child.kill()

    ending = threading.Thread(target=end_trials)
    ending.start()
    try:
        assert engine_benchmark.main() == 0
    finally:
        over.set()
        ending.join()
        signal.signal(signal.SIGTERM, before)
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    why = "The engine torch ended its process (exit code -9)."
    assert last == {"event": "done", "failed": {f"torch on tiny, batch {batch}": why for batch in overview.BATCHES}}
    assert overview.load().failed == {}


def test_a_background_process_goes_to_its_end(home: Path) -> None:
    """Done, it no longer runs, and the last whole line that it said is there; it can be started again."""
    process = BackgroundProcess(home, "telling", "json.tool")
    (home / "in.json").parent.mkdir(parents=True, exist_ok=True)
    (home / "in.json").write_text('{"event": "done"}')
    for _ in range(2):
        process.start(["--no-indent", str(home / "in.json")])
        until(lambda: not process.running)
        assert process.last == {"event": "done"}
    with (home / "jobs" / "telling.events").open("a") as file:
        file.write('{"event": "progress", "st')
    assert process.last == {"event": "done"}


def test_a_number_that_another_process_has_now_is_not_the_process(home: Path) -> None:
    """After a restart the same process number may be anyone's: that is not seen as running, and not ended."""
    process = benchmark.process(home)
    (home / "jobs").mkdir(parents=True)
    for content in (str(psutil.Process().pid), "999999999", "", "no number"):
        (home / "jobs" / "engines.pid").write_text(content)
        assert not process.running
        process.cancel()
    assert psutil.Process().is_running()


def test_what_is_measured_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the reference model on this disk its architecture is timed, and always the embedded one."""
    monkeypatch.setattr(overview, "in_cache", lambda _: None)
    assert overview.checkpoints() == (UNTRAINED, "embedded")
    monkeypatch.setattr(overview, "in_cache", lambda _: Path("there"))
    assert overview.checkpoints() == (REFERENCE, "embedded")
