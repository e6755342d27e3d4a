"""Avid's AAF, read with OpenTimelineIO's adapter in a separate process: the format is binary and files are untrusted.

The process may read that file alone; its time and memory are limited (sandbox.confinement). It writes the timeline as
OpenTimelineIO's JSON.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from ....errors import CutListError
from ....system import TimeoutExpired, python_module, run
from ..content import MAX_BYTES, Content
from ..edit_list import EditList
from . import otio, timeline

NAME = "AAF"
SUFFIXES: tuple[str, ...] = (".aaf",)
FORMAT = "AAF"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Beginning of Microsoft's compound files; an AAF is one."""
TIMEOUT = 120
"""Seconds for the process; its processor time is limited to confinement.LOOK_SECONDS."""


def sniff(content: Content) -> bool:
    """Whether a file is a compound file. Other kinds of those are refused by `read`."""
    return content.raw.startswith(_COMPOUND_FILE)


def read(content: Content) -> EditList:
    """Read the clips of one picture track of the composition. Raises CutListError."""
    return timeline.edit_list(otio.parse_json(as_otio(content), FORMAT), content.track)


def as_otio(content: Content) -> str:
    """The file's timeline as OpenTimelineIO's JSON. Raises CutListError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.aaf"
        file.write_bytes(content.raw)
        return _read_apart(file)


def _read_apart(file: Path) -> str:
    """What the other process makes of a file."""
    refused = CutListError(
        "The AAF cannot be read as an edited sequence.", "Export it anew, without embedded media, or as an EDL."
    )
    try:
        result = run(python_module("emotion_core.processes.aaf_reader", str(file.absolute())), timeout=TIMEOUT)
    except TimeoutExpired as error:
        raise refused from error
    if result.returncode != 0 or not result.stdout or len(result.stdout) > MAX_BYTES:
        raise refused
    return result.stdout.decode("utf-8", "replace")
