"""No page keeps people out: axe-core finds no serious or critical fault, in light and dark, wide and narrow; headings
are in order; and everything has a name in words.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from emotion_core.ingest import sample_screening
from emotion_core.library import Library, correct_faces, job_table, people_of_film
from emotion_core.people import name_person
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.app_server import App

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
"""axe-core by Deque, MPL 2.0, as the package brings it."""
FAULTS = "async () => (await axe.run({resultTypes: ['violations']})).violations"
BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 29)"}
"""As in .streamlit/config.toml; the theme follows the system by an event."""
DRAWN_IN = 'background => getComputedStyle(document.querySelector(".stApp")).backgroundColor === background'
HEADINGS = {"heading-order", "page-has-heading-one", "empty-heading"}
"""Rules of good practice that count as well, though axe calls them moderate."""
NAMED_BY_AN_ICON = re.compile(r'- (?:button|link|tab|img|heading) "(?:[a-z0-9_]+ icon|[a-z0-9]+_[a-z0-9_]+)"')
"""In a picture of the accessibility tree: what Streamlit names by the ligature of a Material icon, as "delete icon"."""
SETTLED = 20.0
"""Seconds. The page takes a new theme part by part: on a busy machine its texts follow the background late."""
CROSSED = ((1440, "light"), (800, "dark"))
"""Width in pixels and theme of every run: a fault of one of them shows at one of the two."""
OTHERS = ((1440, "dark"), (800, "light"))
HEIGHT = 1000


def faults(page: Page) -> list[str]:
    """The faults of the page as it is that count, each with the element that it is of."""
    found: list[dict[str, Any]] = page.evaluate(FAULTS)
    return [
        f"{rule['id']}: {node['html'][:200]}: {node['failureSummary'][-200:]}"
        for rule in found
        if rule["impact"] in ("serious", "critical") or rule["id"] in HEADINGS
        for node in rule["nodes"]
    ]


def lasting_faults(page: Page) -> list[str]:
    """The faults of the page once it has settled: those that it has still after SETTLED seconds."""
    until = time.monotonic() + SETTLED
    while (found := faults(page)) and time.monotonic() < until:
        page.wait_for_timeout(500)
    return found


@pytest.mark.parametrize("shown", [CROSSED, OTHERS], ids=["crossed", "others"])
@pytest.mark.parametrize(
    "name", ["library", "queue", "film", "people", "screening", "compare", "versions", "live", "engines", "guide"]
)
def test_axe_finds_nothing_serious(
    name: str,
    shown: tuple[tuple[int, str], ...],
    page: Page,
    app: App,
    library: Library,
    request: pytest.FixtureRequest,
) -> None:
    """The library with its films, the queue with one that failed, a film with a scene open, its people, its audience,
    two cuts, a project's versions, the notice before a camera opens, the engines, and the guide.
    """
    if name == "engines":
        request.getfixturevalue("ipex_tried")
    before, after = library_builder.recut(library)
    screening = sample_screening.make(library, before.id) if name in ("film", "screening") else None
    if name == "people":
        _name_someone(library, before.id)
    if name == "queue":
        _end_badly(library, before.id)
    project = library.add_project("Feature", [before.id, after.id]) if name == "versions" else None
    path, drawn = {
        "library": ("/", page.get_by_role("button", name="Open").first),
        "queue": ("/queue", page.get_by_role("button", name="Analyse again")),
        "film": (f"/film?film={before.id}&scene=1", page.locator(".js-plotly-plot").first),
        "people": (f"/people?film={before.id}", page.get_by_role("button", name="Edit Ann")),
        "screening": (f"/screening?screening={screening and screening.id}", page.locator(".js-plotly-plot").first),
        "compare": (f"/compare?before={before.id}&after={after.id}", page.locator(".js-plotly-plot").first),
        "versions": (
            f"/versions?project={project and project.id}",
            page.get_by_role("region", name="The history of each scene"),
        ),
        "live": (f"/live?film={before.id}", page.get_by_text("Before the camera opens")),
        "engines": ("/engines", page.get_by_role("heading", name="Engines").first),
        "guide": ("/guide", page.locator("img").first),
    }[name]
    page.goto(app.address + path)
    expect(drawn).to_be_visible()
    wait_until_drawn(page)
    if name == "compare":
        page.get_by_text("The same as a table").first.click()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(3)
    if name == "screening":
        for section in ("Viewers (12)", "Take recordings in", "Settings of the numbers"):
            page.get_by_text(section).first.click()
        expect(page.get_by_text("The viewers of these recordings were told this and agreed.")).to_be_visible()
    assert NAMED_BY_AN_ICON.findall(page.locator("body").aria_snapshot()) == []
    page.evaluate(AXE)
    for width, scheme in shown:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal of the two
        page.wait_for_function(DRAWN_IN, arg=BACKGROUND[scheme], polling=200)  # else it asks for 60 pictures a second
        assert lasting_faults(page) == [], f"{width} px, {scheme}"
    if name == "people":
        page.get_by_role("button", name="Edit Ann").click()
        assert lasting_faults(page) == [], "a person's faces"
    if name == "film" and shown == CROSSED:
        found = {part: lasting_faults(page) for part in opened(page)}
        assert not any(found.values()), found


def _end_badly(library: Library, film_id: str) -> None:
    """The film's analysis failed."""
    job = library_builder.queued_job(library, library.scans(film_id)[0])
    with library.database() as database:
        job_table.take_next(database)
        job_table.finish(database, job, "failed", "It is torn. Glue it.")


def _name_someone(library: Library, film_id: str) -> None:
    """Two of the film's faces are Ann and Bob; the others wait."""
    for name in ("Ann", "Bob"):
        (track, *_) = people_of_film(library, film_id).unknown[0].person.tracks
        correct_faces(library, film_id, name_person([track.anchor], name), f"{name} named")


def opened(page: Page) -> Iterator[str]:
    """Open what a film's page holds back, one after the other; gives the name of each once it is there."""
    page.get_by_role("button", name="Table", exact=True).click()
    page.get_by_role("grid", name="Scenes of the film").get_by_role("row").nth(1).click()
    page.get_by_role("button", name="Choose …").click()
    page.get_by_role("button", name="Show as table").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
    page.get_by_role("button", name="Change …").click()
    expect(page.get_by_role("menu")).to_be_visible()
    yield "tables, the form of filters and the menu of changes"
    page.keyboard.press("Escape")
    for name in ("Keys", "Details"):
        page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        yield name
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    yield "the menu of exports"
    page.keyboard.press("Escape")
    for tab in ("Heatmap", "Notes", "Target arc", "How scenes are found"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        wait_until_drawn(page)
        yield tab
