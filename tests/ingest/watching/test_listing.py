"""Which files of watched folders are looked at."""

from __future__ import annotations

from pathlib import Path

from emotion_core.ingest.watching.listing import films_in


def test_films_of_all_folders_are_listed(tmp_path: Path) -> None:
    """Files with a film's suffix, also in folders within; nothing hidden, no link, nothing that is still uploaded
    under another name; a folder that cannot be listed is told.
    """
    for name in ("a.mov", "day 2/b.MXF", "day 2/.c.mov", ".trash/d.mov", "e.mov.part", "f.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("12345")
    (tmp_path / "in" / "g.mov").symlink_to(tmp_path / "in" / "a.mov")
    (tmp_path / "in" / "folder").symlink_to(tmp_path)
    (tmp_path / "in" / "h.mov").mkdir()
    unreadable: list[tuple[Path, str]] = []
    seen = list(films_in([tmp_path / "in", tmp_path / "gone"], unreadable))
    assert [(Path(file.path).relative_to(tmp_path).as_posix(), file.bytes) for file in seen] == [
        ("in/a.mov", 5),
        ("in/day 2/b.MXF", 5),
    ]
    assert unreadable == [(tmp_path / "gone", "No such file or directory")]
