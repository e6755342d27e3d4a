"""Matched scenes of two films come back from disk whole, and are matched again where anything they say may differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core import compare
from emotion_core.analysis import Analysis
from emotion_core.compare import SceneChange
from emotion_core.library import Library
from emotion_core.library.projects import aligned, paired_scenes
from tests.support import library_builder


def test_scenes_are_matched_once_and_again_where_they_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matched: list[tuple[SceneChange, ...]] = []
    real = compare.pair

    def counting(*given: Analysis | compare.AlignmentMap) -> tuple[SceneChange, ...]:
        matched.append(real(*given))  # type: ignore[arg-type]
        return matched[-1]

    monkeypatch.setattr(compare, "pair", counting)
    library = Library.open(tmp_path)
    before, after = (library.analysis(film.id) for film in library_builder.recut(library))
    shared = aligned(library, before, after)
    first = paired_scenes(library, before, after, shared)
    assert paired_scenes(Library.open(tmp_path), before, after, shared) == first
    assert len(matched) == 1
    assert any(scene.delta and scene.intervals and scene.shared for scene in first)
    renamed = replace(after, scenes=(replace(after.scenes[0], coverage=0.5), *after.scenes[1:]))
    assert paired_scenes(library, before, renamed, shared) == real(before, renamed, shared)
    for file in tmp_path.glob("derived/*/scenes-*.json"):
        file.write_bytes(file.read_bytes()[:-9])
    assert paired_scenes(library, before, after, shared) == first
    assert len(matched) == 3
