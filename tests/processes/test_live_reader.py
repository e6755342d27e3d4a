"""The process that reads a camera's pictures: confined, and with no picture that may not come."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emotion_core.errors import MediaError
from emotion_core.live.channel import PICTURE_SIDE
from emotion_core.processes import live_reader
from emotion_core.sandbox import landlock
from tests.support.repository import ROOT


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 100, 50)).save(buffer, kind)
    return buffer.getvalue()


def test_a_jpeg_becomes_rgb() -> None:
    """Height, width and channels; grey pictures have three channels too."""
    rgb = live_reader.decoded(picture(320, 240))
    assert rgb.shape == (240, 320, 3)
    np.testing.assert_allclose(rgb[0, 0], (200, 100, 50), atol=3)


@pytest.mark.parametrize(
    ("jpeg", "message"),
    [
        (b"", "cannot be read"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "cannot be read"),
        (picture(320, 240)[:400], "cannot be read"),
        (picture(32, 24, "PNG"), "cannot be read"),
        (picture(PICTURE_SIDE + 1, 8), "1281 x 8 pixels"),
    ],
    ids=["empty", "noise", "cut off", "PNG", "too wide"],
)
def test_what_is_no_such_picture_is_refused(jpeg: bytes, message: str) -> None:
    """One clear message each; a PNG is not even looked into."""
    with pytest.raises(MediaError, match=message):
        live_reader.decoded(jpeg)


CONFINED = """
import os, sys
from pathlib import Path
from emotion_core.processes import inference_server, live_reader
heavy = {"numpy", "cv2", "torch", "openvino", "av", "PIL.Image"} & set(sys.modules)
assert (len(os.listdir("/proc/self/task")), heavy) == (1, set()), heavy
from emotion_core.storage import Home, home, try_lock
assert inference_server.confine("embedded", background=False, takes_turns=True)
with try_lock(Home(home()).scan_lock) as undisturbed:
    assert undisturbed
assert os.nice(0) == int(sys.argv[2])
for path in (Path(sys.argv[1]), Path(sys.argv[1]).parent / "new.jpeg"):
    try:
        path.open("ab")
    except PermissionError:
        continue
    raise AssertionError(f"{path} can be written")
"""


@pytest.mark.skipif(not landlock.version(), reason="there is no Landlock")
def test_it_is_confined_before_it_has_threads(tmp_path: Path) -> None:
    """It can write no file beside the engines' own and the lock of trials, which would not be stored otherwise; and it
    is as urgent as the app: somebody waits.
    """
    import os

    (tmp_path / "home").mkdir()
    outside = tmp_path / "outside.bin"
    outside.touch()
    command = [sys.executable, "-c", CONFINED, str(outside), str(os.nice(0))]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "EMOTION_HOME": str(tmp_path / "home")})
