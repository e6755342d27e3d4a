"""Rows of ratings that go with a viewer."""

from __future__ import annotations

import pytest

from emotion_core.library.screenings.removal import with_viewer_renamed, without_viewer


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("viewer,rating\nAnna,4\nBert,2\n anna ,1\n", "viewer,rating\nBert,2\n"),
        ('\ufeffA;Viewer;B\r\n4;Anna;"long\r\ntext"\r\n3;Bert;"a ""b"""', '\ufeffA;Viewer;B\r\n3;Bert;"a ""b"""'),
        ("viewer\trating\n", "viewer\trating\n"),
        ("name,rating\nAnna,4\n", "name,rating\nAnna,4\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_only_the_rows_of_the_viewer_go(text: str, rest: str) -> None:
    """Other lines stay as they are, whatever separates the cells; names are compared as those of viewers."""
    assert without_viewer(text, "Anna") == rest


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("viewer,rating\nAnna,4\nBert,2\n anna ,1", 'viewer,rating\n"B, 1",4\nBert,2\n"B, 1",1'),
        ('A;Viewer\r\n"long\r\ntext";Anna\r\n3;Bert', 'A;Viewer\r\n"long\r\ntext";B, 1\r\n3;Bert'),
        ("name,rating\nAnna,4\n", "name,rating\nAnna,4\n"),
    ],
)  # fmt: skip
def test_only_the_name_of_the_viewer_changes(text: str, renamed: str) -> None:
    """A name that holds a delimiter is quoted."""
    assert with_viewer_renamed(text, "Anna", "B, 1") == renamed
