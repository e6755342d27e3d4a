"""The app goes on answering while hostile films are uploaded and analysed."""

from __future__ import annotations

from pathlib import Path

from tests.support import hostile_files
from tests.support.app_server import App
from tests.support.hostile_uploads import meanwhile
from tests.support.networks import give_networks

PATIENCE = 10
"""Seconds for an answer, on however busy a machine; `python -m tests.benchmarks.answers` measures how long it takes."""


def test_the_app_answers_while_hostile_films_are_analysed(networks: Path, tmp_path: Path) -> None:
    """Bombs, holes and broken times block no request: each is answered, and each film ends as it should.

    No other machine is connected meanwhile.
    """
    give_networks(networks, tmp_path / "home")
    (tmp_path / "hole.mkv").write_bytes(hostile_files.hole(hostile_files.film("mkv")))
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 20)
    ends = {
        hostile_files.h264_bomb(tmp_path / "bomb.ts"): "refused",
        hostile_files.many_streams(tmp_path / "ten thousand.mp4", 10_000): "refused",
        tmp_path / "noise.mp4": "refused",
        tmp_path / "hole.mkv": "done",
        hostile_files.grows(tmp_path / "grows.ts"): "done",
        hostile_files.jumps(tmp_path / "jumps.mkv", claimed=2000): "done",
    }
    app = App(tmp_path / "home")
    app.start()
    try:
        report = meanwhile(app, ends, patience=PATIENCE)
    finally:
        app.end()
    assert report.ends == {path.name: end for path, end in ends.items()}
    assert len(report.seconds) > 10
    assert len(report.pages) > 5
    assert report.called == frozenset()
