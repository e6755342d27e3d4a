#!/usr/bin/env bash
# PyAV 18.1.0: an object put on several frames as `VideoFrame.opaque` is lost from all of them when the first one goes.
#
# `opaque` is documented as the frame's own data. PyAV keeps the object in a table under its address and takes it out
# again when any frame that carries it is freed, whoever else carries it; the others then say None, without an error.
# Whoever marks frames with a shared value (an enum, a cached record, a small int) must give each an object of its own.
#
# Seen: before "['mark', 'mark']", after the first frame is freed "[None]"; with objects of their own "['mark']".
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import av


def left(marks):
    """What the second of two frames carries once the first is gone."""
    frames = [av.VideoFrame(16, 16, "yuv420p") for _ in marks]
    for frame, mark in zip(frames, marks):
        frame.opaque = mark
    print("before", [str(frame.opaque) for frame in frames])
    del frame, frames[0]
    return frames[0].opaque


class Mark:
    def __str__(self):
        return "mark"


one = Mark()
shared, own = left([one, one]), left([Mark(), Mark()])
print("after, shared:", [shared], "own:", [str(own)])
assert shared is None, "PyAV keeps a shared object now"
assert str(own) == "mark"
PYTHON
