"""The engines of this machine: their measured speed and agreement, and which one is the default."""

from __future__ import annotations

import streamlit as st

from emotion_core import charts, formatting
from emotion_core.errors import EmotionError
from emotion_core.expression.engines import BASELINE, VARIANTS
from emotion_core.expression.selection import Trial, benchmark, overview, trial_store
from emotion_core.report import provenance
from emotion_core.settings import EngineName
from emotion_core.system import threads
from pages.parts import background_progress, figures
from pages.services import error_messages, markdown, page_cache


def page() -> None:
    st.title("Engines", anchor=False)
    st.markdown(
        "The same model runs on several engines. They differ in speed; one whose numbers stray from plain PyTorch's is "
        "never chosen for you."
    )
    with st.spinner("Looking at what this machine has"):  # the first time, engines are imported to see whether they run
        measured = overview.load()
    last = _measure(bool(measured.trials))
    tried = trial_store.all_trials(measured.machine)
    for key in dict.fromkeys(trial.key for trial in measured.trials):
        # A failed trial has no row, but counts in the choice of the default.
        _checkpoint([t for t in measured.trials if t.key == key], overview.default_of(tried, key))
    for what, why in measured.failed.items():
        st.warning(markdown.escape(f"{what}: {why}"), icon=":material/warning:")
    for what, why in last.items():
        if what not in measured.failed:  # not the engine's fault, so it is not stored as its failure
            st.warning(
                markdown.escape(
                    f"The last measuring failed for {what}: {why} Figures of it, if there are any, are older."
                ),
                icon=":material/warning:",
            )
    _default(measured)
    st.caption(f"This machine: {markdown.escape(measured.machine)}. An analysis: {threads.budget_text()}.")


def _measure(again: bool) -> dict[str, str]:
    """Show the button that measures, and the last run's outcome; return its failures, as in EngineOverview.failed."""
    process = benchmark.process(page_cache.library().home)
    if process.running:
        background_progress.watch(_progress, process.cancel, "cancel-measuring")
        return {}
    last = benchmark.state(page_cache.library().home)
    if not again:
        st.info("Nothing was measured on this machine yet.", icon=":material/speed:")
    if st.button(
        "Measure again" if again else "Measure this machine",
        icon=":material/timer:",
        help="Takes some minutes and keeps all cores busy. It goes on when this page is closed.",
        type="secondary" if again else "primary",
    ):
        process.start()
        st.rerun()
    if last is None:
        return {}
    if last.state == "failed":
        st.error(markdown.escape(last.message), icon=":material/error:")
    elif last.state == "stopped":
        st.warning("The last measuring was stopped; what it had measured is shown.", icon=":material/warning:")
    return dict(last.failures)


def _progress() -> tuple[float, str] | None:
    """The share and the text of the benchmark that runs; None when another engine is measured, or it has ended."""
    last = benchmark.state(page_cache.library().home)
    now = None if last is None or last.state != "running" else last.progress
    if now is None or now.done != st.session_state.setdefault("measured", now.done):
        st.session_state.pop("measured", None)
        return None
    task = markdown.escape(now.step) or "starting"
    return (now.share, f"Measuring {task} · {now.done} of {now.total}") if now.total else (0.0, "Starting")


def _checkpoint(trials: list[Trial], default: EngineName | None) -> None:
    """Chart and table of one checkpoint, and a sentence on them."""
    name, batch = trials[0].checkpoint, max(trial.batch for trial in trials)
    untested = trials[0].agreement is None
    model = provenance.model_name(name)
    title = f"The reference model's architecture ({name})" if untested else model[0].upper() + model[1:]
    st.header(markdown.escape(title), anchor=False)
    rate = {trial.engine: trial.faces_per_second for trial in trials if trial.batch == batch}
    if {"torch", "ipex"} <= rate.keys():
        st.markdown(
            f"Without optimization **{rate['torch']:,.1f}** faces a second, with Intel Extension for PyTorch "
            f"**{rate['ipex']:,.1f}**: {rate['ipex'] / rate['torch']:.1f} times as many."
        )
    best = overview.faster([trial for trial in trials if trial.batch == batch], default or "")
    if best is not None and default is not None:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{provenance.engine_title(best.engine)}** reads {best.faces_per_second / rate[default]:.1f} times "
                + ("as many as the default and agrees with fp32." if not untested else "as many as the default."),
                width="stretch",
            )
            if st.button("Make it the default", key=f"default-{trials[0].key}", icon=":material/check:"):
                _choose(best.engine)
    elif overview.only_rule_tried(trials[0].key):
        st.caption(f"No other engine was timed yet. To see whether one is faster: {overview.how_to_measure(name)}.")
    figures.show(charts.engine_speeds_figure(trials, default), f"Faces a second of each engine on {name}")
    used = formatting.count(trials[0].threads, "thread")
    st.caption(f"Full bars: {batch} faces at once on {used}, as an analysis reads them. Dim: one at a time.")
    st.dataframe(_table(trials), hide_index=True, placeholder="–", column_config=_COLUMNS)
    if untested:
        st.caption(
            "The model is not on this disk. Its architecture with random weights is timed; agreement needs the model."
        )


_COLUMNS = {
    "Numbers": st.column_config.TextColumn(help="How finely the engine counts: fp32 finest, then bf16, then int8."),
    "Same answer": st.column_config.TextColumn(
        help="Faces whose strongest expression is the same as by PyTorch without optimization."
    ),
    "Start, s": st.column_config.NumberColumn(
        help="From the model in memory to the first faces read. An engine's first start on a machine compiles too; "
        "what it compiled is kept for the next one."
    ),
    "Agrees": st.column_config.TextColumn(
        help="Whether its probabilities are near enough to those of PyTorch without optimization to stand for them."
    ),
}


def _table(trials: list[Trial]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for engine in charts.engine_order(trials):
        own = sorted((t for t in trials if t.engine == engine), key=lambda t: -t.batch)
        agreement = own[0].agreement
        rows.append(
            {
                "Engine": provenance.engine_title(engine),
                "Numbers": own[0].precision,
                "Same answer": None if agreement is None else f"{agreement.top_same:.1%}",
                "Agrees": None if agreement is None else "yes" if agreement.agrees else "no: not chosen",
                **{f"Faces/s, {t.batch} at once": round(t.faces_per_second, 1) for t in own},
                **{
                    f"ms a face, {t.batch} at once": round(1000 / t.faces_per_second, 2)
                    for t in own
                    if t.faces_per_second
                },
                "Start, s": round(own[0].start_seconds, 1),
                "Memory": formatting.size(round(own[0].memory_mb * 1e6)),
            }
        )
    return rows


def _default(measured: overview.EngineOverview) -> None:
    """The default engine that the user chose, and a box to change it."""
    st.header("The default engine", anchor=False)
    now = trial_store.user_default()
    # A chosen engine that no longer runs is offered too: opening this page must not change the choice.
    offered: list[EngineName | None] = [None, *(n for n in VARIANTS if n not in measured.left_out or n == now)]
    picked = st.selectbox(
        "New analyses run on",
        offered,
        offered.index(now),
        format_func=lambda name: (
            provenance.engine_title(name)
            if name
            else "Intel Extension for PyTorch where it runs and agrees with fp32, else the fastest that agrees"
        ),
        key=f"default-engine-{now}",
    )
    if picked != now:
        _choose(picked)
    if unfit := _where_unfit(now, measured):
        st.caption(f"On {unfit} it strays from plain PyTorch's numbers or fails: there the rule decides.")
    if measured.left_out:
        st.caption(
            "Not on this machine:\n"
            + "\n".join(
                f"- {provenance.engine_title(n)}: {markdown.escape(why)}." for n, why in measured.left_out.items()
            )
        )


def _where_unfit(chosen: EngineName | None, measured: overview.EngineOverview) -> str:
    """The measured models that the chosen engine is not used for, in words."""
    if chosen == BASELINE:
        return ""
    read = {t.key: t.checkpoint for t in measured.trials if t.agreement is not None}  # without random weights
    tried = [
        t for t in trial_store.all_trials(measured.machine) if t.engine == chosen and t.batch == max(overview.BATCHES)
    ]
    return ", ".join(markdown.escape(provenance.model_name(read[t.key])) for t in tried if t.key in read and not t.fit)


def _choose(name: EngineName | None) -> None:
    try:
        trial_store.set_user_default(name)
    except EmotionError as error:
        st.error(markdown.escape(str(error)), icon=":material/error:")
        return
    st.rerun()


with error_messages.show():
    page()
