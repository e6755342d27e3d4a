"""The film player."""

from .player import show as show, wait_for_copy as wait_for_copy
