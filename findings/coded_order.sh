#!/usr/bin/env bash
# PyAV 18.1.0 (FFmpeg 8.1.2): H.264 with B-frames read out of AVI and MXF.
#
# One expects frames in the order shown with rising presentation times, or, of a container that keeps none, with none.
# Frames come in the order shown, and each carries a time: that of its place in the order coded. The times are a
# permutation of the right ones, so a reader that drops frames "out of order" loses two frames of five.
#
# Output seen:
#   mp4: 0 1 2 3 4 5 6 7 8 9
#   avi: 1 4 3 5 2 8 7 9 6 12
#   mxf: 0 3 2 4 1 7 6 8 5 11
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet av==18.1.0 numpy
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
from fractions import Fraction

import av
import numpy as np

expected = {
    "mp4": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    "avi": [1, 4, 3, 5, 2, 8, 7, 9, 6, 12],
    "mxf": [0, 3, 2, 4, 1, 7, 6, 8, 5, 11],
}
seen = {}
for kind in expected:
    with av.open(f"film.{kind}", "w") as container:
        parameters = "b-adapt=0:bframes=3:b-pyramid=normal:scenecut=0:keyint=25:log-level=none"
        stream = container.add_stream("libx264", rate=25, options={"x264-params": parameters})
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(np.full((192, 320, 3), 5 * number, dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with av.open(f"film.{kind}") as container:
        frames = [(frame, float(frame.to_ndarray(format="gray").mean())) for frame in container.decode(video=0)]
    assert len(frames) == 50
    assert [level for _, level in frames] == sorted(level for _, level in frames), "not in the order shown"
    seen[kind] = [round(frame.pts * frame.time_base * 25) for frame, _ in frames[:10]]
    print(f"{kind}:", *seen[kind])
sys.exit(seen != expected)
PYTHON
