"""Fetching a checkpoint, from a hub that the tests run themselves."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emotion_core.expression import download
from emotion_core.expression.checkpoint import load
from emotion_core.expression.location import EMBEDDED_FOLDER, FILES, REFERENCE, Location
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from tests.hub import COMMIT, Hub, running

CHECKPOINT = {name: (EMBEDDED_FOLDER / name).read_bytes() for name in FILES}
TOTAL = sum(map(len, CHECKPOINT.values()))
REPOSITORIES = {
    REFERENCE: {**CHECKPOINT, "README.md": b"card", "pytorch_model.bin": b"pickled", "training_args.bin": b"x"},
    "old/pickled": {"config.json": b"{}", "preprocessor_config.json": b"{}", "pytorch_model.bin": b"pickled"},
    "bare/weights": {"model.safetensors": CHECKPOINT["model.safetensors"]},
}
PATIENCE = 60
"""Seconds."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A hub that the processes started by a test fetch from, into a cache of the test's own."""
    with running(Hub(REPOSITORIES)) as hub:
        for variable in ("HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_TOKEN"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        yield hub


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Library.open(tmp_path / "home").home


def told(*words: str) -> tuple[int, list[dict[str, object]]]:
    """The events of a download in a process of its own, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "emotion_core.expression.download", *words], capture_output=True, text=True, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def until(home: Path, holds: Callable[[download.Download], bool]) -> download.Download:
    """The first state of the download for which `holds`."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        now = download.state(home)
        if now is not None and holds(now):
            return now
        time.sleep(0.02)
    raise AssertionError(download.state(home))


def in_cache(name: str) -> list[str] | None:
    """What a process of its own finds in the hub cache: revision and folder."""
    script = (
        "import json, sys; from emotion_core.expression.location import in_cache; found = in_cache(sys.argv[1]);"
        "print(json.dumps(found and [found.revision, str(found.folder)]))"
    )
    done = subprocess.run([sys.executable, "-c", script, name], capture_output=True, text=True, check=True)
    found: list[str] | None = json.loads(done.stdout)
    return found


def test_a_checkpoint_is_fetched_with_its_progress(hub: Hub) -> None:
    """Progress rises to the total, only the three files are asked for, and the checkpoint is then found and loads."""
    code, events = told(REFERENCE)
    assert (code, events[-1]) == (0, {"done": True})
    progress = [event["bytes"] for event in events[:-1]]
    assert len(progress) >= 3
    assert progress == sorted(progress, key=lambda b: int(str(b)))
    assert progress[-1] == TOTAL
    assert {event["total"] for event in events[:-1]} == {TOTAL}
    files = {f"/{REFERENCE}/resolve/main/{name}" for name in FILES}
    assert {path for _, path in hub.asked} == {f"/api/models/{REFERENCE}", *files}
    assert sorted(path for method, path in hub.asked if method == "GET" and path in files) == sorted(files)
    assert all("torch" not in agent for agent in hub.agents), hub.agents
    found = in_cache(REFERENCE)
    assert found is not None
    assert found[0] == COMMIT
    checkpoint = load(Location(REFERENCE, "hub cache", Path(found[1]), found[0]))
    assert checkpoint.identity.labels == REFERENCE_LABELS
    assert checkpoint.identity.revision == COMMIT


def test_what_is_there_is_not_fetched_again(hub: Hub) -> None:
    """A checkpoint that is on the disk is done at once, without fetching a file again."""
    assert told(REFERENCE)[0] == 0
    hub.asked.clear()
    code, events = told(REFERENCE)
    assert (code, events[-1], events[-2]) == (0, {"done": True}, {"bytes": TOTAL, "total": TOTAL})
    assert [path for method, path in hub.asked if method == "GET"] == [f"/api/models/{REFERENCE}"]


REFUSED = [
    # what is asked for, words of the message
    ("old/pickled", ["“old/pickled” has no model.safetensors", "safetensors"]),
    ("bare/weights", ["“bare/weights” has no config.json, preprocessor_config.json"]),
    ("nobody/nothing", ["“nobody/nothing” could not be fetched", "name right"]),
    ("three/part/name", ["“three/part/name” is no hub id", "owner/name"]),
    ("../../etc", ["“../../etc” is no hub id"]),
]


@pytest.mark.parametrize(("name", "words"), REFUSED, ids=[name for name, _ in REFUSED])
def test_what_cannot_be_fetched_is_refused(hub: Hub, tmp_path: Path, name: str, words: list[str]) -> None:
    """What is no classifier with safetensors weights, or not on the hub, is refused in one message; nothing is kept."""
    code, events = told(name)
    assert code == 1
    (event,) = events
    for word in words:
        assert word in str(event["error"])
    assert not [path for _, path in hub.asked if "/resolve/" in path]
    assert not list((tmp_path / "hf").rglob("*.safetensors"))


@pytest.mark.parametrize("state", ["not there", "broken"])
def test_a_hub_that_does_not_answer(hub: Hub, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    """A hub that is not there, or out of order, gives one clear message that names the checkpoint."""
    hub.broken = True
    if state == "not there":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
    code, events = told(REFERENCE)
    assert code == 1
    (event,) = events
    assert f"“{REFERENCE}” could not be fetched" in str(event["error"])
    assert "hub reachable" in str(event["error"])
    assert in_cache(REFERENCE) is None


def test_a_download_goes_on_by_itself(hub: Hub, home: Path) -> None:
    """A download runs in its own process; started twice it is the same one; it says when it is done."""
    assert download.state(home) is None
    hub.pause_after = 11_000_000
    download.start(home, REFERENCE)
    now = until(home, lambda told: told.bytes > 1_000_000)
    assert (now.state, now.total) == ("running", TOTAL)
    pid = (home / "jobs" / "download.pid").read_text()
    download.start(home, REFERENCE)
    assert (home / "jobs" / "download.pid").read_text() == pid
    hub.go_on.set()
    assert until(home, lambda told: told.state != "running").state == "done"
    assert in_cache(REFERENCE) is not None


def test_a_cancelled_download_leaves_no_half_file(hub: Hub, home: Path, tmp_path: Path) -> None:
    """A cancelled download ends at once, says so and leaves no half file; started again, it fetches what is missing."""
    hub.pause_after = 11_000_000
    download.start(home, REFERENCE)
    until(home, lambda told: told.bytes > 1_000_000)
    download.cancel(home)
    stopped = until(home, lambda told: told.state != "running")
    assert stopped.state == "failed"
    assert "stopped" in stopped.message
    assert in_cache(REFERENCE) is None
    assert sum(path.stat().st_size for path in (tmp_path / "hf").rglob("*")) < 1_000_000
    download.cancel(home)  # does nothing to one that is over
    hub.pause_after = None
    hub.asked.clear()
    download.start(home, REFERENCE)
    assert until(home, lambda told: told.state != "running").state == "done"
    fetched = [path.rpartition("/")[2] for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert fetched == ["model.safetensors", "preprocessor_config.json"]
    found = in_cache(REFERENCE)
    assert found is not None
    assert (Path(found[1]) / "model.safetensors").read_bytes() == CHECKPOINT["model.safetensors"]


def test_a_failed_download_keeps_its_message(hub: Hub, home: Path) -> None:
    """Why a download failed is told to whoever asks later; it can then be started again."""
    hub.broken = True
    download.start(home, REFERENCE)
    failed = until(home, lambda told: told.state != "running")
    assert failed.state == "failed"
    assert "could not be fetched" in failed.message
    hub.broken = False
    download.start(home, REFERENCE)
    assert until(home, lambda told: told.state != "running").state == "done"


@pytest.mark.parametrize("tail", ['{"bytes": 7, "to', "\x00\x00", "[]"])
def test_a_half_written_event_is_passed_over(home: Path, tail: str) -> None:
    """A last line that is not whole, as a full disk leaves it, does not hide the one before it."""
    (home / "jobs" / "download.pid").write_text(str(os.getpid()))
    (home / "jobs" / "download.events").write_text(f'{{"error": "It is over."}}\n{tail}')
    assert download.state(home) == download.Download("failed", message="It is over.")


def test_the_command_line_fetches_too(hub: Hub) -> None:
    """`download` on the command line fetches a checkpoint and says so, or ends with one line."""
    command = [sys.executable, "-m", "emotion_core", "download"]
    done = subprocess.run([*command, REFERENCE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{REFERENCE} at {COMMIT[:12]} is on this disk.\n"
    failed = subprocess.run([*command, "nobody/nothing"], capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("Error: “nobody/nothing” could not be fetched")
    assert failed.stderr.count("\n") == 1
