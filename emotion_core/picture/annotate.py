"""Face boxes drawn on a picture, each with a small plate of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont


@dataclass(frozen=True, slots=True)
class FaceMark:
    """A face as it is drawn."""

    box: tuple[float, float, float, float]
    """Left, top, width, height in pixels of the picture."""
    text: str
    colour: str
    """Of box and plate, hex."""
    line: int
    """Width of the box's line in pixels of the picture."""


def draw_face_marks(image: Image.Image, marks: Sequence[FaceMark], *, font_size: int, padding: int, gap: int) -> None:
    """Draw `marks` on an RGB image, in place.

    A plate lies `gap` pixels above its box, so that it does not hide the face; inside it where there is no room above.
    A plate extends `padding` pixels beyond its text.
    """
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=font_size)
    for mark in marks:
        left, top, width, height = mark.box
        pen.rectangle((left, top, left + width, top + height), outline=mark.colour, width=mark.line)
        _, _, text_width, text_height = pen.textbbox((0, 0), mark.text, font=font)
        x = min(max(0, left), max(0, image.width - text_width))
        plate_height = text_height + padding
        y = top - plate_height - gap if top > plate_height + gap else max(0, top) + gap
        pen.rectangle((x, y, x + text_width + 2 * padding, y + plate_height), fill=mark.colour)
        pen.text((x + padding, y), mark.text, fill=_readable_on(mark.colour), font=font)


def _readable_on(colour: str) -> str:
    """Black or white, by the luma of `colour` (Rec. 601 weights)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#FFFFFF"
