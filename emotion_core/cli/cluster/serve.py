"""`python -m emotion_core serve`: the app in the browser, alone or as the owner of a cluster."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from ...console import terminal
from ...jobs.supervisor import CLUSTER_DATABASE, CLUSTER_STORE, cluster_of
from ...package_root import ROOT
from ...storage import home
from ...system import spawn
from .options import DatabaseOption, StoreOption


def serve(
    cluster: DatabaseOption = None,
    store: StoreOption = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The app's port; default: 8501.")] = None,
) -> int:
    """Start the app; with --cluster other machines read its films, which `worker` makes of them."""
    if cluster is not None:
        os.environ[CLUSTER_DATABASE] = cluster
    if store is not None:
        os.environ[CLUSTER_STORE] = store
    if cluster_of(home())[0] is not None:
        _check_cluster(home())
    words = [] if port is None else ["--server.port", str(port)]
    app = spawn(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *words, "--", "--home", str(home())],
        stderr=terminal.error_output(),
        own_session=False,
        secrets=True,
        keep_folder=True,
    )
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        app.terminate()

    signal.signal(signal.SIGTERM, stop)
    while True:
        try:
            code = app.wait()
        except KeyboardInterrupt:  # the app gets it too, and ends
            stopped = True
        else:
            return 0 if stopped else code if code >= 0 else 128 - code


def _check_cluster(library: Path) -> None:
    """Raise ClusterError where the cluster cannot be served from here."""
    from ...cluster.database import Database, place
    from ...cluster.exchange import Exchange, shown
    from ...cluster.places import Places, check_home, mark
    from ...library import Library

    check_home(library)
    Library.open(library)
    places = Places.of(library)
    assert places is not None
    database = Database(places.database)
    database.prepare()
    exchange = Exchange(places.store)
    exchange.check()
    mark(database, exchange)
    database.run(places.tell)
    database.close()
    print(f"Cluster: database {place(places.database)}, exchange {shown(exchange.url)}.", flush=True)
