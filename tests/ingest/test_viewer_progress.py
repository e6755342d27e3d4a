"""How far the viewers of a screening are."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.audience import Alignment
from emotion_core.ingest import viewer_states
from emotion_core.library import Film, Library
from emotion_core.settings import ScanSettings
from emotion_core.storage import Home
from tests.support.screenings import CONSENT, readings, recording, taken_in


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def unread(library: Library, path: Path) -> Film:
    path.write_bytes(path.name.encode())
    return taken_in(library, path, 240)


def test_each_viewer_has_a_state(library: Library, tmp_path: Path) -> None:
    """Ready, stopped or lost, with what a reader must know, in words."""
    (tmp_path / "film.mp4").write_bytes(b"film")
    screening = library.add_screening(taken_in(library, tmp_path / "film.mp4", 240, role="film").id).id
    ready = recording(library, tmp_path / "ready.mp4", [{(60, 40): "happy"}] * 20)
    short = recording(library, tmp_path / "short.mp4", [{(60, 40): "happy"}] * 10)
    for film in (ready, short, unread(library, tmp_path / "new.mp4"), unread(library, tmp_path / "broken.mp4")):
        library.add_recorded_viewer(screening, film.id, consent=CONSENT)
    broken = library.viewers(screening)[-1].recording
    assert broken is not None
    library.add_scan(broken, ScanSettings(), "weights")
    live = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="live")
    gone = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="gone")
    Home(library.home).readings_of(gone.id).unlink()
    library.set_viewer_alignment(library.viewers(screening)[0].id, Alignment(-3, method="typed"))
    states = {each.viewer.name: each for each in viewer_states(library, screening)}
    assert {name: each.state for name, each in states.items()} == {
        "ready": "ready", "short": "ready", "new": "stopped", "broken": "stopped", live.name: "ready", "gone": "lost",
    }  # fmt: skip
    assert "begins 3.0 s after the film's beginning" in states["ready"].note
    assert "ends 5.0 s before its end" in states["short"].note
    assert states["new"].words == "The recording was not analysed yet."
    assert "ended unexpectedly" in states["broken"].words
    assert states["live"].words == "5 readings"
    assert "“gone” cannot be read" in states["gone"].words
