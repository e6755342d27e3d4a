"""Small pictures within a page."""

from __future__ import annotations

import base64
import io


def data_address(content: bytes, size: tuple[int, int]) -> str:
    """A JPEG as a data address, at most `size` (width, height) pixels large."""
    from PIL import Image

    small = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        image.thumbnail(size)
        image.convert("RGB").save(small, "JPEG", quality=75)
    return "data:image/jpeg;base64," + base64.b64encode(small.getvalue()).decode()
