"""Watched folders: new films are taken in when they are whole, once each, also over restarts."""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest

from emotion_core.errors import AccessError, FilmNotPermitted, SettingsError
from emotion_core.ingest.watching import Taken, Watcher, check_allowed, intake, watcher as watcher_module
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Film, Library, Role, job_table
from emotion_core.storage import Configuration
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.screenings import CONSENT


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library that watches the folder “in”, and whose worker does nothing."""
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    (tmp_path / "in").mkdir()
    library = Library.open(tmp_path / "home")
    (library.home / "config.toml").write_text(f'[watch]\nfolders = ["{tmp_path / "in"}"]\nsettle_seconds = 10\n')
    return library


class Day:
    """Looks of one watcher, ten seconds apart, and all that it said."""

    def __init__(self, library: Library, now: float = 0.0) -> None:
        self.said: list[str] = []
        self.watcher, self.now = Watcher(library, self.said.append), now

    def look(self, times: int = 1) -> list[str]:
        """States of the files that were taken at these looks."""
        taken: list[Taken] = []
        for _ in range(times):
            taken += self.watcher.look(self.now)
            self.now += 10
        return [f"{Path(each.path).name} {each.state}" for each in taken]


def requested(library: Library) -> list[Film]:
    with library.database() as database:
        ids = [job.film_id for job in job_table.active(database)]
    return [library.film(film_id) for film_id in ids]


def test_a_film_is_taken_in_once_it_has_stopped_growing(library: Library, tmp_path: Path) -> None:
    """A file that is copied into the folder in parts is taken in after the last part, where it lies, and never again,
    neither by the next watcher nor under another name.
    """
    day, film = Day(library), tmp_path / "in" / "day 1" / "a.mp4"
    film.parent.mkdir()
    content = clip(CARPHONE).read_bytes()
    for share in (3, 2, 1):
        film.write_bytes(content[: len(content) // share])
        assert day.look() == []
    assert day.look(3) == ["a.mp4 taken in"]
    assert [each.path for each in requested(library)] == [film]
    again = Day(library)
    assert again.look(3) == []
    shutil.copy(film, tmp_path / "in" / "copy.mp4")
    assert again.look(3) == ["copy.mp4 known"]
    assert len(library.films()) == len(requested(library)) == 1
    film.unlink()
    assert again.look(2) == []
    assert again.said == [f"{tmp_path / 'in' / 'copy.mp4'}: known"]


def test_a_film_that_was_deleted_from_the_library_stays_out(library: Library, tmp_path: Path) -> None:
    """Who deletes a film from the library need not remove its file; a new export under its name is a new film."""
    film = tmp_path / "in" / "a.mp4"
    shutil.copy(clip(CARPHONE), film)
    assert Day(library).look(2) == ["a.mp4 taken in"]
    scans.delete_film(library, library.films()[0].id)
    assert Day(library).look(3) == []
    shutil.copy(clip(BIKES), film)
    assert Day(library).look(2) == ["a.mp4 taken in"]


def test_what_is_no_film_is_named_once(library: Library, tmp_path: Path) -> None:
    """A file with a film's suffix that is none is told once, not at each look or restart, and ends nothing."""
    (tmp_path / "in" / "a.mov").write_text("notes")
    shutil.copy(clip(CARPHONE), tmp_path / "in" / "b.mp4")
    first = Day(library)
    assert first.look(4) == ["a.mov no film", "b.mp4 taken in"]
    assert Day(library).look(4) == []
    assert len(first.said) == 2
    assert "a.mov: no film: a.mov cannot be opened as a film" in first.said[0]


def test_trouble_with_a_folder_is_told_once_and_forgets_nothing(library: Library, tmp_path: Path) -> None:
    """While a share is away, empty or not there at all, nothing that was taken in is forgotten."""
    shutil.copy(clip(CARPHONE), tmp_path / "in" / "a.mp4")
    day = Day(library)
    day.look(2)
    (tmp_path / "in").rename(tmp_path / "away")
    day.look(3)
    assert day.said[1:] == [f"{tmp_path / 'in'} cannot be listed: No such file or directory."]
    (tmp_path / "in").mkdir()
    assert day.look(2) == []
    (tmp_path / "in").rmdir()
    (tmp_path / "away").rename(tmp_path / "in")
    assert day.look(3) == []


def test_a_share_that_is_away_is_forgotten_beside_no_other(library: Library, tmp_path: Path) -> None:
    """Where one of two folders is empty for a while, a film of it that was deleted from the Library stays out."""
    (tmp_path / "other").mkdir()
    folders = f'["{tmp_path / "in"}", "{tmp_path / "other"}"]'
    (library.home / "config.toml").write_text(f"[watch]\nfolders = {folders}\nsettle_seconds = 10\n")
    for folder, name in (("in", CARPHONE), ("other", BIKES)):
        shutil.copy(clip(name), tmp_path / folder / "a.mp4")
    day = Day(library)
    assert len(day.look(2)) == 2
    (deleted,) = (film for film in library.films() if film.path.parent.name == "in")
    scans.delete_film(library, deleted.id)
    (tmp_path / "in" / "a.mp4").rename(tmp_path / "away.mp4")
    assert day.look(2) == []
    (tmp_path / "away.mp4").rename(tmp_path / "in" / "a.mp4")
    assert day.look(3) == []


def test_a_file_that_is_written_again_while_others_are_hashed_waits(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that has changed since the look began is taken in when it has rested again."""
    content, later = clip(BIKES).read_bytes(), tmp_path / "in" / "b.mp4"
    shutil.copy(clip(CARPHONE), tmp_path / "in" / "a.mp4")
    later.write_bytes(content[:-1000])
    hash_film = Library.refer_to

    def rewrite(own: Library, path: Path, role: Role) -> Film:
        if path.name == "a.mp4":
            later.write_bytes(content)
        return hash_film(own, path, role)

    monkeypatch.setattr(Library, "refer_to", rewrite)
    day = Day(library)
    assert day.look(2) == ["a.mp4 taken in"]
    assert day.look(2) == ["b.mp4 taken in"]


def test_a_file_that_cannot_be_read_now_is_tried_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that may not be read is told once, tried less and less often, and taken in when it may be."""
    shutil.copy(clip(CARPHONE), tmp_path / "in" / "a.mp4")
    refused: list[Path] = []

    def refuse(_: Library, path: Path, role: str) -> Film:
        refused.append(path)
        raise FilmNotPermitted("a.mp4 cannot be read: Permission denied.", "Check its permissions.")

    day = Day(library)
    with monkeypatch.context() as patched:
        patched.setattr(Library, "refer_to", refuse)
        assert day.look(22) == ["a.mp4 later"]
        assert len(refused) == 3  # after 10, 40 and 100 seconds
    assert len(day.said) == 1
    assert day.look(20) == ["a.mp4 taken in"]


def test_a_recording_of_viewers_is_made_no_film(library: Library, tmp_path: Path) -> None:
    """A file whose bytes are the recording of a viewer stays that: it is neither listed nor analysed as a film."""
    shown = library.refer_to(clip(BIKES))
    recording = library.refer_to(clip(CARPHONE), role="recording")
    screening = library.add_screening(shown.id, "Tuesday")
    library.add_recorded_viewer(screening.id, recording.id, consent=CONSENT)
    shutil.copy(clip(CARPHONE), tmp_path / "in" / "a.mp4")
    assert Day(library).look(3) == ["a.mp4 known"]
    assert [film.id for film in library.films()] == [shown.id]
    assert requested(library) == []


def test_a_long_queue_is_not_made_longer(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files wait in their folder while very many films wait in the queue."""
    monkeypatch.setattr(intake, "AHEAD", 1)
    shutil.copy(clip(CARPHONE), tmp_path / "in" / "a.mp4")
    shutil.copy(clip(BIKES), tmp_path / "in" / "b.mp4")
    day = Day(library)
    assert day.look(4) == ["a.mp4 taken in"]
    with library.database() as database:
        job = job_table.take_next(database)
        assert job is not None
        job_table.finish(database, job, "done")
    assert day.look() == ["b.mp4 taken in"]


def test_only_folders_that_the_owner_allows_are_watched(library: Library, tmp_path: Path) -> None:
    """A folder outside of those that config.toml names is refused, also by a link; one below them is not."""
    (tmp_path / "in" / "below").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path)
    configuration = Configuration.load(library.home)
    assert check_allowed(configuration, tmp_path / "in" / "below") == tmp_path / "in" / "below"
    for folder in (tmp_path, tmp_path / "in" / "link"):
        with pytest.raises(AccessError, match=r"not below a folder that config\.toml allows"):
            check_allowed(configuration, folder)
    with pytest.raises(SettingsError, match="is no folder"):
        check_allowed(configuration, tmp_path / "in" / "missing")


def test_the_watch_ends_when_config_toml_names_no_folder_any_more(library: Library) -> None:
    """Its lock is then free for another process; one that was given a folder of its own goes on."""
    stop = threading.Event()
    (library.home / "config.toml").write_text("[watch]\nfolders = []\n")
    watcher = Watcher(library, lambda _: None)
    watcher.run(stop, lambda: pytest.fail("it looked"))
    watcher = Watcher(library, lambda _: None, library.home)
    watcher.run(stop, stop.set)
    assert stop.is_set()


def test_a_long_film_makes_no_long_pause(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a share whose listing is slow is asked less often; what the hashing of a film takes says nothing of it."""
    now, stop = [0.0], Mock(is_set=Mock(side_effect=[False, False, False, True]))
    monkeypatch.setattr(watcher_module, "time", Mock(monotonic=lambda: now[0]))
    stop.wait.side_effect = lambda seconds: now.__setitem__(0, now[0] + seconds)
    hash_film = Library.refer_to

    def slowly(own: Library, path: Path, role: Role) -> Film:
        now[0] += 600
        return hash_film(own, path, role)

    monkeypatch.setattr(Library, "refer_to", slowly)
    shutil.copy(clip(CARPHONE), tmp_path / "in" / "a.mp4")
    said: list[str] = []
    Watcher(library, said.append).run(stop)
    assert said == [f"{tmp_path / 'in' / 'a.mp4'}: taken in"]
    assert [call.args[0] for call in stop.wait.call_args_list] == [watcher_module.EVERY] * 3
