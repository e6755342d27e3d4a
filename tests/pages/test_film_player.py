"""The player on the Film page, without a browser: its data, and the messages in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from emotion_core.jobs import scans
from emotion_core.library import Library, job_table
from emotion_core.playback import proxies
from emotion_core.storage import Home, locked
from emotion_core.web import tokens
from tests.support import library_builder
from tests.support.films import NTSC, texture, write_film
from tests.support.pages import component_data
from tests.support.repository import ROOT

PAGES = ROOT / "pages"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """An empty library that the pages find."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    yield Library.open(tmp_path / "home")
    st.cache_resource.clear()
    st.cache_data.clear()


def open_film_page(film_id: str, **query: str) -> AppTest:
    """A film's page."""
    app = AppTest.from_file(PAGES / "router.py", default_timeout=120).run()
    app.switch_page("film.py")
    for name, value in {"film": film_id, **query}.items():
        app.query_params[name] = value
    return app.run()


def player_data(app: AppTest) -> dict[str, Any]:
    """The data of the player."""
    (player,) = players(app)
    return player


def players(app: AppTest) -> list[dict[str, Any]]:
    """The data of each player; the page has another component, which waits for analyses of the film."""
    parts = [json.loads(part.proto.json)[0] for part in app.get("bidi_component")]
    return [part for part in parts if "rate_over" in part]


def test_the_player_is_given_the_film(library: Library, tmp_path: Path) -> None:
    """The data has the scenes' first frames, the film's timecode, and links for this film only. Another scene, which
    Python asks for, reaches the player by the channel: its own data stay.
    """
    path = write_film(tmp_path / "film.mp4", texture(1, 90), rate=NTSC, timecode="01:00:00;02")
    film = library_builder.timed(library, path, (30, 61))
    app = open_film_page(film.id, scene="2")
    assert not app.exception
    first = player_data(app)
    assert (first["film"], first["file"], first["scenes"]) == (film.id, "original", [0, 30, 61])
    assert (first["base"], first["drop"], first["rate_over"], first["rate_under"]) == (30, True, 30000, 1001)
    assert first["start"] == film.media.start_frame > 0
    for what, address in (("original", first["video"]), ("frames", first["frames"])):
        token = tokens.verify(library.home, "media", address.rsplit("/", 1)[1])
        assert token.subject == f"{film.id}/{what}"
    before = channel_data(app)
    assert (before["frame"], before["wish"]) == (30, 0)


def channel_data(app: AppTest) -> dict[str, Any]:
    """What the page tells the browser of the moment."""
    (channel,) = (part for part in component_data(app) if "wished" in part)
    return channel


def test_a_copy_is_asked_for_by_itself(library: Library, tmp_path: Path) -> None:
    """Opening the page of a film that browsers cannot play starts a copy, and the page says so and why."""
    film = library_builder.timed(library, write_film(tmp_path / "film.mkv", texture(1, 60)))
    with locked(Home(library.home).proxy_lock):
        app = open_film_page(film.id)
        captions = "\n".join(str(element.value) for element in app.caption)
        assert "Matroska files do not play in every browser." in captions
        assert not players(app)
        assert proxies.status(library, film).state == "being made"
        scans.cancel_job(library, job_table.job_id("proxy", film.id))


def test_a_copy_that_failed_can_be_asked_for_again(library: Library, tmp_path: Path) -> None:
    """A failed copy is one message with a button below; the rest of the page is unchanged."""
    film = library_builder.timed(library, write_film(tmp_path / "film.mkv", texture(1, 60)))
    with library.database() as database:
        job_table.enqueue(database, "proxy", film.id, "{}")
        job = job_table.take_next(database)
        assert job is not None
        job_table.finish(database, job, "failed", "No room. Make some.")
    app = open_film_page(film.id)
    (warning,) = app.warning
    assert "No room. Make some." in warning.value
    assert app.tabs
    with locked(Home(library.home).proxy_lock):
        app.button(key=f"proxy-again-{film.id}").click().run()
        assert proxies.status(library, film).state == "being made"
        scans.cancel_job(library, job_table.job_id("proxy", film.id))


def test_a_film_that_is_gone_cannot_be_played(library: Library, tmp_path: Path) -> None:
    """A film whose file is gone keeps its numbers, and the page says why there is no player. The channel stands in."""
    film = library_builder.timed(library, write_film(tmp_path / "film.mp4", texture(1, 60)))
    film.path.unlink()
    app = open_film_page(film.id)
    assert not app.exception
    (warning,) = app.warning
    assert "no longer" in warning.value
    assert not players(app)
    assert channel_data(app)["still"] == {"frames": 60, "rate": 25.0, "even": True, "starts": [0]}
