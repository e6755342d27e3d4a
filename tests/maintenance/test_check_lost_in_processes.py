"""Repair of libraries with a lost or older database by the command, also after a kill."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.library import Library, migrations
from emotion_core.maintenance import check
from tests.faults.moments import Moment, play
from tests.faults.repairing import LOSSES, WANTED, Prepared, Repairing, start_repair, work
from tests.support.held_films import reports_of
from tests.support.repository import ROOT

TOLD = {
    # what the check says of the loss, which nothing but this tells
    "deleted": "The database is empty, though films or analyses lie in the folders.",
    "deleted, without a copy": "holds a film that the database does not know",
    "empty": "The database is empty, though films or analyses lie in the folders.",
    "older": "holds an analysis that the database does not know",
    "older schema": "holds an analysis that the database does not know",
    "damaged": "The database cannot be read",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared.make(tmp_path_factory.mktemp("lost"))


@pytest.mark.parametrize("loss", LOSSES)
def test_what_a_database_lost_is_told_and_put_back(prepared: Prepared, tmp_path: Path, loss: str) -> None:
    """The check says what was lost and changes nothing; its repair removes no film and no analysis, every report and
    every name of a film is there again, and the corrections are those of the newest copy of the database.
    """
    home = prepared.lost(tmp_path / "home", loss)
    command = [sys.executable, "-m", "emotion_core", "--home", str(home), "library", "check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (checked.returncode, TOLD[loss] in checked.stdout, "Traceback" in checked.stderr) == (1, True, False), (
        checked
    )
    assert work(home) == prepared.work
    repair = start_repair(home)
    output = repair.communicate()[0]
    assert (repair.returncode, "Traceback" in output) == (0, False), output
    library = Library.open(home)
    assert check.find(library) == []
    assert work(home) == prepared.work
    assert reports_of(library) == prepared.reports
    assert {film.name for film in library.films()} == prepared.films
    assert prepared.names(library) == WANTED[loss]
    with library.database() as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == len(migrations.MIGRATIONS)


@pytest.mark.parametrize(("number", "part"), [(1, 0.4), (2, 0.7)])
def test_a_repair_that_is_killed_loses_nothing(prepared: Prepared, tmp_path: Path, number: int, part: float) -> None:
    """After a kill during the repair, another run completes it; `python -m tests.faults --act repairing` kills more."""
    verdict = play(Repairing(tmp_path / str(number), prepared), Moment("repairing", part, ("repair",)))
    assert verdict.well, verdict
