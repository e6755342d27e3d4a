"""The Screening page in a real browser: the audience's charts follow the player, and lead it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from emotion_core.ingest import sample_screening
from emotion_core.library import Library
from tests.browser.charts_page import chart, click, place
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.films import numbered, write_film

FRAMES = 300
CUTS = (100, 200)


def test_the_audience_follows_the_player_and_leads_it(page: Page, address: str, home: Path, films: Path) -> None:
    """While the film plays a line runs over the audience's curves, and the page is not run for it. A click goes to the
    very frame. A group that is switched on is named in the chart, and its numbers are in the table behind it. On the
    film's page the audience lies over the timeline, and the scene's panel leads back.
    """
    library = Library.open(home)
    film = library_builder.timed(library, write_film(films / "screened.mp4", numbered(FRAMES)), CUTS)
    screening = sample_screening.make(library, film.id)
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda payload: sent.append(payload)))  # noqa: PLW0108
    page.goto(f"{address}/screening?film={film.id}&screening={screening.id}")
    player = page.get_by_role("group", name="Player")
    expect(player).to_have_attribute("data-frame", "0")
    curves = chart(page, "audience")
    expect(curves.locator(".head")).to_be_visible()
    wait_until_drawn(page)
    so_far = len(sent)
    player.get_by_role("button", name="Play", exact=True).click()
    while int(player.get_attribute("data-frame") or 0) <= 30:
        page.wait_for_timeout(100)
    assert len(sent) == so_far
    player.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(300)
    frame = int(player.get_attribute("data-frame") or 0)
    assert place(curves, ".head") == pytest.approx(frame / FRAMES, abs=0.02)
    click(page, curves, 150.5 / FRAMES)
    expect(player).to_have_attribute("data-frame", "150")

    wait_until_drawn(page)
    page.get_by_role("button", name="group: row 1 (n = 6)").click()
    expect(curves.locator(".infolayer")).to_contain_text("group: row 1 (n = 6)")
    curves.get_by_role("button", name="Show as table").click()
    expect(curves.get_by_role("columnheader", name="intensity, group: row 1 (n = 6)")).to_be_visible()
    page.get_by_role("tab", name="How this was measured").click()
    expect(page.get_by_text("made by a formula, nobody was filmed").first).to_be_visible()
    page.get_by_role("tab", name="Groups").click()
    expect(page.get_by_text("not compared between groups as engagement").first).to_be_visible()
    page.get_by_role("tab", name="Viewers by time").click()
    chart(page, "audience-viewers")

    page.goto(f"{address}/film?film={film.id}&scene=2")
    timeline = chart(page, "timeline")
    over = timeline.get_by_role("checkbox", name="audience, 12 synthetic viewers")
    dashes = timeline.locator(".scatterlayer path[style*='stroke-dasharray: 5px']")
    expect(over).to_be_checked()
    expect(dashes.first).to_be_attached()
    over.uncheck()
    expect(dashes).to_have_count(0)
    expect(page.locator(".card .audience").first).to_contain_text("12 synthetic viewers")
    page.locator(".panel .audience").get_by_role("link", name="Screening page").click()
    expect(page.get_by_role("group", name="Player")).to_have_attribute("data-frame", "100")
    assert f"screening={screening.id}" in page.url
