"""Face boxes drawn on pictures of frames, a letter a face."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont


@dataclass(frozen=True, slots=True)
class Mark:
    """A face as it is drawn."""

    letter: str
    box: tuple[float, float, float, float]
    """Left, top, width, height in display pixels."""
    colour: str
    """Of its strongest expression, hex."""
    usable: bool
    """A face that does not count is drawn thin and grey."""


_UNUSED = "#9AA0A6"


def draw(picture: bytes, marks: Sequence[Mark], display_width: int) -> bytes:
    """`picture` (JPEG or PNG, of any scale) of a frame `display_width` pixels wide, with its faces marked; JPEG."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    scale = image.width / display_width
    stroke = max(2, round(image.width / 160))
    font = ImageFont.load_default(size=max(11, image.width // 22))
    pen = ImageDraw.Draw(image)
    for mark in marks:
        left, top, width, height = (value * scale for value in mark.box)
        colour = mark.colour if mark.usable else _UNUSED
        pen.rectangle((left, top, left + width, top + height), outline=colour, width=stroke if mark.usable else 1)
        _tag(pen, mark.letter, max(0.0, left), top, colour, font)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _tag(
    pen: ImageDraw.ImageDraw,
    letter: str,
    left: float,
    top: float,
    colour: str,
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
) -> None:
    """The letter on a small plate over the box: on it, it would hide the very face. Inside where there is no room."""
    _, _, right, bottom = pen.textbbox((left + 3, 0), letter, font=font)
    up = top - bottom - 3 if top >= bottom + 3 else max(0.0, top)
    pen.rectangle((left, up, right + 3, up + bottom + 3), fill=colour)
    pen.text((left + 3, up + 1), letter, fill="#101216", font=font)
