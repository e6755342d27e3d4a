"""The film player."""

from .player import show as show
