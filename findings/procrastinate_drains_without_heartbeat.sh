#!/usr/bin/env bash
# procrastinate 3.10.0: a worker that is told to end, and finishes its job first, says no more that it lives.
#
# Its graceful end waits for the job under way, for as long as that takes, but the heartbeat ends at once. The job of a
# worker that drains for longer than the time after which others count it as dead is thus named by get_stalled_jobs while
# it is still read, and is handed to another worker; with more workers, prune_stalled_workers forgets the one that
# drains. Whoever has jobs that take longer than that must call update_heartbeat for a draining worker itself.
#
# Needs PostgreSQL's server (Debian: postgresql). Seen, with a heartbeat every half second and a job of six seconds:
# "reading: stalled []", "3 s after it was told to end: stalled [1], still read: True", "its end: succeeded".
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
import contextlib
import sys

import procrastinate


async def main():
    connector = procrastinate.PsycopgConnector(conninfo=f"host={sys.argv[1]} user=postgres dbname=postgres")
    app = procrastinate.App(connector=connector)
    is_read = asyncio.Event()

    @app.task(name="read")
    async def read():
        is_read.set()
        await asyncio.sleep(6)
        is_read.clear()

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await read.defer_async()
        work = asyncio.create_task(
            app.run_worker_async(update_heartbeat_interval=0.5, install_signal_handlers=False, listen_notify=False)
        )
        await is_read.wait()
        await asyncio.sleep(2.2)
        stalled = [job.id for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=2)]
        print("reading: stalled", stalled)
        assert stalled == [], "it says that it lives"
        work.cancel()
        await asyncio.sleep(3)
        stalled = [job.id for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=2)]
        print(f"3 s after it was told to end: stalled {stalled}, still read: {is_read.is_set()}")
        assert stalled == [1] and is_read.is_set(), "a worker that drains says that it lives now"
        with contextlib.suppress(asyncio.CancelledError):
            await work
        (row,) = await app.job_manager.list_jobs_async(id=1)
        print("its end:", row.status)


asyncio.run(main())
PYTHON
