"""The player's place on the Film page, without a browser: what it is told, and what stands there instead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from emotion_core.jobs import scans
from emotion_core.library import job_table
from emotion_core.library.library import Library
from emotion_core.playback import proxies
from emotion_core.storage.files import locked
from emotion_core.storage.paths import proxy_lock
from emotion_core.web import tokens
from tests import shelf
from tests.films import NTSC, texture, write_film

PAGES = Path(__file__).parent.parent / "pages"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """An empty library that the pages find."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    yield Library.open(tmp_path / "home")
    st.cache_resource.clear()
    st.cache_data.clear()


def opened(film_id: str, **asked: str) -> AppTest:
    """A film's page."""
    app = AppTest.from_file(PAGES / "router.py", default_timeout=120).run()
    app.switch_page("film.py")
    for name, value in {"film": film_id, **asked}.items():
        app.query_params[name] = value
    return app.run()


def told(app: AppTest) -> dict[str, Any]:
    """What the player is told."""
    (player,) = players(app)
    return player


def players(app: AppTest) -> list[dict[str, Any]]:
    """What each player is told; the page has another part that listens for analyses of the film."""
    parts = [json.loads(part.proto.json) for part in app.get("bidi_component")]
    return [part for part in parts if "jump" in part]


def test_the_player_is_told_where_the_chosen_scene_begins(library: Library, tmp_path: Path) -> None:
    """Scenes by their first frames, the chosen one's, the film's timecode, and links that are good for this film only;
    another scene is another place in the same file.
    """
    path = write_film(tmp_path / "film.mp4", texture(1, 90), rate=NTSC, timecode="01:00:00;02")
    film = shelf.timed(library, path, (30, 61))
    app = opened(film.id, scene="2")
    assert not app.exception
    first = told(app)
    assert (first["film"], first["file"], first["scenes"], first["first"]) == (film.id, "original", [0, 30, 61], 30)
    assert (first["base"], first["drop"], first["rate_over"], first["rate_under"]) == (30, True, 30000, 1001)
    assert first["start"] == film.media.start_frame > 0
    for what, address in (("original", first["video"]), ("frames", first["frames"])):
        token = tokens.read(library.home, "media", address.rsplit("/", 1)[1])
        assert token.subject == f"{film.id}/{what}"
    app.button(key="scene-next").click().run()
    then = told(app)
    assert (then["first"], then["file"]) == (61, "original")
    assert then["jump"] != first["jump"]


def test_without_a_chosen_scene_it_waits_at_the_beginning(library: Library, tmp_path: Path) -> None:
    """It is there, and jumps nowhere."""
    film = shelf.timed(library, write_film(tmp_path / "film.mp4", texture(1, 60)), (30,))
    assert told(opened(film.id))["first"] is None


def test_a_copy_is_asked_for_by_itself(library: Library, tmp_path: Path) -> None:
    """Where browsers cannot play the film, opening its page begins a copy; meanwhile the page says so and why."""
    film = shelf.timed(library, write_film(tmp_path / "film.mkv", texture(1, 60)))
    with locked(proxy_lock(library.home)):
        app = opened(film.id)
        said = "\n".join(str(element.value) for element in app.caption)
        assert "Matroska files do not play in every browser." in said
        assert not players(app)
        assert proxies.status(library, film).state == "being made"
        scans.cancel_job(library, job_table.job_id("proxy", film.id))


def test_a_copy_that_failed_can_be_asked_for_again(library: Library, tmp_path: Path) -> None:
    """Why it failed is one message with a button below; the rest of the page is as ever."""
    film = shelf.timed(library, write_film(tmp_path / "film.mkv", texture(1, 60)))
    with library.database() as database:
        job_table.enqueue(database, "proxy", film.id, "{}")
        job = job_table.take(database)
        assert job is not None
        job_table.settle(database, job, "failed", "No room. Make some.")
    app = opened(film.id)
    (warning,) = app.warning
    assert "No room. Make some." in warning.value
    assert app.subheader
    with locked(proxy_lock(library.home)):
        app.button(key=f"proxy-again-{film.id}").click().run()
        assert proxies.status(library, film).state == "being made"
        scans.cancel_job(library, job_table.job_id("proxy", film.id))


def test_a_film_that_is_gone_cannot_be_played(library: Library, tmp_path: Path) -> None:
    """Its numbers stay, and the page says why there is no player."""
    film = shelf.timed(library, write_film(tmp_path / "film.mp4", texture(1, 60)))
    film.path.unlink()
    app = opened(film.id)
    assert not app.exception
    (warning,) = app.warning
    assert "no longer" in warning.value
    assert not players(app)
