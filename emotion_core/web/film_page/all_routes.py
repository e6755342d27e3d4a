"""The routes of a film's page."""

from __future__ import annotations

from starlette.routing import BaseRoute

from ..guard import Guard
from . import picture_routes, sample_routes, scene_routes


def film_routes(guard: Guard) -> list[BaseRoute]:
    """The routes of this package, for the app's server."""
    return [*scene_routes.routes(guard), *sample_routes.routes(guard), *picture_routes.routes(guard)]
