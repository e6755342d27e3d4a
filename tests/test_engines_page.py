"""The Engines page without a browser: what was measured, in a table and in a sentence, and what its buttons do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest
import streamlit as st

from emotion_core import charts
from emotion_core.expression.checkpoints.random_weights import UNTRAINED_HASH, UNTRAINED_NAME
from emotion_core.expression.engines import availability
from emotion_core.expression.selection import trial_store
from emotion_core.library.library import Library
from emotion_core.observations.observations import key_of
from emotion_core.system import cpu
from tests.test_pages import buttons, charts as figures, opened, said
from tests.trials import DISAGREES, trial

RANDOM = key_of(UNTRAINED_HASH, "")
"""The key of the reference architecture with random weights."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty library on a machine that runs everything but GPUs."""
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
    """It says that nothing was measured, has a button that measures, the rule as the default, and this machine."""
    app = opened("engines")
    assert not app.exception
    assert "Nothing was measured on this machine yet." in said(app)
    assert "Measure this machine" in buttons(app)
    assert "Make it the default" not in buttons(app)
    assert not app.dataframe
    assert app.selectbox[0].value is None
    assert "avx512" in said(app)


def test_what_was_measured_is_a_sentence_a_chart_and_a_table() -> None:
    """The sentence sets plain PyTorch beside the extension; the table has a row an engine, says who agrees, and marks
    the default; an engine that disagrees is never offered.
    """
    measured()
    app = opened("engines")
    assert not app.exception
    text = said(app)
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
    assert "Measure again" in buttons(app)


def test_the_faster_engine_is_made_the_default_by_one_click() -> None:
    """The button sets it; then the table marks it, the box shows it, and there is nothing left to offer."""
    measured()
    app = opened("engines")
    next(button for button in app.button if button.label == "Make it the default").click().run()
    assert not app.exception
    assert trial_store.chosen() == "openvino-int8"
    assert app.selectbox[0].value == "openvino-int8"
    assert "Make it the default" not in buttons(app)
    assert "OpenVINO int8 <b>(default)</b>" in str(figures(app)[0])


def test_the_box_makes_any_engine_the_default_and_takes_it_back() -> None:
    """What is picked in the box is remembered; the first entry leaves it to the rule again."""
    app = opened("engines")
    app.selectbox[0].select("openvino").run()
    assert trial_store.chosen() == "openvino"
    app.selectbox[0].select_index(0).run()
    assert not app.exception
    assert trial_store.chosen() is None


def test_looking_at_the_page_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A default that no longer runs here is shown with the reason, and stays until another is picked."""
    trial_store.choose("ipex")
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    app = opened("engines")
    assert not app.exception
    assert app.selectbox[0].value == "ipex"
    assert "Intel Extension for PyTorch: it is away." in said(app)
    assert trial_store.chosen() == "ipex"


def test_an_engine_that_has_gone_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was measured of it is shown; as the faster one the page offers one that runs."""
    trial_store.remember([trial("torch", 20), trial("openvino", 30), trial("ipex", 90)], trial_store.machine())
    trial_store.choose("torch")
    monkeypatch.setattr(availability, "ipex_unavailable", lambda: "it is away")
    app = opened("engines")
    assert not app.exception
    assert "**OpenVINO fp32** reads 1.5 times as many as the default" in said(app)


def test_random_weights_have_no_agreement() -> None:
    """Of the reference's architecture the speeds are shown, and that agreement needs the model itself."""
    trial_store.remember(
        [
            trial("torch", 2, None, checkpoint=UNTRAINED_NAME, key=RANDOM),
            trial("ipex", 4, None, checkpoint=UNTRAINED_NAME, key=RANDOM),
        ],
        trial_store.machine(),
    )
    app = opened("engines")
    assert not app.exception
    assert "The reference model's architecture (ViT-B/16, random weights)" in said(app)
    assert "agreement needs the model" in said(app)
    assert app.dataframe[0].value["Same answer"].isna().all()
    assert "Make it the default" not in buttons(app)


def test_a_measuring_that_failed_says_why(home: Path) -> None:
    """What the measuring in the background said last is shown: its error, or that it was stopped."""
    (home / "jobs").mkdir(exist_ok=True)
    events = home / "jobs" / "engines.events"
    for line, words in (
        ('{"error": "There is no space left."}', "There is no space left."),
        ('{"step": 1, "of": 9, "doing": "torch"}', "The last measuring was stopped"),
    ):
        events.write_text(line + "\n")
        app = opened("engines")
        assert not app.exception
        assert words in said(app)


def test_an_engine_that_failed_stands_there_with_the_reason(home: Path) -> None:
    """It has no bar and no row, but a line that says why."""
    found = [trial("torch", 20), trial("openvino", 30), trial("ipex", 0, None, failure="It ended.")]
    trial_store.remember(found, trial_store.machine())
    app = opened("engines")
    assert not app.exception
    assert "ipex on faces, batch 16: It ended." in said(app)
    assert len(app.dataframe[0].value) == 2
    assert "OpenVINO fp32 <b>(default)</b>" in str(figures(app)[0])


def test_a_failure_that_is_not_remembered_stands_there_too(home: Path) -> None:
    """What ended an engine's trial without being its fault is told after the measuring, beside its older figures."""
    trial_store.remember([trial("torch", 20), trial("openvino", 30)], trial_store.machine())
    (home / "jobs").mkdir(exist_ok=True)
    (home / "jobs" / "engines.events").write_text(
        '{"done": true, "failed": {"openvino on faces, batch 16": "The engine openvino ended its process."}}\n'
    )
    app = opened("engines")
    assert not app.exception
    assert [warning.value.replace("\\", "") for warning in app.warning] == [
        "The last measuring failed for openvino on faces, batch 16: The engine openvino ended its process. "
        "Figures of it, if there are any, are older."
    ]
    assert len(app.dataframe[0].value) == 2


def test_where_only_the_default_was_timed_the_page_says_so() -> None:
    """Nobody knows then whether another engine is faster."""
    trial_store.remember([trial("ipex", 30)], trial_store.machine())
    assert "No other engine was timed yet" in said(opened("engines"))
    trial_store.remember([trial("torch", 0, None, failure="It ended.")], trial_store.machine())
    assert "No other engine was timed yet" not in said(opened("engines"))


def test_a_default_that_strays_is_told_of() -> None:
    """An engine that the user chose and that is not taken for a measured model says so beside the choice."""
    measured()
    trial_store.choose("ipex-int8")
    assert "On the model faces it strays from plain PyTorch's numbers" in said(opened("engines"))
    trial_store.choose("openvino-int8")
    assert "strays" not in said(opened("engines"))


def test_the_measuring_is_watched_and_cancelled(home: Path) -> None:
    """While it runs the page shows what is measured and how far it is; Cancel ends it."""
    (home / "jobs").mkdir(exist_ok=True)
    busy = [sys.executable, "-c", "import time; time.sleep(60)", "emotion_core.processes.engine_benchmark"]
    with subprocess.Popen(busy) as process:
        (home / "jobs" / "engines.pid").write_text(str(process.pid))
        (home / "jobs" / "engines.events").write_text('{"step": 2, "of": 8, "doing": "ipex on embedded, batch 16"}\n')
        app = opened("engines")
        assert not app.exception
        assert "Measuring ipex on embedded, batch 16 · 2 of 8" in str(app.get("progress")[0].proto)
        assert "Measure this machine" not in buttons(app)
        next(button for button in app.button if button.label == "Cancel").click().run()
        assert process.wait(timeout=20) != 0
    assert "The last measuring was stopped" in said(opened("engines"))


def test_plain_and_intel_stand_first() -> None:
    """The chart has plain PyTorch on top, then the extension, then the others, the fastest first."""
    found = [trial("openvino", 60), trial("ipex", 50), trial("openvino-int8", 90), trial("torch", 20)]
    assert charts.ordered(found) == ["torch", "ipex", "openvino-int8", "openvino"]
    figure = charts.speeds(found, "ipex")
    assert [label.endswith("(default)</b>") for label in figure.layout.yaxis.ticktext] == [False, True, False, False]
    assert list(figure.data[0].x) == [20, 50, 90, 60]
