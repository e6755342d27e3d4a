"""All own routes of the app, below /api/."""

from __future__ import annotations

from starlette.routing import BaseRoute

from . import film_page, live_socket, media_routes, plotly_script, progress_socket
from .guard import Guard
from .uploads import tus_client, upload_routes


def all_routes(guard: Guard) -> list[BaseRoute]:
    """The routes of all modules of this package, for the app's server."""
    return [
        *tus_client.routes(),
        *plotly_script.routes(),
        *upload_routes.routes(guard),
        *media_routes.routes(guard),
        *film_page.film_routes(guard),
        *progress_socket.routes(guard),
        *live_socket.routes(guard),
    ]
