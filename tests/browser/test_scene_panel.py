"""The panel of the current scene and the faces over the playing picture, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from emotion_core.library import Film, Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.app_server import App
from tests.support.clips import BIKES


@pytest.fixture
def film(library: Library) -> Film:
    """Six scenes of 30 frames at 25 a second: one without faces, one black."""
    return library_builder.film(library, BIKES, ["happy", "sad", None, "black", "fear", "sad"])


def opened(page: Page, app: App, film: Film, scene: int) -> Locator:
    """The panel of a film's page opened at a scene."""
    page.goto(f"{app.address}/film?film={film.id}&scene={scene}")
    panel = page.get_by_role("region", name="Current scene")
    expect(panel.get_by_role("heading", name=f"Scene {scene}")).to_be_visible()
    wait_until_drawn(page)
    return panel


def refuse_once(page: Page, pattern: str) -> list[str]:
    """Answer the first of these requests as where its link has expired; the addresses that were asked for."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=403, body="This link has expired.")
        else:
            route.continue_()

    page.route(pattern, answer)
    return asked


def test_the_panel_follows_without_a_run_of_the_page(page: Page, app: App, library: Library, film: Film) -> None:
    """Its buttons, and the film as it plays, change its numbers and frames by themselves, also after its link was
    refused. A frame's picture leads the player there; its details have each face's probabilities and its full picture,
    and split the scene.
    """
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(payload)))  # noqa: PLW0108  # Playwright marks handlers
    refused = refuse_once(page, "**/api/film/*/samples*")
    panel = opened(page, app, film, 1)
    player = page.get_by_role("group", name="Player")
    expect(panel.locator(".leading")).to_contain_text("happy 70 %")
    expect(panel.locator(".tile")).to_have_count(3)
    expect(panel.locator(".notice")).to_be_hidden()
    assert len({url.split("/")[5] for url in refused[:2]}) == 2  # another link
    expect(panel.locator(".tile img")).to_have_count(3)
    page.evaluate("performance.clearResourceTimings()")
    panel.get_by_role("button", name="Next scene").click()
    expect(panel.get_by_role("heading", name="Scene 2")).to_be_visible()
    expect(panel.locator(".leading")).to_contain_text("sad 70 %")
    expect(player).to_have_attribute("data-frame", "30")
    octets = page.evaluate(
        "performance.getEntriesByType('resource').reduce((sum, each) => sum + each.encodedBodySize, 0)"
    )
    assert octets < 100_000
    panel.get_by_role("button", name="Next scene").click()
    expect(panel.locator(".leading")).to_have_text("Not enough faces")
    expect(panel.locator(".bars li")).to_have_count(0)
    panel.get_by_role("button", name="Next scene").click()
    expect(panel.locator(".leading")).to_have_text("Black")
    page.wait_for_timeout(1000)  # Python has been told where the film rests
    so_far = len(sent)
    player.get_by_role("button", name="Play", exact=True).click()
    expect(panel.get_by_role("heading", name="Scene 5")).to_be_visible()
    assert len(sent) == so_far
    page.keyboard.press("k")

    panel.get_by_role("button", name="Go to 00:00:05:10").click()
    expect(player).to_have_attribute("data-frame", "135")
    expect(panel.locator(".tile.now")).to_have_count(1)
    panel.get_by_role("button", name="Details of 00:00:05:10").click()
    details = page.get_by_role("dialog", name="Details")
    expect(details.get_by_role("heading")).to_have_text("00:00:05:10 · frame 135")
    expect(details.get_by_role("row")).to_have_count(2)
    expect(details.get_by_role("cell", name="70 %")).to_be_visible()
    details.get_by_role("button", name="Full picture").click()
    full = details.get_by_role("img", name="The full picture of frame 135")
    expect(full).to_be_visible()
    assert full.evaluate("image => image.naturalWidth") == film.media.display_width
    details.get_by_role("button", name="Split here").click()
    expect(panel.get_by_role("heading", name="Scene 6")).to_be_visible()
    assert [row.scene.frame_in for row in library.analysis(film.id).scenes][4:] == [120, 135, 150]


PLACES = """([layer, video]) => {
    const screen = video.getBoundingClientRect();
    return [...layer.querySelectorAll(".face")].map((face) => {
        const box = face.getBoundingClientRect();
        return [box.left - screen.left, box.top - screen.top, box.width, box.height];
    });
}"""
"""Left, top, width and height of the boxes over the picture, from the video element's corner."""


def boxes(page: Page) -> list[list[float]]:
    """As PLACES has them, of the player's video."""
    player = page.get_by_role("group", name="Player")
    handles = [player.locator(selector).element_handle() for selector in (".faces", "video")]
    found: list[list[float]] = page.evaluate(PLACES, handles)
    return found


def test_faces_are_drawn_over_the_picture_in_their_place(page: Page, app: App, film: Film) -> None:
    """On a sampled frame its boxes lie where the scan found the faces, at any size; one that does not count is grey.
    Between samples they fade, in a scene without faces there are none, and the choice is remembered.
    """
    opened(page, app, film, 1)
    player = page.get_by_role("group", name="Player")
    slider, layer = player.get_by_role("slider"), player.locator(".faces")
    page.keyboard.press("f")
    expect(player.get_by_role("button", name="Faces")).to_have_attribute("aria-pressed", "true")
    slider.fill("5")
    expect(layer.locator(".face")).to_have_count(2)
    expect(layer.locator(".face:not(.left-out)")).to_have_text("B happy 70 %")
    expect(layer).to_have_css("opacity", "1")
    for width in (1440, 800):
        page.set_viewport_size({"width": width, "height": 1000})
        video = player.locator("video").bounding_box()
        assert video is not None
        across, down = film.media.display_width, film.media.display_height
        scale = min(video["width"] / across, video["height"] / down)
        left, top = (video["width"] - across * scale) / 2, (video["height"] - down * scale) / 2
        wanted = [
            [left, top + 30 * scale, 35 * scale, 40 * scale],
            [left + 40 * scale, top + 30 * scale, 40 * scale, 40 * scale],
        ]
        page.wait_for_timeout(200)
        for box, place in zip(boxes(page), wanted, strict=True):
            assert box == pytest.approx(place, abs=1)
    slider.fill("8")
    expect(player).to_have_attribute("data-frame", "8")
    assert 0 < float(layer.evaluate("layer => getComputedStyle(layer).opacity")) < 1
    slider.fill("65")  # no face there
    expect(layer.locator(".face")).to_have_count(0)
    page.reload()
    expect(player.get_by_role("button", name="Faces")).to_have_attribute("aria-pressed", "true")
    slider.fill("15")
    expect(layer.locator(".face")).to_have_count(1)
