"""The pictures of a film's sampled frames, small and full."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from emotion_core.library import Film, Library
from emotion_core.web import Guard, all_routes, film_link
from tests.support import library_builder

Setting = tuple[Library, Film, TestClient, str]


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Setting]:
    """A library with an analysed film, a client, and the film's link."""

    def make(*, keep_pictures: bool = True) -> Setting:
        library = Library.open(tmp_path)
        film = library_builder.film(library, "bikes.mp4", ("sad", None), keep_pictures=keep_pictures)
        asking = TestClient(Starlette(routes=all_routes(Guard(library.home, lambda _: True))))
        return library, film, asking, film_link(library.home, film.id)

    return make


def test_a_stored_picture_is_kept_by_the_browser(opened: Callable[..., Setting]) -> None:
    """As it was stored, or narrower, never wider; other frames are 404 and not cached."""
    _, _, asking, link = opened()
    answer = asking.get(f"{link}/picture/15")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "private, max-age=86400"
    assert Image.open(io.BytesIO(answer.content)).size == (176, 144)
    assert Image.open(io.BytesIO(asking.get(f"{link}/picture/15?width=88").content)).size == (88, 72)
    assert asking.get(f"{link}/picture/15?width=400").content == answer.content
    for frame in ("16", "999999"):
        missing = asking.get(f"{link}/picture/{frame}")
        assert (missing.status_code, missing.headers["cache-control"]) == (404, "private, no-store")
        assert missing.text == f"Frame {frame} is not a sampled frame."
    for path in ("x", "-1", "15?width=0", "15?width=x", "9" * 400):
        assert asking.get(f"{link}/picture/{path}").status_code == 400


def test_a_damaged_picture_is_told_from_one_that_was_never_kept(opened: Callable[..., Setting]) -> None:
    library, film, asking, link = opened()
    scan = library.newest_scan(film.id)
    assert scan is not None
    stored = library.store(scan.id).folder / "segments" / "00000.jpgs"
    content = bytearray(stored.read_bytes())
    content[30] ^= 1
    stored.write_bytes(content)
    answer = asking.get(f"{link}/picture/5")
    assert (answer.status_code, answer.headers["cache-control"]) == (410, "private, no-store")
    assert "library check" in answer.text
    assert asking.get(f"{link}/picture/15").status_code == 200  # its own bytes are whole


def test_no_picture_where_none_is_kept(opened: Callable[..., Setting]) -> None:
    _, _, asking, link = opened(keep_pictures=False)
    assert asking.get(f"{link}/samples?from=0&to=9").json()["samples"][0]["picture"] is False
    answer = asking.get(f"{link}/picture/5")
    assert (answer.status_code, answer.text) == (404, "No pictures are kept of this film.")


def test_the_full_picture_is_the_films_own_frame(opened: Callable[..., Setting]) -> None:
    """Read from the film; where it is gone the reason says so."""
    library, film, asking, link = opened()
    answer = asking.get(f"{link}/full-picture/15")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    size = film.media.display_width, film.media.display_height
    assert Image.open(io.BytesIO(answer.content)).size == size
    with library.database() as database:
        database.execute("UPDATE films SET path = ?", (str(library.home / "gone.mp4"),))
    gone = asking.get(f"{link}/full-picture/15")
    assert gone.status_code == 410
    assert "is gone: only the small pictures were kept" in gone.text
