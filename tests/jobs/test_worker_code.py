"""A worker of an older code version is ended and replaced after an update; its job goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest

from emotion_core.jobs import supervisor, worker_code
from emotion_core.library import Library
from emotion_core.package_root import code_version
from emotion_core.storage import Home
from tests.support.repository import ROOT
from tests.support.toy_jobs import find_job, library as library, request_job  # noqa: PLC0414  # the fixture
from tests.support.waiting import until

EARLIER = """
import sys
from pathlib import Path
from emotion_core.jobs import worker, worker_code
from emotion_core.library import job_table
from tests.support.toy_worker import TOYS
job_table.KINDS.update(TOYS)
{change}
worker.main(Path(sys.argv[2]), 60)
"""
"""A worker of earlier code: `python -c EARLIER NAME HOME`, where NAME is its module's former name."""
RECORDS = "worker_code.code_version = lambda: 'earlier'"
RECORDS_NOTHING = "worker_code.record = lambda home: None"


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has half a second to record its code."""
    monkeypatch.setattr(worker_code, "GRACE", 0.5)


def is_recorded(library: Library, pid: int) -> bool:
    return bool(json.loads(Home(library.home).worker_record.read_bytes())["pid"] == pid)


def start(library: Library, change: str = "") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", EARLIER.format(change=change), "emotion_core.worker", str(library.home)]
    return subprocess.Popen(command, cwd=ROOT)


@pytest.mark.parametrize("change", [RECORDS, RECORDS_NOTHING], ids=["records other code", "records nothing"])
def test_a_worker_of_earlier_code_is_replaced(library: Library, change: str) -> None:
    """The worker ends; its job's process goes on, started once. The next worker finishes this job and later ones."""
    first = request_job(library, "a", seconds=3)
    earlier = start(library, change)
    until(lambda: find_job(library, first).pid)
    process = psutil.Process(find_job(library, first).pid)
    second = request_job(library, "b", seconds=0)
    until(lambda: supervisor.ensure_worker(library.home))
    assert earlier.poll() is not None
    assert process.is_running()
    until(lambda: find_job(library, second).state == "done")
    assert find_job(library, first).state == "done"
    diary = Home(library.home).jobs / f"{first}.diary"
    assert [line.split()[0] for line in diary.read_text().splitlines()] == ["begin", "done"]


def test_a_worker_of_this_code_stays(library: Library) -> None:
    """A worker of the current code stays, also for a process that looked up the version before an update."""
    name = request_job(library, "a", seconds=60)
    current = start(library)
    until(lambda: find_job(library, name).pid)
    code_version.cache_clear()
    assert not supervisor.ensure_worker(library.home)
    assert current.poll() is None


def test_a_worker_of_this_code_stays_when_the_clock_is_set(library: Library) -> None:
    """A worker whose start the system reports otherwise by now is known by its command, and not ended."""
    request_job(library, "a", seconds=60)
    current = start(library)
    until(Home(library.home).worker_record.exists)
    until(partial(is_recorded, library, current.pid))
    file = Home(library.home).worker_record
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))
    for _ in range(3):
        assert not worker_code.end_outdated(library.home)
        time.sleep(worker_code.GRACE)
    assert current.poll() is None


def test_programs_of_different_code_do_not_fight(library: Library) -> None:
    """Two programs that share a library end each other's worker once; the second time it stays."""
    name = request_job(library, "a", seconds=60)
    for ended in (True, False):
        worker = start(library, RECORDS)
        until(Home(library.home).worker_record.exists)
        until(partial(is_recorded, library, worker.pid))
        assert worker_code.end_outdated(library.home) is ended
    assert worker.poll() is None
    assert find_job(library, name).state == "running"
