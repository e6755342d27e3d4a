"""Versions of a film in a real browser: a film that came in becomes one, its scenes' history, any two compared."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from emotion_core.library import Library
from tests.browser.library_page import wait_until_drawn
from tests.support.planted_versions import Piece, in_library


def whole(*takes: int) -> list[Piece]:
    return [(take, 20, 100) for take in takes]


def test_a_film_becomes_a_version_and_any_two_are_compared(
    page: Page, address: str, library: Library, tmp_path: Path
) -> None:
    """The card of the film that came in offers its place in the project; the board then tells each scene's history, a
    version is moved and moved back, and one click on a pair leads to its comparison.
    """
    cuts = in_library(library, tmp_path, whole(0, 1, 2), whole(0, 2), whole(0, 1, 2, 3))
    project = library.add_project("Feature", [film.id for film in cuts[:2]])
    page.goto(address)
    expect(page.get_by_text("Shares footage with")).to_be_visible()
    page.get_by_role("button", name="Add as version 3 of “Feature”").click()
    expect(page.get_by_text("This is version 3 of “Feature” now.")).to_be_visible()
    page.goto(f"{address}/versions?project={project.id}")
    board = page.get_by_role("region", name="The history of each scene")
    row = board.get_by_role("row").filter(has_text="left out in 2, reinstated in 3")
    expect(row.get_by_role("cell")).to_have_text(["therescene 2", "left out", "reinstatedscene 2"])
    expect(board.get_by_role("row")).to_have_count(3)  # with the heads; two scenes never changed
    page.get_by_label("Only scenes that changed").uncheck()
    expect(board.get_by_role("row")).to_have_count(5)
    wait_until_drawn(page)
    page.get_by_role("button", name="Move cut 3.mp4 earlier").click()
    expect(board.get_by_role("columnheader").nth(2)).to_have_text("2cut 3.mp4")
    page.get_by_role("button", name="Undo").click()
    expect(board.get_by_role("columnheader").nth(2)).to_have_text("2cut 2.mp4")
    assert library.project(project.id).films == tuple(film.id for film in cuts)
    page.get_by_role("link", name="Compare version 1 with 3").click()
    expect(page).to_have_url(re.compile(f"/compare\\?before={cuts[0].id}&after={cuts[2].id}"))
    expect(page.get_by_role("heading", name="What the re-cut did")).to_be_visible()
