"""All own routes, below /api/."""

from __future__ import annotations

from starlette.routing import BaseRoute

from . import analyses, tus_client, uploading
from .guard import Guard
from .media_routes import media_routes


def routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server."""
    return [*tus_client.routes(), *uploading.routes(guard), *media_routes(guard), *analyses.routes(guard)]
