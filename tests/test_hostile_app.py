"""The app goes on answering while films that are after whoever opens them are sent to it and analysed."""

from __future__ import annotations

from pathlib import Path

from tests import hostile
from tests.hostile_uploads import meanwhile
from tests.serving import App

PATIENCE = 10
"""Seconds for an answer, on however busy a machine; `python -m tests.benchmarks.answers` measures how long it takes."""


def test_the_app_answers_while_hostile_films_are_analysed(tmp_path: Path) -> None:
    """Bombs, holes and broken times keep nobody waiting: each question is answered, each film ends as it should.

    Nobody beyond this machine is called meanwhile.
    """
    (tmp_path / "home").mkdir()
    (tmp_path / "hole.mkv").write_bytes(hostile.hole(hostile.film("mkv")))
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 20)
    ends = {
        hostile.h264_bomb(tmp_path / "bomb.ts"): "refused",
        hostile.many_streams(tmp_path / "ten thousand.mp4", 10_000): "refused",
        tmp_path / "noise.mp4": "refused",
        tmp_path / "hole.mkv": "done",
        hostile.grows(tmp_path / "grows.ts"): "done",
        hostile.jumps(tmp_path / "jumps.mkv", claimed=2000): "done",
    }
    app = App(tmp_path / "home")
    app.start()
    try:
        told = meanwhile(app, ends, patience=PATIENCE)
    finally:
        app.end()
    assert told.ends == {path.name: end for path, end in ends.items()}
    assert len(told.seconds) > 10
    assert len(told.pages) > 5
    assert told.called == frozenset()
