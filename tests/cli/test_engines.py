"""The command `engines`: its output, its refusals, and the choice of the default."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.cli import main
from emotion_core.errors import EngineError
from emotion_core.expression.engines import availability
from emotion_core.expression.selection import benchmark, trial_store
from emotion_core.system import cpu
from tests.support import checkpoints
from tests.support.trials import DISAGREES, trial

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `engines …` in this process on a machine without IPEX and bf16; returns exit code, output and errors."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    monkeypatch.setattr(cpu, "_has", lambda: ("avx2",))

    def engines(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["emotion_core", "engines", *words])
        with pytest.raises(SystemExit) as end:
            main.main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return engines


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--default", "abacus"], "abacus"),
        (["--engine", "abacus", "--measure"], "abacus"),
        (["--engine", "rule", "--measure"], "rule"),
        (["--default", "fastest"], "fastest"),
        (["--default", ""], "“”"),
    ],
)
def test_an_engine_that_does_not_exist_is_refused(run: Run, words: list[str], named: str) -> None:
    """An unknown engine gives exit code 1 and one line with the name and the choices. The default is unchanged."""
    trial_store.set_user_default("openvino")
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("Error: There is no engine")
    assert named in err
    assert "torch, torch-bf16" in err
    assert trial_store.user_default() == "openvino"


def test_an_engine_is_made_the_default_and_left_to_the_rule_again(run: Run) -> None:
    """`--default NAME` sets the default and `--default rule` resets it; both print one line."""
    assert run("--default", "openvino") == (0, "The default is now openvino.\n", "")
    assert trial_store.user_default() == "openvino"
    code, out, _ = run("--default", "rule")
    assert (code, out.count("\n")) == (0, 1)
    assert "left to the rule" in out
    assert trial_store.user_default() is None


@pytest.mark.parametrize(
    ("name", "why"), [("ipex", "it is away"), ("openvino-bf16", "does not multiply bf16"), ("torch-mps", "no Metal")]
)
def test_an_engine_that_cannot_run_is_not_made_the_default(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    """An engine that cannot run is refused in one line with the reason, and the default is unchanged."""
    monkeypatch.setattr("sys.platform", "linux")
    code, out, err = run("--default", name)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert f"The engine {name} cannot run here" in err
    assert why in err
    assert trial_store.user_default() is None


def test_with_nothing_measured_there_is_an_empty_list(run: Run) -> None:
    """Without trials `--json` prints an empty list, and the text output says how to measure and what cannot run."""
    assert run("--json") == (0, "[]\n", "")
    code, out, _ = run()
    assert code == 0
    assert "Nothing was measured on this machine yet: add --measure." in out
    assert "ipex cannot run here: it is away." in out


def test_what_was_measured_is_shown(run: Run) -> None:
    """The text output has a line for each trial, with its speed, its agreement and a mark at the default.

    `--json` has the same as objects.
    """
    trials = [trial("torch", 20), trial("openvino", 40), trial("openvino-int8", 90, DISAGREES)]
    trial_store.remember(trials, trial_store.machine())
    _, out, _ = run()
    torch, openvino, int8 = (next(line for line in out.splitlines() if f" {n} (" in line) for n in
                             ("torch", "openvino", "openvino-int8"))  # fmt: skip
    assert "20.0 faces/s (50.00 ms a face)  start" in torch
    assert "99.0%" in torch
    assert ("<- default" in torch, "<- default" in openvino, "<- default" in int8) == (False, True, False)
    assert "disagrees" in int8
    rows = json.loads(run("--json")[1])
    assert [(row["engine"], row["chosen"]) for row in rows] == [
        ("torch", False),
        ("openvino", True),
        ("openvino-int8", False),
    ]


def test_an_engine_that_cannot_run_is_not_measured(run: Run) -> None:
    """An engine that cannot run here is refused by name before any trial starts, also with `--json`."""
    for words in (["--measure", "--engine", "ipex"], ["--measure", "--engine", "ipex", "--json"]):
        code, out, err = run(*words)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert err.startswith("Error: The engine ipex cannot run here: it is away.")


def test_a_failure_is_told_beside_the_json(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed engine has no object. Its error goes to standard error, and the exit code is 1 because it was named."""

    def fails(*_: object, **__: object) -> None:
        raise EngineError("It failed.", "")

    monkeypatch.setattr(benchmark, "TrialProcess", fails)
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    code, out, err = run("--measure", "--engine", "torch", "--checkpoint", str(folder), "--json")
    assert (code, out) == (1, "[]\n")
    assert "Error: torch on tiny, batch 16: It failed." in err


def test_the_json_stands_alone(run: Run, tmp_path: Path) -> None:
    """The line about the new default does not go to standard output with `--json`."""
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    words = ["--engine", "torch", "--checkpoint", str(folder), "--seconds", "0.5"]
    code, out, err = run("--default", "torch", "--measure", "--json", *words)
    assert code == 0
    assert [row["chosen"] for row in json.loads(out)] == [True, True]
    assert "The default is now torch." in err


def test_one_engine_can_be_measured(run: Run, tmp_path: Path) -> None:
    """`--measure --engine --checkpoint --json` prints the new trial only, as JSON."""
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    words = ["--measure", "--engine", "torch", "--checkpoint", str(folder), "--seconds", "0.5", "--json"]
    code, out, _ = run(*words)
    assert code == 0
    rows = json.loads(out)
    assert [(row["engine"], row["checkpoint"], row["batch"]) for row in rows] == [
        ("torch", "tiny", 16),
        ("torch", "tiny", 1),
    ]
    assert all(row["faces_per_second"] > 0 and row["agreement"] == 1.0 for row in rows)
