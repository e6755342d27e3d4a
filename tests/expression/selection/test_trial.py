"""Trials of an engine in a child process: their results, failures and clean-up."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from emotion_core.errors import EngineError
from emotion_core.expression.checkpoints import load, locate
from emotion_core.expression.selection.trial import PROBE_FACES, TrialEndedError, TrialProcess, from_json
from tests.support import checkpoints


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))


def children() -> set[int]:
    """Processes that try engines; others may be left of tests before."""
    result = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "emotion_core.processes.engine_trial" in process.cmdline():
                result.add(process.pid)
    return result


def test_a_trial_tells_what_was_measured(tiny: Path, tmp_path: Path) -> None:
    """Of fp32 it tells the speed, the start, the memory, and that it agrees with itself; the faces and what fp32 says
    of them lie there for the next one. Killed while it is asked it is an EngineError, and afterwards nothing runs.
    """
    others = children()
    with TrialProcess("torch", str(tiny), batch=4, threads=1, folder=tmp_path) as process:
        (own,) = children() - others
        ready = process.start()
        assert (ready.engine, ready.precision, ready.batch, ready.threads) == ("torch", "fp32", 4, 1)
        assert (ready.checkpoint, ready.key) == ("tiny", load(locate(str(tiny))).identity.key)
        assert ready.faces_per_second == 0
        assert ready.agreement is not None
        assert ready.agreement.faces == PROBE_FACES
        assert ready.agreement.top_same == 1.0
        assert ready.agreement.mean_error < 1e-6
        assert ready.fit
        assert ready.start_seconds > 0
        assert 50 < ready.memory_mb < 8000
        measured = process.run(0.2)
        assert measured.faces_per_second > 0
        assert process.run(0.2).faces_per_second > 0
        assert from_json(json.loads(json.dumps(asdict(measured)))) == measured
        psutil.Process(own).kill()
        with pytest.raises(TrialEndedError, match=r"torch ended its process \(exit code -9\)"):
            process.run(0.2)
    assert children() == others
    assert {path.name for path in tmp_path.iterdir()} >= {"faces.npz", f"{ready.key}-{PROBE_FACES}.npz"}


def _start(engine: str, checkpoint: Path, folder: Path) -> None:
    with TrialProcess(engine, str(checkpoint), batch=4, threads=1, folder=folder) as process:  # type: ignore[arg-type]
        process.start()


@pytest.mark.parametrize(
    ("engine", "words"), [("abacus", "There is no engine “abacus”"), ("torch", "missing")], ids=["engine", "checkpoint"]
)
def test_what_cannot_be_tried_says_why(tmp_path: Path, engine: str, words: str) -> None:
    """An engine that does not exist and a folder that is no checkpoint are reported in the child's words."""
    (tmp_path / "empty").mkdir()
    others = children()
    with pytest.raises(EngineError, match=words) as refusal:
        _start(engine, tmp_path / "empty", tmp_path)
    assert refusal.value.advice
    assert children() == others


def test_a_process_that_dies_before_it_is_ready_is_told_of(tiny: Path, tmp_path: Path) -> None:
    """A process that is ended while its engine starts is an EngineError with its exit code, and no more."""
    others = children()
    with TrialProcess("torch", str(tiny), batch=4, threads=1, folder=tmp_path) as process:
        (own,) = children() - others
        psutil.Process(own).terminate()
        with pytest.raises(EngineError, match="exit code -15"):
            process.start()
    assert children() == others


def test_leaving_ends_what_was_never_started(tiny: Path, tmp_path: Path) -> None:
    """Leaving the context without waiting ends the child process."""
    others = children()

    def interrupted() -> None:
        with TrialProcess("torch", str(tiny), batch=4, threads=1, folder=tmp_path):
            assert children() > others
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert children() == others
