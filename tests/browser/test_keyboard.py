"""Nothing on the film's page needs a mouse: Tab comes to all of it, each with a visible focus, and keys do the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from emotion_core.annotations import Target
from emotion_core.library import Film, Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.films import FILM, numbered, write_film

CONTROLS = """() => {
    window.controls = [];
    const search = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) search(element.shadowRoot);
            if (!element.matches("button, a[href], input, select, textarea, summary, [tabindex='0']")) continue;
            if (element.checkVisibility({visibilityProperty: true})) window.controls.push(element);
        }
    };
    search(document);
    window.focused = () => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element === document.body ? null : element;
    };
    // How an element looks, and what lies around it and beside it: a focus may be shown there.
    window.looks = (element) => {
        const parts = [element.nextElementSibling].filter(Boolean);
        for (let part = element; part && parts.length < 5; part = part.parentElement ?? part.getRootNode().host) {
            parts.push(part);
        }
        return parts.map((part) => [null, "::after"].map((pseudo) => {
            const {outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor, textDecorationLine, color} =
                getComputedStyle(part, pseudo);
            const outline = outlineStyle !== "none" && outlineWidth !== "0px";
            return [outline, boxShadow, borderColor, backgroundColor, textDecorationLine, color].join();
        })).join();
    };
    window.reached = new Map();
}"""
"""Everything on the page that takes the mouse or the keys, in web components too."""
REACHED = """() => {
    const element = window.focused();
    if (element && !window.reached.has(element)) window.reached.set(element, window.looks(element));
    return element !== null;
}"""
"""Note what has the focus now, and how it looks; whether anything has: at its end Tab leaves the page."""
MOST = 150
"""Steps; in a table of Streamlit's, Tab goes from cell to cell."""
MOVED_IN_BY_ARROWS = "[role=tablist], [role=radiogroup], [role=grid], [role=listbox], [role=menu]"
UNREACHED = """moved => window.controls
    .filter((element) => element.isConnected && !element.disabled)
    .filter((element) => !window.reached.has(element) && !element.closest(moved))
    .map((element) => element.outerHTML.slice(0, 200))"""
UNSEEN = """() => {
    window.focused()?.blur();
    return [...window.reached]
        .filter(([element, looks]) => element.isConnected && window.looks(element) === looks)
        .filter(([element]) => element.dataset.testid !== "data-grid-canvas")  // it draws a frame around a cell
        .map(([element]) => element.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def film(home: Path, films: Path) -> Film:
    """A film of 24000/1001 frames a second with three scenes and no face."""
    return library_builder.timed(
        Library.open(home), write_film(films / "keyed.mp4", numbered(60), rate=FILM), cuts=(20, 40)
    )


def test_tab_comes_to_everything_and_keys_draw_targets(page: Page, address: str, home: Path, film: Film) -> None:
    """Tab reaches each control of the page, but those of a group that arrows move in, and shows where it is. On the
    strip of targets arrows go to a scene and set its intensity, the brush is chosen and drawn by keys, and Delete
    erases; the library has it all, and the player has not moved.
    """
    page.goto(f"{address}/film?film={film.id}&scene=2&view=Target+arc")
    player = page.get_by_role("group", name="Player")
    expect(player).to_have_attribute("data-frame", "20")
    strip = page.get_by_role("slider", name="Target of a scene")
    expect(strip).to_be_visible()
    expect(page.locator(".chart[data-kind=timeline] .main-svg").first).to_be_visible()
    wait_until_drawn(page)
    page.evaluate(CONTROLS)
    page.keyboard.press("Tab")
    for _ in range(MOST):
        if not page.evaluate(REACHED):
            break
        page.keyboard.press("Tab")
    assert page.evaluate(UNREACHED, MOVED_IN_BY_ARROWS) == []
    assert page.evaluate(UNSEEN) == []

    strip.focus()
    expect(strip).to_have_attribute("aria-valuetext", "Scene 2 · target: none · read: not enough faces")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    expect(strip).to_have_attribute("aria-valuetext", "Scene 3 · target: intensity 75 % · read: not enough faces")
    expect(strip).to_have_attribute("aria-valuenow", "75")
    page.get_by_role("radio", name="Intensity").focus()
    page.keyboard.press("ArrowRight")
    brush = page.get_by_role("radio", checked=True)
    expect(brush).to_be_focused()
    expression = brush.inner_text()
    strip.focus()
    expect(strip).to_have_attribute("aria-valuetext", "Scene 2 · target: none · read: not enough faces")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    deviations = page.get_by_role("region", name="Scenes by their distance from the target")
    expect(deviations.get_by_role("row")).to_have_count(3)
    expect(deviations).to_contain_text("Scene 3intensity 0.75")
    wait_until_drawn(page)
    targets = Library.open(home).report_settings(film.id).annotations.targets
    assert targets == (Target(20, expression, None), Target(40, None, 0.75))
    expect(player).to_have_attribute("data-frame", "20")
