"""The sample screening: synthetic viewers, called so, over an analysed film."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.errors import LibraryError
from emotion_core.ingest import sample_screening
from emotion_core.library import Library, kept_numbers, numbers_key
from tests.support import library_builder


def test_the_sample_is_synthetic_and_has_numbers(tmp_path: Path) -> None:
    """All viewers are synthetic in name and kind, none has a consent; a second sample is refused. The numbers are kept
    until a viewer changes.
    """
    library = Library.open(tmp_path)
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = sample_screening.make(library, film.id)
    assert "synthetic" in screening.name
    viewers = library.viewers(screening.id)
    assert len(viewers) == sample_screening.VIEWERS
    assert {(viewer.kind, viewer.consent) for viewer in viewers} == {("synthetic", None)}
    assert all(viewer.name.startswith("Synthetic") for viewer in viewers)
    with pytest.raises(LibraryError, match="already"):
        sample_screening.make(library, film.id)
    key = numbers_key(library, screening.id)
    numbers = kept_numbers(library, screening.id, key)
    assert kept_numbers(library, screening.id, key) is numbers
    assert [group.viewers for group in numbers.summary.groups[0].groups] == [6, 6]
    library.set_viewer_groups(viewers[0].id, {"group": "row 2"})
    assert numbers_key(library, screening.id) != key
    assert kept_numbers(library, screening.id).summary.groups[0].groups[0].viewers == 5
