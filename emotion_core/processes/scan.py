"""Scan a film in a confined process: `python -m emotion_core.processes.scan [CHANNEL] REQUEST`.

CHANNEL is the descriptor of a channel to an inference server; without one this process runs the model itself. REQUEST
is the file of a ScanRequest. The process writes events to its standard output, the last one "done" or "error".
Ending the process cancels the scan.

`python -m emotion_core.processes.scan spare CONTROL NAME` is a spare process (jobs.spares): it imports what a scan
needs, gets CHANNEL and REQUEST over the socket with the descriptor CONTROL, and goes on in the same way. With "forks"
in place of "spare" it is a fork server, which forks such a process for each scan.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ..errors import EmotionError, ScanError
from ..jobs import ScanRequest, child
from ..jobs.spares import FORKS, SPARE, Handover, receive, serve
from ..sandbox import STALLED, confinement, scratch
from ..storage import Home, home
from ..system import EventWriter, Report, end_with_parent, own_channel, threads
from ..system.garbage import search_paused
from .inference_server import model_files

if TYPE_CHECKING:
    from ..observations import ObservationStore
    from ..scan.model_choice import Opener
    from ..settings import ReportSettings

SWITCH_INTERVAL = 0.001
"""Seconds after which a thread that runs Python lets another one run. While one imports the model's packages, those of
the pass, which wait for each other many times a frame, read nearly twice as many frames as at Python's 5 ms.
"""


_NEEDED = (
    "emotion_core.scan.film_scan", "emotion_core.scan.inference_client", "emotion_core.faces.yunet",
    "emotion_core.expression.checkpoints.location", "emotion_core.analysis.memory_cache", "numpy.random",
    "emotion_core.expression.engines.variants", "huggingface_hub.constants", "PIL.ImageFile", "av.subtitles.stream",
)  # fmt: skip
"""Modules with which all others come that a scan imports on its way from the film to its report."""


def main(request_file: Path, events: TextIO, *, confined: bool = False, channel: int | None = None) -> int:
    """Run the scan of `request_file`; return the exit code. `confined`: call `confine` first.

    `channel` is the descriptor of a channel to an inference server, None to run the model in this process.
    """
    work = partial(_wait_and_scan, channel)
    return child.run(request_file, events, _read_confined if confined else ScanRequest.read, work)


def _read_confined(request_file: Path) -> ScanRequest:
    confine(request_file)
    return ScanRequest.read(request_file)


def confine(request_file: Path) -> None:
    """Confine this process to reading the film and changing the scan's store; call it before anything else."""
    request = ScanRequest.read(request_file)
    with contextlib.suppress(OSError):  # locking reports a folder that cannot be written
        request.lock.touch()
    library = Home(home())
    confinement.confine_worker(
        request.film,
        read=[
            request_file,
            *model_files(request.settings.checkpoint),
            library.earlier_trials,
            library.calibrations,
            *(film.store for film in request.known),
        ],
        change=[request.store, request.lock, library.networks, library.engines, library.analyses(request.store.name)],
    )


def _wait_and_scan(channel: int | None, request: ScanRequest, writer: EventWriter) -> None:
    with writer.turn(request.lock):
        writer.watch(
            ScanError(
                f"The analysis of {request.name} was ended: nothing came of it for {STALLED / 60:.0f} minutes.",
                "Analyse the film again, and it goes on from there; if it happens again, export the film anew.",
            )
        )
        _scan(request, writer, channel)


def _scan(request: ScanRequest, report: Report, channel: int | None) -> None:
    report("loading", {})
    with threads.blas_in_one_thread(), search_paused():
        from ..observations import ObservationStore
        from ..scan import InferenceClient, Reader, backfill, open_model, scan

    store = ObservationStore(request.store)
    if store.sealed and not request.top_up:  # another process has finished this scan meanwhile
        report("done", {})
        return
    file = child.film_file(request.film, request.content_id, request.file, report)
    threading.Thread(target=_load_detector, daemon=True).start()

    def report_with_analysis(kind: str, fields: dict[str, Any]) -> None:
        if kind == "done":
            report("step", {"doing": "making the report"})
            keep_analysis(home(), store, request.wanted)
            if request.recording:
                keep_faces(home(), store, request.wanted)
        report(kind, fields)

    opener: Opener = open_model if channel is None else InferenceClient(channel).open
    if request.reader is not None:
        opener = Reader.from_json(request.reader).opening(opener)
    if request.top_up:
        backfill(request.film, store, request.wanted, report_with_analysis, file=file, opener=opener)
    else:
        # Of viewers nothing that identifies them is stored, whatever was asked for.
        settings = replace(request.settings, people=request.settings.people and not request.recording)
        scan(
            request.film, request.content_id, store, settings, request.wanted, report_with_analysis,
            file=file, opener=opener, known=() if request.recording else request.known,
            sound=request.sound and not request.recording,
        )  # fmt: skip


def keep_analysis(folder: Path, store: ObservationStore, settings: ReportSettings) -> None:
    """Store the analysis of a finished scan in the library of this folder: whoever opens it first need not wait.

    Where that fails it is made when it is asked for.
    """
    from ..analysis.memory_cache import MemoryCache

    with contextlib.suppress(Exception):
        MemoryCache(folder).analysis(Home(folder).analyses(store.folder.name), store, settings)


def keep_faces(folder: Path, store: ObservationStore, settings: ReportSettings) -> None:
    """Store the faces of viewers in a finished scan of their recording, as `keep_analysis` the analysis."""
    from ..audience import faces_of_scan

    with contextlib.suppress(Exception):
        faces_of_scan(Home(folder).analyses(store.folder.name), store, settings)


def _load_detector() -> None:
    """Load what detects faces while the film is opened; an error shows where it is used."""
    from ..system import openvino

    with contextlib.suppress(EmotionError):
        openvino.core()


def import_ahead() -> None:
    """Import what a scan needs, without starting a thread."""
    with threads.blas_in_one_thread(), search_paused():
        for module in _NEEDED:
            import_module(module)
        _load_detector()
        from ..analysis import usable_faces

        usable_faces.fingerprint()  # it takes a fiftieth of all that a film of ten seconds takes


def _as_spare(control: int) -> Handover:
    """The scan that this spare process gets; without one it ends here."""
    import_ahead()
    with contextlib.suppress(OSError, ValueError, KeyError):  # of a worker that is gone
        if (given := receive(socket.socket(fileno=control))) is not None:
            return given
    os._exit(0)


def _given(words: Sequence[str]) -> Handover:
    """The scan that this process is to do."""
    match words:
        case [word, control, _] if word == SPARE:
            return _as_spare(int(control))
        case [word, control, _] if word == FORKS:
            return serve(int(control), import_ahead)
    *channel, file = words
    return Handover(Path(file), int(channel[0]) if channel else None)


if __name__ == "__main__":
    given = _given(sys.argv[1:])
    stream = own_channel()
    end_with_parent()
    sys.setswitchinterval(SWITCH_INTERVAL)
    code = main(given.request, stream, confined=True, channel=given.channel)
    scratch.empty_temporary_folder()
    stream.flush()
    sys.stderr.flush()
    # Results are flushed. Skip interpreter teardown: unloading the engines takes seconds of CPU.
    os._exit(code)
