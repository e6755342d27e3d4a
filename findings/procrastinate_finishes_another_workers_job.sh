#!/usr/bin/env bash
# procrastinate 3.10.0: a job is ended by whoever says so, also by a worker from which it was taken.
#
# A worker that falls silent loses its job: get_stalled_jobs names it, retry_job hands it to another worker. When the
# first one comes back, its finish_job marks the job as succeeded, without an error, while the second one still reads. A
# failure of the second one then finds no job under way. Retry of stalled jobs is thus no lease: whoever lets results
# count must hold a token of each attempt and compare it in the same transaction.
#
# Needs PostgreSQL's server (Debian: postgresql). Seen: "stalled: [1]", "held by: 2", "after the first one's end:
# succeeded, while worker 2 holds it", and the second one's failed end raises ConnectorException.
set -euo pipefail
folder=$(mktemp -d); chmod 755 "$folder"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1 || true); bin=${bin:-$(dirname "$(command -v initdb)")}
as=(); [ "$(id -u)" = 0 ] && as=(runuser -u postgres --)
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/data/db" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q procrastinate==3.10.0 'psycopg[binary]==3.3.9'
mkdir "$folder/data"; [ "$(id -u)" = 0 ] && chown postgres "$folder/data"
"${as[@]}" "$bin/initdb" -D "$folder/data/db" -A trust -U postgres >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data/db" -w -o "-c listen_addresses= -c unix_socket_directories=$folder/data" start >/dev/null
"$folder/venv/bin/python" - "$folder/data" <<'PYTHON'
import asyncio
import sys

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status


async def main():
    connector = procrastinate.PsycopgConnector(conninfo=f"host={sys.argv[1]} user=postgres dbname=postgres")
    app = procrastinate.App(connector=connector)

    @app.task(name="read")
    def read():
        pass

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await read.defer_async()
        jobs = app.job_manager
        first, second = await jobs.register_worker(), await jobs.register_worker()
        held_by_first = await jobs.fetch_job(None, first)
        await asyncio.sleep(1.5)
        await jobs.update_heartbeat(second)
        stalled = list(await jobs.get_stalled_jobs(seconds_since_heartbeat=1))
        print("stalled:", [job.id for job in stalled])
        for job in stalled:
            await jobs.retry_job(job)
        held_by_second = await jobs.fetch_job(None, second)
        print("held by:", held_by_second.worker_id)
        await jobs.finish_job(held_by_first, Status.SUCCEEDED, False)
        (row,) = await jobs.list_jobs_async(id=held_by_second.id)
        print(f"after the first one's end: {row.status}, while worker {second} holds it")
        assert row.status == "succeeded", "a worker that lost its job cannot end it any more"
        try:
            await jobs.finish_job(held_by_second, Status.FAILED, False)
        except ConnectorException as error:
            print("the second one's end:", type(error).__name__)
        else:
            raise SystemExit("the second one may still end it")


asyncio.run(main())
PYTHON
