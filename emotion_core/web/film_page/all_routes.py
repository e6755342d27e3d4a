"""The routes of a film's page."""

from __future__ import annotations

from starlette.routing import BaseRoute

from ..guard import Guard
from . import audience_routes, figure_routes, picture_routes, range_routes, sample_routes, scene_routes


def film_routes(guard: Guard) -> list[BaseRoute]:
    """The routes of this package, for the app's server."""
    parts = (scene_routes, sample_routes, picture_routes, figure_routes, audience_routes, range_routes)
    return [route for part in parts for route in part.routes(guard)]
