"""One of several windows that correct a film: `python -m tests.faults.writer HOME FILM LOG NAME SEED COUNT`.

It looks at the scenes, waits as a person does, and corrects what it was shown, by the calls that the page makes. Its
log has a line before each correction and one after it, on the disk before it goes on: what the second says was
confirmed. Killed and started again with the same log, it goes on with the next correction. After COUNT it ends.
"""

from __future__ import annotations

import os
import pickle
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emotion_core.errors import CorrectionError
from emotion_core.jobs import scans
from emotion_core.library import Library, editing
from emotion_core.scenes import Scene

PAUSE = 0.05
"""Seconds that a person looks at most: so short that windows often meet, and that kills fall into corrections."""
NEAR = 12
"""Scenes, from the film's first one, among which corrections are drawn: so few that they often meet."""

Asked = tuple[str, tuple[Any, ...]]
"""A function of `editing` that makes a correction, and what it is given."""


def verb(correction: Asked) -> editing.Operation:
    """The correction that was asked for."""
    name, arguments = correction
    function: editing.Operation = getattr(editing, name)(*arguments)
    return function


@dataclass(frozen=True, slots=True)
class Told:
    """What a log says of its writer's corrections, by their numbers."""

    asked: dict[int, Asked] = field(default_factory=dict)
    """All that were begun."""
    confirmed: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, log: Path) -> Told:
        """Read a log, also while it is written; a line that is not whole says nothing."""
        result = cls()
        for line in log.read_text().splitlines(keepends=True) if log.exists() else ():
            number, what, *more = line.split()
            if not line.endswith("\n"):
                break
            if what == "asked":
                result.asked[int(number)] = pickle.loads(bytes.fromhex(more[0]))  # written below
            else:
                {"confirmed": result.confirmed, "refused": result.refused}[what].append(int(number))
        return result

    @property
    def unanswered(self) -> list[int]:
        """Begun; the writer was killed before it heard the outcome."""
        return sorted(self.asked.keys() - {*self.confirmed, *self.refused})


def write(log: int, line: str) -> None:
    os.write(log, f"{line}\n".encode())
    os.fsync(log)


def drawn(chance: random.Random, who: str, number: int, scenes: tuple[Scene, ...]) -> Asked:
    """A correction of scenes as they are shown."""
    place = chance.randrange(1, min(NEAR, len(scenes)))
    before, scene = scenes[place - 1], scenes[place]
    kinds = ["rename"] * 4 + ["merge"] * 2 + ["mark"]
    if scene.frames > 1:
        kinds += ["split"] * 2 + ["move"]
    match chance.choice(kinds):
        case "rename":
            return "rename", (scene, f"{who} {number}")
        case "merge":
            return "merge", (before, scene)
        case "mark":
            return "mark", (scene, "not film" if scene.counts else "film")
        case "split":
            return "split", (scene, chance.randrange(scene.frame_in + 1, scene.frame_out))
        case _:
            return "move", (scene, chance.randrange(scene.frame_in + 1, scene.frame_out))


def main(home: Path, film_id: str, file: Path, who: str, seed: str, count: int) -> None:
    """Correct until there are `count` corrections in the log, those included that were refused."""
    library = Library.open(home)
    scan = library.newest_scan(film_id)
    assert scan is not None
    first = len(Told.of(file).asked)
    if file.exists():  # a line that was being written when this was killed
        os.truncate(file, file.read_bytes().rfind(b"\n") + 1)
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in range(first, count):
        chance = random.Random(f"{seed} {who} {number}")
        scenes = tuple(row.scene for row in library.analysis(film_id).scenes)
        time.sleep(chance.uniform(0, PAUSE))
        correction = drawn(chance, who, number, scenes)
        write(log, f"{number} asked {pickle.dumps(correction).hex()}")
        try:
            editing.correct(library, film_id, verb(correction), f"{who} {number}")
        except CorrectionError:
            write(log, f"{number} refused")
            continue
        write(log, f"{number} confirmed")
        scans.backfill(library, scan.id, library.report_settings(film_id))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4], sys.argv[5], int(sys.argv[6]))
