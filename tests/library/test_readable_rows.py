"""An unreadable row or file affects one film's card only, and the check reports it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from emotion_core.errors import EmotionError, LibraryError
from emotion_core.jobs import scans
from emotion_core.library import Film, Library, readable_rows
from emotion_core.maintenance import check, repair
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.pages import button_labels, found_by_pages, open_page, page_text


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_prepared: None) -> Iterator[Library]:
    """A library of two analysed films, carphone and bikes."""
    with found_by_pages(tmp_path, monkeypatch) as library:
        library_builder.film(library, CARPHONE, ["happy", "sad"])
        library_builder.film(library, BIKES, ["happy"])
        yield library


Spoil = Callable[[Library, Film], None]


def column(table: str, name: str, value: str) -> Spoil:
    """Replace the text of a column in the film's row."""

    def spoil(library: Library, film: Film) -> None:
        key = "id" if table == "films" else "film_id"
        with library.database() as database:
            database.execute(f"UPDATE {table} SET {name} = ? WHERE {key} = ?", (value, film.id))

    return spoil


def bytes_in(table: str, name: str) -> Spoil:
    """Store invalid UTF-8 in a text column."""

    def spoil(library: Library, film: Film) -> None:
        key = "id" if table == "films" else "film_id"
        with library.database() as database:
            database.execute(f"UPDATE {table} SET {name} = CAST(x'ff00fe' AS TEXT) WHERE {key} = ?", (film.id,))

    return spoil


def stored(file: str, content: bytes) -> Spoil:
    """Replace a file of the film's scan."""

    def spoil(library: Library, film: Film) -> None:
        scan = library.newest_scan(film.id)
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
    film, other = library_builder.of_clip(library, CARPHONE), library_builder.of_clip(library, BIKES)
    spoil(library, film)
    app = open_page()
    assert not app.exception
    (told,) = app.error
    assert "library check" in told.value
    assert "bikes" in page_text(app)
    assert button_labels(app).count("Open") == 1
    assert any(button.key == f"icon-delete-{film.id}" for button in app.button)
    page = open_page("film", film=other.id)
    assert not page.exception
    assert "bikes" in page_text(page)
    for chooser in ("film", "compare"):
        assert not open_page(chooser).exception
    issues = check.find(library)
    assert issues
    assert all("carphone" in finding.what for finding in issues), issues
    capsys.readouterr()
    assert terminal.run(monkeypatch, "scenes", str(clip(CARPHONE))) == 1
    assert capsys.readouterr().err.rpartition("Error: ")[2].count("\n") == 1
    assert terminal.run(monkeypatch, "scenes", str(clip(BIKES))) == 0
    repair.repair(library, issues)
    remaining = check.find(library)
    st.cache_resource.clear()
    app = open_page()
    assert bool(app.error) == bool(remaining), (remaining, [error.value for error in app.error])


def test_a_film_that_cannot_be_read_can_be_added_again_or_deleted(library: Library) -> None:
    """Adding the bytes again restores the film's row; deleting the film deletes its analyses."""
    film, other = library_builder.of_clip(library, CARPHONE), library_builder.of_clip(library, BIKES)
    column("films", "media", "{")(library, film)
    with pytest.raises(LibraryError, match="library check"):
        library.film(film.id)
    assert library.refer_to(clip(CARPHONE)).media == film.media
    column("films", "media", "{")(library, film)
    column("scans", "settings", "{")(library, film)
    scans.delete_film(library, film.id)
    assert [listed.id for listed in library.films()] == [other.id]
    assert library.unreadable() == []
    assert len(list((library.home / "scans").iterdir())) == 1


def test_a_step_that_cannot_be_read_is_not_gone_to(library: Library) -> None:
    """Undo to unreadable settings is refused, and the current ones stay."""
    film = library_builder.of_clip(library, CARPHONE)
    before = library.edit_state(film.id)
    column("edit_history", "report_settings", "{")(library, film)
    with pytest.raises(LibraryError, match="library check"):
        library.undo(film.id)
    assert library.edit_state(film.id) == before


def test_the_check_never_ends_on_a_row(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row at which the check fails is reported, and later issues are still found."""
    film, other = library_builder.of_clip(library, CARPHONE), library_builder.of_clip(library, BIKES)
    column("scans", "settings", "{")(library, film)
    whole = check._check_film

    def failing(home: Path, row: dict[str, str], *, hashes: bool) -> object:
        if row["id"] == other.id:
            raise OverflowError("too large")
        return whole(home, row, hashes=hashes)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "_check_film", failing)
    issues = check.find(library)
    assert [finding.kind for finding in issues] == ["facts", "settings"]
    assert "bikes" in issues[0].what
    assert "too large" in issues[0].what


@pytest.mark.parametrize("table", ["films", "scans", "edits"])
def test_reader_and_check_share_one_list(library: Library, table: str) -> None:
    """A row is readable exactly if the list of columns says so; reading another one raises a planned error."""
    film = library_builder.of_clip(library, CARPHONE)
    readers: dict[str, Callable[[], object]] = {
        "films": lambda: library.film(film.id),
        "scans": lambda: library.newest_scan(film.id),
        "edits": lambda: library.report_settings(film.id),
    }
    key = "id" if table == "films" else "film_id"
    readers[table]()
    with library.database() as database:
        row = database.execute(f"SELECT * FROM {table} WHERE {key} = ?", (film.id,)).fetchone()
    assert readable_rows.unreadable_columns(table, row) == ()
    for name in readable_rows.COLUMNS[table]:
        column(table, name, "\x00")(library, film)
        with pytest.raises(EmotionError, match="library check"):
            readers[table]()
        column(table, name, row[name])(library, film)
        readers[table]()
