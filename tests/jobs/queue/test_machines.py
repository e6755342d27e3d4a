"""The machines of a library: this one, and those of a cluster."""

from __future__ import annotations

import json
import os
from pathlib import Path

from emotion_core.jobs import worker_code
from emotion_core.jobs.queue import machines
from emotion_core.library import Library
from emotion_core.storage import Home
from tests.support import library_builder
from tests.support.clips import CARPHONE


def test_this_machine_says_what_it_does(tmp_path: Path) -> None:
    """Without work its worker starts when there is some; with a film it names that and since when."""
    library = Library.open(tmp_path / "home")
    (idle,) = machines.create(library.home).now()
    assert (idle.doing, idle.since, idle.note) == ((), None, "its worker starts when there is work")
    film = library_builder.film(library, CARPHONE, ["happy"])
    job = library_builder.runs(library, library.scans(film.id)[0], 1, 1.0)
    (busy,) = machines.create(library.home).now()
    assert (busy.doing, busy.since, busy.note) == ((film.name,), job.began_at, "its worker is being started")


def test_a_worker_that_is_gone_is_not_taken_for_one(tmp_path: Path) -> None:
    """What a worker wrote down counts while its process lives."""
    library = Library.open(tmp_path / "home")
    assert worker_code.living(library.home) is None
    worker_code.record(library.home)
    living = worker_code.living(library.home)
    assert living is not None


def test_workers_of_a_cluster_say_what_they_read(tmp_path: Path) -> None:
    """Each worker that the cluster's owner has written down names its film and part, or why it gets none; what was
    written down long ago, or is damaged, counts nothing.
    """
    library = Library.open(tmp_path / "home")
    film = library_builder.film(library, CARPHONE, ["happy"])
    scan = library.scans(film.id)[0]
    library_builder.runs(library, scan, 1, 1.0)
    workers = [
        {"name": "w1", "host": "edit2", "state": "reading", "refused": "", "silent_for": 1.0, "scan": scan.id,
         "range": 3},
        {"name": "w2", "host": "edit3", "state": "refused", "refused": "It has another model.", "silent_for": 15.0,
         "scan": None, "range": None},
    ]  # fmt: skip
    file = Home(library.home).machines
    file.write_text(json.dumps({"workers": workers}))
    _, first, second = machines.create(library.home).now()
    assert (first.name, first.doing, first.note) == ("edit2 (w1)", (f"{film.name}, part 4",), "")
    assert (second.doing, second.note) == ((), "It has another model.; not heard of for 15 s")
    os.utime(file, (0, 0))
    assert len(machines.create(library.home).now()) == 1
    file.write_text("{")
    assert len(machines.create(library.home).now()) == 1
