"""procrastinate's jobs as a worker of the cluster handles them: it rides out a database that is away for a while.

procrastinate's own worker ends after one heartbeat that fails, and ends a job whoever has it by then.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

import procrastinate
from procrastinate import exceptions
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from .. import leases
from ..database import arguments

_TRIES = 5
_LOOK = 2.0
"""Seconds between two looks whether a job may be taken beside another one."""
_LISTEN_AGAIN = 5.0
"""Seconds before a worker listens again to a database that is away."""
_POOL_SECONDS = 10.0
"""Seconds for which a call waits for a connection."""
_RECONNECT_SECONDS = 7 * 86400.0


class LeasedJobs(JobManager):
    """Fetches, renews and ends the jobs of one worker."""

    def __init__(
        self,
        connector: Any,
        on_lost: Callable[[], None],
        is_stuck: Callable[[], bool],
        is_ending: Callable[[], bool] = lambda: False,
    ) -> None:
        """`on_lost` is called where the database no longer knows this worker: it was silent for long. While `is_stuck`
        this worker is silent, so that its range is given to another one. One that `is_ending` takes no further job.
        """
        super().__init__(connector)
        self._on_lost, self._is_stuck, self._is_ending = on_lost, is_stuck, is_ending
        self._at_hand = 0
        """Jobs of this worker."""
        self._ended = asyncio.Event()
        """Set where one of them has ended."""

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """The next job; beside another one only where more wait than there are workers."""
        names = list(queues or ())
        try:
            while self._at_hand:
                self._ended.clear()  # before the look: one may end during it
                if await self._much_waits(names):
                    break
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._ended.wait(), _LOOK)
                if self._is_ending():
                    return None
            job = await super().fetch_job(names, worker_id)
        except exceptions.ConnectorException:
            return None
        self._at_hand += job is not None
        return job

    async def _much_waits(self, queues: list[str]) -> bool:
        row = await self.connector.execute_query_one_async(leases.MUCH_WAITS, queues=queues)
        return bool(row["much"])

    def note_end(self) -> None:
        """A job of this worker has ended."""
        self._at_hand -= 1
        self._ended.set()

    async def update_heartbeat(self, worker_id: int) -> None:
        if self._is_stuck():
            return
        try:
            await self.connector.execute_query_one_async(
                "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %(worker)s RETURNING id",
                worker=worker_id,
            )
        except exceptions.NoResult:
            self._on_lost()
        except exceptions.ConnectorException:
            pass  # the next one tries again

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """Remove a job that this worker still has. The owner removes what stays, since its range has a result."""
        for _ in range(_TRIES):
            try:
                await self.connector.execute_query_async(
                    "DELETE FROM procrastinate_jobs WHERE id = %(job)s AND worker_id = %(worker)s",
                    job=job.id,
                    worker=job.worker_id,
                )
                return
            except exceptions.ConnectorException:
                await asyncio.sleep(1)

    async def listen_for_jobs(self, *, on_notification: Any, queues: Iterable[str] | None = None) -> None:
        while True:
            with contextlib.suppress(exceptions.ConnectorException):  # it looks by itself meanwhile
                await super().listen_for_jobs(on_notification=on_notification, queues=queues)
            await asyncio.sleep(_LISTEN_AGAIN)

    async def unregister_worker(self, worker_id: int) -> None:
        with contextlib.suppress(exceptions.ConnectorException):  # the owner forgets it after a while
            await super().unregister_worker(worker_id)

    async def list_jobs_to_abort_async(self, queue: str | None = None) -> Iterable[int]:
        """None: a lease says whether a range is wanted."""
        return []


def open_app(
    url: str, on_lost: Callable[[], None], is_stuck: Callable[[], bool], is_ending: Callable[[], bool]
) -> tuple[procrastinate.App, LeasedJobs]:
    """An app for the cluster's database at `url`, see LeasedJobs; open it with `open_async`. Raises ClusterError."""
    for name in ("procrastinate", "psycopg.pool"):  # what is worth telling is told by this package
        logging.getLogger(name).setLevel(logging.CRITICAL)
    connector = procrastinate.PsycopgConnector(
        kwargs=arguments(url), min_size=1, max_size=4, timeout=_POOL_SECONDS, reconnect_timeout=_RECONNECT_SECONDS
    )
    app = procrastinate.App(connector=connector)
    app.job_manager = jobs = LeasedJobs(connector, on_lost, is_stuck, is_ending)
    return app, jobs
