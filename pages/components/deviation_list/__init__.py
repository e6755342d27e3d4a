"""The scenes farthest from their targets."""

from .deviation_list import show as show
