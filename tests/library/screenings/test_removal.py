"""Rows of ratings that go with a viewer."""

from __future__ import annotations

import pytest

from emotion_core.library.screenings.removal import without_viewer


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
