"""`python -m tests.hostile_scans HOME FILM…`: films of a library scanned one after the other in one confined process.

Prints a line of JSON a film: its id, and the problem and advice it ended in, if it did.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

from emotion_core.errors import EmotionError
from emotion_core.sandbox import confinement
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage.paths import engines_folder

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded", samples_per_second=Fraction(2))


def main(home: Path, films: list[str]) -> None:
    change = [home / "scans", home / "networks", engines_folder()]
    confinement.work(home / "films", change=change)
    from emotion_core.library.library import Library
    from emotion_core.scan.scan import scan

    library = Library(home)
    requests = json.loads((home / "scans" / "asked.json").read_text())
    for film_id in films:
        store = library.store(requests[film_id]["scan"])
        said = None
        try:
            scan(
                home / requests[film_id]["path"], film_id, store, SETTINGS, ReportSettings(), lambda *_: None,
            )  # fmt: skip
        except EmotionError as error:
            said = [error.problem, error.advice]
        print(json.dumps({"film": film_id, "said": said}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
