"""`python -m emotion_core watch`: take new films of folders in as they arrive."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from ...console import ExitCode
from ...errors import LibraryBusy, SettingsError


def watch(
    folder: Annotated[
        Path | None,
        typer.Argument(readable=False, help="A folder below those that config.toml allows; default: those of [watch]."),
    ] = None,
) -> None:
    """Analyse films that come into a folder, as soon as they have stopped growing, until Ctrl-C.

    The app does so by itself while it runs, for the folders of the table [watch] in config.toml.
    """
    from ...ingest.watching import Watcher, check_allowed
    from ...jobs import supervisor
    from ...library import Library
    from ...storage import Configuration, Home, try_lock

    library = Library.open()
    configuration = Configuration.load(library.home)
    if folder is not None:
        folder = check_allowed(configuration, folder)
    elif not configuration.watch.folders:
        raise SettingsError(
            "config.toml names no folder to watch.", "Add a table [watch] with folders, or name a FOLDER it allows."
        )
    with try_lock(Home(library.home).watch_lock) as is_free:
        if not is_free:
            raise LibraryBusy(
                "Another process watches folders for this library, such as the app.", "Its folders are in config.toml."
            )
        folders = configuration.watch.folders if folder is None else (folder,)
        print(f"Watching {', '.join(map(str, folders))}. Ctrl-C ends it.", flush=True)
        watching = Watcher(library, lambda line: print(line, flush=True), folder)
        # The worker may be killed, and no app is there to start another.
        try:
            watching.run(threading.Event(), lambda: supervisor.ensure_worker(library.home))
        except KeyboardInterrupt:
            print("The watch has ended. The films that it took in are analysed on: see `queue`.")
            raise typer.Exit(ExitCode.STOPPED) from None
    print("config.toml names no folder to watch any more.")
