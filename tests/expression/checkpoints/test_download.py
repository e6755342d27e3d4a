"""Fetching a checkpoint, from a hub that the tests run themselves."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from emotion_core.expression.checkpoints import FILES, REFERENCE, Location, download, load, locate, location
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Library
from emotion_core.processes import checkpoint_download
from emotion_core.system.events import error_message
from tests.support import checkpoints
from tests.support.app_server import free_port
from tests.support.downloads import wait_for_download
from tests.support.hub import CHECKPOINT, COMMIT, REPOSITORIES, Hub, running

TOTAL = sum(map(len, CHECKPOINT.values()))
FETCHED = {"event": "progress", "bytes": TOTAL, "bytes_total": TOTAL}
"""The event before the last one of a download that fetched everything."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """A hub that a test, and the processes that it starts, fetch from, into a cache of the test's own."""
    with running(Hub(REPOSITORIES)) as hub:
        for variable in ("HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_TOKEN"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", constants.HF_HUB_DISABLE_XET)  # which a download changes
        fetch_from(hub.url, monkeypatch)
        yield hub


def fetch_from(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's address, for processes and for this one, whose client has read the environment before."""
    monkeypatch.setenv("HF_ENDPOINT", url)
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Library.open(tmp_path / "home").home


def run_process(name: str) -> tuple[int, list[dict[str, object]]]:
    """The events of a download in a child process, and its exit code."""
    process = subprocess.run(
        [sys.executable, "-m", "emotion_core.processes.checkpoint_download", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return process.returncode, [json.loads(line) for line in process.stdout.splitlines()]


def run_download(name: str) -> tuple[int, list[dict[str, object]]]:
    """The same of a download in this process, which starts no interpreter."""
    written, before = io.StringIO(), signal.getsignal(signal.SIGTERM)
    try:
        with contextlib.redirect_stdout(written):
            code = checkpoint_download.main(name)
    finally:
        signal.signal(signal.SIGTERM, before)
    return code, [json.loads(line) for line in written.getvalue().splitlines()]


def in_cache(name: str) -> tuple[str, str] | None:
    """Revision and folder that are found in the hub cache."""
    found = location.in_cache(name)
    return None if found is None else (found.revision, str(found.folder))


def test_a_checkpoint_is_fetched_with_its_progress(hub: Hub) -> None:
    """Progress rises to the total, only the three files are asked for, and the checkpoint is then found and loads."""
    code, events = run_process(REFERENCE)
    assert (code, events[-1]) == (0, {"event": "done"})
    progress = [event["bytes"] for event in events[:-1]]
    assert len(progress) >= 3
    assert progress == sorted(progress, key=lambda b: int(str(b)))
    assert progress[-1] == TOTAL
    assert {event["bytes_total"] for event in events[:-1]} == {TOTAL}
    files = {f"/{REFERENCE}/resolve/{COMMIT}/{name}" for name in FILES}
    assert {path for _, path in hub.asked} == {f"/api/models/{REFERENCE}", *files}
    assert sorted(path for method, path in hub.asked if method == "GET" and path in files) == sorted(files)
    assert all("torch" not in agent for agent in hub.agents), hub.agents
    result = in_cache(REFERENCE)
    assert result is not None
    assert result[0] == COMMIT
    checkpoint = load(Location(REFERENCE, "hub cache", Path(result[1]), result[0]))
    assert checkpoint.identity.labels == REFERENCE_LABELS
    assert checkpoint.identity.revision == COMMIT


def test_what_is_there_is_not_fetched_again(hub: Hub) -> None:
    """A checkpoint that is on the disk is done at once, without fetching a file again."""
    assert run_download(REFERENCE)[0] == 0
    hub.asked.clear()
    code, events = run_download(REFERENCE)
    assert (code, events[-1], events[-2]) == (0, {"event": "done"}, FETCHED)
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
    code, events = run_download(name)
    assert code == 1
    (event,) = events
    for word in words:
        assert word in error_message([event])
    assert not [path for _, path in hub.asked if "/resolve/" in path]
    assert not list((tmp_path / "hf").rglob("*.safetensors"))


def test_labels_of_no_faces_are_refused_before_the_weights_are_fetched(hub: Hub, tmp_path: Path) -> None:
    """A checkpoint of cats and dogs is refused by its config, which is all that was fetched of it."""
    code, events = run_download("some/animals")
    assert code == 1
    assert "“some/animals” does not classify facial expressions: its labels are cat, dog." in error_message(events)
    assert {path.rpartition("/")[2] for _, path in hub.asked if "/resolve/" in path} == {"config.json"}
    assert in_cache("some/animals") is None


def test_weights_in_several_files_are_fetched_whole(hub: Hub, tmp_path: Path) -> None:
    """Weights split over files come with their index, every part, and load."""
    source = checkpoints.tiny(tmp_path / "source", "vit", REFERENCE_LABELS, part_bytes=20_000)
    files = {file.name: file.read_bytes() for file in source.iterdir()}
    hub.repositories = {**REPOSITORIES, "some/parts": files}
    code, events = run_download("some/parts")
    assert (code, events[-1]) == (0, {"event": "done"}), events
    assert (events[-2]["bytes"], events[-2]["bytes_total"]) == (sum(map(len, files.values())),) * 2
    result = in_cache("some/parts")
    assert result is not None
    checkpoint = load(Location("some/parts", "hub cache", Path(result[1]), result[0]))
    assert checkpoint.identity.hash == load(locate(str(source))).identity.hash


# Whether what came is what the hub has


def damaged(name: str) -> bytes:
    content = bytearray(CHECKPOINT[name])
    content[len(content) // 2] ^= 1
    return bytes(content)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_came_damaged_is_told_and_removed(hub: Hub, tmp_path: Path, name: str) -> None:
    """A file of the right size whose bytes are not the hub's is refused with both hashes; a second try fetches it."""
    hub.sent[name] = damaged(name)
    code, events = run_download(REFERENCE)
    assert code == 1
    message = error_message(events)
    assert f"{name} of “{REFERENCE}” did not come as the hub has it: its hash is " in message
    assert "It was removed." in message
    assert in_cache(REFERENCE) is None
    assert damaged(name) not in [file.read_bytes() for file in (tmp_path / "hf").rglob("*") if file.is_file()]
    hub.sent.clear()
    assert run_download(REFERENCE)[0] == 0
    result = in_cache(REFERENCE)
    assert result is not None
    assert {file: (Path(result[1]) / file).read_bytes() for file in FILES} == CHECKPOINT


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_damaged_on_the_disk_is_fetched_anew(hub: Hub, name: str) -> None:
    """Fetching a checkpoint that is on this disk mends what is damaged of it, and nothing else."""
    assert run_download(REFERENCE)[0] == 0
    result = in_cache(REFERENCE)
    assert result is not None
    blob = (Path(result[1]) / name).resolve()
    blob.write_bytes(damaged(name))
    hub.asked.clear()
    code, events = run_download(REFERENCE)
    assert (code, events[-1]) == (0, {"event": "done"})
    assert {file: (Path(result[1]) / file).read_bytes() for file in FILES} == CHECKPOINT
    fetched = [path.rpartition("/")[2] for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert fetched == [name]


@pytest.mark.parametrize("rest", ["right", "damaged"])
def test_a_connection_that_breaks_goes_on_and_is_verified(hub: Hub, rest: str) -> None:
    """After a cut the rest of the file is asked for, and the whole is compared with the hub's hash."""
    hub.cut_after = 11_000_000
    if rest == "damaged":
        hub.sent["model.safetensors"] = checkpoint = CHECKPOINT["model.safetensors"][:-8] + b"\xff" * 8
        assert len(checkpoint) == len(CHECKPOINT["model.safetensors"])
    code, events = run_download(REFERENCE)
    assert hub.continued == ["model.safetensors"]
    if rest == "right":
        assert (code, events[-1], events[-2]) == (0, {"event": "done"}, FETCHED)
        assert in_cache(REFERENCE) is not None
    else:
        assert code == 1
        assert "model.safetensors" in error_message(events)
        assert "did not come as the hub has it" in error_message(events)
        assert in_cache(REFERENCE) is None


def test_weights_without_a_hash_are_not_fetched(hub: Hub) -> None:
    """A hub that does not tell the hash of the weights is not believed."""
    hub.tells_hashes = False
    code, events = run_download(REFERENCE)
    assert code == 1
    assert "no hash of model.safetensors" in error_message(events)
    assert not [path for _, path in hub.asked if "/resolve/" in path]


def test_a_newer_commit_is_used_when_it_is_whole(hub: Hub) -> None:
    """While a newer commit is not here whole, the older one stays the one that is found."""
    assert run_download(REFERENCE)[0] == 0
    newer = {**CHECKPOINT, "preprocessor_config.json": CHECKPOINT["preprocessor_config.json"] + b"\n"}
    hub.repositories, hub.commit = {REFERENCE: newer}, "beef" * 10
    hub.sent["preprocessor_config.json"] = CHECKPOINT["preprocessor_config.json"] + b" "
    assert run_download(REFERENCE)[0] == 1
    result = in_cache(REFERENCE)
    assert result is not None
    assert result[0] == COMMIT
    hub.sent.clear()
    hub.asked.clear()
    assert run_download(REFERENCE)[0] == 0
    result = in_cache(REFERENCE)
    assert result is not None
    assert result[0] == "beef" * 10
    assert {file: (Path(result[1]) / file).read_bytes() for file in FILES} == newer
    fetched = [path.rpartition("/")[2] for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert fetched == ["preprocessor_config.json"]


@pytest.mark.parametrize("state", ["not there", "broken"])
def test_a_hub_that_does_not_answer(hub: Hub, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    """A hub that is not there, or out of order, gives one clear message that names the checkpoint."""
    hub.broken = True
    if state == "not there":
        fetch_from(f"http://127.0.0.1:{free_port()}", monkeypatch)
    code, events = run_download(REFERENCE)
    assert code == 1
    (event,) = events
    assert f"“{REFERENCE}” could not be fetched" in error_message([event])
    assert "hub reachable" in error_message([event])
    assert in_cache(REFERENCE) is None


def test_a_download_goes_on_by_itself(hub: Hub, home: Path) -> None:
    """A download runs in its own process; started twice it is the same one; it says when it is done."""
    assert download.state(home) is None
    hub.pause_after = 11_000_000
    download.start(home, REFERENCE)
    now = wait_for_download(home, lambda notice: notice.progress.done > 1_000_000)
    assert (now.state, now.hub_id, now.progress.total) == ("running", REFERENCE, TOTAL)
    pid = (home / "jobs" / "download.pid").read_text()
    download.start(home, REFERENCE)
    assert (home / "jobs" / "download.pid").read_text() == pid
    hub.go_on.set()
    assert wait_for_download(home, lambda notice: notice.state != "running").state == "done"
    assert in_cache(REFERENCE) is not None


def test_a_cancelled_download_leaves_no_half_file(hub: Hub, home: Path, tmp_path: Path) -> None:
    """A cancelled download ends at once, says so and leaves no half file; started again, it fetches what is missing."""
    hub.pause_after = 11_000_000
    download.start(home, REFERENCE)
    wait_for_download(home, lambda notice: notice.progress.done > 1_000_000)
    download.cancel(home)
    stopped = wait_for_download(home, lambda notice: notice.state != "running")
    assert stopped.state == "stopped"
    assert f"{REFERENCE} was stopped" in stopped.message
    assert in_cache(REFERENCE) is None
    assert sum(path.stat().st_size for path in (tmp_path / "hf").rglob("*")) < 1_000_000
    download.cancel(home)  # does nothing to one that is over
    hub.pause_after = None
    hub.asked.clear()
    download.start(home, REFERENCE)
    assert wait_for_download(home, lambda notice: notice.state != "running").state == "done"
    fetched = [path.rpartition("/")[2] for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert fetched == ["model.safetensors"]
    result = in_cache(REFERENCE)
    assert result is not None
    assert (Path(result[1]) / "model.safetensors").read_bytes() == CHECKPOINT["model.safetensors"]


def test_a_failed_download_keeps_its_message(hub: Hub, home: Path) -> None:
    """The reason for a failed download is shown later too; the download can then be started again."""
    hub.broken = True
    download.start(home, REFERENCE)
    failed = wait_for_download(home, lambda notice: notice.state != "running")
    assert failed.state == "failed"
    assert "could not be fetched" in failed.message
    hub.broken = False
    download.start(home, REFERENCE)
    assert wait_for_download(home, lambda notice: notice.state != "running").state == "done"


@pytest.mark.parametrize("tail", ['{"bytes": 7, "to', "\x00\x00", "[]"])
def test_a_half_written_event_is_passed_over(home: Path, tail: str) -> None:
    """A last line that is not whole, as a full disk leaves it, does not hide the one before it."""
    (home / "jobs" / "download.pid").write_text(str(os.getpid()))
    (home / "jobs" / "download.events").write_text(
        f'{{"event": "download", "hub_id": "some/one"}}\n{{"event": "error", "problem": "It is over."}}\n{tail}'
    )
    assert download.state(home) == download.Download("failed", "some/one", message="It is over.")


def test_the_command_line_fetches_too(hub: Hub) -> None:
    """`download` on the command line fetches a checkpoint and says so, or ends with one line."""
    command = [sys.executable, "-m", "emotion_core", "download"]
    process = subprocess.run([*command, REFERENCE], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout == f"{REFERENCE} at {COMMIT[:12]} is on this disk, every file as the hub has it.\n"
    failed = subprocess.run([*command, "nobody/nothing"], capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("Error: “nobody/nothing” could not be fetched")
    assert failed.stderr.count("\n") == 1
