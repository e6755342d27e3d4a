"""The queue in a real browser: what runs and waits, a film moved to the front, one cancelled and analysed again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect

from emotion_core.library import Library, job_table
from emotion_core.settings import ScanSettings
from emotion_core.storage import Home, locked
from tests.support import library_builder
from tests.support.clips import CARPHONE, clip


def test_the_order_is_changed_and_a_film_taken_back(page: Page, address: str, library: Library, tmp_path: Path) -> None:
    """The film that runs has its progress, the others their places; one is moved to the front, one cancelled, which
    is then analysed again; a film that failed says why.
    """
    films = []
    for number in range(4):
        path = Path(shutil.copy(clip(CARPHONE), tmp_path / f"take {number}.mp4"))
        path.write_bytes(path.read_bytes() + b"\0" * number)  # other bytes, the same film
        films.append(library.refer_to(path))
    with locked(Home(library.home).worker_lock):  # no worker takes them
        scans = [library.add_scan(film.id, ScanSettings(checkpoint="embedded", engine="torch"), "w") for film in films]
        failed = library_builder.queued_job(library, scans[3])
        with library.database() as database:
            job_table.take_next(database)
            job_table.finish(database, failed, "failed", "It is torn. Glue it.")
        me = psutil.Process()
        running = library_builder.runs(library, scans[0], me.pid, me.create_time())
        event = {"event": "progress", "done": 120, "total": 480, "frames": 120, "scenes": 3, "per_second": 60}
        Home(library.home).events(running.id).write_text(json.dumps(event) + "\n")
        for scan in scans[1:3]:
            library_builder.queued_job(library, scan)
        try:
            page.goto(f"{address}/queue")
            expect(page.get_by_role("heading", name="Waiting (2)")).to_be_visible()
            expect(page.get_by_role("link", name="take 0.mp4")).to_be_visible()
            expect(page.get_by_text("It is torn. Glue it.")).to_be_visible()
            page.get_by_role("button", name="Move take 2.mp4 to the front").click()
            expect(page.get_by_role("button", name="Move take 2.mp4 to the front")).to_be_disabled()
            page.get_by_role("button", name="Cancel take 1.mp4").click()
            expect(page.get_by_role("heading", name="Waiting (1)")).to_be_visible()
            with library.database() as database:
                waiting = [job.film_id for job in job_table.active(database) if job.state == "queued"]
            assert waiting == [films[2].id]
            page.get_by_role("button", name="Analyse again").first.click()
            expect(page.get_by_role("heading", name="Waiting (2)")).to_be_visible()
        finally:  # or what looks after jobs would end this test's own process
            with library.database() as database:
                for job in job_table.active(database):
                    job_table.cancel(database, job.id)
                    job_table.clear_process(database, job)
