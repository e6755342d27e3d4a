"""All own routes, below /api/."""

from __future__ import annotations

from starlette.routing import BaseRoute

from . import tus_client
from .guard import Guard


def routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server."""
    del guard
    return [*tus_client.routes()]
