"""Films on the server's own disks: listed and opened below the allowed folders, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.errors import AccessError, NotAFilm
from emotion_core.ingest import allowed_folders
from emotion_core.library.library import Library
from emotion_core.storage.config import Configuration
from tests.films import texture, write_film


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def cuts(tmp_path: Path) -> Path:
    """An allowed folder beside a secret one."""
    for name in ("cuts/day 1", "cuts/.hidden", "secret"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("day 1/b.MOV", "a.mp4", "notes.txt", ".a.mp4", ".hidden/c.mp4"):
        (tmp_path / "cuts" / name).write_bytes(b"x")
    (tmp_path / "secret" / "s.mp4").write_bytes(b"x")
    (tmp_path / "cuts-too").mkdir()
    (tmp_path / "cuts-too" / "t.mp4").write_bytes(b"x")
    return tmp_path / "cuts"


def names(configuration: Configuration) -> list[str]:
    return [film.name for film in allowed_folders.listing(configuration).films]


def test_without_folders_there_is_none(library: Library, cuts: Path) -> None:
    """As long as the owner allows no folder, nothing is listed and nothing is opened."""
    assert allowed_folders.listing(Configuration()) == allowed_folders.Listing((), all_of_them=True)
    with pytest.raises(AccessError, match=r"config\.toml"):
        allowed_folders.refer(library, Configuration(), cuts / "a.mp4")


def test_films_are_listed_by_suffix(cuts: Path) -> None:
    """Files of a film's suffix are listed with their size, hidden ones and others are not."""
    told = allowed_folders.listing(Configuration(folders=(cuts,)))
    assert [(film.name, film.bytes) for film in told.films] == [("cuts/a.mp4", 1), ("cuts/day 1/b.MOV", 1)]
    assert told.all_of_them


def test_links_lead_nowhere_else(library: Library, cuts: Path) -> None:
    """A link inside is followed, one that leads out, in a circle or to nothing is neither listed nor opened."""
    secret = cuts.parent / "secret"
    links = {"out.mp4": secret / "s.mp4", "gone.mp4": cuts / "gone", "round.mp4": cuts / "round.mp4", "folder": secret}
    for name, target in links.items():
        (cuts / name).symlink_to(target)
    (cuts / "within.mp4").symlink_to(cuts / "a.mp4")
    allowed = Configuration(folders=(cuts,))
    assert names(allowed) == ["cuts/a.mp4", "cuts/day 1/b.MOV", "cuts/within.mp4"]
    for name in ("out.mp4", "gone.mp4", "round.mp4", "folder/s.mp4"):
        with pytest.raises(AccessError):
            allowed_folders.refer(library, allowed, cuts / name)
    assert library.films() == []


def test_an_allowed_folder_may_itself_be_a_link(cuts: Path) -> None:
    """What is compared is where both paths lead."""
    (cuts.parent / "shelf").symlink_to(cuts)
    assert names(Configuration(folders=(cuts.parent / "shelf",))) == ["shelf/a.mp4", "shelf/day 1/b.MOV"]


@pytest.mark.parametrize(
    "path",
    ["{}/../secret/s.mp4", "/etc/passwd", "{}-too/t.mp4", "{}", "{}/notes.txt", "{}/.a.mp4", "{}/.hidden/c.mp4",
     "a.mp4", "{}/a.mp4\0", "{}/nothing.mp4", ""],
)  # fmt: skip
def test_nothing_else_is_opened(library: Library, cuts: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A way round, a path elsewhere, a folder, another suffix, a hidden file, half a path: all are refused."""
    monkeypatch.chdir(cuts)
    with pytest.raises(AccessError):
        allowed_folders.refer(library, Configuration(folders=(cuts,)), Path(path.format(cuts)))
    assert library.films() == []


def test_a_film_is_opened_where_it_lies(library: Library, cuts: Path) -> None:
    """Its bytes stay where they are; what only looks like a film is refused by its name."""
    film = allowed_folders.refer(library, Configuration(folders=(cuts,)), write_film(cuts / "film.mp4", texture(5, 20)))
    assert (film.path, film.managed, film.name) == (cuts / "film.mp4", False, "film.mp4")
    with pytest.raises(NotAFilm, match=r"^a\.mp4 "):
        allowed_folders.refer(library, Configuration(folders=(cuts,)), cuts / "a.mp4")


def test_a_listing_is_bounded(cuts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more films than a page can show the first are listed, and it says that there are more."""
    monkeypatch.setattr(allowed_folders, "MOST_FILMS", 1)
    told = allowed_folders.listing(Configuration(folders=(cuts,)))
    assert (len(told.films), told.all_of_them) == (1, False)
