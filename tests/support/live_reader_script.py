"""A live reader without a model, which does what pictures say: `python -m tests.support.live_reader_script [MODEL]`."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict

from emotion_core.errors import CheckpointError, MediaError, error_fields
from emotion_core.live import channel
from emotion_core.live.channel import Kind
from tests.support.live_reading import OPENED


def main() -> None:
    pictures, readings = sys.stdin.buffer, sys.stdout.buffer
    if len(sys.argv) > 1:
        channel.send(readings, Kind.ERROR, error_fields(CheckpointError(f"{sys.argv[1]} is not here.")))
        return
    channel.send(readings, Kind.ACTIVITY, {"doing": "waking up"})
    channel.send(
        readings, Kind.OPENED, {"checkpoint": asdict(OPENED.checkpoint), "engine": asdict(OPENED.engine), "size": None}
    )
    while True:
        try:
            _, _, picture = channel.receive(pictures)
        except channel.ChannelError:
            return
        match picture:
            case b"crash":
                os.abort()
            case b"hang":
                time.sleep(600)
            case b"nonsense":
                readings.write(b"no message at all")
                readings.flush()
                os._exit(0)
            case b"damaged":
                error = MediaError("A picture of the camera cannot be read.")
                channel.send(readings, Kind.ERROR, error_fields(error))
            case _:
                logits = [0.0] * (3 if picture == b"other model" else len(OPENED.checkpoint.labels))
                face = {"box": [80, 60, 160, 120], "why": None}
                channel.send(readings, Kind.READ, {"size": [320, 240], "faces": [face], "viewer": 0, "logits": logits})


if __name__ == "__main__":
    main()
