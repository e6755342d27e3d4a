"""Options that both commands take, and what they print to the terminal."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from ...console import terminal

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="URL",
        help="The cluster's PostgreSQL database: postgresql://USER@HOST/NAME; default: EMOTION_CLUSTER_DATABASE.",
    ),
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="The exchange: a shared folder's whole path, s3://BUCKET/BELOW or sftp://HOST/FOLDER; default: "
        "EMOTION_CLUSTER_STORE.",
    ),
]


def show_warnings() -> None:
    """Let this program's warnings reach the terminal, one line each."""
    handler = logging.StreamHandler(terminal.error_output())
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("emotion_core")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
