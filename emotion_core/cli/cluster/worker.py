"""`python -m emotion_core worker`: a machine that reads films for a library on another one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from ...errors import ClusterError
from ...jobs.supervisor import CLUSTER_DATABASE, CLUSTER_STORE
from .options import DatabaseOption, StoreOption, show_warnings


def worker(
    cluster: DatabaseOption = None,
    store: StoreOption = None,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="What it works in, on a disk of this machine; default: the user's cache."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End when no part of a film waits.")] = False,
) -> None:
    """Read films for the library that serves this cluster, part by part, until Ctrl-C or SIGTERM: then the part at hand
    is finished first.
    """
    from ...cluster.working.worker import work

    url = cluster or os.environ.get(CLUSTER_DATABASE)
    if not url:
        raise ClusterError(
            "No cluster is named.", f"Give --cluster postgresql://USER@HOST/NAME, or set {CLUSTER_DATABASE}."
        )
    show_warnings()
    work(url, store or os.environ.get(CLUSTER_STORE), folder or _cache(), _say, drain=once)


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("film-emotion-dashboard", appauthor=False)


def _say(line: str) -> None:
    print(line, flush=True)
