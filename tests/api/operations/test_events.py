"""Server-sent events: each change once, a sign of life between them, and a bounded number of listeners."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from emotion_core.api import mount
from emotion_core.api.models import AnalysisStatus
from emotion_core.api.operations import events
from emotion_core.api.operations.films import analysis_status
from emotion_core.api.operations.shared import Shared
from emotion_core.jobs import Status, runner
from emotion_core.library import Library
from tests.support import api, library_builder
from tests.support.apart import apart
from tests.support.clips import BIKES, CARPHONE
from tests.support.waiting_runner import WaitingRunner


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "create", WaitingRunner)
    monkeypatch.setattr(events, "POLL_INTERVAL", 0.01)


def stream(look: Callable[[], dict[str, AnalysisStatus]], *, until_end: bool, seconds: int = 1) -> list[str]:
    """The parts of a stream."""

    async def always() -> None:
        """The token holds."""

    async def collect() -> list[str]:
        watch = events._Watch(Shared(Path()), look)
        return [part.decode() async for part in events._events(watch, seconds, always, until_end=until_end)]

    return apart(anyio.run, collect)


def test_each_change_is_told_once_until_the_end() -> None:
    """A state that was told is not told again; the stream ends with the analysis, before its time."""
    states = iter(["waiting", "waiting", "running", "running", "done", "done"])
    parts = stream(lambda: {"a" * 64: analysis_status("s", Status(next(states), ""))}, until_end=True, seconds=60)  # type: ignore[arg-type]
    data = [json.loads(part.splitlines()[1].removeprefix("data: ")) for part in parts]
    assert [each["analysis"]["state"] for each in data] == ["waiting", "running", "done"]
    assert all(part.startswith("event: status\n") and part.endswith("\n\n") for part in parts)


def test_a_stream_without_changes_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments come between changes; the stream of all goes on when nothing runs, until its time."""
    monkeypatch.setattr(events, "HEARTBEAT", 0.2)
    parts = stream(dict, until_end=False)
    assert 2 <= len(parts) <= 8
    assert set(parts) == {": waiting\n\n"}


def test_the_stream_of_all_tells_each_end(tmp_path: Path) -> None:
    """Of every analysis that ran or waited at the look before; of one that was deleted nothing more is told."""
    library = Library.open(tmp_path)
    films = [library_builder.unfinished(library, name) for name in (CARPHONE, BIKES)]
    for film in films:
        library_builder.queued_job(library, library.scans(film.id)[0])
    known: dict[str, str] = {}
    assert events._active(library, known).keys() == {film.id for film in films}
    api.configure(tmp_path)
    client = api.client(tmp_path)
    assert client.delete(f"films/{films[0].id}/analysis").status_code == 204
    assert client.delete(f"films/{films[1].id}").status_code == 204
    now = events._active(library, known)
    assert {film: status.state for film, status in now.items()} == {films[0].id: "cancelled"}
    assert events._active(library, known) == {}


def test_the_stream_of_all_has_no_recording(tmp_path: Path) -> None:
    """The analysis of a viewer's recording is nobody's event."""
    library = Library.open(tmp_path)
    film = library_builder.unfinished(library, CARPHONE)
    library_builder.queued_job(library, library.scans(film.id)[0])
    with library.database() as database:
        database.execute("UPDATE films SET role = 'recording'")
    assert events._active(library, {}) == {}


def test_only_so_many_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more gets 429; a place is free again when a stream ends, and when it cannot begin."""
    api.configure(tmp_path)
    client = api.client(tmp_path)
    monkeypatch.setattr(events, "_listeners", anyio.Semaphore(1))
    for _ in range(3):
        assert client.get("events", params={"seconds": 1}).status_code == 200
    events._listeners.acquire_nowait()
    answer = client.get("events", params={"seconds": 1})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"
    events._listeners.release()


@pytest.mark.parametrize("change", ["taken", "scope"])
def test_a_stream_ends_soon_after_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """Also where config.toml has the token with another scope; the last event says why."""
    monkeypatch.setattr(mount, "RECHECK", 0.05)
    monkeypatch.setattr(events, "HEARTBEAT", 0.1)
    api.configure(tmp_path)
    Library.open(tmp_path)
    file = tmp_path / "config.toml"
    text = file.read_text()
    changed = (
        text.replace('scope = "write"', 'scope = "read"') if change == "scope" else text.replace("writer", "other")
    )
    looks = 0

    def look(*_: object) -> dict[str, AnalysisStatus]:
        nonlocal looks
        looks += 1
        if looks == 10:  # the owner, while the stream is open
            file.write_text(changed)
        return {}

    monkeypatch.setattr(events, "_active", look)
    answer = api.client(tmp_path).get("events", params={"seconds": 60})
    assert looks >= 10
    assert "event: problem\ndata: The owner of this library has changed or taken back the token" in answer.text
