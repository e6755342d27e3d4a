"""All own routes, below /api/."""

from __future__ import annotations

from starlette.routing import BaseRoute

from . import uploading
from .guard import Guard


def routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server."""
    return [*uploading.routes(guard)]
