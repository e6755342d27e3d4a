"""How soon the app answers while it is sent hostile films and analyses them: `python -m tests.benchmarks.answers`.

Starts the real app with a fresh library, sends it all of `tests.support.hostile_files` in turn, and meanwhile asks for
its health and for the list of uploads. Prints how long the slowest answer took, and the 99th percentile.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from tests.benchmarks.watched import machine
from tests.support import hostile_files
from tests.support.app_server import App
from tests.support.hostile_uploads import meanwhile


def main(every: int) -> None:
    """Measure and print; of the films every so many-th, or with 1 all."""
    with tempfile.TemporaryDirectory() as folder:
        home, films = Path(folder) / "home", Path(folder) / "films"
        home.mkdir()
        films.mkdir()
        cases = [case.path for case in hostile_files.write(films)][::every]
        load = os.getloadavg()[0]
        app = App(home)
        app.start()
        try:
            report = meanwhile(app, cases, patience=600)
        finally:
            app.end()
    print(machine())
    print(f"load before: {load:.1f}")
    ends = ", ".join(f"{count} {end}" for end, count in sorted(Counter(report.ends.values()).items()))
    print(f"{len(cases)} hostile films: {ends}")
    for what, durations in (("answers", report.seconds), ("pages opened", report.pages)):
        seconds = np.array(durations)
        print(f"{len(seconds)} {what}: worst {seconds.max():.3f} s, 99 % within {np.percentile(seconds, 99):.3f} s, "
              f"half within {np.median(seconds):.3f} s")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="send only every so many-th film")
    main(parser.parse_args().every)
