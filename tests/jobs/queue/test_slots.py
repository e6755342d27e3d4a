"""Jobs that a worker does beside one another."""

from __future__ import annotations

import json
import os
from pathlib import Path
from unittest import mock

from emotion_core.jobs import launcher
from emotion_core.library import Library
from emotion_core.storage import Home
from emotion_core.system import AT_ONCE, BESIDE, thread_budget
from tests.support.toy_jobs import (
    diary,
    find_job,
    job_process,
    library as library,  # noqa: PLC0414  # the fixture
    request_job,
    start_worker,
)
from tests.support.waiting import PATIENCE, until


def test_films_that_say_so_run_at_once(library: Library) -> None:
    """Three jobs that may run by twos do; one that runs alone waits for both; each is done once."""
    names = [request_job(library, film, "urgent toy", seconds=1.5, at_once=2) for film in "abc"]
    alone = request_job(library, "d", "urgent toy", seconds=0)
    worker = start_worker(library, idle=0)
    until(lambda: [find_job(library, name).state for name in names] == ["running", "running", "queued"])
    until(lambda: diary(library, names[1]))
    requests = [json.loads(Home(library.home).request(name).read_text()) for name in names[:2]]
    assert [Path(each.get("lock", "scan.lock")).name for each in requests] == ["scan.lock", "scan-2.lock"]
    until(lambda: find_job(library, names[2]).state == "running")
    assert find_job(library, alone).state == "queued"
    assert worker.wait(PATIENCE) == 0
    assert {name: diary(library, name) for name in [*names, alone]} == {
        name: ["begin", "done"] for name in [*names, alone]
    }


def test_the_next_worker_takes_over_all_that_run(library: Library) -> None:
    """Where a worker is killed with two jobs under way, both go on, and the next one stores how they ended."""
    names = [request_job(library, film, "urgent toy", seconds=2, at_once=2) for film in "ab"]
    first = start_worker(library)
    for name in names:
        job_process(library, name)
        until(lambda: diary(library, name))  # noqa: B023
    first.kill()
    first.wait()
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    assert [find_job(library, name).state for name in names] == ["done", "done"]
    assert [diary(library, name) for name in names] == [["begin", "done"]] * 2


def test_only_the_decoder_gives_up_threads() -> None:
    """Films at once divide the decoder's threads; those of the networks, on which numbers hang, are those of one film.
    One film alone has no variable at all.
    """
    alone = thread_budget(16)
    assert launcher.variables_of(1, 0) == {}
    assert launcher.variables_of(4, 1) == {AT_ONCE: "4", BESIDE: "1"}
    with mock.patch.dict(os.environ, launcher.variables_of(4, 0)):
        shared = thread_budget(16)
    assert (shared.detection, shared.inference) == (alone.detection, alone.inference)
    assert (alone.decode, shared.decode) == (16, 8)
