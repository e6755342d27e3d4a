"""Films on the server's disks: listed and opened only below the allowed folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.errors import AccessError, NotAFilm
from emotion_core.ingest import allowed_folders
from emotion_core.library import Library
from emotion_core.storage import Configuration
from tests.support.films import texture, write_film


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def cuts(tmp_path: Path) -> Path:
    """An allowed folder beside one that is not allowed."""
    for name in ("cuts/day 1", "cuts/.hidden", "secret"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("day 1/b.MOV", "a.mp4", "notes.txt", ".a.mp4", ".hidden/c.mp4"):
        (tmp_path / "cuts" / name).write_bytes(b"x")
    (tmp_path / "secret" / "s.mp4").write_bytes(b"x")
    (tmp_path / "cuts-too").mkdir()
    (tmp_path / "cuts-too" / "t.mp4").write_bytes(b"x")
    return tmp_path / "cuts"


def names(configuration: Configuration) -> list[str]:
    return [film.name for film in allowed_folders.list_films(configuration).films]


def test_without_folders_there_is_none(library: Library, cuts: Path) -> None:
    """Without an allowed folder nothing is listed and nothing can be opened."""
    assert allowed_folders.list_films(Configuration()) == allowed_folders.Listing((), all_of_them=True)
    with pytest.raises(AccessError, match=r"config\.toml"):
        allowed_folders.refer(library, Configuration(), cuts / "a.mp4")


def test_films_are_listed_by_suffix(cuts: Path) -> None:
    """Files with a film's suffix are listed with their sizes; hidden files and others are not."""
    listing = allowed_folders.list_films(Configuration(folders=(cuts,)))
    assert [(film.name, film.bytes) for film in listing.films] == [("cuts/a.mp4", 1), ("cuts/day 1/b.MOV", 1)]
    assert listing.all_of_them


def test_links_lead_nowhere_else(library: Library, cuts: Path) -> None:
    """A link inside is followed; one that leads outside, in a circle or to nothing is neither listed nor opened."""
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
    """The resolved paths of file and folder are compared."""
    (cuts.parent / "shelf").symlink_to(cuts)
    assert names(Configuration(folders=(cuts.parent / "shelf",))) == ["shelf/a.mp4", "shelf/day 1/b.MOV"]


@pytest.mark.parametrize(
    "path",
    ["{}/../secret/s.mp4", "/etc/passwd", "{}-too/t.mp4", "{}", "{}/notes.txt", "{}/.a.mp4", "{}/.hidden/c.mp4",
     "a.mp4", "{}/a.mp4\0", "{}/nothing.mp4", ""],
)  # fmt: skip
def test_nothing_else_is_opened(library: Library, cuts: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Paths with “..”, outside paths, folders, other suffixes, hidden files and relative paths are refused."""
    monkeypatch.chdir(cuts)
    with pytest.raises(AccessError):
        allowed_folders.refer(library, Configuration(folders=(cuts,)), Path(path.format(cuts)))
    assert library.films() == []


def test_a_film_is_opened_where_it_lies(library: Library, cuts: Path) -> None:
    """The film's bytes stay in place; a file that only has a film's suffix is refused by its name."""
    film = allowed_folders.refer(library, Configuration(folders=(cuts,)), write_film(cuts / "film.mp4", texture(5, 20)))
    assert (film.path, film.managed, film.name) == (cuts / "film.mp4", False, "film.mp4")
    with pytest.raises(NotAFilm, match=r"^a\.mp4 "):
        allowed_folders.refer(library, Configuration(folders=(cuts,)), cuts / "a.mp4")


def test_a_listing_is_bounded(cuts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most MOST_FILMS are listed, and the listing tells that there are more."""
    monkeypatch.setattr(allowed_folders, "MOST_FILMS", 1)
    listing = allowed_folders.list_films(Configuration(folders=(cuts,)))
    assert (len(listing.films), listing.all_of_them) == (1, False)
