"""Corrections of faces as the words of a terminal ask for them, a face by its place: FRAME,X,Y."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import CorrectionError, EmotionError
from ...face_corrections import FaceAnchor, plain_name
from ...media import Media, parse_position
from ...tracks import editing

if TYPE_CHECKING:
    from ...library import FaceOperation


def face_at(option: str, text: str, media: Media) -> FaceAnchor:
    """The face that FRAME,X,Y names: a frame or timecode, and shares of the picture from left and top."""
    frame, *shares = (part.strip() for part in text.rsplit(",", 2))
    try:
        return FaceAnchor.from_json([parse_position(frame, media), *shares])
    except EmotionError as error:
        raise CorrectionError(
            f"{option} was “{text}”, which names no face.",
            "Write FRAME,X,Y as `faces FILM` lists them: 120,0.25,0.5 is at frame 120, a quarter from the left and "
            f"half way down. {error.problem}",
        ) from error


def correction(option: str, text: str, media: Media) -> tuple[FaceOperation, str]:
    """What an option asks for, as an operation, and its description for the history. Raises CorrectionError."""
    first, sign, rest = text.partition("=")
    if option in ("--name", "--join") and not sign:
        what = "name" if option == "--name" else "other face, FRAME,X,Y too"
        raise CorrectionError(f"{option} was “{text}”.", f"Write a face as FRAME,X,Y, then =, and the {what}.")
    face = face_at(option, text if option not in ("--name", "--join") else first, media)
    at = f"the face at frame {face.frame}"
    match option:
        case "--name":
            what = f"name “{plain_name(rest)}” of {at}" if rest.strip() else f"no name of {at}"
            return lambda now, seen, shots: editing.name(seen, shots, now, face, rest), what
        case "--join":
            other = face_at(option, rest, media)
            return (
                lambda now, seen, shots: editing.join(seen, shots, now, face, other),
                f"one track of the faces at frames {face.frame} and {other.frame}",
            )
        case "--split":
            return lambda now, seen, shots: editing.split(seen, shots, now, face), f"new track from {at} on"
        case "--leave-out":
            return lambda now, seen, shots: editing.leave_out(seen, shots, now, face, True), f"{at} left out"
        case _:
            return lambda now, seen, shots: editing.leave_out(seen, shots, now, face, False), f"{at} counted again"
