"""A CSV of viewers' groups."""

from __future__ import annotations

import pytest

from emotion_core.audience.group_list import groups_of_viewers, read_groups
from emotion_core.errors import SettingsError


@pytest.mark.parametrize(
    "content",
    [
        "viewer,age,seat\nAnna,18-29,\nZo\u00eb,30-39,A4\n".encode(),
        "\ufeffage;Viewer;seat\r\n18-29;Anna\r\n\r\n30-39;Zo\u00eb;A4".encode(),
        "viewer\tage\tseat\nAnna\t18-29\t\nZo\u00eb\t30-39\tA4\n".encode("cp1252"),
    ],
)
def test_groups_are_read_however_they_are_written(content: bytes) -> None:
    """Commas, semicolons or tabs, UTF-8 or Windows-1252, columns in any order, empty cells and lines."""
    assert read_groups(content) == {"Anna": {"age": "18-29"}, "Zo\u00eb": {"age": "30-39", "seat": "A4"}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column “viewer”: its first line has nothing"),
        (b"name,age\nAnna,3\n", "no column “viewer”: its first line has “name”, “age”"),
        (b"viewer\nAnna\n", "no column but “viewer”"),
        (b"viewer,age\n", "names nobody"),
        (b"viewer,age\nAnna,1\nAnna,2\n", "names “Anna” twice"),
        (b"viewer,age\nanna,1\nAnna,2\n", "names “Anna” twice"),
        (b"viewer,age,row,age\nAnna,1,A,2\n", "two columns “age”"),
        (b"viewer,age\n" + b"x" * 200_000, "cannot be read"),
        (b"x" * 5_000_001, "too large"),
    ],
)
def test_other_files_are_refused_in_one_sentence(content: bytes, words: str) -> None:
    """What is wrong, and how such a file looks."""
    with pytest.raises(SettingsError, match=words):
        read_groups(content)


def test_only_viewers_have_groups() -> None:
    """Names are compared without case and composition; one that is no viewer's is named."""
    assert groups_of_viewers({"ZOE\u0308": {"age": "1"}}, ["Zo\u00eb", "Bert"]) == {"Zo\u00eb": {"age": "1"}}
    with pytest.raises(SettingsError, match=r"names “Carl”: no viewer.*“Anna”, “Bert”\."):
        groups_of_viewers({"Anna": {}, "Carl": {}}, ["Bert", "Anna"])
