"""When a worker takes a further job beside the one at hand."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from procrastinate.manager import JobManager

from emotion_core.cluster.working.leased_jobs import LeasedJobs
from tests.support.apart import apart


def test_a_job_that_ends_during_the_look_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is free then, and asks for its next job at once instead of at the next look."""

    class Connector:
        async def execute_query_one_async(self, *_: Any, **__: Any) -> dict[str, Any]:
            jobs.note_end()
            return {"much": False}

    asked: list[list[str]] = []

    async def nothing(_: JobManager, queues: list[str], worker_id: int) -> None:
        asked.append(queues)

    monkeypatch.setattr(JobManager, "fetch_job", nothing)
    jobs = LeasedJobs(Connector(), lambda: None, lambda: False)
    jobs._at_hand = 1
    assert apart(asyncio.run, asyncio.wait_for(jobs.fetch_job(["ranges-a"], 1), 1)) is None
    assert asked == [["ranges-a"]]
