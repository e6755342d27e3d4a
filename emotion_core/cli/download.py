"""`python -m emotion_core download`: fetch a checkpoint from the model hub."""

from __future__ import annotations

from typing import Annotated

import typer


def download(
    checkpoint: Annotated[str, typer.Argument(help="Hub id.")] = "dima806/facial_emotions_image_detection",
) -> None:
    """Fetch a checkpoint from the model hub to this disk: the one command that uses the network."""
    from ..expression.checkpoints import fetch
    from .progress import progress

    with progress() as bar:
        task = bar.add_task(checkpoint, total=None, note="")

        def show(completed: int, total: int) -> None:
            bar.update(task, completed=completed, total=total, note=f"{completed / 1e6:.0f} of {total / 1e6:.0f} MB")

        location = fetch(checkpoint, show)
    print(f"{location.name} at {location.revision[:12]} is on this disk, every file as the hub has it.")
