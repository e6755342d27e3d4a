"""`python -m tests.support.hostile_scans HOME FILM…`: films of a library scanned in turn in one confined process.

Prints a line of JSON a film: its id, and the problem and advice it ended in, if it did.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core.errors import EmotionError
from emotion_core.sandbox import confinement
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import Home
from tests.support.quick_engine import QUICK

if TYPE_CHECKING:  # imported once the process is confined
    from emotion_core.scan.model_thread import Model

SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded", samples_per_second=Fraction(2))


def main(home: Path, films: list[str]) -> None:
    change = [Home(home).scans, Home(home).networks, Home(home).engines]
    confinement.confine_worker(home / "films", change=change)
    from emotion_core.library import Library
    from emotion_core.scan import ModelRequest, open_model, scan

    @cache
    def model(request: ModelRequest) -> Model:
        """Opened once for all of them, as in an inference server."""
        return open_model(request, lambda activity: None)

    library = Library(home)
    requests = json.loads((home / "scans" / "asked.json").read_text())
    for film_id in films:
        store = library.store(requests[film_id]["scan"])
        problem = None
        try:
            scan(
                home / requests[film_id]["path"], film_id, store, SETTINGS, ReportSettings(), lambda *_: None,
                opener=lambda request, _: model(request),
            )  # fmt: skip
        except EmotionError as error:
            problem = [error.problem, error.advice]
        print(json.dumps({"film": film_id, "said": problem}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
