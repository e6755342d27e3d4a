"""Films read in processes of their own: the one that is started ahead answers as any other."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from emotion_core.decoding import isolated
from emotion_core.errors import NotAFilm
from emotion_core.sandbox import landlock
from emotion_core.system import Child, Finished, python_module, run
from tests.support.clips import CARPHONE, clip
from tests.support.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="none is started ahead")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Sequence[str]]]:
    """Commands of processes that were started for a question; afterwards none waits for one."""
    commands: list[Sequence[str]] = []

    def noted(command: Sequence[str], **rest: float) -> Finished:
        commands.append(command)
        return run(command, timeout=rest["timeout"])

    monkeypatch.setattr(isolated, "run", noted)
    monkeypatch.setattr(isolated, "_spares", [])
    yield commands
    for child in isolated._spares:
        child.kill()
        child.communicate()


def started_ahead() -> Child:
    isolated.start_ahead()
    isolated.start_ahead()  # by an upload that is announced meanwhile
    (child,) = isolated._spares
    return child


def altered(how: str, monkeypatch: pytest.MonkeyPatch) -> Child:
    """One of tests.support.altered_readers, started ahead."""
    command = python_module("tests.support.altered_readers", how)
    with monkeypatch.context() as patch:
        patch.setattr(isolated, "python_module", lambda *_: command)
        return started_ahead()


def test_a_process_that_waits_answers_one_question(begun: list[Sequence[str]]) -> None:
    """With the facts that any other process finds, and the same refusals."""
    film = clip(CARPHONE)
    child = started_ahead()
    media = isolated.probe(film, "a", "Film")
    assert (child.returncode, begun) == (0, [])
    assert isolated.probe(film, "b", "Film").to_json() | {"content_id": "a"} == media.to_json()
    assert len(begun) == 1
    started_ahead()
    with pytest.raises(NotAFilm, match="My film"):
        isolated.probe(Path(__file__), "c", "My film")
    assert len(begun) == 1


def test_a_process_that_died_is_not_missed(begun: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that read no film: it had waited too long, or a thread of it would not have been confined."""
    film = clip(CARPHONE)
    child = started_ahead()
    child.kill()
    until(lambda: child.poll() is not None)
    assert isolated.probe(film, "d", "Film").frames_from_header
    threaded = altered("threaded", monkeypatch)
    assert isolated.probe(film, "e", "Film").frames_from_header
    assert threaded.returncode == isolated.UNASKED_EXIT_CODE
    assert len(begun) == 2


def test_a_process_that_waits_is_confined(begun: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it opens its film, and with all that it starts."""
    if not landlock.version():
        pytest.skip("the kernel has no Landlock")
    altered("peeping", monkeypatch)
    assert isolated.probe(clip(CARPHONE), "f", "Film").frames_from_header
    assert begun == []
