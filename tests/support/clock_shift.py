"""Real processes whose clock is set forward or back, also while they run, and the machine's times to match.

Set are `time.time`, which all of the program's dates come from, and the machine's start, from which psutil counts when
processes began. Files get the machine's true times; `Machine.run` dates those of a step as its clock would have.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from emotion_core.library import Library
from tests.support.repository import ROOT

DAY = 24 * 3600.0

SET = """
import time
from pathlib import Path

real, shown, last = time.time, Path(SHIFT), []

def shift():
    try:
        last[:] = [float(shown.read_text())]
    except OSError:  # where a film is read nothing else may be
        pass
    return last[0]

time.time = lambda: real() + shift()

from psutil import _pslinux

booted = _pslinux.boot_time
_pslinux.boot_time = lambda: booted() + shift()
time.time()
"""
"""Run by every process before its program."""


class Machine:
    """Processes that share a clock and a library."""

    def __init__(self, folder: Path) -> None:
        self.home = Library.open(folder / "home").home
        self._shift = folder / "shift"
        (folder / "path").mkdir()
        (folder / "path" / "sitecustomize.py").write_text(SET.replace("SHIFT", repr(str(self._shift))))
        self.env = {
            **os.environ,
            "EMOTION_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join([str(folder / "path"), str(ROOT)]),
        }
        self._since = time.time()
        self.set(0.0)

    def set(self, seconds: float) -> None:
        """Set the clock off the true time from now on; files written before keep their dates."""
        if self._shift.exists():
            self._date(float(self._shift.read_text()))
        written = self._shift.with_name("shift.part")
        written.write_text(str(seconds))
        written.replace(self._shift)
        self._since = time.time()

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """A running `python WORDS`."""
        return subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=self.env,
        )  # fmt: skip

    def run(self, *words: str) -> str:
        """Standard output of `python WORDS`."""
        process = self.begin(*words)
        output, errors = process.communicate()
        assert process.returncode == 0, errors
        return output

    def _date(self, seconds: float) -> None:
        """Date files written since the last setting as that clock would have."""
        for path in self.home.rglob("*"):
            if path.is_file() and (file := path.stat()).st_mtime >= self._since:
                os.utime(path, (file.st_atime + seconds, file.st_mtime + seconds))
