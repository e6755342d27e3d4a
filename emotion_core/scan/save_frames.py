"""Save frames of a film as pictures, decoded in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import standard_streams
from ..errors import (
    DamagedFilm,
    named,
)
from ..package_root import ROOT
from ..settings import EngineName
from ..storage.paths import home
from ..system import memory_limits, program_faults

if TYPE_CHECKING:  # who asks has no need of what reads
    pass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who asks has no need of what reads
    pass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who asks has no need of what reads
    pass


_REFUSED = "refused: "
"""Begins the line with the error that ended it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be saved, of which film, and where."""

    film: str
    out: str
    every: int
    """Every so many-th frame, from the first on."""
    whole_frame: bool
    checkpoint: str | None
    engine: EngineName
    track: int | None = None
    """As in ScanSettings."""


def save(asked: Asked) -> int:
    """Save them; returns the exit code, once what there is to say was printed. Raises EmotionError."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    name = Path(asked.film).name
    with standard_streams.aside() as said:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "emotion_core.processes.frames", json.dumps(asdict(asked))],
                stderr=said,
                check=False,
                env={**os.environ, "PYTHONPATH": path, "EMOTION_HOME": str(home())},
            )
        except OSError as error:
            raise memory_limits.no_process(name, error) from error
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").splitlines()
    if done.returncode:
        if (refusal := next((line for line in reversed(lines) if line.startswith(_REFUSED)), None)) is not None:
            raise named(**json.loads(refusal.removeprefix(_REFUSED)))
        if memory_limits.ended(done.returncode, "\n".join(lines)):
            raise memory_limits.of_film(name)
        if program_faults.ended_so(done.returncode, "\n".join(lines)):
            raise program_faults.fault(name, program_faults.keep("\n".join(lines), asked.film, name))
    if done.returncode < 0:
        raise DamagedFilm(f"{name} made the decoder fail.", "Export it again, as H.264 in MP4.")
    return done.returncode
