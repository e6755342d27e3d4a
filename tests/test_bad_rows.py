"""One row or file that cannot be read takes one card: the rest of the library stays, and the check names it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from emotion_core.errors import EmotionError, LibraryError
from emotion_core.jobs import scans
from emotion_core.library import readable_rows
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.maintenance import check, repair
from tests import shelf, terminal
from tests.clips import BIKES, CARPHONE, clip
from tests.test_pages import buttons, opened, said


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of two analysed films, carphone and bikes."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    library = Library.open(tmp_path)
    shelf.film(library, CARPHONE, ["happy", "sad"])
    shelf.film(library, BIKES, ["happy"])
    yield library
    st.cache_resource.clear()
    st.cache_data.clear()


Spoil = Callable[[Library, Film], None]


def column(table: str, name: str, value: str) -> Spoil:
    """One column of the film's row, another text."""

    def spoil(library: Library, film: Film) -> None:
        key = "id" if table == "films" else "film_id"
        with library.database() as database:
            database.execute(f"UPDATE {table} SET {name} = ? WHERE {key} = ?", (value, film.id))

    return spoil


def bytes_in(table: str, name: str) -> Spoil:
    """Bytes that are no text in a column of text."""

    def spoil(library: Library, film: Film) -> None:
        key = "id" if table == "films" else "film_id"
        with library.database() as database:
            database.execute(f"UPDATE {table} SET {name} = CAST(x'ff00fe' AS TEXT) WHERE {key} = ?", (film.id,))

    return spoil


def stored(file: str, content: bytes) -> Spoil:
    """A file of the film's analysis, other bytes."""

    def spoil(library: Library, film: Film) -> None:
        scan = library.scan_of(film.id)
        assert scan is not None
        path = library.store(scan.id).folder / file
        path.write_bytes(content)

    return spoil


def media(**facts: object) -> Spoil:
    def spoil(library: Library, film: Film) -> None:
        column("films", "media", json.dumps({**film.media.to_json(), **facts}))(library, film)

    return spoil


DEEP = "[" * 100_000 + "]" * 100_000
SPOILED: list[tuple[str, Spoil]] = [
    ("facts that are no JSON", column("films", "media", "{")),
    ("facts of another form", column("films", "media", "[1]")),
    ("a rate of one over nought", media(rate="1/0")),
    ("facts too deep", column("films", "media", DEEP)),
    ("facts that are no text", bytes_in("films", "media")),
    ("a date that is none", column("films", "added_at", "yesterday")),
    ("settings of a scan", column("scans", "settings", '{"samples_per_second": "2"')),
    ("settings outside their range", column("scans", "settings", '{"samples_per_second": "1/0"}')),
    ("a scan's date", column("scans", "created_at", "")),
    ("report settings", column("edits", "report_settings", "null")),
    ("a report setting outside its range", column("edits", "report_settings", '{"coverage_floor": 7}')),
    ("report settings that are no text", bytes_in("edits", "report_settings")),
    ("a seal", stored("sealed.json", b"{")),
    ("a seal of another form", stored("sealed.json", b"[]")),
    ("an analysis' description", stored("scan.json", b'{"format": "4"}')),
    ("numbers", stored("segments/00000.npz", b"PK")),
]


@pytest.mark.parametrize(("what", "spoil"), SPOILED, ids=[what for what, _ in SPOILED])
def test_one_bad_row_takes_one_card(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str, spoil: Spoil
) -> None:
    """The film's card says that it cannot be read and points to the check; the other film's card is whole, it can be
    opened and chosen, and the check names the film, ends by itself, and after it nothing is said that is not found.
    """
    film, other = shelf.of_clip(library, CARPHONE), shelf.of_clip(library, BIKES)
    spoil(library, film)
    app = opened()
    assert not app.exception
    (told,) = app.error
    assert "library check" in told.value
    assert "bikes" in said(app)
    assert buttons(app).count("Open") == 1
    assert any(button.key == f"delete-{film.id}" for button in app.button)
    page = opened("film", film=other.id)
    assert not page.exception
    assert "bikes" in said(page)
    for chooser in ("film", "compare"):
        assert not opened(chooser).exception
    found = check.find(library)
    assert found
    assert all("carphone" in finding.what for finding in found), found
    capsys.readouterr()
    assert terminal.run(monkeypatch, "scenes", str(clip(CARPHONE))) == 1
    assert capsys.readouterr().err.rpartition("Error: ")[2].count("\n") == 1
    assert terminal.run(monkeypatch, "scenes", str(clip(BIKES))) == 0
    repair.repair(library, found)
    left = check.find(library)
    st.cache_resource.clear()
    app = opened()
    assert bool(app.error) == bool(left), (left, [error.value for error in app.error])


def test_a_film_that_cannot_be_read_can_be_added_again_or_deleted(library: Library) -> None:
    """What is known of it is read anew when its bytes are added again; deleted, it goes with its analyses."""
    film, other = shelf.of_clip(library, CARPHONE), shelf.of_clip(library, BIKES)
    column("films", "media", "{")(library, film)
    with pytest.raises(LibraryError, match="library check"):
        library.film(film.id)
    assert library.refer_to(clip(CARPHONE)).media == film.media
    column("films", "media", "{")(library, film)
    column("scans", "settings", "{")(library, film)
    scans.delete_film(library, film.id)
    assert [one.id for one in library.films()] == [other.id]
    assert library.unreadable() == []
    assert len(list((library.home / "scans").iterdir())) == 1


def test_a_step_that_cannot_be_read_is_not_gone_to(library: Library) -> None:
    """Undo to settings that are none is refused, and those that hold stay."""
    film = shelf.of_clip(library, CARPHONE)
    before = library.edit_state(film.id)
    column("edit_history", "report_settings", "{")(library, film)
    with pytest.raises(LibraryError, match="library check"):
        library.undo(film.id)
    assert library.edit_state(film.id) == before


def test_the_check_never_ends_on_a_row(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row at which the check itself fails is named, and what comes after it is found all the same."""
    film, other = shelf.of_clip(library, CARPHONE), shelf.of_clip(library, BIKES)
    column("scans", "settings", "{")(library, film)
    whole = check._film

    def failing(home: Path, row: dict[str, str], *, hashes: bool) -> object:
        if row["id"] == other.id:
            raise OverflowError("too large")
        return whole(home, row, hashes=hashes)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "_film", failing)
    found = check.find(library)
    assert [finding.kind for finding in found] == ["facts", "settings"]
    assert "bikes" in found[0].what
    assert "too large" in found[0].what


@pytest.mark.parametrize("table", ["films", "scans", "edits"])
def test_reader_and_check_share_one_list(library: Library, table: str) -> None:
    """A row that the list calls readable is read, and one that it does not is refused with an error on purpose."""
    film = shelf.of_clip(library, CARPHONE)
    readers: dict[str, Callable[[], object]] = {
        "films": lambda: library.film(film.id),
        "scans": lambda: library.scan_of(film.id),
        "edits": lambda: library.report_settings(film.id),
    }
    key = "id" if table == "films" else "film_id"
    readers[table]()
    with library.database() as database:
        row = database.execute(f"SELECT * FROM {table} WHERE {key} = ?", (film.id,)).fetchone()
    assert readable_rows.columns(table, row) == ()
    for name in readable_rows.COLUMNS[table]:
        column(table, name, "\x00")(library, film)
        with pytest.raises(EmotionError, match="library check"):
            readers[table]()
        column(table, name, row[name])(library, film)
        readers[table]()
