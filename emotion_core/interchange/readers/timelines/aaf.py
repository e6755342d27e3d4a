"""Avid's AAF, read with OpenTimelineIO's adapter in a process of its own: it is a binary format, and a file is hostile.

The process may read that file alone; time and memory are bounded (sandbox.confinement). It answers with the timeline as
OpenTimelineIO's JSON.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from ....errors import CutListError
from ....package_root import ROOT
from ..content import MOST_BYTES, Content
from ..edit_list import EditList
from . import otio, timeline

FORMAT = "AAF"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begin of Microsoft's compound files, which AAF is one of."""
PATIENCE = 120
"""Seconds; of the processor it may take confinement.LOOK_SECONDS."""


def is_aaf(content: Content) -> bool:
    """Whether a file is a compound file; other kinds of those are refused with AAF's own words."""
    return content.raw.startswith(_COMPOUND_FILE)


def read(content: Content) -> EditList:
    """The clips of one picture track of the composition. Raises CutListError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.aaf"
        file.write_bytes(content.raw)
        text = _as_otio(file)
    return timeline.edit_list(otio.of_json(text, FORMAT), content.track)


def _as_otio(file: Path) -> str:
    refused = CutListError(
        "The AAF cannot be read as an edited sequence.", "Export it anew, without embedded media, or as an EDL."
    )
    try:
        done = subprocess.run(
            [sys.executable, "-m", "emotion_core.processes.aaf_reader", str(file.absolute())],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            cwd=ROOT,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise refused from error
    if done.returncode != 0 or not done.stdout or len(done.stdout) > MOST_BYTES:
        raise refused
    return done.stdout.decode("utf-8", "replace")
