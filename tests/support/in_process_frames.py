"""`frames` in the test's own process, where scan.save_frames starts one a film: unconfined, as tests go on in it."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Sequence
from subprocess import CompletedProcess
from typing import BinaryIO

import pytest

from emotion_core.processes import frames
from emotion_core.sandbox import confinement, scratch
from emotion_core.scan import SaveFramesRequest, frame_export


@contextlib.contextmanager
def frames_saved_in_process() -> Iterator[None]:
    """Let all frames that this process wants saved be saved in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_export, "run", _run)
        yield


def _run(command: Sequence[str], *, stderr: BinaryIO, **_: object) -> CompletedProcess[bytes]:
    """As the process ends. What it prints is printed; its errors are written to `stderr`."""
    errors = io.TextIOWrapper(stderr, encoding="utf-8", write_through=True)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(errors):
        patch.setattr(confinement, "confine_worker", lambda *_, **__: 0)
        patch.setattr(scratch, "use_temporary_folder", list)
        code = frames._run(SaveFramesRequest(**json.loads(command[-1])))
    errors.detach()
    return CompletedProcess(command, code, b"", b"")
