"""The app begun with a folder of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, wait


def test_the_app_keeps_everything_where_it_is_told(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`streamlit run app.py -- --home FOLDER` makes its library there, not where EMOTION_HOME says."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "named"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    with (tmp_path / "log").open("wb") as log:
        app = subprocess.Popen(
            [*command, "--", "--home", str(tmp_path / "told")],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(os.environ),
        )
        try:
            wait(f"http://127.0.0.1:{port}/_stcore/health", app, tmp_path / "log")
            page.goto(f"http://127.0.0.1:{port}")
            expect(page.get_by_role("heading", name="Library")).to_be_visible()
            expect(page.get_by_text("Try the sample cut")).to_be_visible()
            assert (tmp_path / "told" / "library.sqlite").exists()
            assert not (tmp_path / "named").exists()
        finally:
            app.terminate()
            app.wait(30)
