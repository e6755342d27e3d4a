"""The app started with a given library folder."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.app_server import serving


def test_the_app_keeps_everything_where_it_is_told(page: Page, tmp_path: Path) -> None:
    """`streamlit run app.py -- --home FOLDER` makes its library there, not where EMOTION_HOME says."""
    named, given_home = tmp_path / "named", tmp_path / "told"
    named.mkdir()
    with serving(named, "--", "--home", str(given_home)) as address:
        page.goto(address)
        expect(page.get_by_role("heading", name="Library")).to_be_visible()
        expect(page.get_by_text("Try the sample cut")).to_be_visible()
    assert (given_home / "library.sqlite").exists()
    assert [path.name for path in named.iterdir()] == ["app.log"]
