"""Corrections of faces as the panel of the current scene asks for them, by a click on a face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emotion_core.errors import CorrectionError
from emotion_core.face_corrections import FaceAnchor, FaceCorrections, plain_name
from emotion_core.library import FaceOperation
from emotion_core.observations import Observations
from emotion_core.scenes import Shot
from emotion_core.tracks import editing, track_at

from ...services import error_messages, report_edits


def apply(film_id: str, event: dict[str, Any]) -> None:
    """Make the correction that an event of the browser asks for. A component's callback."""
    with error_messages.defer():
        operation, what = correction(event)
        report_edits.correct_faces(film_id, operation, what)


def correction(event: dict[str, Any]) -> tuple[FaceOperation, str]:
    """The correction that an event asks for: {change, anchor}, and {name, was} or {other}; and its description.

    Raises CorrectionError where there is no such change, SettingsError for a place that is none.
    """
    face = FaceAnchor.from_json(event.get("anchor"))
    at = f"the face at frame {face.frame}"
    match event.get("change"):
        case "leave out":
            return lambda now, seen, shots: editing.leave_out(seen, shots, now, face, True), f"{at} left out"
        case "count":
            return lambda now, seen, shots: editing.leave_out(seen, shots, now, face, False), f"{at} counted again"
        case "split":
            return lambda now, seen, shots: editing.split(seen, shots, now, face), f"new track from {at} on"
        case "join":
            other = FaceAnchor.from_json(event.get("other"))
            return (
                lambda now, seen, shots: editing.join(seen, shots, now, face, other),
                f"one track of the faces at frames {face.frame} and {other.frame}",
            )
        case "name":
            text, was = str(event.get("name", "")), event.get("was")
            what = f"name “{plain_name(text)}” of {at}" if text.strip() else f"no name of {at}"
            return _named(face, text, None if was is None else str(was)), what
        case other:
            raise CorrectionError(f"There is no change “{other}”.", "Reload the page.")


def _named(face: FaceAnchor, text: str, was: str | None) -> FaceOperation:
    """The name of a track that was displayed with the name `was`."""

    def operation(now: FaceCorrections, seen: Observations, shots: Sequence[Shot]) -> FaceCorrections:
        track = track_at(seen, shots, now, face)
        if track is not None and track.name not in (was, plain_name(text) if text.strip() else None):
            raise CorrectionError(
                f"The face at frame {face.frame} was named elsewhere meanwhile: “{track.name or ''}”.",
                "Nothing was changed. Look at it as it is now, and name it again.",
            )
        return editing.name(seen, shots, now, face, text)

    return operation
