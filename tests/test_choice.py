"""Which engine is taken, and why: the rule, the user's own choice, and what trials found."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from emotion_core.errors import DiskFull, EmotionError, EngineError, LibraryError
from emotion_core.expression.checkpoints.checkpoint import Checkpoint, load
from emotion_core.expression.checkpoints.location import locate
from emotion_core.expression.engines import availability
from emotion_core.expression.engines.availability import Obstacle, obstacle
from emotion_core.expression.engines.variants import VARIANTS, variant_of
from emotion_core.expression.selection import choice, trial_store
from emotion_core.expression.selection.trial import TrialEndedError
from emotion_core.settings import ENGINES, EngineName
from emotion_core.system import cpu
from tests import checkpoints
from tests.trials import AGREES, DISAGREES, trial

BATCH = 16


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A tiny vision transformer."""
    return load(locate(str(checkpoints.vit(tmp_path_factory.mktemp("choice") / "faces", ("happy", "sad", "calm")))))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing is known, on a machine that runs everything but GPUs."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: None)
    monkeypatch.setattr(availability, "_has_cuda_driver", lambda: False)
    monkeypatch.setattr(cpu, "_has", lambda: ("avx2", "avx512", "vnni", "bf16"))
    return tmp_path / "home"


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The engines that would have been tried; here every trial fails, as where there is no memory for one."""
    asked: list[str] = []

    def fails(engine: str, *_: object, **__: object) -> Any:
        asked.append(engine)
        raise EngineError(f"The engine {engine} ended its process.", "")

    monkeypatch.setattr(choice, "TrialProcess", fails)
    return asked


def chosen(name: EngineName, checkpoint: Checkpoint) -> choice.Choice:
    return choice.choose(name, checkpoint, batch=BATCH, threads=1)


def known(checkpoint: Checkpoint, rates: dict[EngineName, float], disagree: tuple[EngineName, ...] = ()) -> None:
    """Remember trials of a checkpoint on this machine."""
    found = [
        trial(e, rate, DISAGREES if e in disagree else AGREES, key=checkpoint.identity.key) for e, rate in rates.items()
    ]
    trial_store.remember(found, trial_store.machine())


def everything(rate: float = 10.0, **other: float) -> dict[EngineName, float]:
    """A rate for every engine; underscores stand for dashes in names."""
    given = {name.replace("_", "-"): value for name, value in other.items()}
    return {name: given.get(name, rate) for name in VARIANTS}


def without(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a package look not installed."""

    def version(name: str) -> str:
        if name == package:
            raise importlib.metadata.PackageNotFoundError(name)
        return importlib.metadata.version(name)

    monkeypatch.setattr(availability, "version", version)


# By name


def test_an_unknown_engine_is_refused_with_those_there_are(checkpoint: Checkpoint) -> None:
    """The message names what was given and every engine that may be."""
    with pytest.raises(EngineError, match="abacus") as refusal:
        chosen("abacus", checkpoint)  # type: ignore[arg-type]
    assert all(name in refusal.value.advice for name in ENGINES)


@pytest.mark.parametrize(
    ("package", "engine", "runs"),
    [
        ("openvino", "openvino", "torch"),
        ("openvino", "openvino-int8", "torch"),
        ("nncf", "openvino-int8", "openvino"),
    ],
)
def test_an_engine_that_is_not_installed_says_what_to_install(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch, package: str, engine: EngineName, runs: EngineName
) -> None:
    """The missing package is named, with the file to install from; an engine that does not need it still runs."""
    without(package, monkeypatch)
    with pytest.raises(EngineError, match=rf"{engine}.*{package} is not installed") as refusal:
        chosen(engine, checkpoint)
    assert "requirements.txt" in refusal.value.advice
    assert chosen(runs, checkpoint) == choice.Choice(runs, "named")


@pytest.mark.parametrize("engine", ["torch-bf16", "openvino-bf16"])
def test_bf16_is_refused_where_it_would_be_emulated(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch, engine: EngineName
) -> None:
    """On a processor that does not multiply bf16 the message says so, and what it has; on others it is taken."""
    assert chosen(engine, checkpoint).name == engine
    monkeypatch.setattr(cpu, "_has", lambda: ("avx2", "avx512"))
    with pytest.raises(EngineError, match=r"does not multiply bf16 \(it has avx2 avx512\)"):
        chosen(engine, checkpoint)


def test_a_gpu_that_is_not_there_is_refused(checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an NVIDIA driver CUDA is refused, and where PyTorch finds no device all the same; Metal anywhere but on a
    Mac.
    """
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(EngineError, match="no CUDA device") as refusal:
        chosen("torch-cuda", checkpoint)
    assert "Install NVIDIA's driver" in refusal.value.advice
    monkeypatch.setattr(availability, "_has_cuda_driver", lambda: True)
    monkeypatch.setattr(availability, "_torch_has", lambda _: False)
    with pytest.raises(EngineError, match="no CUDA device, though NVIDIA's driver is installed") as refusal:
        chosen("torch-cuda", checkpoint)
    assert "build of torch" in refusal.value.advice
    with pytest.raises(EngineError, match="no Metal device"):
        chosen("torch-mps", checkpoint)


def test_the_engine_of_an_analysis_is_told_from_its_name_and_precision() -> None:
    """Every engine's own name comes back; the extension's bf16 and fp32 are one engine."""
    for name, variant in VARIANTS.items():
        device = "" if variant.device == "cpu" else f"-{variant.device}"
        assert variant_of(variant.engine + device, variant.precision or "fp32") == name
    assert variant_of("ipex", "bf16") == "ipex"


# The default


def test_the_users_own_default_is_taken(checkpoint: Checkpoint, untried: list[str]) -> None:
    """An engine that the user made the default is taken where it agrees, until it is left to the rule again."""
    known(checkpoint, {"ipex": 10, "openvino": 20, "openvino-int8": 5})
    trial_store.choose("openvino-int8")
    assert chosen("default", checkpoint) == choice.Choice("openvino-int8", "default: made so by the user")
    trial_store.choose(None)
    assert chosen("default", checkpoint).name == "ipex"
    assert untried == []


def test_fp32_as_the_default_has_not_to_be_tried(checkpoint: Checkpoint, untried: list[str]) -> None:
    """It is what the others are compared with: made the default it is taken at once, on any checkpoint."""
    trial_store.choose("torch")
    assert chosen("default", checkpoint) == choice.Choice("torch", "default: made so by the user")
    assert untried == []


def test_the_users_own_default_is_not_taken_where_it_disagrees(checkpoint: Checkpoint, untried: list[str]) -> None:
    """It was chosen for another checkpoint: on one where it disagrees the rule holds, and the reason says so."""
    known(checkpoint, {"ipex": 10, "openvino-int8": 90}, ("openvino-int8",))
    trial_store.choose("openvino-int8")
    found = chosen("default", checkpoint)
    assert (found.name, untried) == ("ipex", [])
    assert "(openvino-int8, made the default, disagrees with fp32 (same first label on 50" in found.reason


def test_the_users_own_default_is_never_swapped(checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot run the message says why, and how to choose another."""
    trial_store.choose("openvino-int8")
    without("nncf", monkeypatch)
    with pytest.raises(EngineError, match=r"openvino-int8 was made the default, but.*nncf is not installed") as refusal:
        chosen("default", checkpoint)
    assert "engines --default rule" in refusal.value.advice


def test_the_extension_is_the_default_where_it_agrees(checkpoint: Checkpoint, untried: list[str]) -> None:
    """Where Intel Extension for PyTorch agrees it is taken, though another one is faster."""
    known(checkpoint, everything(ipex=11, openvino=900))
    found = chosen("default", checkpoint)
    assert found.name == "ipex"
    assert "agrees with fp32" in found.reason
    assert untried == []


def test_an_extension_that_disagrees_is_not_the_default(checkpoint: Checkpoint) -> None:
    """Then it is the fastest that agrees, never a faster one that disagrees, and the reason says so."""
    known(checkpoint, everything(ipex=500, openvino=40, openvino_int8=90, torch=20), ("ipex", "openvino-int8"))
    found = chosen("default", checkpoint)
    assert found.name == "openvino"
    assert found.reason.startswith("default: Intel Extension for PyTorch disagrees with fp32 (same first label on 50")
    assert "fastest here: 40 faces/s" in found.reason
    assert "openvino-int8 disagrees with fp32" in found.reason


def test_where_the_extension_cannot_run_the_fastest_is_the_default(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason begins with what stands in the extension's way."""
    monkeypatch.setattr(choice, "obstacle", lambda n: Obstacle("it is away", "") if n == "ipex" else obstacle(n))
    known(checkpoint, everything(openvino=40))
    found = chosen("default", checkpoint)
    assert found.name == "openvino"
    assert found.reason.startswith("default: it is away; fastest here: 40 faces/s (")


def test_random_weights_are_not_tried(checkpoint: Checkpoint, untried: list[str]) -> None:
    """Of a checkpoint that lies nowhere on disk there is nothing to agree with: the extension runs it."""
    nowhere = Checkpoint(checkpoint.identity, checkpoint.model, checkpoint.processor, None)
    found = chosen("default", nowhere)
    assert (found.name, untried) == ("ipex", [])
    assert "random weights" in found.reason


# The fastest


def test_the_fastest_is_taken_from_what_is_known(checkpoint: Checkpoint, untried: list[str]) -> None:
    """With a trial of every engine none is tried again; the fastest that agrees is taken, the others are told of."""
    known(checkpoint, everything(openvino_int8=90, ipex=50, torch=20, torch_bf16=300), ("torch-bf16",))
    found = chosen("fastest", checkpoint)
    assert (found.name, untried) == ("openvino-int8", [])
    assert found.reason.startswith("fastest here: 90 faces/s (torch-bf16 disagrees with fp32, ipex 50, torch 20")


@pytest.mark.parametrize("name", ["default", "fastest"])
def test_what_cannot_run_any_more_is_not_taken(
    checkpoint: Checkpoint, untried: list[str], monkeypatch: pytest.MonkeyPatch, name: EngineName
) -> None:
    """An engine that was the fastest here and has since gone is passed over, and not told of beside the others."""
    known(checkpoint, everything(ipex=500, openvino=40))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    found = chosen(name, checkpoint)
    assert found.name == "openvino"
    assert "fastest here: 40 faces/s" in found.reason
    assert "ipex" not in found.reason
    assert untried == []


def test_only_what_is_not_known_is_tried(checkpoint: Checkpoint, untried: list[str]) -> None:
    """Engines without a trial are tried if they can run here; one that fails is passed over."""
    known(checkpoint, {"torch": 20, "ipex": 50})
    assert chosen("fastest", checkpoint).name == "ipex"
    assert untried == ["torch-bf16", "ipex-int8", "openvino", "openvino-bf16", "openvino-int8"]


def test_what_failed_is_not_tried_again(checkpoint: Checkpoint, untried: list[str]) -> None:
    """An engine whose trial failed is left alone from then on, and the reason says that it does not run."""
    known(checkpoint, {"torch": 20})
    assert chosen("fastest", checkpoint).name == "torch"
    tried = list(untried)
    assert "openvino-int8" in tried
    found = chosen("fastest", checkpoint)
    assert (found.name, untried) == ("torch", tried)
    assert "openvino-int8 does not run it" in found.reason
    assert chosen("default", checkpoint).reason.startswith(
        "default: Intel Extension for PyTorch does not run it: The engine ipex ended its process; fastest here: 20"
    )
    assert untried == tried


def test_a_trial_that_was_ended_is_made_again(
    checkpoint: Checkpoint, untried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who cancels an analysis says nothing of the engine that was being tried; nor does a full disk."""
    known(checkpoint, {"torch": 20})
    for error in (TrialEndedError("It was ended.", ""), DiskFull("No space.", ""), LibraryError("Not writable.", "")):

        def ends(*_: object, error: EmotionError = error, **__: object) -> Any:
            raise error

        monkeypatch.setattr(choice, "TrialProcess", ends)
        assert chosen("fastest", checkpoint).name == "torch"
        assert [t.engine for t in trial_store.all_trials(trial_store.machine())] == ["torch"]
    assert untried == []


def test_where_every_trial_fails_fp32_runs(checkpoint: Checkpoint, untried: list[str]) -> None:
    """Without a single trial it is plain PyTorch, which says that nothing could be tried."""
    assert chosen("fastest", checkpoint) == choice.Choice("torch", "no engine could be tried")
    assert "torch" in untried
    assert chosen("default", checkpoint).name == "torch"


def elsewhere(checkpoint: Checkpoint) -> None:
    found = [trial("openvino", 900, key=checkpoint.identity.key)]
    trial_store.remember(found, trial_store.machine().replace("avx512", "avx1024"))


def before(checkpoint: Checkpoint) -> None:
    found = [trial("openvino", 900, key=checkpoint.identity.key)]
    trial_store.remember(found, trial_store.machine().replace("openvino ", "openvino 1."))


def of_another(checkpoint: Checkpoint) -> None:
    trial_store.remember([trial("openvino", 900, key="cd" * 16)], trial_store.machine())


def one_at_a_time(checkpoint: Checkpoint) -> None:
    trial_store.remember([trial("openvino", 900, key=checkpoint.identity.key, batch=1)], trial_store.machine())


@pytest.mark.parametrize("remember", [elsewhere, before, of_another, one_at_a_time])
def test_trials_of_anything_else_are_not_used(
    checkpoint: Checkpoint, untried: list[str], remember: Callable[[Checkpoint], None]
) -> None:
    """A trial on another processor, with other packages, of another checkpoint or batch says nothing here."""
    remember(checkpoint)
    assert chosen("fastest", checkpoint).name == "torch"
    assert "openvino" in untried


# What is remembered


def test_trials_are_remembered_and_replaced() -> None:
    """A new trial of the same engine, checkpoint and batch takes the old one's place; the default stays."""
    here = trial_store.machine()
    trial_store.choose("openvino")
    trial_store.remember([trial("torch", 10), trial("torch", 5, batch=1), trial("ipex", 20)], here)
    trial_store.remember([trial("torch", 11)], here)
    assert [(t.engine, t.batch, t.faces_per_second) for t in trial_store.all_trials(here)] == [
        ("torch", 1, 5),
        ("ipex", 16, 20),
        ("torch", 16, 11),
    ]
    assert trial_store.trials("ab" * 16, here, batch=16)[1] == trial("torch", 11)
    assert trial_store.chosen() == "openvino"


def test_what_other_machines_measured_stays_for_a_while() -> None:
    """Trials on fewer cores leave those on all of them alone; of a fifth machine on, those tried on longest ago go."""
    trial_store.remember([trial("torch", 10)], trial_store.machine())
    for other in ("1 core", "2 cores", "3 cores"):
        trial_store.remember([trial("ipex", 20)], other)
    assert trial_store.all_trials(trial_store.machine()) == [trial("torch", 10)]
    trial_store.remember([trial("ipex", 30)], trial_store.machine())
    trial_store.remember([trial("ipex", 20)], "4 cores")
    assert trial_store.all_trials("1 core") == []
    assert trial_store.all_trials(trial_store.machine()) == [trial("torch", 10), trial("ipex", 30)]


GOOD = asdict(trial("ipex", 20, key="00" * 16))

DAMAGED: dict[str, Any] = {
    "empty": "",
    "half": '{"trials": {"avx2',
    "a list": "[]",
    "trials are a list": '{"trials": [], "default": "openvino"}',
    "trials are null": '{"trials": null, "default": null}',
    "no such engine": '{"trials": {}, "default": "abacus"}',
    "default is a list": '{"trials": {}, "default": ["torch"]}',
    "a trial is a number": [5],
    "a machine is a number": 5,
    "a trial lacks its speed": [{"engine": "openvino", "agreement": None}],
    "a speed is no number": [GOOD | {"faces_per_second": "fast"}],
    "an engine that is none": [GOOD | {"engine": "abacus"}],
    "an agreement is no agreement": [GOOD | {"agreement": {"faces": 1}}],
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_as_none(checkpoint: Checkpoint, home: Path, untried: list[str], content: Any) -> None:
    """What cannot be understood says nothing: no trial, no default; and it can be written to again."""
    file = home / "engines" / "engines.json"
    file.parent.mkdir(parents=True)
    file.write_text(content if isinstance(content, str) else json.dumps({"trials": {trial_store.machine(): content}}))
    assert trial_store.chosen() is None
    assert trial_store.all_trials(trial_store.machine()) == []
    assert chosen("default", checkpoint).name == "torch"
    trial_store.remember([trial("torch", 10)], trial_store.machine())
    trial_store.choose("torch")
    assert trial_store.trials("ab" * 16, trial_store.machine(), batch=16) == [trial("torch", 10)]
    assert trial_store.chosen() == "torch"


def test_where_nothing_can_be_remembered_it_says_so(home: Path) -> None:
    """A file in the folder's place is a LibraryError, from both who choose and who measure."""
    home.write_text("in the way")
    with pytest.raises(LibraryError):
        trial_store.choose("torch")
    with pytest.raises(LibraryError):
        trial_store.remember([trial("torch", 10)], trial_store.machine())


@pytest.mark.parametrize(("rate", "told"), [(13.0, True), (12.9, False)])
def test_another_engine_is_worth_telling_of_from_1_3_times_on(rate: float, told: bool) -> None:
    """At 1.3 times the default's speed an engine is told of, below it is not, and never one that disagrees."""
    found = [trial("ipex", 10.0), trial("openvino", rate), trial("openvino-int8", 99.0, DISAGREES)]
    best = trial_store.faster(found, "ipex")
    assert (best.engine if best else None) == ("openvino" if told else None)
    assert trial_store.faster(found, "torch") is None  # nobody knows how fast that is


def test_what_disagrees_does_not_fit() -> None:
    """Random weights are timed only: there any engine fits; elsewhere it must agree, unless it is fp32 itself."""
    assert trial("openvino", 10, None).fit
    assert trial("torch", 10, DISAGREES).fit
    assert not replace(trial("ipex", 10), agreement=DISAGREES).fit
