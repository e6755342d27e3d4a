"""Which engine is taken, and why: the rule, the user's own choice, and what trials found."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from emotion_core.errors import DiskFull, EmotionError, EngineError, LibraryError
from emotion_core.expression.checkpoints import Checkpoint, load, locate
from emotion_core.expression.engines import VARIANTS, Obstacle, availability, obstacle, variant_of
from emotion_core.expression.selection import Agreement, Trial, TrialEndedError, choice, trial_store
from emotion_core.settings import ENGINES, EngineName
from emotion_core.system import cpu
from tests.support import checkpoints
from tests.support.trials import AGREES, DISAGREES, trial

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
    monkeypatch.setattr(choice, "is_ipex_untested", lambda: False)
    monkeypatch.setattr(availability, "_has_cuda_driver", lambda: False)
    monkeypatch.setattr(cpu, "_has", lambda: ("avx2", "avx512", "vnni", "bf16"))
    return tmp_path / "home"


@pytest.fixture
def untried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The engines that would have been tried; here every trial fails, as where there is no memory for one."""
    request: list[str] = []

    def fails(engine: str, *_: object, **__: object) -> Any:
        request.append(engine)
        raise EngineError(f"The engine {engine} ended its process.", "")

    monkeypatch.setattr(choice, "TrialProcess", fails)
    return request


def chosen(name: EngineName, checkpoint: Checkpoint) -> choice.Choice:
    return choice.choose(name, checkpoint, batch=BATCH, threads=1)


def store_trials(checkpoint: Checkpoint, rates: dict[EngineName, float], disagree: tuple[EngineName, ...] = ()) -> None:
    """Remember trials of a checkpoint on this machine."""
    result = [
        trial(e, rate, DISAGREES if e in disagree else AGREES, key=checkpoint.identity.key) for e, rate in rates.items()
    ]
    trial_store.remember(result, trial_store.machine())


def everything(rate: float = 10.0, **other: float) -> dict[EngineName, float]:
    """A rate for every engine; underscores stand for dashes in names."""
    arguments = {name.replace("_", "-"): value for name, value in other.items()}
    return {name: arguments.get(name, rate) for name in VARIANTS}


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
    store_trials(checkpoint, {"ipex": 10, "openvino": 20, "openvino-int8": 5})
    trial_store.set_user_default("openvino-int8")
    assert chosen("default", checkpoint) == choice.Choice("openvino-int8", "default: made so by the user")
    trial_store.set_user_default(None)
    assert chosen("default", checkpoint).name == "ipex"
    assert untried == []


def test_fp32_as_the_default_has_not_to_be_tried(checkpoint: Checkpoint, untried: list[str]) -> None:
    """It is what the others are compared with: made the default it is taken at once, on any checkpoint."""
    trial_store.set_user_default("torch")
    assert chosen("default", checkpoint) == choice.Choice("torch", "default: made so by the user")
    assert untried == []


def test_the_users_own_default_is_not_taken_where_it_disagrees(checkpoint: Checkpoint, untried: list[str]) -> None:
    """It was chosen for another checkpoint: on one where it disagrees the rule holds, and the reason says so."""
    store_trials(checkpoint, {"ipex": 10, "openvino-int8": 90}, ("openvino-int8",))
    trial_store.set_user_default("openvino-int8")
    result = chosen("default", checkpoint)
    assert (result.name, untried) == ("ipex", [])
    assert "(openvino-int8, made the default, disagrees with fp32 (same first label on 50" in result.reason


def test_the_users_own_default_is_never_swapped(checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot run the message says why, and how to choose another."""
    trial_store.set_user_default("openvino-int8")
    without("nncf", monkeypatch)
    with pytest.raises(EngineError, match=r"openvino-int8 was made the default, but.*nncf is not installed") as refusal:
        chosen("default", checkpoint)
    assert "engines --default rule" in refusal.value.advice


def test_the_extension_is_the_default_where_it_agrees(checkpoint: Checkpoint, untried: list[str]) -> None:
    """Where Intel Extension for PyTorch agrees it is taken, though another one is faster."""
    store_trials(checkpoint, everything(ipex=11, openvino=900))
    result = chosen("default", checkpoint)
    assert result.name == "ipex"
    assert "agrees with fp32" in result.reason
    assert untried == []


def test_an_extension_that_disagrees_is_not_the_default(checkpoint: Checkpoint) -> None:
    """Then it is the fastest that agrees, never a faster one that disagrees, and the reason says so."""
    store_trials(checkpoint, everything(ipex=500, openvino=40, openvino_int8=90, torch=20), ("ipex", "openvino-int8"))
    result = chosen("default", checkpoint)
    assert result.name == "openvino"
    assert result.reason.startswith("default: Intel Extension for PyTorch disagrees with fp32 (same first label on 50")
    assert "fastest here: 40 faces/s" in result.reason
    assert "openvino-int8 disagrees with fp32" in result.reason


def test_where_the_extension_cannot_run_the_fastest_is_the_default(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason begins with what stands in the extension's way."""
    monkeypatch.setattr(choice, "obstacle", lambda n: Obstacle("it is away", "") if n == "ipex" else obstacle(n))
    store_trials(checkpoint, everything(openvino=40))
    result = chosen("default", checkpoint)
    assert result.name == "openvino"
    assert result.reason.startswith("default: it is away; fastest here: 40 faces/s (")


def test_random_weights_are_not_tried(checkpoint: Checkpoint, untried: list[str]) -> None:
    """Of a checkpoint that lies nowhere on disk there is nothing to agree with: the extension runs it."""
    nowhere = replace(checkpoint, folder=None)
    result = chosen("default", nowhere)
    assert (result.name, untried) == ("ipex", [])
    assert "random weights" in result.reason


@pytest.mark.parametrize("imports", [True, False])
def test_the_first_trial_of_the_extension_shows_whether_it_can_be_imported(
    checkpoint: Checkpoint, untried: list[str], monkeypatch: pytest.MonkeyPatch, imports: bool
) -> None:
    """It is tried before anything imported it. Where that fails another process is asked whether the import is to
    blame; then the reason says so, and no trial of it is stored.
    """
    asked: list[str] = []

    def unavailable() -> str | None:
        asked.append("ipex")
        return why

    why = None if imports else "it does not import here (no such processor)"
    monkeypatch.setattr(choice, "is_ipex_untested", lambda: True)
    monkeypatch.setattr(availability, "ipex_unavailable", unavailable)
    store_trials(checkpoint, {name: rate for name, rate in everything().items() if not name.startswith("ipex")})
    trial_store.remember([trial("ipex-int8", 5, key=checkpoint.identity.key)], trial_store.machine())
    result = chosen("default", checkpoint)
    assert untried == ["ipex"] if imports else untried[:1] == ["ipex"]
    assert asked
    reason = "Intel Extension for PyTorch does not run it" if imports else "it does not import here (no such processor)"
    assert result.reason.startswith(f"default: {reason}")
    stored = {t.engine for t in trial_store.all_trials(trial_store.machine())}
    assert ("ipex" in stored) == imports


def fake_trials(
    monkeypatch: pytest.MonkeyPatch, key: str, agreements: dict[int, Agreement]
) -> list[tuple[str, int, float]]:
    """Let trials give these agreements by the number of faces; returns engine, faces and seconds of those that ran."""
    ran: list[tuple[str, int, float]] = []

    class Process:
        def __init__(self, engine: EngineName, *_: object, count: int, **__: object) -> None:
            self.engine, self.count = engine, count

        def __enter__(self) -> Process:
            return self

        def __exit__(self, *_: object) -> None: ...

        def start(self) -> Trial:
            ran.append((self.engine, self.count, 0.0))
            return trial(self.engine, 0, agreements[self.count])

        def run(self, seconds: float) -> Trial:
            ran[-1] = (self.engine, self.count, seconds)
            return trial(self.engine, 30, agreements[self.count], key=key)

    monkeypatch.setattr(choice, "TrialProcess", Process)
    return ran


@pytest.mark.parametrize(
    ("first", "counts"),
    [(AGREES, [32]), (replace(AGREES, mean_error=0.006), [32, 256]), (DISAGREES, [32, 256])],
    ids=["clear", "near", "disagrees"],
)
def test_few_faces_are_compared_first(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch, first: Agreement, counts: list[int]
) -> None:
    """Where 32 faces leave no doubt no more are compared; else all of them decide."""
    ran = fake_trials(monkeypatch, checkpoint.identity.key, {32: first, 256: AGREES})
    assert chosen("default", checkpoint).name == "ipex"
    assert [(engine, count) for engine, count, _ in ran] == [("ipex", count) for count in counts]
    assert ran[-1][2] == choice.BRIEF_SECONDS


@pytest.mark.parametrize(("available", "imports"), [(1 << 40, ["torch"]), (1 << 30, [])], ids=["room", "none"])
def test_pytorch_is_imported_while_a_trial_works(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch, available: int, imports: list[str]
) -> None:
    """Where there is memory for two of it; a trial of the fastest is disturbed by nothing."""
    fake_trials(monkeypatch, checkpoint.identity.key, {32: AGREES, 256: AGREES})
    imported: list[str] = []
    monkeypatch.setattr(choice, "importlib", SimpleNamespace(import_module=imported.append))
    memory = SimpleNamespace(available=available)
    monkeypatch.setattr(choice, "psutil", SimpleNamespace(virtual_memory=lambda: memory))
    chosen("default", checkpoint)
    assert imported == imports
    chosen("fastest", checkpoint)
    assert imported == imports


def test_what_was_timed_for_a_moment_is_timed_again_for_the_fastest(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default's trial is about agreement; its speed may have been taken beside other work."""
    ran = fake_trials(monkeypatch, checkpoint.identity.key, {32: AGREES, 256: AGREES})
    chosen("default", checkpoint)
    chosen("default", checkpoint)
    assert [seconds for *_, seconds in ran] == [choice.BRIEF_SECONDS]
    store_trials(checkpoint, {name: rate for name, rate in everything().items() if name != "ipex"})
    assert chosen("fastest", checkpoint).name == "ipex"
    assert ran[1:] == [("ipex", 32, choice.SECONDS)]
    chosen("fastest", checkpoint)
    assert len(ran) == 2


# The fastest


def test_the_fastest_is_taken_from_what_is_known(checkpoint: Checkpoint, untried: list[str]) -> None:
    """With all engines tried none is tried again; the fastest that agrees is chosen; the reason lists the others."""
    store_trials(checkpoint, everything(openvino_int8=90, ipex=50, torch=20, torch_bf16=300), ("torch-bf16",))
    result = chosen("fastest", checkpoint)
    assert (result.name, untried) == ("openvino-int8", [])
    assert result.reason.startswith("fastest here: 90 faces/s (torch-bf16 disagrees with fp32, ipex 50, torch 20")


@pytest.mark.parametrize("name", ["default", "fastest"])
def test_what_cannot_run_any_more_is_not_taken(
    checkpoint: Checkpoint, untried: list[str], monkeypatch: pytest.MonkeyPatch, name: EngineName
) -> None:
    """An engine that was the fastest here and is gone is skipped, and is not listed beside the others."""
    store_trials(checkpoint, everything(ipex=500, openvino=40))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    result = chosen(name, checkpoint)
    assert result.name == "openvino"
    assert "fastest here: 40 faces/s" in result.reason
    assert "ipex" not in result.reason
    assert untried == []


def test_only_what_is_not_known_is_tried(checkpoint: Checkpoint, untried: list[str]) -> None:
    """Engines without a trial are tried if they can run here; one that fails is passed over."""
    store_trials(checkpoint, {"torch": 20, "ipex": 50})
    assert chosen("fastest", checkpoint).name == "ipex"
    assert untried == ["torch-bf16", "ipex-int8", "openvino", "openvino-bf16", "openvino-int8"]


def test_what_failed_is_not_tried_again(checkpoint: Checkpoint, untried: list[str]) -> None:
    """An engine whose trial failed is left alone from then on, and the reason says that it does not run."""
    store_trials(checkpoint, {"torch": 20})
    assert chosen("fastest", checkpoint).name == "torch"
    tried = list(untried)
    assert "openvino-int8" in tried
    result = chosen("fastest", checkpoint)
    assert (result.name, untried) == ("torch", tried)
    assert "openvino-int8 does not run it" in result.reason
    assert chosen("default", checkpoint).reason.startswith(
        "default: Intel Extension for PyTorch does not run it: The engine ipex ended its process; fastest here: 20"
    )
    assert untried == tried


def test_a_trial_that_was_ended_is_made_again(
    checkpoint: Checkpoint, untried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who cancels an analysis says nothing of the engine that was being tried; nor does a full disk."""
    store_trials(checkpoint, {"torch": 20})
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
    result = [trial("openvino", 900, key=checkpoint.identity.key)]
    trial_store.remember(result, trial_store.machine().replace("avx512", "avx1024"))


def before(checkpoint: Checkpoint) -> None:
    result = [trial("openvino", 900, key=checkpoint.identity.key)]
    trial_store.remember(result, trial_store.machine().replace("openvino ", "openvino 1."))


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
    trial_store.set_user_default("openvino")
    trial_store.remember([trial("torch", 10), trial("torch", 5, batch=1), trial("ipex", 20)], here)
    trial_store.remember([trial("torch", 11)], here)
    assert [(t.engine, t.batch, t.faces_per_second) for t in trial_store.all_trials(here)] == [
        ("torch", 1, 5),
        ("ipex", 16, 20),
        ("torch", 16, 11),
    ]
    assert trial_store.trials("ab" * 16, here, batch=16)[1] == trial("torch", 11)
    assert trial_store.user_default() == "openvino"


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
    assert trial_store.user_default() is None
    assert trial_store.all_trials(trial_store.machine()) == []
    assert chosen("default", checkpoint).name == "torch"
    trial_store.remember([trial("torch", 10)], trial_store.machine())
    trial_store.set_user_default("torch")
    assert trial_store.trials("ab" * 16, trial_store.machine(), batch=16) == [trial("torch", 10)]
    assert trial_store.user_default() == "torch"


def test_where_nothing_can_be_remembered_it_says_so(home: Path) -> None:
    """A file in the folder's place is a LibraryError, from both who choose and who measure."""
    home.write_text("in the way")
    with pytest.raises(LibraryError):
        trial_store.set_user_default("torch")
    with pytest.raises(LibraryError):
        trial_store.remember([trial("torch", 10)], trial_store.machine())


@pytest.mark.parametrize(("rate", "recommended"), [(13.0, True), (12.9, False)])
def test_another_engine_is_worth_telling_of_from_1_3_times_on(rate: float, recommended: bool) -> None:
    """At 1.3 times the default's speed an engine is recommended; below that, or if it disagrees, it is not."""
    result = [trial("ipex", 10.0), trial("openvino", rate), trial("openvino-int8", 99.0, DISAGREES)]
    best = trial_store.faster(result, "ipex")
    assert (best.engine if best else None) == ("openvino" if recommended else None)
    assert trial_store.faster(result, "torch") is None  # the speed of torch is unknown


def test_what_disagrees_does_not_fit() -> None:
    """Random weights are timed only: there any engine fits; elsewhere it must agree, unless it is fp32 itself."""
    assert trial("openvino", 10, None).fit
    assert trial("torch", 10, DISAGREES).fit
    assert not replace(trial("ipex", 10), agreement=DISAGREES).fit
