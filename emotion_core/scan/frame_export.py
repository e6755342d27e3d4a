"""Save frames of a film as pictures, in a child process that decodes the film."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from ..console import ExitCode, standard_streams
from ..errors import DamagedFilm
from ..package_root import ROOT
from ..settings import EngineName
from ..storage import home
from ..system import ended_from_outside, error_of, memory_limits, parse, program_faults, python_module, run


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFramesRequest:
    """Which frames of a film to save, and where."""

    film: str
    out: str
    every: int
    """Save every n-th frame, from the first on."""
    whole_frame: bool
    checkpoint: str | None
    engine: EngineName
    track: int | None = None
    """As in ScanSettings."""


def save_frames(request: SaveFramesRequest) -> int:
    """Save the frames. Returns the exit code of the child process, which prints its messages. Raises EmotionError."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    name = Path(request.film).name
    with standard_streams.open_sink() as stderr:
        try:
            result = run(
                python_module("emotion_core.processes.frames", json.dumps(asdict(request))),
                home=home(),
                variables={"PYTHONPATH": path},
                stdout=None,
                stderr=stderr,
                own_session=False,  # Ctrl-C also ends the child
                keep_folder=True,  # the paths of the request are relative to it
            )
        except OSError as error:
            raise memory_limits.no_process_error(name, error) from error
        stderr.seek(0)
        lines = stderr.read().decode("utf-8", "replace").splitlines()
    if result.returncode:
        events = (parse(line) for line in reversed(lines))  # libraries print other lines
        if (refusal := next((event for event in events if event is not None), None)) is not None:
            raise error_of(refusal)
        text = "\n".join(lines)
        if memory_limits.ended_for_memory(result.returncode, text):
            raise memory_limits.film_needs_memory(name)
        if result.returncode > 0 and ended_from_outside(result.returncode, text):  # Ctrl-C while Python started
            return ExitCode.STOPPED
        if program_faults.is_fault_exit(result.returncode, text):
            raise program_faults.fault_error(name, program_faults.append_to_log(text, request.film, name))
    if result.returncode < 0:
        raise DamagedFilm(f"{name} made the decoder fail.", "Export it again, as H.264 in MP4.")
    return result.returncode
