"""Compiled networks of the embedded checkpoint, made once a run: a scan whose library has them begins soon."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import EngineName, ScanSettings
from emotion_core.storage import Home
from tests.support.films import texture, write_film
from tests.support.in_process_runner import scans_in_process
from tests.support.quick_engine import QUICK


def compile_networks(home: Path) -> None:
    """Make a library in the folder `home`, with the networks of `QUICK` and of torch in its cache."""
    library = Library.open(home)
    film = library.refer_to(write_film(home / "film.mp4", texture(1, 10)))
    engines: tuple[EngineName, ...] = (QUICK, "torch")
    for engine in engines:
        with scans_in_process():
            scan_id = scans.start(library, film.id, ScanSettings(engine=engine, checkpoint="embedded"))
        assert scans.status(library, scan_id).state == "done", scans.status(library, scan_id)


def give_networks(source: Path, home: Path) -> None:
    """Let the library in the folder `home` find the networks of the one in `source`."""
    if (networks := Home(source).networks).exists():
        shutil.copytree(networks, Home(home).networks, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    """Nobody changes these files in place, so that libraries on one disk can share them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
