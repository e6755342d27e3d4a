"""An analysis of a layout that is no longer read is named as such wherever it is shown or used, and is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emotion_core.errors import EarlierVersion
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Film, Library
from emotion_core.maintenance import check, repair
from emotion_core.settings import ScanSettings
from tests.golden.outputs import CORRECTIONS, LIBRARY
from tests.support import library_builder, terminal
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.pages import found_by_pages, open_page
from tests.support.scans import as_layout

MESSAGE = "made by an earlier version: analyse again."


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of two analysed films, of which the analysis of carphone is of layout 3. No worker starts."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda home: False)
    with found_by_pages(tmp_path, monkeypatch) as library:
        film = library_builder.film(library, CARPHONE, ["happy", "sad"])
        library_builder.film(library, BIKES, ["happy"])
        as_layout(library.store(library.scan_ids(film.id)[0]).folder, 3)
        yield library


@pytest.fixture
def film(library: Library) -> Film:
    """The film whose analysis is of layout 3."""
    return library_builder.of_clip(library, CARPHONE)


def stored(library: Library) -> tuple[dict[str, bytes], list[tuple[Any, ...]]]:
    """Films and analyses as they lie on disk, and their rows."""
    files = {
        str(path): path.read_bytes()
        for name in ("films", "scans")
        for path in sorted((library.home / name).rglob("*"))
        if path.is_file() and path.name != "playable.json"
    }
    with library.database() as database:
        rows = [
            tuple(row)
            for table in ("films", "scans", "edits", "edit_history")
            for row in database.execute(f"SELECT * FROM {table} ORDER BY rowid")
        ]
    return files, rows


@pytest.mark.parametrize(("name", "side"), [("", ""), ("film", "film"), ("compare", "before")])
def test_pages_say_so(library: Library, film: Film, name: str, side: str) -> None:
    """The library's row, the film's page and the Compare page say so as information, not as an error."""
    before = stored(library)
    app = open_page(name, **({side: film.id} if side else {}))
    assert not app.exception
    assert not app.error
    (message,) = [info.value for info in app.info if "earlier version" in info.value]
    assert message.replace("\\", "") == f"The analysis of “{film.name}” was {MESSAGE}"
    if not name:
        labels = [button.label for button in app.button]
        assert labels.count("Open") == 1  # of the other film
        assert "Analyse again" in labels
    assert stored(library) == before


def test_the_terminal_says_so(
    library: Library, film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands that use an analysis end with that one line."""
    path, other = str(clip(CARPHONE)), str(clip(BIKES))
    for words in (
        ("scenes", path),
        ("compare", path, other),
        ("compare", other, path),
        ("markers", path, "--to", "resolve", "--out", str(tmp_path / "out.edl")),
    ):
        assert terminal.run(monkeypatch, *words) == 1
        lines = capsys.readouterr().err.splitlines()
        assert [line for line in lines if MESSAGE in line] == lines, lines
        assert len(lines) == 1


def test_check_says_so_and_repair_keeps_it(library: Library, film: Film) -> None:
    """The check names the analysis once and offers no repair; a repair changes nothing."""
    before = stored(library)
    (scan_id,) = library.scan_ids(film.id)
    findings = [finding for finding in check.find(library, hashes=True) if finding.subject == scan_id]
    assert [(finding.kind, finding.repair) for finding in findings] == [("earlier", "")]
    assert findings[0].what == f"An analysis of “{film.name}” was {MESSAGE}"
    repair.repair(library, findings)
    assert stored(library) == before


def test_a_stopped_analysis_is_kept_by_a_repair(library: Library, film: Film) -> None:
    """What an earlier version had written of an analysis that was stopped is named, and stays."""
    folder = library.store(library.scan_ids(film.id)[0]).folder
    (folder / "sealed.json").unlink()
    before = stored(library)
    findings = check.find(library)
    assert [finding.kind for finding in findings] == ["earlier"]
    assert MESSAGE in findings[0].what
    repair.repair(library, findings)
    assert stored(library) == before


def test_a_lost_row_is_put_back(library: Library, film: Film) -> None:
    """An analysis that the database no longer knows is put back, whatever its layout."""
    with library.database() as database:
        database.execute("DELETE FROM scans WHERE film_id = ?", (film.id,))
    findings = check.find(library)
    assert [finding.kind for finding in findings] == ["analysis"]
    repair.repair(library, findings)
    assert [finding.kind for finding in check.find(library)] == ["earlier"]


def test_the_same_analysis_is_made_again(library: Library, film: Film) -> None:
    """Analysing again with the same settings reads the film anew, and keeps the earlier analysis aside."""
    settings = ScanSettings(engine="torch")
    scan_id = scans.start(library, film.id, settings)
    scans.cancel(library, scan_id)
    earlier = library.scan_ids(film.id)[-1]
    library.store(earlier).folder.rename(library.store(scan_id).folder)
    library.delete_scan(earlier)
    assert scans.start(library, film.id, settings) == scan_id
    assert scans.status(library, scan_id).active
    assert not library.store(scan_id).sealed
    assert (library.home / "set-aside" / f"scans-{scan_id}" / "sealed.json").exists()


def test_another_analysis_takes_its_place(library: Library, film: Film) -> None:
    """While an analysis with other settings runs, the film's page shows its progress. Once it is finished, the page
    shows it, the earlier one stays on disk, and the check finds nothing.
    """
    scan_id = scans.start(library, film.id, ScanSettings(engine="torch", samples_per_second=3))  # type: ignore[arg-type]
    app = open_page("film", film=film.id)
    assert not app.exception
    assert not any("earlier version" in info.value for info in app.info)
    scans.cancel(library, scan_id)
    assert "earlier version" in open_page("film", film=film.id).info[0].value
    earlier, folder = library.store(library.scan_ids(film.id)[-1]).folder, library.store(scan_id).folder
    shutil.copytree(earlier, folder)
    as_layout(folder, 5)
    assert len(library.analysis(film.id).scenes) == 2
    assert not check.find(library)
    assert (earlier / "sealed.json").exists()


@pytest.mark.parametrize("layout", [1, 3])
def test_an_older_library_keeps_films_settings_and_corrections(tmp_path: Path, layout: int) -> None:
    """The golden library with analyses of an earlier layout opens with its films, settings, corrections and history."""
    home = tmp_path / "home"
    shutil.copytree(LIBRARY, home)
    for folder in (home / "scans").iterdir():
        as_layout(folder, layout)
    library = Library.open(home)
    assert not library.unreadable()
    films = {film.name: film for film in library.films()}
    assert sorted(films) == ["Sample cut.mp4", "Sample re-cut.mp4"]
    cut = films["Sample cut.mp4"]
    assert library.report_settings(cut.id).corrections == CORRECTIONS
    assert library.edit_history(cut.id).undo
    for name, film in films.items():
        with pytest.raises(EarlierVersion, match=f"The analysis of “{name}” was {MESSAGE}"):
            library.analysis(film.id)
    assert library.undo(cut.id)
    assert library.redo(cut.id)
    assert library.report_settings(cut.id).corrections == CORRECTIONS
