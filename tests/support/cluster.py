"""A cluster on this machine: a library's owner, a database, an exchange in a folder, and workers, a process each."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from emotion_core.cluster.places import HEARTBEAT
from emotion_core.jobs import runner, scans
from emotion_core.jobs.supervisor import CLUSTER_DATABASE, CLUSTER_STORE
from emotion_core.library import Library
from emotion_core.package_root import ROOT
from emotion_core.settings import ScanSettings
from tests.support.guests import Guest
from tests.support.quick_engine import QUICK

ENDPOINT = "AWS_ENDPOINT_URL"
"""Variable that names an own S3 server."""
BEAT = 1.5
"""Seconds between two signs of life: a worker that is gone is noticed three of them later."""


SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded")


class _NobodyBegins(runner.LocalRunner):
    """Leaves the queue to the owner that the test starts."""

    def submit(self, job_id: str) -> None:
        pass


def requested(library: Library, film: Path, settings: ScanSettings = SETTINGS) -> str:
    """Request the scan of a film and leave it in the queue; its id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "create", _NobodyBegins)
        return scans.start(library, library.refer_to(film).id, settings)


def contents(library: Library, scan_id: str) -> dict[str, bytes]:
    """The files of a scan's store."""
    folder = library.store(scan_id).folder
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass
class Cluster:
    """What belongs to one library."""

    library: Library
    database: str
    """The database's URL."""
    store: str
    folder: Path
    """Where logs lie, and what workers work in."""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ, CLUSTER_DATABASE: self.database, CLUSTER_STORE: self.store, HEARTBEAT: str(BEAT),
            "EMOTION_HOME": str(self.library.home),
        }  # fmt: skip

    def start(self, name: str, *words: str, prefix: tuple[str, ...] = (), **variables: str) -> subprocess.Popen[bytes]:
        """Start `python -m WORDS`; what it prints goes to NAME.log."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*prefix, sys.executable, "-m", *words],
                stdout=log, stderr=log, cwd=ROOT, env={**self.environment, **variables}, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def owner(self) -> subprocess.Popen[bytes]:
        return self.start("owner", "emotion_core.cluster.owner", str(self.library.home), "600")

    def worker(
        self, number: int, *words: str, prefix: tuple[str, ...] = (), guest: Guest | None = None, **variables: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker in a folder of its own; with `guest` behind its cable, where servers of this machine must
        listen.
        """
        if guest is not None:
            prefix = guest.prefix
            servers = {CLUSTER_DATABASE: self.database, ENDPOINT: os.environ.get(ENDPOINT, "")}
            reached = {name: url.replace("127.0.0.1", guest.host) for name, url in servers.items() if url}
            variables = {**reached, **variables}
        return self.start(
            f"worker-{number}", "emotion_core", "worker", "--folder", str(self.folder / f"machine-{number}"), *words,
            prefix=prefix, **variables,
        )  # fmt: skip

    def log(self, name: str) -> str:
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / f"{name}.log").read_text("utf-8", "replace")
        return ""

    def wait_for(self, is_so: Callable[[], object], seconds: float = 90) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not is_so():
            logs = {path.name: path.read_text("utf-8", "replace")[-2000:] for path in self.folder.glob("*.log")}
            assert time.monotonic() < end, logs
            time.sleep(0.05)

    def end(self) -> None:
        """End all that was started."""
        for process in self.processes:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGCONT)
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for process_id in psutil.pids():  # coordinators outlive their owner
            with contextlib.suppress(psutil.Error):
                other = psutil.Process(process_id)
                if any(str(self.library.home) in word for word in other.cmdline()) and process_id != os.getpid():
                    other.kill()


@contextlib.contextmanager
def cluster_of(library: Library, database: str, store: str, folder: Path) -> Iterator[Cluster]:
    """A cluster without processes yet; what is started in it ends with it."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(library, database, store, folder)
    try:
        yield cluster
    finally:
        cluster.end()
