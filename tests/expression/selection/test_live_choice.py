"""What reads a live viewer's face: the engine of scans, another one, or fewer pixels; and what is measured for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock

from emotion_core.expression.checkpoints import Checkpoint, load, locate
from emotion_core.expression.engines.smaller_input import Patches
from emotion_core.expression.selection import (
    Agreement,
    Choice,
    LiveChoice,
    Trial,
    choose_live,
    live_choice,
    trial_store,
)
from emotion_core.settings import EngineName
from emotion_core.storage import Home, home
from tests.support import checkpoints
from tests.support.trials import AGREES, DISAGREES, trial

DEFAULT = Choice("ipex", "default")


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return load(locate(str(checkpoints.vit(tmp_path_factory.mktemp("live") / "faces", ("happy", "sad", "calm")))))


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that runs OpenVINO and Intel's extension, and where nothing is known."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    runs = ("torch", "ipex", "openvino", "openvino-int8", "ipex-int8")
    monkeypatch.setattr(live_choice, "obstacle", lambda name: None if name in runs else "gone")
    monkeypatch.setattr(live_choice, "patches", lambda _: Patches(224, 16))
    monkeypatch.setattr(live_choice, "psutil", SimpleNamespace(cpu_percent=lambda interval: 40.0))


Rates = dict[tuple[str, int], tuple[float, Agreement | None]]


@dataclass
class Machine:
    """Runs trials as fast as it is told."""

    rates: Rates
    ran: list[tuple[str, int]]

    def __call__(self, engine: EngineName, place: str, *, side: int, **_: Any) -> Any:
        outer, known = self, self.rates[engine, side]

        class Process:
            def __enter__(self) -> Process:
                return self

            def __exit__(self, *_: object) -> None: ...

            def start(self) -> None:
                outer.ran.append((engine, side))

            def run(self, _: float) -> Trial:
                key = load(locate(place)).identity.key
                return replace(trial(engine, known[0], known[1], key=key, batch=1), side=side)

        return Process()


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[Rates], Machine]:
    def made(rates: Rates) -> Machine:
        machine = Machine(rates, [])
        monkeypatch.setattr(live_choice, "TrialProcess", machine)
        return machine

    return made


def known(checkpoint: Checkpoint, *trials: Trial) -> None:
    """Remember trials of a scan's batches."""
    trial_store.remember([replace(each, key=checkpoint.identity.key) for each in trials], trial_store.machine())


def chosen(checkpoint: Checkpoint) -> LiveChoice:
    return choose_live(DEFAULT, checkpoint, batch=16, threads=2, say=lambda _: None)


SLOW: Rates = {
    ("ipex", 0): (2.2, AGREES),
    ("openvino", 0): (3.1, AGREES),
    ("openvino", 128): (9.0, AGREES),
    ("openvino", 112): (11.6, AGREES),
}


def test_a_quick_engine_is_taken_as_it_is(vit: Checkpoint, on: Callable[[Rates], Machine]) -> None:
    """Nothing is tried; and where the default is slow, one that was measured to be quick and agrees is taken."""
    machine = on({})
    known(vit, trial("ipex", 240), trial("openvino-int8", 300))
    assert chosen(vit) == LiveChoice(DEFAULT)
    others = [trial("openvino-int8", 21), trial("ipex-int8", 30, DISAGREES), trial("torch-bf16", 40)]
    known(vit, trial("ipex", 7), *others)
    assert chosen(vit) == LiveChoice(Choice("openvino-int8", "live: 21 faces/s, where ipex reads 7"))
    assert machine.ran == []


def test_a_smaller_size_is_measured_once(vit: Checkpoint, on: Callable[[Rates], Machine]) -> None:
    """The faster engine for single faces, then the sizes that may do, until one does; the next session tries none."""
    machine = on(SLOW)
    known(vit, trial("ipex", 2.7))
    for _ in range(2):
        choice = chosen(vit)
        assert (choice.engine.name, choice.side) == ("openvino", 112)
        assert choice.size is not None
        assert (choice.size.side, choice.size.own, choice.size.own_faces_per_second) == (112, 224, 3.1)
        assert machine.ran == [("openvino", 0), ("openvino", 128), ("openvino", 112)]
    here = trial_store.machine()
    assert {t.side for t in trial_store.all_trials(here)} == {0}  # no engine of a scan is chosen by the others


def test_the_own_size_stays_where_no_other_agrees(vit: Checkpoint, on: Callable[[Rates], Machine]) -> None:
    """And the line says how fast that is."""
    machine = on(SLOW | {("openvino", side): (9.0, DISAGREES) for side in (144, 128, 112)})
    known(vit, trial("ipex", 2.7))
    for _ in range(2):
        choice = chosen(vit)
        assert (choice.engine.name, choice.side) == ("openvino", 0)
        assert choice.size is not None
        assert choice.size.in_words.startswith("This machine reads about 3.1 faces a second")
    assert len(machine.ran) == 4


def test_nobody_waits_for_all_trials(
    vit: Checkpoint, on: Callable[[Rates], Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while no further one begins; the next session goes on with those that are left."""
    machine = on(SLOW)
    known(vit, trial("ipex", 2.7))
    clock = iter([0.0, 1.0, 179.0, 181.0])
    monkeypatch.setattr(live_choice, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    choice = chosen(vit)
    assert choice.side == 128
    assert machine.ran == [("openvino", 0), ("openvino", 128)]


def test_what_is_no_transformer_is_not_read_smaller(
    vit: Checkpoint, on: Callable[[Rates], Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its slow rate is told; a model of which nothing is known is not tried."""
    monkeypatch.setattr(live_choice, "patches", lambda _: None)
    machine = on(SLOW)
    assert chosen(vit) == LiveChoice(DEFAULT)
    assert machine.ran == []
    known(vit, trial("ipex", 2.7))
    choice = chosen(vit)
    assert choice.side == 0
    assert choice.size is not None
    assert not choice.size.is_smaller


def test_the_users_own_engine_stays(vit: Checkpoint, on: Callable[[Rates], Machine]) -> None:
    """Only its size may be another."""
    trial_store.set_user_default("ipex")
    machine = on({("ipex", 0): (1.2, AGREES), ("ipex", 112): (4.0, AGREES)})
    choice = chosen(vit)
    assert (choice.engine, choice.side) == (DEFAULT, 112)
    assert machine.ran == [("ipex", 0), ("ipex", 112)]


def test_beside_an_analysis_nothing_is_measured(
    vit: Checkpoint, on: Callable[[Rates], Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor beside other work: any engine would be slow. What is known already is told."""
    machine = on(SLOW)
    known(vit, trial("ipex", 2.7))
    with FileLock(Home(home()).scan_lock):
        choice = chosen(vit)
    assert (choice.engine, choice.side) == (DEFAULT, 0)
    monkeypatch.setattr(live_choice, "psutil", SimpleNamespace(cpu_percent=lambda interval: 99.0))
    assert chosen(vit) == choice
    assert machine.ran == []
