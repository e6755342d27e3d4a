"""`engines` on the command line: what it shows, what it refuses, and how it makes an engine the default."""

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
from tests import checkpoints
from tests.trials import DISAGREES, trial

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `engines …` in this process on a machine without the extension and bf16; gives exit code and output."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    monkeypatch.setattr(cpu, "_has", lambda: ("avx2",))

    def engines(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["emotion_core", "engines", *words])
        with pytest.raises(SystemExit) as end:
            main.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

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
    """Exit code 1 and one line with what was given and what there is; the default stays as it was."""
    trial_store.choose("openvino")
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("Error: There is no engine")
    assert named in err
    assert "torch, torch-bf16" in err
    assert trial_store.chosen() == "openvino"


def test_an_engine_is_made_the_default_and_left_to_the_rule_again(run: Run) -> None:
    """`--default NAME` makes it the default, `--default rule` takes that back; both say so in a line."""
    assert run("--default", "openvino") == (0, "The default is now openvino.\n", "")
    assert trial_store.chosen() == "openvino"
    code, out, _ = run("--default", "rule")
    assert (code, out.count("\n")) == (0, 1)
    assert "left to the rule" in out
    assert trial_store.chosen() is None


@pytest.mark.parametrize(
    ("name", "why"), [("ipex", "it is away"), ("openvino-bf16", "does not multiply bf16"), ("torch-mps", "no Metal")]
)
def test_an_engine_that_cannot_run_is_not_made_the_default(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    """It is refused with its reason in one line, and the default stays."""
    monkeypatch.setattr("sys.platform", "linux")
    code, out, err = run("--default", name)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert f"The engine {name} cannot run here" in err
    assert why in err
    assert trial_store.chosen() is None


def test_with_nothing_measured_there_is_an_empty_list(run: Run) -> None:
    """`--json` prints a list without objects, and in words it is said how to measure and what cannot run."""
    assert run("--json") == (0, "[]\n", "")
    code, out, _ = run()
    assert code == 0
    assert "Nothing was measured on this machine yet: add --measure." in out
    assert "ipex cannot run here: it is away." in out


def test_what_was_measured_is_shown(run: Run) -> None:
    """Each trial is a line with its speed, also as milliseconds a face, its agreement, and a mark at the default; as
    JSON it is an object.
    """
    found = [trial("torch", 20), trial("openvino", 40), trial("openvino-int8", 90, DISAGREES)]
    trial_store.remember(found, trial_store.machine())
    _, out, _ = run()
    torch, openvino, int8 = (next(line for line in out.splitlines() if f" {n} (" in line) for n in
                             ("torch", "openvino", "openvino-int8"))  # fmt: skip
    assert "20.0 faces/s (50.00 ms a face)  start" in torch
    assert "99.0%" in torch
    assert ("<- default" in torch, "<- default" in openvino, "<- default" in int8) == (False, True, False)
    assert "disagrees" in int8
    told = json.loads(run("--json")[1])
    assert [(row["engine"], row["chosen"]) for row in told] == [
        ("torch", False),
        ("openvino", True),
        ("openvino-int8", False),
    ]


def test_an_engine_that_cannot_run_is_not_measured(run: Run) -> None:
    """Named, it is refused with its reason before anything is tried, also where JSON is asked for."""
    for words in (["--measure", "--engine", "ipex"], ["--measure", "--engine", "ipex", "--json"]):
        code, out, err = run(*words)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert err.startswith("Error: The engine ipex cannot run here: it is away.")


def test_a_failure_is_told_beside_the_json(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that fails has no object; why is on the standard error, and the exit code is 1 as it was named."""

    def fails(*_: object, **__: object) -> None:
        raise EngineError("It failed.", "")

    monkeypatch.setattr(benchmark, "TrialProcess", fails)
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    code, out, err = run("--measure", "--engine", "torch", "--checkpoint", str(folder), "--json")
    assert (code, out) == (1, "[]\n")
    assert "Error: torch on tiny, batch 16: It failed." in err


def test_the_json_stands_alone(run: Run, tmp_path: Path) -> None:
    """What making an engine the default says does not get in among the objects."""
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    words = ["--engine", "torch", "--checkpoint", str(folder), "--seconds", "0.5"]
    code, out, err = run("--default", "torch", "--measure", "--json", *words)
    assert code == 0
    assert [row["chosen"] for row in json.loads(out)] == [True, True]
    assert "The default is now torch." in err


def test_one_engine_can_be_measured(run: Run, tmp_path: Path) -> None:
    """`--measure --engine --checkpoint --json` prints what was measured, and only that, as JSON."""
    folder = checkpoints.vit(tmp_path / "tiny", ("happy", "sad"))
    words = ["--measure", "--engine", "torch", "--checkpoint", str(folder), "--seconds", "0.5", "--json"]
    code, out, _ = run(*words)
    assert code == 0
    told = json.loads(out)
    assert [(row["engine"], row["checkpoint"], row["batch"]) for row in told] == [
        ("torch", "tiny", 16),
        ("torch", "tiny", 1),
    ]
    assert all(row["faces_per_second"] > 0 and row["agreement"] == 1.0 for row in told)
