"""An editor's way through the app, in a real browser on real footage. The tests build on each other, in order."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from emotion_core.jobs import scans
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library.library import Library
from tests.browser.conftest import PATIENCE
from tests.clips import BIKES, BIKES_CUTS, CARPHONE, clip

ANALYSED_WITHIN = 240_000
"""Milliseconds; ten seconds of small pictures, on a machine that may be busy."""


def row(page: Page, name: str) -> Locator:
    """A film's box on the Library page."""
    return page.locator("[class*='st-key-film-']").filter(has_text=name)


def opened(page: Page, address: str, name: str) -> None:
    """The page of a film that was analysed before."""
    page.goto(address)
    row(page, name).get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    at_rest(page)


def upload(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    page.locator("input[type=file]").set_input_files(path)


def timeline(page: Page) -> Locator:
    return page.locator(".js-plotly-plot").first


def clicked(page: Page, chart: Locator, across: float, down: float) -> None:
    """A click in a chart, at shares of its width and height, once it shows what lies there: before, it takes none."""
    for attempt in range(PATIENCE // 500):
        box = chart.bounding_box()
        assert box is not None
        at = box["x"] + box["width"] * across + attempt % 2, box["y"] + box["height"] * down
        page.mouse.move(*at)
        page.wait_for_timeout(500)
        if chart.locator(".hoverlayer > *").count():
            page.mouse.click(*at)
            return
    raise AssertionError("the chart never answered the pointer")


def at_rest(page: Page) -> None:
    """Until the page is drawn: a click while it moves under the pointer goes astray."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def table(content: Path) -> list[dict[str, str]]:
    """The rows of a downloaded CSV."""
    text = content.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", [BIKES, CARPHONE])
def test_a_film_dropped_in_is_analysed(page: Page, address: str, name: str) -> None:
    """A clip is uploaded, its progress is shown, and at the end it can be opened."""
    upload(page, address, clip(name))
    expect(row(page, name).get_by_role("progressbar")).to_be_visible()
    expect(row(page, name).get_by_role("button", name="Open")).to_be_visible(timeout=ANALYSED_WITHIN)


def test_the_timeline_shows_every_expression(page: Page, address: str) -> None:
    """The film's page has a chart with a row for each of the seven labels."""
    opened(page, address, BIKES)
    chart = timeline(page)
    expect(chart).to_be_visible()
    for label in REFERENCE_LABELS:
        expect(chart.locator(".annotation", has_text=label).first).to_be_visible()


def test_the_csv_can_be_downloaded_and_read(page: Page, address: str, tmp_path: Path) -> None:
    """The report has a row a scene: whole frames from the first to the last, in order, and the model that was used."""
    opened(page, address, BIKES)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "bikes-emotion-report.csv"
    download.value.save_as(tmp_path / "report.csv")
    rows = table(tmp_path / "report.csv")
    assert [int(r["frame_in"]) for r in rows[1:]] == [int(r["frame_out"]) for r in rows[:-1]]
    assert (rows[0]["frame_in"], rows[-1]["frame_out"]) == ("0", "250")
    assert {int(r["frame_in"]) for r in rows[1:]} <= set(BIKES_CUTS)
    assert len(rows) >= 4
    assert {r["model"] for r in rows} == {"embedded"}
    for scene in rows:
        shares = [scene[label] for label in REFERENCE_LABELS]
        assert all(shares) or not any(shares)
        if all(shares):
            assert sum(float(share) for share in shares) == pytest.approx(1, abs=0.001)


def test_a_click_on_the_timeline_shows_the_frames_behind_it(page: Page, address: str) -> None:
    """Clicking in the chart picks the scene there, puts it into the address and shows its frames."""
    opened(page, address, CARPHONE)
    clicked(page, timeline(page), 0.6, 0.5)
    expect(page.get_by_role("heading", name="Scene 1")).to_be_visible()
    assert "scene=1" in page.url
    expect(page.get_by_test_id("stImage").first).to_be_visible()


def test_the_full_picture_is_read_out_of_the_original(page: Page, address: str) -> None:
    """Asked for, a frame is shown in full, out of the film's own bytes."""
    opened(page, address, CARPHONE)
    page.goto(page.url + "&scene=1")
    page.get_by_role("button", name="Details").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Full picture").click()
    expect(dialog.get_by_test_id("stImage")).to_be_visible()


def test_a_scene_is_corrected_and_all_of_it_undone(page: Page, address: str, tmp_path: Path) -> None:
    """Beside its frames a scene is named and merged with the next; the CSV follows; undone after a reload, it is again
    what it was, byte for byte.
    """

    def report(name: str) -> Path:
        with page.expect_download() as download:
            page.get_by_role("button", name="Download CSV").click()
        download.value.save_as(tmp_path / name)
        return tmp_path / name

    opened(page, address, BIKES)
    page.goto(page.url + "&scene=2")
    before = report("before.csv")
    page.get_by_text("Correct this scene").click()
    page.get_by_role("textbox", name="Name").fill("The *race*")
    page.get_by_role("textbox", name="Name").press("Enter")
    expect(page.get_by_role("heading", name="Scene 2 · The *race*")).to_be_visible()
    at_rest(page)
    page.get_by_role("button", name="Merge with the next").click()
    expect(page.get_by_role("button", name="Corrections (2)")).to_be_visible()
    rows, was = table(report("after.csv")), table(before)
    assert [row["frame_in"] for row in rows] == [row["frame_in"] for row in was if row["scene"] != "3"]
    assert rows[1]["name"] == "The *race*"
    page.reload()
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("button", name="Redo")).to_be_enabled()
        at_rest(page)
    expect(page.get_by_role("button", name="Corrections")).to_have_count(0)
    assert report("undone.csv").read_bytes() == before.read_bytes()


def test_an_address_opens_a_film_by_itself(page: Page, address: str) -> None:
    """A film's address, opened in a new window, shows that film."""
    opened(page, address, CARPHONE)
    kept = page.url
    page.goto("about:blank")
    page.goto(kept)
    expect(page.get_by_role("heading", name=CARPHONE)).to_be_visible()


def test_the_same_bytes_are_found_again(page: Page, address: str) -> None:
    """A film that is in the library already is not analysed again but opened, and the page says so."""
    upload(page, address, clip(CARPHONE))
    expect(page.get_by_text("found in the library")).to_be_visible()
    expect(page.get_by_role("heading", name=CARPHONE)).to_be_visible()


def test_markers_for_an_editing_tool_are_downloaded(page: Page, address: str, tmp_path: Path) -> None:
    """Where the timeline begins is asked; a timecode that is none is refused in the form; then the file comes."""
    opened(page, address, BIKES)
    page.get_by_role("button", name="Markers", exact=True).click()
    form = page.get_by_role("dialog")
    start = form.get_by_role("textbox", name="Timecode of its first frame")
    start.fill("1:00")
    start.press("Enter")
    expect(form.get_by_text("“1:00” is no timecode")).to_be_visible()
    start.fill("01:00:00:00")
    start.press("Enter")
    with page.expect_download() as download:
        form.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "bikes-markers.edl"
    download.value.save_as(tmp_path / "markers.edl")
    lines = (tmp_path / "markers.edl").read_text().splitlines()
    assert lines[0] == f"TITLE: {BIKES}"
    assert lines[3].split()[4].startswith("01:00:0")
    assert "|C:ResolveColor" in lines[4]


def test_two_films_are_compared(page: Page, address: str, tmp_path: Path) -> None:
    """The Compare page shows both films' charts, and the table of both can be downloaded."""
    page.goto(f"{address}/compare")
    expect(page.locator(".js-plotly-plot")).to_have_count(4)
    expect(page.get_by_text("The films share no footage")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "comparison.csv")
    rows = table(tmp_path / "comparison.csv")
    assert {"kind", "frame_in_before", "frame_in_after", "happy_change"} <= set(rows[0])
    assert rows[0]["kind"] == "by order"


def test_a_file_that_is_no_film_is_one_message(page: Page, address: str, tmp_path: Path) -> None:
    """Text called .mp4 is refused in one sentence, nothing of it is kept, and the app goes on."""
    wrong = tmp_path / "shopping.mp4"
    wrong.write_text("milk, bread, apples\n" * 50)
    upload(page, address, wrong)
    refused = page.locator(".uploads .row")
    expect(refused).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    expect(refused).to_have_count(1)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(row(page, "shopping")).to_have_count(0)
    page.locator("input[type=file]").set_input_files(clip(CARPHONE))
    expect(page.get_by_text("found in the library")).to_be_visible()


def test_deleting_asks_first(page: Page, address: str) -> None:
    """Delete opens a question; keeping keeps the film, confirming removes it."""
    page.goto(address)
    row(page, CARPHONE).get_by_role("button", name="delete icon").click()
    question = page.get_by_role("dialog")
    expect(question.get_by_text("will be removed")).to_be_visible()
    question.get_by_role("button", name="Keep").click()
    expect(question).to_have_count(0)
    row(page, CARPHONE).get_by_role("button", name="delete icon").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row(page, CARPHONE)).to_have_count(0)
    expect(row(page, BIKES)).to_be_visible()


def test_the_sample_is_one_click_and_an_analysis_can_be_cancelled(page: Page, address: str) -> None:
    """The sample cut is spliced and its analysis begins; cancelled, it says so and can be started again.

    Another window, which nobody touches, shows all of it.
    """
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_role("button", name="Try the sample cut")).to_be_visible()
    page.get_by_role("button", name="Try the sample cut").click()
    expect(row(other, "Sample cut.mp4").get_by_role("progressbar")).to_be_visible(timeout=2 * PATIENCE)
    sample = row(page, "Sample cut.mp4")
    sample.get_by_role("button", name="Cancel").click(timeout=2 * PATIENCE)
    expect(sample.get_by_text("The analysis was cancelled.")).to_be_visible()
    expect(sample.get_by_role("button", name="Analyse again")).to_be_visible()
    for window in (page, other):
        expect(window.get_by_role("button", name="Add the sample's re-cut")).to_be_visible()
    expect(row(other, "Sample cut.mp4").get_by_text("The analysis was cancelled.")).to_be_visible()


def test_a_window_shows_what_is_done_elsewhere(page: Page, address: str, home: Path) -> None:
    """A film added or deleted by another program shows by itself."""
    page.goto(address)
    expect(row(page, BIKES)).to_be_visible()
    library = Library.open(home)
    film = library.refer_to(clip(CARPHONE))
    expect(row(page, CARPHONE)).to_be_visible()
    scans.delete_film(library, film.id)
    expect(row(page, CARPHONE)).to_have_count(0)


def test_what_nobody_foresaw_is_one_sentence(page: Page, address: str, home: Path) -> None:
    """A scan whose files someone spoilt gives a message and no traceback."""
    opened(page, address, BIKES)
    for seal in (home / "scans").glob("*/sealed.json"):
        seal.write_text("[]")
    page.reload()
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
