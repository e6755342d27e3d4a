"""An editor's way through the app, in a real browser on real footage. The tests build on each other, in order."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from emotion_core.jobs import scans
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from emotion_core.report.provenance import engine_title
from emotion_core.storage import Home, locked
from tests.browser.conftest import PATIENCE
from tests.browser.library_page import (
    ANALYSED_WITHIN,
    arrived,
    content_id,
    drop_in,
    film_row,
    slowly,
    upload_row,
    wait_until_drawn,
)
from tests.support.clips import BIKES, BIKES_CUTS, CARPHONE, clip
from tests.support.quick_engine import QUICK


def opened(page: Page, address: str, name: str) -> None:
    """The page of a film that was analysed before."""
    page.goto(address)
    film_row(page, name).get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    wait_until_drawn(page)


def timeline(page: Page) -> Locator:
    return page.locator(".js-plotly-plot").first


def clicked(page: Page, chart: Locator, across: float, down: float) -> None:
    """A click in a chart, at shares of its width and height."""
    box = chart.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def table(content: Path) -> list[dict[str, str]]:
    """The rows of a downloaded CSV."""
    text = content.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_two_films_at_once_arrive_and_are_analysed(page: Page, address: str, home: Path) -> None:
    """Both have a row of their own while they are sent. Their analyses begin by themselves, with what was chosen: their
    progress is shown, and at the end they can be opened.
    """
    library = Library.open(home)
    with locked(Home(home).worker_lock):  # no worker starts: the analyses wait until their progress was seen
        page.goto(address)
        expect(page.get_by_text("Drop in films")).to_be_visible()
        page.get_by_text("The next film is read with").click()
        page.get_by_role("spinbutton", name="Frames looked at").fill("1")
        page.get_by_role("spinbutton", name="Frames looked at").press("Enter")
        option = page.get_by_role("option", name=engine_title(QUICK))  # it has not to be tried
        while not option.is_visible():  # a page that is run again meanwhile closes the list
            page.get_by_role("combobox", name="Engine").click()
            page.wait_for_timeout(1000)
        option.click()
        chosen = f"({{samples_per_second: often, engine}}) => often === '1' && engine === '{QUICK}'"
        heard = f"() => ({chosen})(window.filmUploads.settings)"
        page.wait_for_function(heard, polling=200)
        slowly(page, 100_000)
        drop_in(page, clip(BIKES), clip(CARPHONE))
        for name in (BIKES, CARPHONE):
            expect(upload_row(page, name).get_by_role("progressbar")).to_be_visible()
        slowly(page, -1)
        for name in (BIKES, CARPHONE):
            arrived(page, library, clip(name))
            expect(film_row(page, name).get_by_role("progressbar")).to_be_visible()
    for name in (BIKES, CARPHONE):
        expect(film_row(page, name).get_by_role("button", name="Open")).to_be_visible(timeout=ANALYSED_WITHIN)
        (scan,) = library.scans(content_id(clip(name)))
        assert scan.settings.samples_per_second == 1
        assert scan.settings.engine == QUICK


def test_the_timeline_shows_every_expression_and_the_report_is_downloaded(
    page: Page, address: str, tmp_path: Path
) -> None:
    """The film's page has a chart with a row for each of the seven labels. The report has a row a scene: whole frames
    from the first to the last, in order, and the model that was used. Of markers for an editing tool, where the
    timeline begins is asked; a timecode that is none is refused in the form; then the file comes.
    """
    opened(page, address, BIKES)
    chart = timeline(page)
    expect(chart).to_be_visible()
    for label in REFERENCE_LABELS:
        expect(chart.locator(".annotation", has_text=label).first).to_be_visible()
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
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Web page").click()
    assert download.value.suggested_filename == "bikes-emotion-report.html"
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


def test_a_click_on_the_timeline_shows_the_frames_behind_it(page: Page, address: str) -> None:
    """Clicking in the chart picks the scene there, puts it into the address and shows its frames. That address, opened
    in a new window, shows them by itself. Asked for, a frame is shown in full, out of the film's own bytes.
    """
    opened(page, address, CARPHONE)
    clicked(page, timeline(page), 0.6, 0.5)
    expect(page.get_by_role("heading", name="Scene 1")).to_be_visible()
    page.wait_for_url("**scene=1**")
    panel = page.get_by_role("region", name="Current scene")
    expect(panel.locator(".tile img").first).to_be_visible()
    saved_address = page.url
    page.goto("about:blank")
    page.goto(saved_address)
    expect(page.get_by_role("heading", name=CARPHONE)).to_be_visible()
    expect(page.get_by_role("heading", name="Scene 1")).to_be_visible()
    panel.get_by_role("button", name="Details").first.click()
    dialog = page.get_by_role("dialog", name="Details")
    dialog.get_by_role("button", name="Full picture").click()
    expect(dialog.get_by_role("img", name="The full picture")).to_be_visible()


def test_a_scene_is_corrected_and_all_of_it_undone(page: Page, address: str, tmp_path: Path) -> None:
    """Beside its frames a scene is named and merged with the next; the CSV follows; undone after a reload, it is again
    what it was, byte for byte.
    """

    def report(name: str) -> Path:
        with page.expect_download() as download:
            page.get_by_role("button", name="Download CSV").click()
        download.value.save_as(tmp_path / name)
        return tmp_path / name

    page.goto(f"{address}/film?film={content_id(clip(BIKES))}&scene=2")
    wait_until_drawn(page)
    before = report("before.csv")
    page.get_by_text("Correct this scene").click()
    page.get_by_role("textbox", name="Name").fill("The *race*")
    page.get_by_role("textbox", name="Name").press("Enter")
    expect(page.get_by_role("heading", name="Scene 2 · The *race*")).to_be_visible()
    wait_until_drawn(page)
    page.get_by_role("button", name="Merge with the next").click()
    expect(page.get_by_role("button", name="Corrections (2)")).to_be_visible()
    rows, was = table(report("after.csv")), table(before)
    assert [film_row["frame_in"] for film_row in rows] == [
        film_row["frame_in"] for film_row in was if film_row["scene"] != "3"
    ]
    assert rows[1]["name"] == "The *race*"
    page.reload()
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("button", name="Redo")).to_be_enabled()
        wait_until_drawn(page)
    expect(page.get_by_role("button", name="Corrections")).to_have_count(0)
    assert report("undone.csv").read_bytes() == before.read_bytes()


def test_two_films_are_compared(page: Page, address: str, tmp_path: Path) -> None:
    """The Compare page shows both films' charts, and the table of both can be downloaded."""
    page.goto(f"{address}/compare")
    for number, box in enumerate(("Second film", "First film")):
        page.get_by_role("combobox", name=box).click()
        page.get_by_role("option").nth(number).click()
    page.get_by_role("button", name="Compare them all the same").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(4)
    expect(page.get_by_text("The films share no footage")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "comparison.csv")
    rows = table(tmp_path / "comparison.csv")
    assert {"kind", "frame_in_before", "frame_in_after", "happy_change"} <= set(rows[0])
    assert rows[0]["kind"] == "by order"


def test_bytes_that_are_known_are_opened_and_what_is_no_film_is_one_message(
    page: Page, address: str, home: Path, tmp_path: Path
) -> None:
    """Text called .mp4 is refused in one sentence, nothing of it is kept, and the app goes on: a film that is in the
    library already is not analysed again, whatever it is called, but opened, and the page says so, also beside refused
    files.
    """
    wrong, renamed = tmp_path / "shopping.mp4", tmp_path / "Another name.mp4"
    wrong.write_text("milk, bread, apples\n" * 50)
    renamed.write_bytes(clip(CARPHONE).read_bytes())
    (tmp_path / "empty.mp4").touch()
    library = Library.open(home)
    before = [film.id for film in library.films()]
    page.goto(address)
    drop_in(page, wrong)
    refused = page.locator(".uploads .row")
    expect(refused).to_contain_text("shopping.mp4 cannot be opened as a film: it is a text.")
    expect(refused).to_have_count(1)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(film_row(page, "shopping")).to_have_count(0)
    drop_in(page, tmp_path / "empty.mp4")
    expect(upload_row(page, "empty.mp4")).to_contain_text("empty.mp4 is empty.")
    drop_in(page, renamed)
    expect(page.get_by_text(f"These are the bytes of {CARPHONE}, which was found in the library.")).to_be_visible()
    expect(page.get_by_role("heading", name=CARPHONE)).to_be_visible()
    assert [film.id for film in library.films()] == before
    assert len(library.scans(content_id(renamed))) == 1


def test_deleting_asks_first_and_a_window_shows_what_is_done_elsewhere(page: Page, address: str, home: Path) -> None:
    """Delete opens a question; keeping keeps the film, confirming removes it. A film that another program adds or
    deletes shows by itself.
    """
    page.goto(address)
    film_row(page, CARPHONE).get_by_role("button", name=f"Delete {CARPHONE}").click()
    question = page.get_by_role("dialog")
    expect(question.get_by_text("will be removed")).to_be_visible()
    question.get_by_role("button", name="Keep").click()
    expect(question).to_have_count(0)
    film_row(page, CARPHONE).get_by_role("button", name=f"Delete {CARPHONE}").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(film_row(page, CARPHONE)).to_have_count(0)
    expect(film_row(page, BIKES)).to_be_visible()
    library = Library.open(home)
    film = library.refer_to(clip(CARPHONE))
    expect(film_row(page, CARPHONE)).to_be_visible()
    scans.delete_film(library, film.id)
    expect(film_row(page, CARPHONE)).to_have_count(0)


def test_the_sample_is_one_click_and_an_analysis_can_be_cancelled(page: Page, address: str, home: Path) -> None:
    """The sample cut is spliced, which is told, its page opens and its analysis begins; cancelled in another window, it
    says so there and can be started again.
    """
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_role("button", name="Try the sample cut")).to_be_visible()
    with locked(Home(home).scan_lock):  # so that its analysis is not over before it is cancelled
        page.get_by_role("button", name="Try the sample cut").click()
        expect(page.get_by_text("Splicing the sample")).to_be_visible()
        sample = film_row(other, "Sample cut.mp4")
        expect(sample.get_by_role("progressbar")).to_be_visible(timeout=2 * PATIENCE)
        expect(page.get_by_role("heading", name="Sample cut.mp4")).to_be_visible()
        wait_until_drawn(other)
        sample.get_by_role("button", name="Cancel").click()
        expect(sample.get_by_text("The analysis was cancelled.")).to_be_visible()
    expect(sample.get_by_role("button", name="Analyse again")).to_be_visible()
    expect(other.get_by_role("button", name="Add the sample's re-cut")).to_be_visible()


def test_what_nobody_foresaw_is_one_sentence(page: Page, address: str, home: Path) -> None:
    """A scan whose files someone spoilt gives a message and no traceback."""
    opened(page, address, BIKES)
    for seal in (home / "scans").glob("*/sealed.json"):
        seal.write_text("[]")
    page.reload()
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
