"""A face as a camera sees it: a clip for Chromium's fake camera, made of what an installed package ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
from PIL import Image

from tests.support.clips import CARPHONE, clip

FRAMES = 60
"""Of the man in the car; they are shown forwards and backwards, without a jump."""


def write_mjpeg(path: Path, size: tuple[int, int] = (640, 480)) -> Path:
    """Write the clip as Motion JPEG: JPEGs one after another, as Chromium reads them. Returns `path`."""
    with av.open(str(clip(CARPHONE))) as source:
        frames = [
            Image.fromarray(frame.to_ndarray(format="rgb24"))
            for frame, _ in zip(source.decode(video=0), range(FRAMES), strict=False)
        ]
    there_and_back = [*frames, *reversed(frames)]
    with path.open("wb") as file:
        for frame in there_and_back:
            frame.resize(size).save(file, "JPEG", quality=85)
    return path


def camera_flags(path: Path) -> Sequence[str]:
    """Chromium's flags for a camera that shows the clip at `path` without end."""
    # Chromium's shell without a window has nobody to ask for permission, and refuses without the second flag.
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={path}",
    )
