"""Make the golden library and the golden outputs again: `python -m tests.golden`."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

from emotion_core.ingest.sample_cut import NAMES as FILMS
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import ReportSettings, ScanSettings
from tests.golden.outputs import CORRECTIONS, EXPECTED, LIBRARY, outputs
from tests.support import golden_films
from tests.support.running_scans import wait_for


def main() -> None:
    """Analyse both sample films with the embedded checkpoint, and keep what the library knows of them."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(Path(folder))
        for which in FILMS:
            path = Path(folder) / "golden.mp4"
            golden_films.write(path, which)
            with path.open("rb") as file:
                film = library.add_film(file, FILMS[which])
            wanted = ReportSettings(corrections=CORRECTIONS if which == "cut" else ReportSettings().corrections)
            library.set_report_settings(film.id, wanted, "as in the golden library")
            scan = scans.start(
                library, film.id, ScanSettings(engine="torch", checkpoint="embedded", keep_pictures=False)
            )
            state = wait_for(library, scan).state
            if state != "done":
                raise SystemExit(f"The analysis of {film.name} ended as “{state}”.")
        written = outputs(library)
        for place in (LIBRARY, EXPECTED):
            shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(library.home / "scans", LIBRARY / "scans")
        with sqlite3.connect(library.home / "library.sqlite") as database:
            database.execute("DELETE FROM jobs")
            database.commit()
            database.execute("VACUUM INTO ?", (str(LIBRARY / "library.sqlite"),))
    EXPECTED.mkdir()
    for name, content in written.items():
        (EXPECTED / name).write_bytes(content)


if __name__ == "__main__":
    main()
