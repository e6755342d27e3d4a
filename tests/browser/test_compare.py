"""Both cuts in step on the Compare page, in a real browser: pictures carry the number of their frame in the footage."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from emotion_core.library import Film, Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.films import numbered, write_film
from tests.support.planted_footage import synthetic_takes
from tests.support.player_page import PATIENCE, READ

FOOTAGE = 240
SHOWN = (np.arange(0, 150), np.r_[20:80, 200:220, 80:120])
"""Frames of the footage that each cut shows: the second has 20 new ones between frames 60 and 80."""
CUTS = ((40, 80, 120), (60, 80))


@pytest.fixture(scope="module")
def cuts(home: Path, films: Path) -> tuple[Film, Film]:
    """Two cuts of one footage, browsers play both as they are."""
    pictures, (layouts,) = list(numbered(FOOTAGE)), synthetic_takes(1, FOOTAGE, 4)
    first, second = (
        library_builder.timed(
            Library.open(home),
            write_film(films / f"cut {number}.mp4", (pictures[i] for i in shown)),
            cuts,
            layouts[shown],
        )
        for number, (shown, cuts) in enumerate(zip(SHOWN, CUTS, strict=True))
    )
    return first, second


def shows(page: Page, first: int, second: int) -> None:
    """Both players say that they show these frames of their films, and the pictures on screen are those."""
    players = page.locator(".pair .side")
    for player, frame, shown in zip((players.nth(0), players.nth(1)), (first, second), SHOWN, strict=True):
        expect(player).to_have_attribute("data-frame", str(frame))
        picture(page, player.locator("video"), int(shown[frame]))


def picture(page: Page, video: Locator, number: int) -> None:
    read = -1
    for _ in range(PATIENCE // 100):
        if (read := video.evaluate(READ)) == number and not video.evaluate("video => video.seeking"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the picture on screen is frame {read} of the footage, not {number}")


def test_both_cuts_are_in_step(page: Page, address: str, cuts: tuple[Film, Film]) -> None:
    """Either leads; the other shows the same picture, stands at the splice where it has none, and is in step after both
    played. A change of the list takes both to its place.
    """
    page.goto(f"{address}/compare?before={cuts[0].id}&after={cuts[1].id}")
    state = page.locator(".pair .state")
    first, second = (page.get_by_role("slider", name=f"Place in the {word} film") for word in ("first", "second"))
    expect(second).to_be_enabled()
    wait_until_drawn(page)
    second.fill("30")
    shows(page, 50, 30)
    first.fill("100")
    shows(page, 100, 100)
    second.fill("65")
    shows(page, 79, 65)
    expect(state).to_have_text(
        "Only in the second cut: the first stands at the splice until the second comes to 00:00:03:05."
    )
    page.keyboard.press("ArrowRight")
    expect(page.locator(".pair .side").nth(1)).to_have_attribute("data-frame", "66")
    page.keyboard.press("ArrowDown")
    shows(page, 80, 80)
    expect(state).to_have_text("")
    second.fill("50")
    shows(page, 70, 50)
    page.keyboard.press("l")  # over the new footage, to some frame behind it
    expect(page.locator(".pair .side").nth(1)).to_have_attribute("data-frame", re.compile(r"^(8[5-9]|9\d|1\d\d)$"))
    page.keyboard.press("k")
    page.wait_for_timeout(1_000)  # the last picture comes on screen
    frame = int(page.locator(".pair .side").nth(1).get_attribute("data-frame") or -1)
    shows(page, int(SHOWN[1][frame]), frame)
    second.fill("30")
    page.get_by_label("Offset").fill("3")
    shows(page, 47, 30)
    page.get_by_label("Offset").fill("0")
    page.get_by_label("View").select_option("difference")
    blend = "element => getComputedStyle(element).mixBlendMode"
    assert page.locator(".pair .side .screen").nth(1).evaluate(blend) == "difference"
    changes = page.get_by_role("region", name="Changes")
    changes.get_by_role("button", name="new 1").click()
    expect(changes.get_by_role("button", name="Go to this change")).to_have_count(1)
    changes.get_by_role("button", name="Go to this change").click()
    shows(page, 79, 60)


def test_the_changes_are_taken_away(page: Page, address: str, cuts: tuple[Film, Film]) -> None:
    """The menu has a list for editing tools with each event's old place, and notes to print that open offline."""
    page.goto(f"{address}/compare?before={cuts[0].id}&after={cuts[1].id}")
    wait_until_drawn(page)
    page.get_by_role("button", name="Take changes away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="EDL: the second cut").click()
    assert download.value.suggested_filename == "cut 0-vs-cut 1-changes.edl"
    lines = download.value.path().read_text().splitlines()
    places = [line.split()[1:2] + line.split()[4:] for line in lines if line[:1] == "0"]
    assert places == [
        ["CUT0", "00:00:00:20", "00:00:03:05", "00:00:00:00", "00:00:02:10"],
        ["CUT1", "00:00:02:10", "00:00:03:05", "00:00:02:10", "00:00:03:05"],
        ["CUT0", "00:00:03:05", "00:00:04:20", "00:00:03:05", "00:00:04:20"],
    ]
    with page.expect_download() as download:
        page.get_by_role("button", name="Change notes").click()
    notes = download.value.path().with_suffix(".html")
    download.value.save_as(notes)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(notes.as_uri())
    expect(page.get_by_role("heading", name="What changed: cut 0.mp4 → cut 1.mp4")).to_be_visible()
    assert page.locator(".change").count() >= 3
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert asked == [notes.as_uri()]


LIST = """TITLE: markers of cut 0
FCM: NON-DROP FRAME

001  TAKE     V     C        01:00:00:00 01:00:01:15 00:00:00:00 00:00:01:15
* FROM CLIP NAME: opening
002  TAKE     V     C        01:00:04:20 01:00:06:00 00:00:04:20 00:00:06:00
* FROM CLIP NAME: <b>ending</b>
"""


def test_a_list_is_moved_to_the_other_cut(page: Page, address: str, cuts: tuple[Film, Film]) -> None:
    """The box says what lost its place before the list is taken, and gives the list and what was lost as files."""
    page.goto(f"{address}/compare?before={cuts[0].id}&after={cuts[1].id}")
    wait_until_drawn(page)
    page.get_by_text("Move a list to the new cut").click()
    box = page.get_by_test_id("stExpander").filter(has_text="Move a list to the new cut")
    content = {"name": "old.edl", "mimeType": "text/plain", "buffer": LIST.encode()}
    box.locator("input[type=file]").set_input_files(content)  # type: ignore[arg-type]  # as the stub's FilePayload
    expect(box.get_by_text("0 of 2 entries moved whole, 1 shortened, 1 lost its place.")).to_be_visible()
    with page.expect_download() as download:
        box.get_by_role("button", name="Download the list").click()
    assert download.value.suggested_filename == "old-for-cut 1.edl"
    events = [line for line in download.value.path().read_text().splitlines() if line[:1] == "0"]
    assert events == ["001  TAKE     V     C        01:00:00:20 01:00:01:15 00:00:00:00 00:00:00:20"]
    with page.expect_download() as download:
        box.get_by_role("button", name="Download what changed").click()
    assert "<b>ending</b>" in download.value.path().read_text()
    page.get_by_text("Compare two lists, without films").click()
    lists = page.get_by_test_id("stExpander").filter(has_text="Compare two lists, without films")
    trimmed = LIST.replace("01:00:00:00 01:00:01:15 00:00:00:00", "01:00:00:05 01:00:01:15 00:00:00:05")
    for place, text in ((0, LIST), (1, trimmed)):
        one = {"name": f"{place}.edl", "mimeType": "text/plain", "buffer": text.encode()}
        lists.locator("input[type=file]").nth(place).set_input_files(one)  # type: ignore[arg-type]
    expect(lists.get_by_text("1 clip trimmed, 1 unchanged.")).to_be_visible()
    lists.get_by_role("button", name="Take changes away").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="EDL: the second list").click()
    assert download.value.suggested_filename == "0-vs-1-clips.edl"
    page.get_by_role("button", name="Markers").last.click()
    dialog = page.get_by_role("dialog")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download 1 marker").click()
    assert "trimmed" in download.value.path().read_text()
