"""Convert a decoded frame to the picture that a viewer sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..decoding import Frame
from ..media import Media, media_at_frame
from . import tone_mapping
from .deinterlace import deinterlace_frame


def display_rgb(frame: Frame, media: Media, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """The frame as a viewer sees it, RGB (display_height, display_width, 3), in the frame's own display pixels.

    It is deinterlaced, HDR and log are brought to a plain display's range, and pixel aspect, mirror and rotation are
    applied. The result depends on this frame alone. `media` are the film's facts; `size` replaces width and height,
    pixels, before the rotation.
    """
    media = media_at_frame(frame.picture, media)
    width, height = size or (round(media.width * media.pixel_aspect), media.height)
    progressive = deinterlace_frame(frame.picture, media.field_order)
    picture = tone_mapping.tone_map(progressive, media.transfer, width, height)
    if picture is None:
        # A single thread, since FFmpeg's scaler would wait for cores that the decoder keeps busy.
        plain = progressive.to_ndarray(width=width, height=height, format="rgb24", interpolation="BILINEAR", threads=1)
        picture = plain.astype(np.uint8, copy=False)
    upright = picture[:, ::-1] if media.mirrored else picture
    return np.ascontiguousarray(np.rot90(upright, media.rotation // 90))
