"""The process that runs a model for scans: confined before it has threads, the same numbers, its end."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import CheckpointError
from emotion_core.expression.engines.sample_faces import trial_crops
from emotion_core.expression.selection import choice
from emotion_core.library import Library
from emotion_core.processes import inference_server
from emotion_core.sandbox import landlock
from emotion_core.scan import InferenceClient, ModelRequest, model_choice, open_model
from emotion_core.scan.inference_client import ServerFault
from emotion_core.settings import EngineName
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.repository import ROOT
from tests.support.waiting import PATIENCE


def request(engine: EngineName = QUICK, batch: int = 16, checkpoint: str = "embedded") -> ModelRequest:
    return ModelRequest(checkpoint=checkpoint, engine=engine, batch=batch)


def silent(activity: str) -> None:
    raise AssertionError(f"no engine is tried: {activity}")


@contextlib.contextmanager
def served(ahead: ModelRequest | None = None) -> Iterator[Callable[[], InferenceClient]]:
    """Gives clients, one after another, of a server in a thread of this process."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=inference_server.serve, args=(theirs, ahead))
    thread.start()
    with theirs:
        with connecting(ours) as connect:
            yield connect
        thread.join(PATIENCE)
        assert not thread.is_alive()


@contextlib.contextmanager
def connecting(control: socket.socket) -> Iterator[Callable[[], InferenceClient]]:
    """Gives clients, one after another, of the server at the other end of `control`."""
    channels: list[socket.socket] = []

    def connect() -> InferenceClient:
        for earlier in channels[-1:]:
            earlier.shutdown(socket.SHUT_RDWR)  # its client holds it too
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(control, [b"c"], [theirs.fileno()])
        channels.append(ours)
        return InferenceClient(os.dup(ours.fileno()))

    with control:
        yield connect
        for channel in channels[-1:]:
            channel.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def home(tmp_path: Path, networks: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library that has the quick engine's network."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    give_networks(networks, tmp_path / "home")
    return tmp_path / "home"


@pytest.mark.parametrize("ahead", [None, request(), request("torch")], ids=["asked", "ahead", "another ahead"])
def test_a_served_model_gives_the_same_numbers(home: Path, ahead: ModelRequest | None) -> None:
    """Opened when it is asked for, before, or, where the server holds another one, in the scan's own process: identity
    and numbers are the same. A second scan finds the same.
    """
    faces, is_other = trial_crops(20), ahead == request("torch")
    expected = open_model(request(), silent)
    with served(ahead) as connect:
        for _ in range(1 if is_other else 2):
            model = connect().open(request(), silent)
            assert (model.checkpoint, model.engine.identity) == (expected.checkpoint, expected.engine.identity)
            assert (type(model.engine) is type(expected.engine)) == is_other
            np.testing.assert_array_equal(model.engine.logits(faces), expected.engine.logits(faces))
            assert model.engine.logits([]).shape == (0, len(expected.checkpoint.labels))


def test_errors_reach_the_scan(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint that is missing, no memory and a fault are reported as where the scan runs the model itself."""
    with served() as connect, pytest.raises(CheckpointError, match="neither a folder nor in the hub cache"):
        connect().open(request(checkpoint="no/such"), silent)
    for error, expected in ((MemoryError(), MemoryError), (ValueError("torn"), ServerFault)):

        def fail(choice: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(model_choice, "build", fail)
        with served() as connect, pytest.raises(expected, match="test_inference_server"):
            connect().open(request(), silent)


def test_no_engine_is_tried_ahead(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ahead of a scan only an engine that is known is opened: a trial belongs to the scan that needs it."""
    tried: list[str] = []

    def try_engine(name: str, *_: object, **__: object) -> None:
        tried.append(name)
        raise InterruptedError

    monkeypatch.setattr(choice, "TrialProcess", try_engine)
    with served(request("fastest")):
        pass
    assert tried == []
    with pytest.raises(InterruptedError):
        model_choice.choose(request("fastest"), lambda _: None)
    assert len(tried) == 1


CONFINED = """
import os, sys
from pathlib import Path
from emotion_core.processes import inference_server
from emotion_core.storage import Home
heavy = {"numpy", "cv2", "torch", "openvino", "av"} & set(sys.modules)
threads = len(os.listdir("/proc/self/task"))
level = inference_server.confine("embedded")
def refused(path):
    try:
        return not path.open("rb").close() and False
    except PermissionError:
        return True
film, home = map(Path, sys.argv[1:])
assert (threads, heavy) == (1, set()), (threads, heavy)
assert level and refused(film) and refused(Home(home).database), level
(home / "networks" / "a").write_bytes(b"a")
"""


@pytest.mark.skipif(not landlock.version(), reason="there is no Landlock")
def test_it_is_confined_before_it_has_threads(home: Path, truth_film: Path) -> None:
    """It can read neither a film nor the library's database, and is confined with one thread and no heavy package."""
    Library.open(home)
    command = [sys.executable, "-c", CONFINED, str(truth_film), str(home)]
    subprocess.run(command, check=True, cwd=ROOT)


def test_it_ends_with_its_last_scan(home: Path) -> None:
    """A server whose parent was killed serves its scan to the end, and ends with nothing on its standard error."""
    ours, theirs = socket.socketpair()
    words = json.dumps(request().to_json())
    command = [sys.executable, "-m", "emotion_core.processes.inference_server", str(theirs.fileno()), words, "0"]
    crops = trial_crops(3)  # first: what failed within would wait for the server without end
    with subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE) as server:
        theirs.close()
        with connecting(ours) as connect:
            model = connect().open(request(), silent)
            ours.close()  # its parent is gone
            assert model.engine.logits(crops).shape == (3, 7)
            assert server.poll() is None
        assert server.wait(PATIENCE) == 0
        assert server.stderr is not None
        assert server.stderr.read() == b""
