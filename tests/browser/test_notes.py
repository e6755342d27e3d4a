"""Notes and targets on the Film page, in a real browser: typed, kept, and a way to their frames."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from emotion_core.annotations import Note, Target
from emotion_core.library import Film, Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.films import FILM, numbered, write_film


@pytest.fixture(scope="module")
def film(home: Path, films: Path) -> Film:
    """A film of 24000/1001 frames a second with three scenes and no face."""
    return library_builder.timed(
        Library.open(home), write_film(films / "noted.mp4", numbered(100), rate=FILM), cuts=(40, 71)
    )


def test_notes_and_targets_are_typed_and_kept(page: Page, address: str, home: Path, film: Film) -> None:
    """A note typed at a picture is there after the page is opened anew, as text, and a click on it seeks its frame.
    Changed, it has the new text; a note about the scene is beside it. Targets set for all scenes are listed.
    """
    page.goto(f"{address}/film?film={film.id}&scene=2&view=Notes")
    notes = page.get_by_role("region", name="Notes")
    field = notes.get_by_label("Note at 00:00:01:16, frame 40")
    field.fill("<b>Too early</b>")
    field.press("Enter")
    expect(notes.get_by_text("<b>Too early</b>", exact=True)).to_be_visible()
    expect(notes.locator("textarea")).to_have_value("")
    notes.get_by_role("button", name="Change the note at 00:00:01:16").click()
    notes.get_by_label("Text of the note").fill("Late")
    notes.get_by_label("Text of the note").press("Enter")
    expect(notes.get_by_text("Late", exact=True)).to_be_visible()
    stored = Library.open(home)
    assert stored.report_settings(film.id).annotations.notes == (Note(40, "Late"),)

    page.goto(f"{address}/film?film={film.id}&scene=1&view=Notes")
    wait_until_drawn(page)
    player = page.get_by_role("group", name="Player")
    expect(player).to_have_attribute("data-frame", "0")
    notes.get_by_role("button", name="00:00:01:16 · scene 2").click()
    expect(player).to_have_attribute("data-frame", "40")
    page.keyboard.press("Home")
    expect(player).to_have_attribute("data-frame", "0")
    page.locator(".chart[data-kind=timeline] .flag[data-frame='40']").click()  # the note's on the timeline
    expect(player).to_have_attribute("data-frame", "40")

    page.get_by_role("tab", name="Target arc").click()
    page.get_by_role("button", name="Several scenes at once").click()
    page.get_by_label("Target intensity, %").fill("60")
    page.get_by_role("button", name="Set", exact=True).click()
    ranking = page.get_by_role("region", name="Scenes by their distance from the target")
    expect(ranking.get_by_role("row").nth(3)).to_contain_text("Scene 3intensity 0.60not enough faces")
    ranking.get_by_role("button", name="Scene 3").click()
    expect(player).to_have_attribute("data-frame", "71")
    targets = tuple(Target(scene, None, 0.6) for scene in (0, 40, 71))
    assert Library.open(home).report_settings(film.id).annotations.targets == targets
