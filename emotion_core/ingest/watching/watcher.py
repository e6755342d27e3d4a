"""Watch folders for new films: in a thread beside the app, and by `python -m emotion_core watch`.

Folders are looked at again and again, since network shares tell of no change. A look reads names, sizes and times only;
hashing and probing are done in the thread, never on the app's event loop.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from ...errors import AccessError, EmotionError, SettingsError
from ...library import Library
from ...settings import ScanSettings
from ...storage import Configuration, Home, stored_paths, try_lock
from .intake import Intake, Taken
from .listing import films_in
from .settling import Settling

EVERY = 5.0
"""Seconds between two looks."""
SHARE = 20.0
"""Listing the folders is followed by a pause of at least so many times its length: a slow share is asked for 5 % of the
time. Hashing the films that came, which may take an hour, makes no pause.
"""
IDLE = 15.0
"""Seconds between two looks at config.toml while it names no folder to watch, or another process watches."""

Say = Callable[[str], object]


class Watcher:
    """Watches the folders that config.toml names, or one of its own."""

    def __init__(self, library: Library, say: Say, folder: Path | None = None, *, complain: Say | None = None) -> None:
        """`say` is called with a line about each file, once, and `complain`, if there is one, with those about trouble.
        `folder` takes the place of config.toml's.
        """
        self._library, self._say, self._folder = library, say, folder
        self._complain = complain or say
        self._intake = Intake(library)
        self._settling = Settling()
        self._told: set[str] = set()
        """Troubles with folders and with config.toml that were told and last."""
        self._pause = EVERY
        """Seconds until the next look."""

    def look(self, now: float) -> list[Taken]:
        """Look at the folders once, at the monotonic time `now`; what became of the files that are whole.

        Raises SettingsError where config.toml cannot be read.
        """
        configuration = Configuration.load(self._library.home)
        folders = configuration.watch.folders if self._folder is None else (self._folder,)
        settings = ScanSettings(keep_pictures=configuration.keep_pictures)
        unreadable: list[tuple[Path, str]] = []
        began = time.monotonic()
        seen = list(films_in(folders, unreadable))
        self._pause = max(EVERY, SHARE * (time.monotonic() - began))
        self._tell(f"{folder} cannot be listed: {why}." for folder, why in unreadable)
        if not unreadable:
            self._intake.forget_missing((file.path for file in seen), map(stored_paths.as_text, folders))
        new = [file for file in seen if self._intake.is_new(file)]
        taken = []
        for file in list(self._settling.look(new, now, configuration.watch.settle_seconds)):
            if not self._intake.has_room():
                break
            if (what := self._intake.take(file, settings, now)) is not None:
                taken.append(what)
                (self._say if what.state in ("taken in", "known") else self._complain)(what.line())
            if not self._intake.is_new(file):
                self._settling.taken(file)
        return taken

    def run(self, stop: threading.Event, after_look: Callable[[], object] = lambda: None) -> None:
        """Look until `stop` is set, or config.toml names no folder any more; call `after_look` after each look.

        An error is told once, and the next look may do better.
        """
        while not stop.is_set():
            try:
                if self._folder is None and not Configuration.load(self._library.home).watch.folders:
                    return
                self.look(time.monotonic())
                after_look()
            except EmotionError as error:
                self._tell([str(error)])
            stop.wait(self._pause)

    def _tell(self, troubles: Iterable[str]) -> None:
        """Tell troubles that are new."""
        now = set(troubles)
        for trouble in sorted(now - self._told):
            self._complain(trouble)
        self._told = now


def check_allowed(configuration: Configuration, folder: Path) -> Path:
    """`folder`, absolute, if config.toml allows to watch it. Raises AccessError, SettingsError."""
    if not folder.is_dir():
        raise SettingsError(f"{folder} is no folder.", "Name a folder whose new films are to be analysed.")
    resolved = folder.resolve()
    allowed = [*configuration.folders, *configuration.watch.folders]
    if not any(resolved.is_relative_to(each.resolve()) for each in allowed):
        raise AccessError(
            f"{folder} is not below a folder that config.toml allows.",
            "Name it as one of `folders`, there or in its table [watch].",
        )
    return resolved


async def watch_folders(home: Path) -> None:
    """Watch the folders that config.toml names, for as long as the app runs."""
    stop = threading.Event()
    # Not a thread of the event loop's pool: the app's end would wait for a film that is being hashed.
    threading.Thread(target=_watch, args=(home, stop), name="watch folders", daemon=True).start()
    try:
        await asyncio.Event().wait()
    finally:
        stop.set()


def _watch(home: Path, stop: threading.Event) -> None:
    log = logging.getLogger(__name__)
    told = ""
    while not stop.is_set():
        try:
            if Configuration.load(home).watch.folders:
                with try_lock(Home(home).watch_lock) as is_free:
                    if is_free:
                        Watcher(Library.open(home), log.info, complain=log.warning).run(stop)
        except EmotionError as error:
            if str(error) != told:
                log.warning("Folders are not watched: %s", error)
            told = str(error)
        except Exception:
            log.exception("Folders are no longer watched for a while.")
        stop.wait(IDLE)
