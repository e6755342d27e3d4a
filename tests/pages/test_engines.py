"""The Engines page without a browser: measurements as table and sentence, and its buttons."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest
import streamlit as st

from emotion_core import charts
from emotion_core.expression.checkpoints import UNTRAINED_HASH, UNTRAINED_NAME
from emotion_core.expression.engines import availability
from emotion_core.expression.selection import trial_store
from emotion_core.library import Library
from emotion_core.observations import checkpoint_key
from emotion_core.system import cpu
from tests.support.pages import button_labels, figures, open_page, page_text
from tests.support.trials import DISAGREES, trial

RANDOM = checkpoint_key(UNTRAINED_HASH, "")
"""The key of the reference architecture with random weights."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty library on a machine that runs every engine but those for GPUs."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: None)  # to ask takes seconds
    monkeypatch.setattr(cpu, "_has", lambda: ("avx2", "avx512", "vnni", "bf16"))
    Library.open(tmp_path)
    yield tmp_path
    st.cache_resource.clear()
    st.cache_data.clear()


def measured() -> None:
    trial_store.remember(
        [
            trial("torch", 20.0),
            trial("torch", 15.0, batch=1),
            trial("ipex", 50.0),
            trial("openvino", 60.0),
            trial("openvino-int8", 150.0),
            trial("ipex-int8", 400.0, DISAGREES),
        ],
        trial_store.machine(),
    )


def test_before_anything_was_measured_the_page_offers_it() -> None:
    """Without measurements the page offers to measure, and shows the rule as the default and the machine."""
    app = open_page("engines")
    assert not app.exception
    assert "Nothing was measured on this machine yet." in page_text(app)
    assert "Measure this machine" in button_labels(app)
    assert "Make it the default" not in button_labels(app)
    assert not app.dataframe
    assert app.selectbox[0].value is None
    assert "avx512" in page_text(app)


def test_what_was_measured_is_a_sentence_a_chart_and_a_table() -> None:
    """The sentence compares plain PyTorch with the extension. The table has a row for each engine with its agreement,
    and marks the default. An engine that disagrees is never offered.
    """
    measured()
    app = open_page("engines")
    assert not app.exception
    text = page_text(app)
    assert "Without optimization **20.0** faces a second, with Intel Extension for PyTorch **50.0**: 2.5 times" in text
    assert "**OpenVINO int8** reads 3.0 times as many as the default and agrees with fp32." in text
    table = app.dataframe[0].value
    assert list(table["Engine"]) == [
        "PyTorch fp32, without optimization",
        "Intel Extension for PyTorch",
        "Intel Extension for PyTorch int8",
        "OpenVINO int8",
        "OpenVINO fp32",
    ]
    rows = table.set_index("Engine")
    assert rows.loc["PyTorch fp32, without optimization", "Faces/s, 16 at once"] == 20.0
    assert rows.loc["PyTorch fp32, without optimization", "Faces/s, 1 at once"] == 15.0
    assert rows.loc["PyTorch fp32, without optimization", "ms a face, 16 at once"] == 50.0
    assert rows.loc["PyTorch fp32, without optimization", "ms a face, 1 at once"] == pytest.approx(66.67)
    assert rows.loc["Intel Extension for PyTorch int8", "Agrees"] == "no: not chosen"
    assert "Intel Extension for PyTorch <b>(default)</b>" in str(figures(app)[0])
    assert rows.loc["OpenVINO fp32", "Same answer"] == "99.0%"
    assert len(figures(app)) == 1
    assert "Measure again" in button_labels(app)


def test_the_faster_engine_is_made_the_default_by_one_click() -> None:
    """The button makes the faster engine the default; table and box show it, and the offer is gone."""
    measured()
    app = open_page("engines")
    next(button for button in app.button if button.label == "Make it the default").click().run()
    assert not app.exception
    assert trial_store.user_default() == "openvino-int8"
    assert app.selectbox[0].value == "openvino-int8"
    assert "Make it the default" not in button_labels(app)
    assert "OpenVINO int8 <b>(default)</b>" in str(figures(app)[0])


def test_the_box_makes_any_engine_the_default_and_takes_it_back() -> None:
    """A choice in the box is stored; the first entry returns the choice to the rule."""
    app = open_page("engines")
    app.selectbox[0].select("openvino").run()
    assert trial_store.user_default() == "openvino"
    app.selectbox[0].select_index(0).run()
    assert not app.exception
    assert trial_store.user_default() is None


def test_looking_at_the_page_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A default that no longer runs here is shown with the reason, and stays until another one is chosen."""
    trial_store.set_user_default("ipex")
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    app = open_page("engines")
    assert not app.exception
    assert app.selectbox[0].value == "ipex"
    assert "Intel Extension for PyTorch: it is away." in page_text(app)
    assert trial_store.user_default() == "ipex"


def test_an_engine_that_has_gone_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that no longer runs keeps its figures; the page offers a faster one that runs."""
    trial_store.remember([trial("torch", 20), trial("openvino", 30), trial("ipex", 90)], trial_store.machine())
    trial_store.set_user_default("torch")
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    app = open_page("engines")
    assert not app.exception
    assert "**OpenVINO fp32** reads 1.5 times as many as the default" in page_text(app)


def test_random_weights_have_no_agreement() -> None:
    """For the reference's architecture with random weights the page shows speeds, and says that agreement needs the
    model.
    """
    trial_store.remember(
        [
            trial("torch", 2, None, checkpoint=UNTRAINED_NAME, key=RANDOM),
            trial("ipex", 4, None, checkpoint=UNTRAINED_NAME, key=RANDOM),
        ],
        trial_store.machine(),
    )
    app = open_page("engines")
    assert not app.exception
    assert "The reference model's architecture (ViT-B/16, random weights)" in page_text(app)
    assert "agreement needs the model" in page_text(app)
    assert app.dataframe[0].value["Same answer"].isna().all()
    assert "Make it the default" not in button_labels(app)


def test_a_measuring_that_failed_says_why(home: Path) -> None:
    """The page shows the error of the last benchmark, or that it was stopped."""
    (home / "jobs").mkdir(exist_ok=True)
    events = home / "jobs" / "engines.events"
    for line, words in (
        ('{"event": "error", "problem": "There is no space left."}', "There is no space left."),
        ('{"event": "progress", "steps": 1, "steps_total": 9, "step": "torch"}', "The last measuring was stopped"),
    ):
        events.write_text(line + "\n")
        app = open_page("engines")
        assert not app.exception
        assert words in page_text(app)


def test_an_engine_that_failed_stands_there_with_the_reason(home: Path) -> None:
    """A failed engine has neither bar nor row, but a line with the reason."""
    trials = [trial("torch", 20), trial("openvino", 30), trial("ipex", 0, None, failure="It ended.")]
    trial_store.remember(trials, trial_store.machine())
    app = open_page("engines")
    assert not app.exception
    assert "ipex on faces, batch 16: It ended." in page_text(app)
    assert len(app.dataframe[0].value) == 2
    assert "OpenVINO fp32 <b>(default)</b>" in str(figures(app)[0])


def test_a_failure_that_is_not_remembered_stands_there_too(home: Path) -> None:
    """A trial that failed through no fault of its engine is reported after the benchmark, beside the engine's older
    figures.
    """
    trial_store.remember([trial("torch", 20), trial("openvino", 30)], trial_store.machine())
    (home / "jobs").mkdir(exist_ok=True)
    (home / "jobs" / "engines.events").write_text(
        '{"event": "done", "failed": {"openvino on faces, batch 16": "The engine openvino ended its process."}}\n'
    )
    app = open_page("engines")
    assert not app.exception
    assert [warning.value.replace("\\", "") for warning in app.warning] == [
        "The last measuring failed for openvino on faces, batch 16: The engine openvino ended its process. "
        "Figures of it, if there are any, are older."
    ]
    assert len(app.dataframe[0].value) == 2


def test_where_only_the_default_was_timed_the_page_says_so() -> None:
    """Where only the default was timed, the page says that no other engine was."""
    trial_store.remember([trial("ipex", 30)], trial_store.machine())
    assert "No other engine was timed yet" in page_text(open_page("engines"))
    trial_store.remember([trial("torch", 0, None, failure="It ended.")], trial_store.machine())
    assert "No other engine was timed yet" not in page_text(open_page("engines"))


def test_a_default_that_strays_is_told_of() -> None:
    """The page says beside the choice that the chosen engine is not used for a measured model."""
    measured()
    trial_store.set_user_default("ipex-int8")
    assert "On the model faces it strays from plain PyTorch's numbers" in page_text(open_page("engines"))
    trial_store.set_user_default("openvino-int8")
    assert "strays" not in page_text(open_page("engines"))


def test_the_measuring_is_watched_and_cancelled(home: Path) -> None:
    """During a benchmark the page shows its task and progress; Cancel ends it."""
    (home / "jobs").mkdir(exist_ok=True)
    busy = [sys.executable, "-c", "import time; time.sleep(60)", "emotion_core.processes.engine_benchmark"]
    with subprocess.Popen(busy) as process:
        (home / "jobs" / "engines.pid").write_text(str(process.pid))
        (home / "jobs" / "engines.events").write_text(
            '{"event": "progress", "steps": 2, "steps_total": 8, "step": "ipex on embedded, batch 16"}\n'
        )
        app = open_page("engines")
        assert not app.exception
        assert "Measuring ipex on embedded, batch 16 · 2 of 8" in str(app.get("progress")[0].proto)
        assert "Measure this machine" not in button_labels(app)
        next(button for button in app.button if button.label == "Cancel").click().run()
        assert process.wait(timeout=20) != 0
    assert "The last measuring was stopped" in page_text(open_page("engines"))


def test_plain_and_intel_stand_first() -> None:
    """The chart begins with plain PyTorch and the extension, then has the others, the fastest first."""
    trials = [trial("openvino", 60), trial("ipex", 50), trial("openvino-int8", 90), trial("torch", 20)]
    assert charts.engine_order(trials) == ["torch", "ipex", "openvino-int8", "openvino"]
    figure = charts.engine_speeds_figure(trials, "ipex")
    assert [label.endswith("(default)</b>") for label in figure.layout.yaxis.ticktext] == [False, True, False, False]
    assert list(figure.data[0].x) == [20, 50, 90, 60]
