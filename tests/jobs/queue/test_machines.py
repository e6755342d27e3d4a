"""The machines of a library without a cluster: this one."""

from __future__ import annotations

from pathlib import Path

from emotion_core.jobs import worker_code
from emotion_core.jobs.queue import machines
from emotion_core.library import Library
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
