#!/bin/sh
# PySceneDetect 0.7.2's EDL is not in timecode at NTSC rates, and has cuts one frame early at 25 and 50 frames a second.
#
# It writes the clock's time under “FCM: NON-DROP FRAME”: HH:MM:SS are real seconds, FF the frames since. Non-drop timecode
# counts 24 (30) frames to its second, which at 23.976 (29.97) is a little longer than one: after an hour of film the EDL
# names a frame that lies 86 (108) frames later by timecode. And FF is the whole part of a product of floating-point
# numbers, which falls short of the frame in some places: 2.28 s at 25 frames a second is frame 56, not 57.
#
# Seen: 23.976: 01:00:00:00, which is frame 86400, for frame 86314; 25: 00:00:02:06, which is frame 56, for frame 57;
# 573 of the first 10000 frames at 25 and as many at 50 are one early, none at 24.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scenedetect-headless==0.7.2 opencv-python-headless==4.14.0.94
"$folder/venv/bin/python" - <<'PYTHON'
import io
from fractions import Fraction

from scenedetect import FrameTimecode
from scenedetect.output import write_scene_list_edl


def written(frame, rate):
    """The record in of a scene that begins at `frame`."""
    text = io.StringIO()
    write_scene_list_edl(text, [(FrameTimecode(frame, fps=rate), FrameTimecode(frame + 50, fps=rate))])
    return text.getvalue().splitlines()[-1].split()[-2]


def frame_of(timecode, base):
    hours, minutes, seconds, frames = map(int, timecode.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * base + frames


film = Fraction(24000, 1001)
hour = written(86314, film)
print(f"23.976: {hour}, which is frame {frame_of(hour, 24)}, for frame 86314")
early = {rate: sum(frame_of(written(n, Fraction(rate)), rate) == n - 1 for n in range(10000)) for rate in (24, 25, 50)}
print(f"25: {written(57, Fraction(25))} for frame 57; one frame early of 10000:", early)
assert frame_of(hour, 24) - 86314 == 86
assert written(57, Fraction(25)) == "00:00:02:06"
assert early[24] == 0 and early[25] > 100 and early[50] > 100, early
PYTHON
