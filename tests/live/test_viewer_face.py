"""Which face is the viewer's."""

from __future__ import annotations

from emotion_core.faces import DetectedFace
from emotion_core.live.viewer_face import viewers_face, why_left_out

WIDTH, HEIGHT = 320, 240


def face(left: float, side: float = 60.0, score: float = 0.9, top: float = 90.0) -> DetectedFace:
    middle, down = left + side / 2, top + side / 2
    return DetectedFace((left, top, side, side), (middle, down) * 5, score)


def test_the_largest_that_counts() -> None:
    """A larger face that the picture's edge cuts, an unsure and a small one are left out."""
    faces = [face(-70, 120), face(40, 50), face(120, 60), face(200, 70, score=0.65), face(290, 20)]
    assert viewers_face(faces, WIDTH, HEIGHT, None) == 2
    assert [why_left_out(each, WIDTH, HEIGHT) for each in faces] == ["cut", None, None, "unsure", "small"]
    assert viewers_face([face(290, 20)], WIDTH, HEIGHT, None) is None


def test_the_viewer_stays_the_viewer() -> None:
    """Somebody larger who comes into the picture is not read while the viewer is near where they were."""
    faces = [face(30, 50), face(180, 90)]
    near = (60 / WIDTH, 120 / HEIGHT)
    assert viewers_face(faces, WIDTH, HEIGHT, near) == 0
    assert viewers_face(faces[1:], WIDTH, HEIGHT, near) == 0, "the only face is the viewer's, wherever it is"
