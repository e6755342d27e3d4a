"""A library whose jobs are toys, and the worker that does them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from emotion_core.jobs import supervisor
from emotion_core.library import Job, Library, job_table
from tests.support.repository import ROOT
from tests.support.toy_worker import TOYS
from tests.support.waiting import until


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library whose jobs are toys; its processes are ended afterwards."""
    for name, kind in TOYS.items():
        monkeypatch.setitem(job_table.KINDS, name, kind)
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-m", "tests.support.toy_worker"])
    opened = Library.open(tmp_path / "home")
    yield opened
    for process in processes_of(opened):
        process.kill()


def processes_of(library: Library) -> list[psutil.Process]:
    """All processes whose command line names this library."""
    processes = []
    for process in psutil.process_iter(["cmdline"]):
        if any(word.startswith(str(library.home)) for word in process.info["cmdline"] or []):
            processes.append(process)
    return processes


def request_job(library: Library, film: str, kind: str = "toy", **request: Any) -> str:
    """Queue a job about a film of this name; return the job's name."""
    with library.database() as database:
        database.execute(
            "INSERT OR IGNORE INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
            "VALUES (?, 'Film', '/a', 0, 1, 1, 'now', '{}')",
            (film,),
        )
        assert job_table.enqueue(database, kind, film, json.dumps(request), at_once=request.get("at_once", 1))
    return job_table.job_id(kind, film)


def find_job(library: Library, name: str) -> Job:
    with library.database() as database:
        job = job_table.find(database, name)
    assert job is not None
    return job


def start_worker(library: Library, idle: float = 60) -> subprocess.Popen[bytes]:
    """A worker of this library."""
    return subprocess.Popen([sys.executable, "-m", "tests.support.toy_worker", str(library.home), str(idle)], cwd=ROOT)


def diary(library: Library, name: str) -> list[str]:
    """Lines that a job's processes wrote: “begin” at each start, “done” at the end."""
    file = library.home / "jobs" / f"{name}.diary"
    return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


def job_process(library: Library, name: str) -> psutil.Process:
    until(lambda: find_job(library, name).pid)
    return psutil.Process(find_job(library, name).pid)
