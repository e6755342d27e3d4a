"""The scenes of a film as board and table."""

from .scene_browser import show as show
