"""The machines of a library: this one, and the workers of its cluster."""

from __future__ import annotations

import json
import os
import time
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


def test_workers_of_a_cluster_are_shown(tmp_path: Path) -> None:
    """Each worker that the owner saw is there with the film and the part it reads; one that was refused, and one that
    is silent, say so. What the owner wrote long ago tells nothing.
    """
    library = Library.open(tmp_path / "home")
    film = library_builder.film(library, CARPHONE, ["happy"])
    scan = library.scans(film.id)[0]
    library_builder.runs(library, scan, 1, 1.0)
    idle = {"state": "ready", "refused": "", "silent_for": 1.0, "scan": None, "range": None, "since": None}
    workers = [
        {**idle, "name": "a/1", "state": "reading", "scan": scan.id, "range": 4, "since": 7.0},
        {**idle, "name": "b/2", "state": "refused", "refused": "av: 17 here", "silent_for": 400.0},
        {**idle, "name": "c/3", "silent_for": 40.0},
        {**idle, "name": "d/4", "state": "ended"},
    ]
    file = Home(library.home).machines
    file.write_text(json.dumps({"workers": workers}))
    _, *others = machines.create(library.home).now()
    assert [(each.name, each.doing, each.note) for each in others] == [
        ("a/1", (f"{film.name}, part 5",), ""),
        ("b/2", (), "not used, its numbers would differ: av: 17 here"),
        ("c/3", (), "silent for 40 s"),
    ]
    os.utime(file, (time.time() - 100,) * 2)
    assert len(machines.create(library.home).now()) == 1
