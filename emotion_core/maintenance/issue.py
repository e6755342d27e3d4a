"""The record of an issue, which `check` finds and `repair` repairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "database",  # the database's file is damaged or empty
    "rows",  # rows of a film without a row
    "facts",  # a film's row that cannot be read
    "bytes",  # a film whose bytes are missing or changed
    "film",  # a film's bytes without a row
    "analysis",  # an analysis' files without a row
    "aside",  # files that cannot be restored but may hold a user's work
    "scan row",  # a finished scan whose files are gone
    "settings",  # a scan whose settings cannot be read
    "scan",  # a scan whose files are damaged
    "other film",  # a scan whose numbers are not its film's
    "made",  # damaged files that can be created again
    "calibration",  # a model's calibration that is damaged
    "edits",  # report settings that cannot be read
    "recording",  # a recording of no viewer
    "viewer",  # a viewer, or what belongs to a screening, that cannot be read
    "earlier",  # an analysis whose layout is no longer read
    "later",  # data of a later version, which only that version can read
    "upload",  # an upload whose record cannot be read
    "remains",  # files and folders without a purpose
]


@dataclass(frozen=True, slots=True)
class Issue:
    """One defect of a library."""

    kind: Kind
    subject: str
    """Id of a film, a scan, a screening or a viewer, or a path relative to the library's folder."""
    what: str
    """Description for the user, one line."""
    repair: str = ""
    """Effect of a repair, for the user; empty if only the user can resolve the issue."""
