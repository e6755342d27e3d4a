"""Files of watched folders that the library remembers."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from emotion_core.library import database as schema
from emotion_core.library.queue import WatchedFile


def test_a_file_is_remembered_until_it_is_forgotten(tmp_path: Path) -> None:
    """The newest state of each path is kept; a film that is deleted leaves its file known, as no film's."""
    with closing(schema.connect(tmp_path / "library.sqlite")) as database:
        database.execute(
            "INSERT INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
            "VALUES ('a', 'Film', '/a', 0, 1, 1, 'now', '{}')"
        )
        WatchedFile("/in/a.mov", 1, 2, None, "torn").store(database)
        WatchedFile("/in/a.mov", 3, 4, "a").store(database)
        WatchedFile("/in/b.txt", 5, 6, None, "no film").store(database)
        assert WatchedFile.all(database)["/in/a.mov"] == WatchedFile("/in/a.mov", 3, 4, "a")
        database.execute("DELETE FROM films")
        assert WatchedFile.all(database)["/in/a.mov"] == WatchedFile("/in/a.mov", 3, 4, None)
        WatchedFile.forget(database, ["/in/a.mov", "/in/unknown"])
        assert list(WatchedFile.all(database)) == ["/in/b.txt"]
