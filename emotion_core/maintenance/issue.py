"""One thing that is out of order in a library, as `check` finds it and `repair` repairs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "database",  # what SQLite says of the file
    "rows",  # rows of a film that is not there
    "facts",  # a film whose facts cannot be read
    "bytes",  # a film whose bytes are gone, or are others
    "film",  # a film's bytes without a row
    "analysis",  # an analysis' files without a row
    "aside",  # files of which nothing can be made again, though they may be someone's work
    "scan row",  # a finished scan whose files are gone
    "settings",  # a scan whose settings cannot be read
    "scan",  # a scan whose files are damaged
    "other film",  # a scan whose numbers are not its film's
    "made",  # damaged files that are made anew
    "calibration",  # a model's calibration that is damaged
    "edits",  # report settings that cannot be read
    "later",  # what a later version wrote, and only that can read
    "upload",  # an upload of which nothing is known but its bytes
    "remains",  # files and folders that nobody needs any more
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is out of order."""

    kind: Kind
    subject: str
    """A film's or a scan's id, or a path from the library's folder on."""
    what: str
    """In one line, for a person."""
    repair: str = ""
    """What a repair does about it; empty where only a person can do something."""
