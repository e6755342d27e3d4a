"""ELAN's format, read back by its package."""

from __future__ import annotations

from pathlib import Path

from pympi import Eaf

from emotion_core.export import FORMATS
from emotion_core.export.elan import TIERS
from tests.support.reported import film


def test_tiers_have_the_scenes_and_only_what_was_seen(tmp_path: Path) -> None:
    """Scenes in milliseconds; a scene without enough faces has its reason, but neither shares nor intensity."""
    file = tmp_path / "report.eaf"
    file.write_bytes(FORMATS["eaf"].write(film()))
    document = Eaf(str(file))
    assert sorted(document.get_tier_names()) == sorted(TIERS)
    scenes = sorted(document.get_annotation_data_for_tier("scene"))
    assert [(start, end) for start, end, *_ in scenes] == [(0, 1000), (1000, 2000), (2000, 4000)]
    assert scenes[0][2] == "Scene 1 · Kitchen & hall"
    expressions = [each[2] for each in sorted(document.get_annotation_data_for_tier("expression"))]
    assert expressions == ["happy", "not enough faces", "mixed: sad, happy"]
    assert [each[:2] for each in sorted(document.get_annotation_data_for_tier("intensity"))] == [
        (0, 1000),
        (2000, 4000),
    ]
    (film_file,) = document.get_linked_files()
    assert film_file["RELATIVE_MEDIA_URL"] == "./cut%20%3C7%3E.mov"
