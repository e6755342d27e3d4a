"""What runs the model on this machine: every engine measured, and which one is the default."""

from __future__ import annotations

import streamlit as st

from emotion_core import charts, formatting
from emotion_core.errors import EmotionError
from emotion_core.expression.engines.variants import TRUTH, VARIANTS
from emotion_core.expression.selection import benchmark, overview, trial_store
from emotion_core.expression.selection.trial import Trial
from emotion_core.report import provenance
from emotion_core.settings import EngineName
from emotion_core.system import threads
from pages.parts import figures, opened, problems, words


def page() -> None:
    st.title("Engines", anchor=False)
    st.markdown(
        "The same model runs on several engines. They differ in speed; one whose numbers stray from plain PyTorch's is "
        "never chosen for you."
    )
    with st.spinner("Looking at what this machine has"):  # once: an engine may have to be imported to know
        known = overview.known()
    last = _measure(bool(known.trials))
    tried = trial_store.all_trials(known.machine)
    for key in dict.fromkeys(trial.key for trial in known.trials):
        # One that failed has no row, but decides who the default is.
        _checkpoint([t for t in known.trials if t.key == key], overview.default_of(tried, key))
    for what, why in known.failed.items():
        st.warning(words.plain(f"{what}: {why}"), icon=":material/warning:")
    for what, why in last.items():
        if what not in known.failed:  # it was no fault of the engine's, so that nothing of it is remembered
            st.warning(
                words.plain(f"The last measuring failed for {what}: {why} Figures of it, if there are any, are older."),
                icon=":material/warning:",
            )
    _default(known)
    st.caption(f"This machine: {words.plain(known.machine)}. An analysis: {threads.in_words()}.")


def _measure(again: bool) -> dict[str, str]:
    """The button that measures, and how the last measuring went; returns what failed in it, as Measured.failed."""
    errand = benchmark.errand(opened.library().home)
    if errand.running:
        _watch()
        return {}
    last = errand.last
    if not again:
        st.info("Nothing was measured on this machine yet.", icon=":material/speed:")
    if st.button(
        "Measure again" if again else "Measure this machine",
        icon=":material/timer:",
        help="Takes some minutes and keeps all cores busy. It goes on when this page is closed.",
        type="secondary" if again else "primary",
    ):
        errand.start()
        st.rerun()
    if "error" in last:
        st.error(words.plain(last["error"]), icon=":material/error:")
    elif last and "done" not in last:
        st.warning("The last measuring was stopped; what it had measured is shown.", icon=":material/warning:")
    failed = last.get("failed")
    return failed if isinstance(failed, dict) else {}


@st.fragment(run_every=1)
def _watch() -> None:
    """The measuring while it runs; the page is drawn anew with every engine that is done."""
    errand = benchmark.errand(opened.library().home)
    said = errand.last
    if not errand.running or said.get("step", 0) != st.session_state.setdefault("measured", said.get("step", 0)):
        st.session_state.pop("measured", None)
        st.rerun()
    bar, button = st.columns([6, 1], vertical_alignment="center")
    done, of = said.get("step", 0), said.get("of", 0)
    doing = words.plain(said.get("doing", "")) or "starting"
    bar.progress(done / of if of else 0.0, text=f"Measuring {doing} · {done} of {of}" if of else "Starting")
    if button.button("Cancel", key="cancel-measuring", width="stretch"):
        errand.cancel()
        st.rerun()


def _checkpoint(trials: list[Trial], default: EngineName | None) -> None:
    """One checkpoint's chart and table, and what they say in a sentence."""
    name, batch = trials[0].checkpoint, max(trial.batch for trial in trials)
    untested = trials[0].agreement is None
    model = provenance.model(name)
    title = f"The reference model's architecture ({name})" if untested else model[0].upper() + model[1:]
    st.subheader(words.plain(title), anchor=False)
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
                f"**{provenance.engine_name(best.engine)}** reads {best.faces_per_second / rate[default]:.1f} times as "
                + ("many as the default and agrees with fp32." if not untested else "many as the default."),
                width="stretch",
            )
            if st.button("Make it the default", key=f"default-{trials[0].key}", icon=":material/check:"):
                _choose(best.engine)
    elif overview.only_the_rules(trials[0].key):
        st.caption(f"No other engine was timed yet. To see whether one is faster: {overview.way(name)}.")
    figures.show(charts.speeds(trials, default), f"Faces a second of each engine on {name}")
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
    for engine in charts.ordered(trials):
        own = sorted((t for t in trials if t.engine == engine), key=lambda t: -t.batch)
        told = own[0].agreement
        rows.append(
            {
                "Engine": provenance.engine_name(engine),
                "Numbers": own[0].precision,
                "Same answer": None if told is None else f"{told.top_same:.1%}",
                "Agrees": None if told is None else "yes" if told.agrees else "no: not chosen",
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


def _default(known: overview.Measured) -> None:
    """Which engine the user made the default, and a box to change it."""
    st.subheader("The default engine", anchor=False)
    now = trial_store.chosen()
    # One that was chosen and no longer runs stands there too: to look at this page changes nothing.
    offered: list[EngineName | None] = [None, *(n for n in VARIANTS if n not in known.left_out or n == now)]
    picked = st.selectbox(
        "New analyses run on",
        offered,
        offered.index(now),
        format_func=lambda name: (
            provenance.engine_name(name)
            if name
            else "Intel Extension for PyTorch where it runs and agrees with fp32, else the fastest that agrees"
        ),
        key=f"default-engine-{now}",
    )
    if picked != now:
        _choose(picked)
    if unfit := _where_unfit(now, known):
        st.caption(f"On {unfit} it strays from plain PyTorch's numbers or fails: there the rule decides.")
    if known.left_out:
        st.caption(
            "Not on this machine:\n"
            + "\n".join(f"- {provenance.engine_name(n)}: {words.plain(why)}." for n, why in known.left_out.items())
        )


def _where_unfit(chosen: EngineName | None, known: overview.Measured) -> str:
    """The measured models that the engine which the user chose does not read, in words."""
    if chosen == TRUTH:
        return ""
    read = {t.key: t.checkpoint for t in known.trials if t.agreement is not None}  # random weights read no film
    tried = [
        t for t in trial_store.all_trials(known.machine) if t.engine == chosen and t.batch == max(overview.BATCHES)
    ]
    return ", ".join(words.plain(provenance.model(read[t.key])) for t in tried if t.key in read and not t.fit)


def _choose(name: EngineName | None) -> None:
    try:
        trial_store.choose(name)
    except EmotionError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return
    st.rerun()


with problems.told():
    page()
