"""What a viewer is told before a camera opens."""

from __future__ import annotations

from emotion_core.live import KEEP_MINUTES


def notice_text(*, mirror: bool) -> str:
    """The notice, whole; `mirror`: without a film."""
    kept = (
        "Nothing is kept: the numbers are gone when you finish."
        if mirror
        else "The numbers are in this machine's memory until you decide: kept as a viewer of a screening, until "
        f"somebody deletes that viewer, or thrown away. Undecided, they are discarded after {KEEP_MINUTES} minutes."
    )
    return (
        "This page turns your camera on. A program on the machine that runs this app finds your face on each picture "
        "and reads the expression that it shows: a probability for each of a few words, with the second of the film. "
        "It does not read what you feel, nor who you are.\n"
        "No picture is stored anywhere, and nothing leaves that machine.\n"
        f"{kept}\n"
        "Taking part is your choice: you may stop at any time, and no reason is asked. Expressions must not be read at "
        "work or in schools (EU AI Act, Art. 5)."
    )
