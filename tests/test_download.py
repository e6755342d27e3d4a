"""Fetching a checkpoint, from a hub that the tests run themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emotion_core.expression.checkpoints import download
from emotion_core.expression.checkpoints.checkpoint import load
from emotion_core.expression.checkpoints.location import EMBEDDED_FOLDER, FILES, Location, locate
from emotion_core.expression.checkpoints.names import REFERENCE
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library.library import Library
from tests import checkpoints, patience
from tests.hub import COMMIT, Hub, running
from tests.serving import free_port

CHECKPOINT = {name: (EMBEDDED_FOLDER / name).read_bytes() for name in FILES}
TOTAL = sum(map(len, CHECKPOINT.values()))
ANIMALS = json.dumps({"model_type": "vit", "id2label": {"0": "cat", "1": "dog"}}).encode()
REPOSITORIES = {
    REFERENCE: {**CHECKPOINT, "README.md": b"card", "pytorch_model.bin": b"pickled", "training_args.bin": b"x"},
    "old/pickled": {"config.json": b"{}", "preprocessor_config.json": b"{}", "pytorch_model.bin": b"pickled"},
    "some/animals": {**CHECKPOINT, "config.json": ANIMALS},
    "bare/weights": {"model.safetensors": CHECKPOINT["model.safetensors"]},
}


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
        [sys.executable, "-m", "emotion_core.processes.checkpoint_download", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def until(home: Path, holds: Callable[[download.Download], bool]) -> download.Download:
    """The first state of the download for which `holds`."""

    def reached() -> download.Download | None:
        now = download.state(home)
        return now if now is not None and holds(now) else None

    found = patience.until(reached)
    assert found is not None
    return found


def in_cache(name: str) -> list[str] | None:
    """What a process of its own finds in the hub cache: revision and folder."""
    script = (
        "import json, sys; from emotion_core.expression.checkpoints.location import in_cache;"
        "found = in_cache(sys.argv[1]); print(json.dumps(found and [found.revision, str(found.folder)]))"
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
    files = {f"/{REFERENCE}/resolve/{COMMIT}/{name}" for name in FILES}
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


def test_labels_of_no_faces_are_refused_before_the_weights_are_fetched(hub: Hub, tmp_path: Path) -> None:
    """A checkpoint of cats and dogs is refused by its config, which is all that was fetched of it."""
    code, events = told("some/animals")
    assert code == 1
    assert "“some/animals” does not classify facial expressions: its labels are cat, dog." in str(events[-1]["error"])
    assert {path.rpartition("/")[2] for _, path in hub.asked if "/resolve/" in path} == {"config.json"}
    assert in_cache("some/animals") is None


def test_weights_in_several_files_are_fetched_whole(hub: Hub, tmp_path: Path) -> None:
    """Weights split over files come with their index, every part, and load."""
    source = checkpoints.tiny(tmp_path / "source", "vit", REFERENCE_LABELS, part_bytes=20_000)
    files = {file.name: file.read_bytes() for file in source.iterdir()}
    hub.repositories = {**REPOSITORIES, "some/parts": files}
    code, events = told("some/parts")
    assert (code, events[-1]) == (0, {"done": True}), events
    assert events[-2] == {"bytes": sum(map(len, files.values())), "total": sum(map(len, files.values()))}
    found = in_cache("some/parts")
    assert found is not None
    checkpoint = load(Location("some/parts", "hub cache", Path(found[1]), found[0]))
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
    code, events = told(REFERENCE)
    assert code == 1
    message = str(events[-1]["error"])
    assert f"{name} of “{REFERENCE}” did not come as the hub has it: its hash is " in message
    assert "It was removed." in message
    assert in_cache(REFERENCE) is None
    assert damaged(name) not in [file.read_bytes() for file in (tmp_path / "hf").rglob("*") if file.is_file()]
    hub.sent.clear()
    assert told(REFERENCE)[0] == 0
    found = in_cache(REFERENCE)
    assert found is not None
    assert {file: (Path(found[1]) / file).read_bytes() for file in FILES} == CHECKPOINT


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_damaged_on_the_disk_is_fetched_anew(hub: Hub, name: str) -> None:
    """Fetching a checkpoint that is on this disk mends what is damaged of it, and nothing else."""
    assert told(REFERENCE)[0] == 0
    found = in_cache(REFERENCE)
    assert found is not None
    blob = (Path(found[1]) / name).resolve()
    blob.write_bytes(damaged(name))
    hub.asked.clear()
    code, events = told(REFERENCE)
    assert (code, events[-1]) == (0, {"done": True})
    assert {file: (Path(found[1]) / file).read_bytes() for file in FILES} == CHECKPOINT
    fetched = [path.rpartition("/")[2] for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert fetched == [name]


@pytest.mark.parametrize("rest", ["right", "damaged"])
def test_a_connection_that_breaks_goes_on_and_is_verified(hub: Hub, rest: str) -> None:
    """After a cut the rest of the file is asked for, and the whole is compared with the hub's hash."""
    hub.cut_after = 11_000_000
    if rest == "damaged":
        hub.sent["model.safetensors"] = checkpoint = CHECKPOINT["model.safetensors"][:-8] + b"\xff" * 8
        assert len(checkpoint) == len(CHECKPOINT["model.safetensors"])
    code, events = told(REFERENCE)
    assert hub.continued == ["model.safetensors"]
    if rest == "right":
        assert (code, events[-1], events[-2]) == (0, {"done": True}, {"bytes": TOTAL, "total": TOTAL})
        assert in_cache(REFERENCE) is not None
    else:
        assert code == 1
        assert "model.safetensors" in str(events[-1]["error"])
        assert "did not come as the hub has it" in str(events[-1]["error"])
        assert in_cache(REFERENCE) is None


def test_weights_without_a_hash_are_not_fetched(hub: Hub) -> None:
    """A hub that does not tell the hash of the weights is not believed."""
    hub.tells_hashes = False
    code, events = told(REFERENCE)
    assert code == 1
    assert "no hash of model.safetensors" in str(events[-1]["error"])
    assert not [path for _, path in hub.asked if "/resolve/" in path]


def test_a_newer_commit_is_used_when_it_is_whole(hub: Hub) -> None:
    """While a newer commit is not here whole, the older one stays the one that is found."""
    assert told(REFERENCE)[0] == 0
    newer = {**CHECKPOINT, "preprocessor_config.json": CHECKPOINT["preprocessor_config.json"] + b"\n"}
    hub.repositories, hub.commit = {REFERENCE: newer}, "beef" * 10
    hub.sent["preprocessor_config.json"] = CHECKPOINT["preprocessor_config.json"] + b" "
    assert told(REFERENCE)[0] == 1
    found = in_cache(REFERENCE)
    assert found is not None
    assert found[0] == COMMIT
    hub.sent.clear()
    hub.asked.clear()
    assert told(REFERENCE)[0] == 0
    found = in_cache(REFERENCE)
    assert found is not None
    assert found[0] == "beef" * 10
    assert {file: (Path(found[1]) / file).read_bytes() for file in FILES} == newer
    fetched = [path.rpartition("/")[2] for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert fetched == ["preprocessor_config.json"]


@pytest.mark.parametrize("state", ["not there", "broken"])
def test_a_hub_that_does_not_answer(hub: Hub, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    """A hub that is not there, or out of order, gives one clear message that names the checkpoint."""
    hub.broken = True
    if state == "not there":
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port()}")
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
    assert (now.state, now.hub_id, now.total) == ("running", REFERENCE, TOTAL)
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
    assert stopped.state == "stopped"
    assert f"{REFERENCE} was stopped" in stopped.message
    assert in_cache(REFERENCE) is None
    assert sum(path.stat().st_size for path in (tmp_path / "hf").rglob("*")) < 1_000_000
    download.cancel(home)  # does nothing to one that is over
    hub.pause_after = None
    hub.asked.clear()
    download.start(home, REFERENCE)
    assert until(home, lambda told: told.state != "running").state == "done"
    fetched = [path.rpartition("/")[2] for method, path in hub.asked if method == "GET" and "/resolve/" in path]
    assert fetched == ["model.safetensors"]
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
    (home / "jobs" / "download.events").write_text(f'{{"hub_id": "some/one"}}\n{{"error": "It is over."}}\n{tail}')
    assert download.state(home) == download.Download("failed", "some/one", message="It is over.")


def test_the_command_line_fetches_too(hub: Hub) -> None:
    """`download` on the command line fetches a checkpoint and says so, or ends with one line."""
    command = [sys.executable, "-m", "emotion_core", "download"]
    done = subprocess.run([*command, REFERENCE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{REFERENCE} at {COMMIT[:12]} is on this disk, every file as the hub has it.\n"
    failed = subprocess.run([*command, "nobody/nothing"], capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("Error: “nobody/nothing” could not be fetched")
    assert failed.stderr.count("\n") == 1
