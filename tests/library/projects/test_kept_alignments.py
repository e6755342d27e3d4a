"""What is kept on disk of two films: their alignment, and whether they share footage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion_core import compare
from emotion_core.library import Library
from emotion_core.library.projects import aligned, is_known_to_share, kept_alignments, share_footage
from emotion_core.observations import SoundPrints
from emotion_core.storage import Home
from tests.support import library_builder


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The computations that were made."""
    made: list[str] = []

    def counting(name: str, real: Any) -> Callable[..., Any]:
        def run(*films: Any) -> Any:
            made.append(name)
            return real(*films)

        return run

    for name in ("align", "shares_footage"):
        monkeypatch.setattr(compare, name, counting(name, getattr(compare, name)))
    return made


def test_an_alignment_is_computed_once(tmp_path: Path, counted: list[str]) -> None:
    """Another process finds it as it was; other sound, another version and a damaged file are computed anew."""
    library = Library.open(tmp_path)
    before, after = (library.analysis(film.id) for film in library_builder.recut(library))
    first = aligned(library, before, after)
    assert (first.source >= 0).any()
    again = aligned(Library.open(tmp_path), before, after)
    assert counted == ["align"]
    assert (again.rate, again.steps) == (first.rate, first.steps)
    for name in ("source", "how", "other_sound"):
        assert getattr(again, name).dtype == getattr(first, name).dtype
        assert np.array_equal(getattr(again, name), getattr(first, name))
    aligned(library, before, replace(after, observations=replace(after.observations, sound=SoundPrints.none())))
    aligned(library, after, before)
    assert counted == ["align"] * 3
    (file,) = [file for file in tmp_path.glob("derived/*/with-*") if file.stat().st_mtime_ns == oldest(tmp_path)]
    file.write_bytes(file.read_bytes()[:-40] + b"x" * 40)
    aligned(library, before, after)
    assert counted == ["align"] * 4


def oldest(home: Path) -> int:
    return min(file.stat().st_mtime_ns for file in home.glob("derived/*/with-*"))


def test_what_is_kept_is_bounded_and_goes_with_either_film(
    tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(tmp_path)
    films = library_builder.recut(library)
    before, after = (library.analysis(film.id) for film in films)
    monkeypatch.setattr(kept_alignments, "CAPACITY", 2)
    for _ in range(4):
        seen = after.observations
        scores = replace(seen.scores, layout=np.roll(seen.scores.layout, 1, axis=0))
        after = replace(after, observations=replace(seen, scores=scores))
        aligned(library, before, after)
    scans = tuple(scan.id for film in films if (scan := library.newest_scan(film.id)))
    assert is_known_to_share(library, scans[0], scans[1]) is None
    assert (
        share_footage(library, scans[0], scans[1]) is share_footage(Library.open(tmp_path), scans[0], scans[1]) is True
    )
    assert is_known_to_share(library, scans[0], scans[1]) is True
    assert counted.count("shares_footage") == 1
    folder = Home(tmp_path).analyses(scans[1])
    assert len(list(folder.glob("with-*"))) == 2
    library.delete_film(films[0].id)
    assert not [file.name for file in folder.iterdir() if scans[0] in file.name]
