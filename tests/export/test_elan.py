"""ELAN's format, read back by its package."""

from __future__ import annotations

from pathlib import Path

from pympi import Eaf

from emotion_core.export import FORMATS
from emotion_core.export.elan import TIERS
from tests.support.reported import WRITTEN, film


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


def test_notes_and_targets_have_tiers(tmp_path: Path) -> None:
    """A scene's note is as long as the scene, a frame's as long as the frame, a target as long as its scene."""
    file = tmp_path / "report.eaf"
    file.write_bytes(FORMATS["eaf"].write(film(annotations=WRITTEN)))
    document = Eaf(str(file))
    tiers = {tier: sorted(document.get_annotation_data_for_tier(tier)) for tier in ("target", "scene notes", "notes")}
    assert [each[:3] for each in tiers["scene notes"]] == [(0, 1000, "Slow --> <i>")]
    assert [each[:3] for each in tiers["notes"]] == [(400, 440, "=2+2 twice"), (3960, 4000, "End")]
    assert [each[2] for each in tiers["target"]][:2] == [
        "sad, intensity 0.50: missed, off by 98 points (98–98)",
        "fear: not enough faces",
    ]
