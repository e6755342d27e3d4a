"""The scenes of a film as board and table, and the corrections made there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.corrections import Corrections, Mark
from emotion_core.errors import CorrectionError
from emotion_core.formatting import count
from emotion_core.library import Operation, editing
from emotion_core.scenes import Scene

from ...components import scene_browser
from ...services import error_messages, page_cache, report_edits

_PROBLEM = "scene-list-problem"
"""Key of the session's state: why the last change was not made."""


def show(film_id: str, analysis: Analysis) -> None:
    """Show the scenes of a film's analysis, and beside them why the change before was not made."""
    scenes, version = tuple(row.scene for row in analysis.scenes), page_cache.version(film_id)
    problem = str(st.session_state.pop(_PROBLEM, ""))
    scene_browser.show(film_id, problem, lambda event: _apply(film_id, scenes, version, event))


def _apply(film_id: str, scenes: tuple[Scene, ...], version: str, event: dict[str, Any]) -> None:
    """Make the change that `event` asks for of the `scenes` that were shown. A component's callback."""
    with error_messages.defer():
        if event["version"] != version:
            raise CorrectionError(
                "The scenes were corrected elsewhere meanwhile. Nothing was changed.",
                "Look at the scenes as they are now, and correct them again.",
            )
        operation, what, frame = correction(scenes, event)
        report_edits.correct(film_id, operation, what, frame)
    st.session_state[_PROBLEM] = error_messages.take_deferred()


def correction(scenes: tuple[Scene, ...], event: dict[str, Any]) -> tuple[Operation, str, int]:
    """The correction of `scenes` that an event of the browser asks for, its description, and the frame to go to.

    Raises CorrectionError where the event does not fit the scenes.
    """
    wanted = set(event["scenes"])
    shown = [scene for scene in scenes if scene.id in wanted]
    if not shown or len(shown) != len(wanted):
        raise CorrectionError("The scenes to correct are not there.", "Choose them again.")
    first = shown[0]
    match event["change"]:
        case "merge":
            return editing.merge(*shown), f"merge of scenes {first.number} to {shown[-1].number}", first.frame_in
        case "split":
            return editing.split(first, int(event["frame"])), f"split of scene {first.number}", int(event["frame"])
        case "move":
            return editing.move(first, int(event["frame"])), f"move of scene {first.number}", int(event["frame"])
        case "rename":
            name = str(event["name"])
            return editing.rename(first, name), f"name “{name}”", first.frame_in
        case "mark":
            mark: Mark = "film" if event["mark"] == "film" else "not film"
            what = f"mark “{mark}” of " + (f"scene {first.number}" if len(shown) == 1 else count(len(shown), "scene"))
            return _all_marked(shown, mark), what, first.frame_in
        case other:
            raise CorrectionError(f"There is no change “{other}”.", "Reload the page.")


def _all_marked(shown: list[Scene], mark: Mark) -> Operation:
    """The marks of several scenes as one step."""

    def operation(corrections: Corrections, scenes: tuple[Scene, ...]) -> Corrections:
        for scene in shown:
            corrections = editing.mark(scene, mark)(corrections, scenes)
        return corrections

    return operation
