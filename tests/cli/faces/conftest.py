"""What the tests of both commands begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.library import Library
from tests.support import library_builder
from tests.support.clips import CARPHONE


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with an analysed film of three scenes, a face in the first and the last."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    library = Library.open(tmp_path / "home")
    library_builder.film(library, CARPHONE, ["happy", None, "sad"])
    return library
