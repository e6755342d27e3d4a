"""The film's page in a browser: its player, and which of the numbered pictures is on screen."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from emotion_core.library import Film
from tests.support.films import BITS

WITHIN = 240_000
"""Milliseconds in which a small proxy is made on a machine that is busy."""
PATIENCE = 90_000
"""Milliseconds that anything on a page may take."""

READ = f"""video => {{
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0);
    let number = 0;
    for (let bit = 0; bit < {BITS}; bit++) {{
        const x = Math.floor((2 * bit + 1) * canvas.width / {2 * BITS});
        const [red, green, blue] = context.getImageData(x, Math.floor(canvas.height / 4), 1, 1).data;
        number = 2 * number + (red + green + blue > 375 ? 1 : 0);
    }}
    return number;
}}"""


def opened(page: Page, address: str, film: Film, **asked: object) -> Locator:
    """The player on a film's page, whose address has what is `asked`: `scene`, `t`, `view`."""
    page.goto(f"{address}/film?{urlencode({'film': film.id, **asked})}")
    player = page.get_by_role("group", name="Player")
    expect(player).to_be_visible(timeout=WITHIN)
    return player


def shows(page: Page, frame: int) -> None:
    """The player says that it shows this frame, and the picture on screen is this frame."""
    expect(page.get_by_role("group", name="Player")).to_have_attribute("data-frame", str(frame))
    video = page.locator("video")
    for _ in range(PATIENCE // 100):
        if (read := video.evaluate(READ)) == frame and not video.evaluate("video => video.seeking"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the picture on screen is frame {read}, not {frame}")


def press(page: Page, name: str) -> None:
    page.get_by_role("group", name="Player").get_by_role("button", name=name, exact=True).click()
