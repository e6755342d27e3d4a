"""The charts of the Film page, in a real browser: they follow the player, and lead it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from emotion_core.library import Film, Library
from tests.browser.charts_page import chart, click, place
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.films import FILM, numbered, write_film

CUTS = (40, 71, 100)
FRAMES = 140
SECONDS = FRAMES * 1001 / 24000


@pytest.fixture(scope="module")
def film(home: Path, films: Path) -> Film:
    """A film of 24000/1001 frames a second with four scenes."""
    path = write_film(films / "charted.mp4", numbered(FRAMES), rate=FILM)
    return library_builder.timed(Library.open(home), path, CUTS)


def test_charts_follow_the_player_and_lead_it_without_a_run_of_the_page(page: Page, address: str, film: Film) -> None:
    """While the film plays, a line runs over the timeline and the scene on screen is framed in both charts; the page is
    not run for it. A click in the timeline goes to the very frame, one in the heatmap to its scene's first, on either
    axis. Its table has the scenes. What is zoomed in one chart is zoomed in the other.
    """
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(payload)))  # noqa: PLW0108  # Playwright marks handlers
    page.goto(f"{address}/film?film={film.id}&scene=1&view=Heatmap")
    player = page.get_by_role("group", name="Player")
    expect(player).to_have_attribute("data-frame", "0")
    timeline, heatmap = chart(page, "timeline"), chart(page, "heatmap")
    expect(timeline.locator(".head")).to_be_visible()
    wait_until_drawn(page)
    before, so_far = place(timeline, ".head"), len(sent)
    player.get_by_role("button", name="Play", exact=True).click()
    while int(player.get_attribute("data-frame") or 0) <= 45:
        page.wait_for_timeout(100)
    assert len(sent) == so_far
    player.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(300)
    frame = int(player.get_attribute("data-frame") or 0)
    assert before == pytest.approx(0, abs=0.01)
    assert place(timeline, ".head") == pytest.approx(frame / FRAMES, abs=0.02)
    starts = (0, *CUTS, FRAMES)
    scene = sum(cut <= frame for cut in CUTS)
    assert place(timeline, ".scene") == pytest.approx(starts[scene] / FRAMES, abs=0.02)
    assert place(heatmap, ".scene") == pytest.approx(starts[scene] / FRAMES, abs=0.02)

    click(page, timeline, 85.5 / FRAMES)
    expect(player).to_have_attribute("data-frame", "85")
    wait_until_drawn(page)
    expect(player).to_have_attribute("data-frame", "85")
    click(page, heatmap, 50 / FRAMES)
    expect(player).to_have_attribute("data-frame", "40")
    expect(heatmap.locator(".readout")).to_contain_text("Scene 2")
    heatmap.get_by_label("Axis").select_option("scenes")  # with columns of one width
    expect(heatmap.locator(".xtitle")).to_have_text("Scene")
    page.wait_for_timeout(300)
    assert place(heatmap, ".scene") == pytest.approx(1 / 4, abs=0.02)
    click(page, heatmap, 5 / 8)
    expect(player).to_have_attribute("data-frame", "71")

    heatmap.get_by_role("button", name="Show as table").click()
    rows = heatmap.get_by_role("rowheader")
    expect(rows).to_have_text(["Scene 1", "Scene 2", "Scene 3", "Scene 4"])
    zoom_together(page, timeline, heatmap, player)


def zoom_together(page: Page, timeline: Locator, heatmap: Locator, player: Locator) -> None:
    """Zoomed by a key in one chart, both show the same part; a click there is exact too; 0 leads back."""
    whole = timeline.get_attribute("data-drawn") or ""
    timeline.get_by_role("group").focus()
    page.keyboard.press("+")
    for its in (timeline, heatmap):
        expect(its).not_to_have_attribute("data-drawn", whole)
    assert timeline.get_attribute("data-drawn") == heatmap.get_attribute("data-drawn")
    from_second, to_second = map(float, (timeline.get_attribute("data-drawn") or "").split())
    assert to_second - from_second == pytest.approx(SECONDS / 2, abs=0.01)
    frame = int((from_second + to_second) / 2 * 24000 / 1001)
    click(page, timeline, ((frame + 0.5) * 1001 / 24000 - from_second) / (to_second - from_second))
    expect(player).to_have_attribute("data-frame", str(frame))
    page.keyboard.press("0")
    for its in (timeline, heatmap):
        expect(its).to_have_attribute("data-drawn", whole)
    read_by_keys(page, timeline, player)
    by_wheel_and_touch(page, timeline, heatmap, whole)


def read_by_keys(page: Page, timeline: Locator, player: Locator) -> None:
    """From the playhead column by column, each said; Enter goes there."""
    page.keyboard.press("Home")  # the player's: first frame
    expect(player).to_have_attribute("data-frame", "0")
    for scene in ("Scene 1", "Scene 2", "Scene 3"):
        page.keyboard.press("Shift+ArrowRight")
        expect(timeline.get_by_role("status").first).to_contain_text(scene)
        expect(timeline.locator(".column")).to_be_visible()
    page.keyboard.press("Enter")
    expect(player).to_have_attribute("data-frame", "71")


def by_wheel_and_touch(page: Page, timeline: Locator, heatmap: Locator, whole: str) -> None:
    """The wheel zooms at the pointer, and so do two fingers; both charts follow, and the page does not scroll."""
    timeline.scroll_into_view_if_needed()
    area = timeline.locator(".over").bounding_box()
    assert area is not None
    left, y = area["x"] + 1, area["y"] + area["height"] / 2
    page.mouse.move(left, y)
    scrolled = page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    page.mouse.wheel(0, -500)
    for its in (timeline, heatmap):  # each draws its own figure, in either order
        expect(its).not_to_have_attribute("data-drawn", whole)
    from_second, to_second = map(float, (timeline.get_attribute("data-drawn") or "").split())
    assert from_second == pytest.approx(0, abs=0.02)
    assert to_second < SECONDS * 0.9
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == scrolled
    timeline.get_by_role("button", name="Whole film").click()
    expect(heatmap).to_have_attribute("data-drawn", whole)
    fingers = page.context.new_cdp_session(page)
    middle = area["x"] + area["width"] / 2
    for kind, apart in (("touchStart", 50), ("touchMove", 75), ("touchMove", 100), ("touchEnd", 0)):
        points = [{"x": middle + by, "y": y, "id": i} for i, by in enumerate((-apart, apart)) if apart]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(heatmap).not_to_have_attribute("data-drawn", whole)
    expect(timeline).not_to_have_attribute("data-drawn", whole)
    from_second, to_second = map(float, (timeline.get_attribute("data-drawn") or "").split())
    assert to_second - from_second == pytest.approx(SECONDS / 2, rel=0.1)
