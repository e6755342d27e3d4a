"""A reader of films in the test's own process, where decoding.isolated starts one a film.

What is read, and how an answer or a refusal comes back, is the real thing. What only a process has is left out:
confinement, its limits, and a crash that ends nothing else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from emotion_core.decoding import REFUSED_EXIT_CODE, isolated
from emotion_core.errors import EmotionError, error_fields
from emotion_core.processes import film_reader
from emotion_core.system import ERROR, encode

_MODULE = "emotion_core.processes.film_reader"


@contextlib.contextmanager
def films_read_in_process() -> Iterator[None]:
    """Let all films that this process wants read be read in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolated, "run", _run)
        yield


def _run(command: Sequence[str], *, timeout: float, note: object = None) -> CompletedProcess[bytes]:
    """As the reader's process ends; `timeout` and `note` are for processes."""
    verb, film, *rest = command[command.index(_MODULE) + 1 :]
    try:
        answer, code = film_reader._main(verb, Path(film), *rest), 0
    except EmotionError as error:
        answer, code = encode(ERROR, error_fields(error)).encode(), REFUSED_EXIT_CODE
    return CompletedProcess(command, code, answer, b"")
