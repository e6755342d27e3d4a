"""Read faces on pictures of a camera: `python -m emotion_core.processes.live_reader [CHECKPOINT]`.

Pictures come on standard input and readings leave on standard output, see live.channel. The process is confined before
it opens anything, as the one that runs a model for scans; it writes no picture anywhere. It ends with its input.
"""

from __future__ import annotations

import io
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..errors import EmotionError, MediaError, error_fields, out_of_memory
from ..sandbox import scratch
from . import inference_server

if TYPE_CHECKING:  # imported after confinement: numpy starts threads
    from typing import IO

    import numpy as np
    from numpy.typing import NDArray

    from ..expression.selection import LiveSize
    from ..faces import FaceDetector
    from ..observations import CheckpointIdentity
    from ..scan.model_choice import ModelChoice
    from ..scan.model_thread import Model


def serve(pictures: IO[bytes], readings: IO[bytes], checkpoint: str | None) -> None:
    """Open the model, then answer one picture after another until `pictures` ends."""
    from ..live import channel
    from ..live.channel import ChannelError, Kind

    try:
        reader = PictureReader(checkpoint, lambda doing: channel.send(readings, Kind.ACTIVITY, {"doing": doing}))
    except EmotionError as error:
        channel.send(readings, Kind.ERROR, error_fields(error))
        return
    except MemoryError:
        channel.send(readings, Kind.ERROR, error_fields(out_of_memory("The model")))
        return
    opened = {
        "checkpoint": asdict(reader.checkpoint),
        "engine": asdict(reader.model.engine.identity),
        "size": None if reader.size is None else asdict(reader.size),
    }
    channel.send(readings, Kind.OPENED, opened)
    while True:
        try:
            _, fields, jpeg = channel.receive(pictures)
        except ChannelError:
            return
        try:
            channel.send(readings, Kind.READ, reader.read(jpeg, fields.get("near")))
        except MediaError as error:
            channel.send(readings, Kind.ERROR, error_fields(error))


class PictureReader:
    """A face detector and a model for single faces."""

    def __init__(self, checkpoint: str | None, say: Any) -> None:
        """`say` is called with what opening does, in words. Raises EmotionError."""
        import cv2

        from ..faces import open_detector
        from ..scan import model_choice
        from ..settings import ScanSettings
        from ..system import memory_limits

        cv2.setNumThreads(1)
        self._settings = settings = ScanSettings(checkpoint=checkpoint)
        self._detector: FaceDetector = open_detector(settings.detection_width, settings.min_face_px)
        choice, self.checkpoint, self.size = _choice(settings.checkpoint, settings.batch, say)
        self.model: Model = model_choice.build(choice)
        memory_limits.release_freed()
        self._warm_up()

    def _warm_up(self) -> None:
        """Run both networks once: the first run of each takes much longer than all others."""
        import numpy as np

        grey = np.full((240, 320, 3), 128, dtype=np.uint8)
        self._detector.find(grey)
        for _ in range(3):
            self.model.engine.logits([grey[:96, :96].copy()])

    def read(self, jpeg: bytes, near: Any) -> dict[str, Any]:
        """The words of a READ message. Raises MediaError where the bytes are no picture that may come."""
        from ..faces import level_crop
        from ..live.viewer_face import viewers_face, why_left_out

        rgb = decoded(jpeg)
        height, width = rgb.shape[:2]
        faces = self._detector.find(rgb)
        place = (float(near[0]), float(near[1])) if near else None
        viewer = viewers_face(faces, width, height, place)
        logits: list[float] = []
        if viewer is not None:
            face = level_crop(rgb, faces[viewer], self._settings.crop_scale)
            logits = self.model.engine.logits([face])[0].astype(float).tolist()
        return {
            "size": [width, height],
            "faces": [{"box": face.box, "why": why_left_out(face, width, height)} for face in faces],
            "viewer": viewer,
            "logits": logits,
        }


def _choice(checkpoint: str | None, batch: int, say: Any) -> tuple[ModelChoice, CheckpointIdentity, LiveSize | None]:
    """As model_choice.choose, for single faces. The scan lock is held for trials: beside an analysis none is kept.
    The checkpoint of the choice may read at fewer pixels; its own identity and the size are told beside it.
    """
    from ..expression import checkpoints
    from ..expression.engines.smaller_input import at_side
    from ..expression.selection import choose, choose_live, trial_store
    from ..scan.model_choice import ModelChoice
    from ..system import thread_budget

    loaded = checkpoints.load(checkpoints.locate(checkpoint))
    threads = thread_budget(parameters=loaded.parameters).inference
    default = choose("default", loaded, batch=batch, threads=threads, say=say)
    live = choose_live(default, loaded, batch=batch, threads=threads, say=say)
    sized = at_side(loaded, live.side) if live.side else loaded
    # Read one face at a time, it is not padded to a scan's batch.
    return ModelChoice(sized, live.engine, 1, threads, trial_store.machine()), loaded.identity, live.size


def decoded(jpeg: bytes) -> NDArray[np.uint8]:
    """A JPEG as RGB (h, w, 3). Raises MediaError for other formats, damage, and sides beyond channel.PICTURE_SIDE."""
    import numpy as np
    from PIL import Image

    from ..live import channel

    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            if max(picture.size) > channel.PICTURE_SIDE:
                raise MediaError(
                    f"A picture of the camera has {picture.width} x {picture.height} pixels.",
                    f"At most {channel.PICTURE_SIDE} a side are read.",
                )
            return np.asarray(picture.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError("A picture of the camera cannot be read.", "It is left out.") from error


def _main(checkpoint: str | None) -> None:
    readings = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no message
    inference_server.confine(checkpoint, background=False, takes_turns=True)
    serve(sys.stdin.buffer, readings, checkpoint)


if __name__ == "__main__":
    _main(sys.argv[1] if len(sys.argv) > 1 else None)
    scratch.empty_temporary_folder()
    os._exit(0)  # unloading the engines takes seconds
