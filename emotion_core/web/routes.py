"""All own routes, below /api/."""

from __future__ import annotations

from starlette.routing import BaseRoute

from . import progress_socket, tus_client, upload_routes
from .guard import Guard
from .media_routes import media_routes


def routes(guard: Guard) -> list[BaseRoute]:
    """For the app's server."""
    return [*tus_client.routes(), *upload_routes.routes(guard), *media_routes(guard), *progress_socket.routes(guard)]
