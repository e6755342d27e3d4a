"""The one JPEG encoder: of thumbnails, frames on pages and saved frames."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def encode_jpeg(rgb: NDArray[np.uint8], quality: int) -> bytes:
    """A picture, RGB (h, w, 3), as JPEG; `quality` as libjpeg has it, 1 to 100."""
    _, content = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [int(cv2.IMWRITE_JPEG_QUALITY), quality])
    return content.tobytes()
