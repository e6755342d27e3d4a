"""What viewers are told before a camera opens, and with each recording that is taken in; and the consent made of it.

Since 2 August 2026 the EU's Artificial Intelligence Act (Regulation (EU) 2024/1689) asks in Article 50(3) that people
are told where a system recognises emotions; Article 5(1)(f) forbids such systems at work and in schools.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from ..errors import SettingsError
from ..storage import clock
from .records import Consent

Source = Literal["camera", "recording"]

NOTICE_VERSION = "1"
"""Raised with each change of the words below; part of what is stored with a viewer."""
_VERSION = re.compile(r"\(Notice ([^\s)]{1,20})\)\s*$", re.MULTILINE)
AI_ACT = (
    "In the European Union people must be told that a system reads expressions off their faces (AI Act, Article 50), "
    "and such systems are forbidden at work and in schools (Article 5)."
)
_TAKEN: dict[Source, tuple[str, ...]] = {
    "camera": (
        "While the film plays, this machine looks at pictures of your camera, finds your face and computes which "
        "expression it shows, several times a second.",
        "Every picture is thrown away as soon as it was read: none is written to a disk, and none leaves this machine. "
        "Kept are numbers only: the film's time and how probable each expression was.",
    ),
    "recording": (
        "This machine looks at pictures of the recording, finds the viewers' faces and computes which expression they "
        "show, twice a second as a rule.",
        "Kept are numbers and, unless it stays where it lies, the recording; no other picture of a viewer is kept "
        "unless the one who takes the recording in asks for it. Nothing leaves this machine.",
    ),
}
_REST = (
    "The numbers say what a face showed, as a model names it, and never what a person felt; models err, and more on "
    "some faces than on others.",
    "They are kept in this program's library until the viewer, the screening or the film is deleted there; deleting "
    "removes everything of the viewer. Whoever can open this library can see them. Names leave it in exports only "
    "where that is asked for.",
)
_DONE_BY, _WHOEVER = "This is done by ", "whoever runs this program on this machine"


def notice_text(source: Source, reader: str = "") -> str:
    """The notice, whole: what is read, where, by whom, how long it is kept.

    `reader` is who reads the faces, a person or a company in their own words; empty: who runs this program here.
    """
    who = " ".join(reader.split()) or _WHOEVER
    lines = [*_TAKEN[source], f"{_DONE_BY}{who}.", *_REST, AI_ACT, f"(Notice {NOTICE_VERSION})"]
    return "\n".join(lines)


def notice_without_reader(notice: str, redact: Callable[[str], str]) -> str:
    """A notice without who reads the faces, who may be a person; `redact` is applied to lines that are not ours."""
    own = {line for source in _TAKEN for line in notice_text(source).split("\n")}
    lines = []
    for line in notice.split("\n"):
        if line.startswith(_DONE_BY) and line not in own:
            lines.append(f"{_DONE_BY}(name left out).")
        else:
            lines.append(line if line in own else redact(line))
    return "\n".join(lines)


def notice_version(notice: str) -> str:
    """The version that a notice names at its end; empty where it names none."""
    found = _VERSION.search(notice)
    return "" if found is None else found[1]


def consent_to_notice(source: Source, given_by: str, reader: str = "") -> Consent:
    """The consent to the notice as it stands now.

    `given_by` is who confirmed that the viewer was told and agreed, in their own words. Raises SettingsError without.
    """
    who = " ".join(given_by.split())
    if not who:
        raise SettingsError(
            "Nobody confirmed that the viewer was told.",
            "Show the notice, and say who confirms it: a name or initials.",
        )
    return Consent(notice=notice_text(source, reader), given_at=clock.now().isoformat(), given_by=who[:500])
