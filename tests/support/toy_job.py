"""A job's process without a film: `python -m tests.support.toy_job REQUEST`.

The request says how long it takes and how it ends. It writes each time it begins and is done to a file beside it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from emotion_core.jobs import child
from emotion_core.system.events import EventWriter


def main(request: Path) -> int:
    request_fields = json.loads(request.read_text())
    diary = request.with_suffix(".diary")
    _write(diary, f"begin {os.getpid()}")
    _write(request.parent / "order", request.stem)
    attempts = diary.read_text().count("begin")
    _say(event="progress", frames=attempts, segments=0)
    time.sleep(request_fields.get("seconds", 0))
    match request_fields.get("ends", "well"):
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "crashed":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "error":
            _say(event="error", kind="DamagedFilm", problem="It is torn.", advice="Glue it.")
            return 1
        case "raises":
            raise KeyError("nobody foresaw it")
        case "raises at its work":
            return child.run(request, sys.stdout, lambda _: _Told(), _fail)
        case "a part at a time" if attempts <= request_fields["parts"]:
            _say(event="progress", frames=attempts, segments=1)
            os.kill(os.getpid(), signal.SIGKILL)
    _write(diary, "done")
    _say(event="done")
    return 0


@dataclass(frozen=True, slots=True)
class _Told:
    film: Path = Path("/films/a/original.mov")
    name: str = "Mine.mov"


def _fail(request: _Told, tell: EventWriter) -> None:
    raise ZeroDivisionError(f"{request.film} is too odd")


def _say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def _write(file: Path, line: str) -> None:
    with file.open("a") as diary:
        diary.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
