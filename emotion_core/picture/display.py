"""A decoded frame as a viewer sees it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..decoding.decoder import Frame
from ..media.frame_shape import media_of
from ..media.media import Media
from . import tone_mapping
from .deinterlace import deinterlaced


def display_rgb(frame: Frame, media: Media, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """The picture as a viewer sees it, RGB (display_height, display_width, 3), in the frame's own display pixels.

    `media` are the film's facts; frame_shape.media_of says which are others for this frame. `size` is another width
    and height, pixels, of the picture before it is turned.

    Deinterlaced, HDR and log brought to a plain display's range, pixel aspect, mirror and rotation applied. It
    hangs on this one frame alone, however it was found.
    """
    media = media_of(frame.picture, media)
    width, height = size or (round(media.width * media.pixel_aspect), media.height)
    whole = deinterlaced(frame.picture, media.field_order)
    picture = tone_mapping.shown(whole, media.transfer, width, height)
    if picture is None:
        # On one thread: FFmpeg's scaler would wait for cores that the decoder keeps busy.
        plain = whole.to_ndarray(width=width, height=height, format="rgb24", interpolation="BILINEAR", threads=1)
        picture = plain.astype(np.uint8, copy=False)
    upright = picture[:, ::-1] if media.mirrored else picture
    return np.ascontiguousarray(np.rot90(upright, media.rotation // 90))
